/**
 * Candles, day figures and public trades, kept from the price path. Every trade goes into the
 * series of every interval, which gives the same rows as adding up one-minute candles and bounds
 * what is kept: 720 rows each, as many as Kraken ever answers.
 */
import { decimal, plain, roundDown, ZERO, type Decimal } from '../../../functions/core/decimal.ts';
import type { ListedPair } from './catalogue.ts';
import type { Candle, MarketRecord, PublicTrade } from './state.ts';

/** Intervals in minutes that OHLC knows. Source: https://docs.kraken.com/api/docs/rest-api/get-ohlc-data */
export const INTERVALS_MIN: readonly number[] = [1, 5, 15, 30, 60, 240, 1440, 10080, 21600];

const MAX_ROWS = 720;
const MAX_TRADES = 1000;
/** The day figures of the ticker are added up from candles of this interval. */
const DAY_INTERVAL_MIN = 5;

/** Adds a public trade to the candles and the list of trades. */
export function recordPublicTrade(market: MarketRecord, trade: Omit<PublicTrade, 'number'>): void {
  market.tradeCount += 1;
  market.trades.push({ ...trade, number: market.tradeCount });
  if (market.trades.length > MAX_TRADES) market.trades.shift();
  const price = decimal(trade.price);
  const traded = { ...trade, exact: { price, cost: price.times(trade.volume) } };
  for (const interval of INTERVALS_MIN) {
    const rows = market.candles.get(interval) ?? [];
    market.candles.set(interval, rows);
    addToCandles(rows, bucketOf(trade.atMs, interval), traded);
    if (rows.length > MAX_ROWS) rows.shift();
  }
}

function bucketOf(atMs: number, intervalMin: number): number {
  const length = intervalMin * 60;
  return Math.floor(atMs / 1000 / length) * length;
}

function addToCandles(
  rows: Candle[],
  time: number,
  trade: Pick<PublicTrade, 'price' | 'volume'> & {
    readonly exact: { readonly price: Decimal; readonly cost: Decimal };
  },
): void {
  const { price, cost } = trade.exact;
  const row = rows.at(-1);
  // A clock that was set back adds to the newest candle: rows never go back in time.
  if (row === undefined || row.time < time) {
    const { price: at, volume } = trade;
    rows.push({
      time,
      open: at,
      high: at,
      low: at,
      close: at,
      cost: plain(cost),
      volume,
      count: 1,
    });
    return;
  }
  if (price.gt(row.high)) row.high = trade.price;
  if (price.lt(row.low)) row.low = trade.price;
  row.close = trade.price;
  row.cost = plain(decimal(row.cost).plus(cost));
  row.volume = plain(decimal(row.volume).plus(trade.volume));
  row.count += 1;
}

/**
 * Rows as OHLC answers them: at most 720, a row for every interval also when nothing was traded,
 * the last one still running.
 */
export function ohlcRows(
  pair: ListedPair,
  market: MarketRecord,
  asked: { readonly intervalMin: number; readonly nowMs: number },
): readonly (readonly [number, ...(string | number)[]])[] {
  const stored = market.candles.get(asked.intervalMin) ?? [];
  const length = asked.intervalMin * 60;
  const newest = Math.max(bucketOf(asked.nowMs, asked.intervalMin), stored.at(-1)?.time ?? 0);
  const first = Math.max(stored[0]?.time ?? newest, newest - (MAX_ROWS - 1) * length);
  const byTime = new Map(stored.map((row) => [row.time, row]));
  const before = stored.filter((row) => row.time < first).at(-1);
  let close = decimal(before?.close ?? stored[0]?.open ?? market.last);
  const rows: (readonly [number, ...(string | number)[]])[] = [];
  const price = (value: Decimal | string): string =>
    decimal(String(value)).toFixed(pair.priceDecimals);
  for (let time = first; time <= newest; time += length) {
    const row = byTime.get(time);
    if (row === undefined) {
      const flat = price(close);
      rows.push([time, flat, flat, flat, flat, price('0'), (0).toFixed(pair.lotDecimals), 0]);
      continue;
    }
    close = decimal(row.close);
    rows.push([
      time,
      price(row.open),
      price(row.high),
      price(row.low),
      price(row.close),
      price(average(row.cost, row.volume)),
      decimal(row.volume).toFixed(pair.lotDecimals),
      row.count,
    ]);
  }
  return rows;
}

function average(cost: string, volume: string): Decimal {
  return decimal(volume).eq('0') ? ZERO : decimal(cost).div(volume);
}

/** Figures of a stretch of time, as the ticker shows them. */
export interface Stretch {
  readonly volume: Decimal;
  readonly vwap: Decimal;
  readonly trades: number;
  readonly low: Decimal;
  readonly high: Decimal;
  readonly open: Decimal;
}

/** Figures since 00:00 UTC and of the last 24 hours. */
export function dayFigures(
  market: MarketRecord,
  nowMs: number,
): { readonly today: Stretch; readonly day: Stretch } {
  const rows = market.candles.get(DAY_INTERVAL_MIN) ?? [];
  const midnight = Math.floor(nowMs / 86_400_000) * 86_400;
  const dayAgo = bucketOf(nowMs, DAY_INTERVAL_MIN) - 86_400 + DAY_INTERVAL_MIN * 60;
  return {
    today: stretch(
      market,
      rows.filter((row) => row.time >= midnight),
    ),
    day: stretch(
      market,
      rows.filter((row) => row.time >= dayAgo),
    ),
  };
}

function stretch(market: MarketRecord, rows: readonly Candle[]): Stretch {
  const last = decimal(market.last);
  let [volume, cost, trades, low, high] = [ZERO, ZERO, 0, last, last];
  for (const row of rows) {
    volume = volume.plus(row.volume);
    cost = cost.plus(row.cost);
    trades += row.count;
    if (decimal(row.low).lt(low)) low = decimal(row.low);
    if (decimal(row.high).gt(high)) high = decimal(row.high);
  }
  const vwap = volume.eq('0') ? last : roundDown(cost.div(volume), 12);
  return { volume, vwap, trades, low, high, open: decimal(rows[0]?.open ?? market.last) };
}
