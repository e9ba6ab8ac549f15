/**
 * Prices that paper orders meet: the quoted bid and ask of now, and the past as finished candles tell
 * it. A candle does not say in which order its prices came, so one order of them is assumed.
 */
import type { Candle } from '../alerts/market.ts';
import type { Decimal } from '../decimal.ts';
import type { Ticker } from '../market/pair.ts';
import type { PaperDepth, PaperTraded } from './paper-volume.ts';

/** A price that orders meet. */
export interface PaperQuote extends Ticker {
  /** When it was known for sure; of a candle its end. */
  readonly atMs: number;
  /** When the candle began; absent: it is the price of now. */
  readonly candleFromMs?: number;
  /** What was traded in the candle. */
  readonly traded?: PaperTraded;
  /** The order book of now. */
  readonly depth?: PaperDepth;
}

const MINUTE_MS = 60_000;

/** Lengths that Kraken's OHLC knows, in minutes, and how many of its 720 candles are relied on. */
const LENGTHS = [1, 5, 15, 30, 60, 240, 1_440] as const;
const CANDLES = 700;

/** The market of now: the order book says what can be taken, the ticker what was traded last. */
export function quoteNow({ last, ...ticker }: Ticker, depth: PaperDepth, atMs: number): PaperQuote {
  const bid = depth.bids[0]?.price ?? ticker.bid;
  const ask = depth.asks[0]?.price ?? ticker.ask;
  return { last, bid, ask, depth, atMs };
}

/** The shortest candles that reach back so far. */
export function candleMinutes(sinceMs: number, nowMs: number): number {
  const reach = (minutes: number) => minutes * MINUTE_MS * CANDLES;
  return LENGTHS.find((minutes) => nowMs - sinceMs < reach(minutes)) ?? 1_440;
}

/** The first whole minute that begins at the time or later. */
export function nextMinute(atMs: number): number {
  return Math.ceil(atMs / MINUTE_MS) * MINUTE_MS;
}

/**
 * The path of prices through the finished candles that traded: opening, then the extreme that lies
 * nearer to it, then the other one, then the close. A trade at a price says only that somebody was
 * served there, so the market of that moment is taken to be one tick to either side of it: an order
 * that rests is filled once the price went through it.
 */
export function pathOf(
  candles: readonly Candle[],
  {
    minutes,
    nowMs,
    tick,
  }: { readonly minutes: number; readonly nowMs: number; readonly tick: Decimal },
): readonly PaperQuote[] {
  const lengthMs = minutes * MINUTE_MS;
  return candles
    .filter(({ atMs, volume }) => atMs + lengthMs <= nowMs && volume.gt('0'))
    .flatMap(({ atMs, open, high, low, close, volume }) => {
      const traded = { low, high, volume, tick };
      const isHighFirst = high.minus(open).lt(open.minus(low));
      const extremes = isHighFirst ? [high, low] : [low, high];
      return [open, ...extremes, close].map((last) => ({
        ...{ atMs: atMs + lengthMs, candleFromMs: atMs, last },
        ...{ bid: last.minus(tick), ask: last.plus(tick), traded },
      }));
    });
}
