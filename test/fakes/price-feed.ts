/**
 * A price feed over paths of ticks: what Kraken would answer at the clock's time, had these trades
 * happened. Candles have a row for every minute, also without a trade, and the last one still runs.
 */
import { decimal, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import { ExchangeError } from '../../functions/core/exchange-error.ts';
import type { MarketMode, Pair } from '../../functions/core/market/pair.ts';
import type { Candle, PriceFeed, Quote } from '../../functions/core/alerts/market.ts';
import type { Clock } from '../../functions/core/ports.ts';
import { BTC_USD } from './exchange.ts';

/** One trade. */
export interface Tick {
  readonly atMs: number;
  readonly price: string;
}

/** The port, and the test's hand on it. */
export interface FakePriceFeed extends PriceFeed {
  /** Trades by canonical pair, in order of time; later ones may be added. */
  readonly ticks: Map<string, Tick[]>;
  /** Pairs and minutes of every call for candles. */
  readonly candleCalls: string[];
  quoteCalls: number;
  marketMode: MarketMode;
  /** What fails while it is there. */
  readonly down: Set<'quotes' | 'candles' | 'pairs' | 'mode'>;
  /** Pairs that the ticker leaves out. */
  readonly absent: Set<string>;
  /** Percent of the price between bid and ask, and the 24 hour volume, by pair. */
  readonly spread: Map<string, string>;
  readonly volume: Map<string, string>;
  /** Changes rows before they are answered. */
  distort: (pair: string, rows: readonly Candle[]) => readonly Candle[];
  /** How long one call for candles takes. */
  candleMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ROWS_MAX = 720;

/** A pair with such a name. */
export function pairNamed(name: string): Pair {
  const [base = '', quote = ''] = name.split('/');
  const id = `${base}${quote}`;
  return { ...BTC_USD, name, id, altname: id, wsname: name, base, quote };
}

/** A feed over trades. */
export function fakePriceFeed(
  clock: Clock,
  paths: Readonly<Record<string, readonly Tick[]>>,
): FakePriceFeed {
  const ticks = new Map(Object.entries(paths).map(([pair, path]) => [pair, [...path]]));
  const until = (pair: string): readonly Tick[] =>
    (ticks.get(pair) ?? []).filter(({ atMs }) => atMs <= clock.nowMs());
  const answer = <T>(what: 'quotes' | 'candles' | 'pairs' | 'mode', value: () => T): Promise<T> =>
    feed.down.has(what)
      ? Promise.reject(new ExchangeError(`${what} got no answer`, { retryable: true }))
      : Promise.resolve().then(value);

  const quoteOf = (pair: string): Quote | undefined => {
    const past = until(pair);
    const last = past.at(-1);
    if (last === undefined || feed.absent.has(pair)) return undefined;
    const midnightMs = Math.floor(clock.nowMs() / DAY_MS) * DAY_MS;
    const today = past.filter(({ atMs }) => atMs >= midnightMs);
    const dayAgo = past.filter(({ atMs }) => atMs > clock.nowMs() - DAY_MS);
    const price = decimal(last.price);
    const half = price.times(feed.spread.get(pair) ?? '0').div('200');
    const [day, hours] = [rangeOf(today, price), rangeOf(dayAgo, price)];
    return {
      ...{ ask: price.plus(half), bid: price.minus(half), last: price },
      ...{ dayHigh: day.high, dayLow: day.low, dayTrades: today.length },
      ...{ high24h: hours.high, low24h: hours.low },
      volume24h: decimal(feed.volume.get(pair) ?? String(dayAgo.length)),
    };
  };

  const feed: FakePriceFeed = {
    ...{ ticks, candleCalls: [], quoteCalls: 0, marketMode: 'online', candleMs: 0 },
    ...{ down: new Set(), absent: new Set(), spread: new Map(), volume: new Map() },
    distort: (_pair, rows) => rows,
    pairs: () => answer('pairs', () => [...ticks.keys()].map(pairNamed)),
    mode: () => answer('mode', () => feed.marketMode),
    quotes(pairs) {
      feed.quoteCalls += 1;
      return answer('quotes', () => {
        const found = pairs.flatMap(({ name }) => {
          const quote = quoteOf(name);
          return quote === undefined ? [] : [[name, quote] as const];
        });
        return new Map(found);
      });
    },
    async candles({ name }, minutes) {
      feed.candleCalls.push(`${name} ${minutes}`);
      if (feed.candleMs > 0) await clock.sleep(feed.candleMs);
      const lengthMs = minutes * MINUTE_MS;
      return answer('candles', () =>
        feed.distort(name, candlesOf(until(name), lengthMs, clock.nowMs())),
      );
    },
  };
  return feed;
}

/** Candles of a path as Kraken gives them. */
export function candlesOf(
  past: readonly Tick[],
  lengthMs: number,
  nowMs: number,
): readonly Candle[] {
  const [first] = past;
  if (first === undefined) return [];
  const floor = (ms: number) => Math.floor(ms / lengthMs) * lengthMs;
  const newestMs = floor(nowMs);
  const firstMs = Math.max(floor(first.atMs), newestMs - (ROWS_MAX - 1) * lengthMs);
  const rows: Candle[] = [];
  let at = past.findIndex(({ atMs }) => atMs >= firstMs);
  if (at < 0) at = past.length;
  let close = decimal(past[at - 1]?.price ?? first.price);
  for (let ms = firstMs; ms <= newestMs; ms += lengthMs) {
    const inside: Decimal[] = [];
    for (; at < past.length && (past[at]?.atMs ?? Infinity) < ms + lengthMs; at += 1) {
      inside.push(decimal(past[at]?.price ?? '0'));
    }
    const open = inside[0] ?? close;
    close = inside.at(-1) ?? close;
    const [high, low] = [most(inside, open, 'gt'), most(inside, open, 'lt')];
    const volume = inside.length === 0 ? ZERO : decimal(String(inside.length));
    rows.push({ atMs: ms, open, high, low, close, volume });
  }
  return rows;
}

function rangeOf(ticks: readonly Tick[], otherwise: Decimal) {
  const prices = ticks.map(({ price }) => decimal(price));
  const start = prices[0] ?? otherwise;
  return { high: most(prices, start, 'gt'), low: most(prices, start, 'lt') };
}

function most(prices: readonly Decimal[], start: Decimal, by: 'gt' | 'lt'): Decimal {
  return prices.reduce((best, price) => (price[by](best) ? price : best), start);
}
