/**
 * Which candles a chart shows: how long each lasts, and from when to when. Pure; the exchange is
 * asked by whoever has it.
 */
import type { Candle } from '../alerts/market.ts';
import { assert } from '../result.ts';

/** The part of the prices that a chart shows. */
export interface ChartWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** Those that lie in it at least in part, oldest first; never empty. */
  readonly candles: readonly Candle[];
  /** How long a candle lasts, read from their distances; undefined when there is only one. */
  readonly minutes: number | undefined;
}

/**
 * Lengths of a candle that a chart is drawn in. Five minutes are the finest: three hours are then
 * 36 candles, which a telephone still shows as candles; 180 would be a smear.
 */
const INTERVALS_MINUTES = [5, 15, 60, 240] as const;

/**
 * The exchange gives at most this many candles, the newest ones.
 * Source: https://docs.kraken.com/api/docs/rest-api/get-ohlc-data
 */
const CANDLES_MAX = 720;

const MINUTE_MS = 60_000;

/** What a chart shows before its moment, when its candles are short enough. */
const BEFORE_MS = 180 * MINUTE_MS;

/** Candles before the moment when they are long: fewer would tell no story. */
const BEFORE_CANDLES = 36;

/** Candles after the moment: enough to see whether the price stayed. */
const AFTER_CANDLES = 6;

/** The finest candles that still reach back to what is shown: a late picture has coarser ones. */
export function candleMinutes(atMs: number, nowMs: number): number {
  const reaches = (minutes: number): boolean =>
    nowMs - atMs + beforeMs(minutes) <= minutes * MINUTE_MS * CANDLES_MAX;
  return INTERVALS_MINUTES.find(reaches) ?? 240;
}

/**
 * The window around a moment. Of many candles it takes those near the moment. Throws when there
 * are none near it: a chart of another time would mislead.
 */
export function chartWindow(atMs: number, candles: readonly Candle[]): ChartWindow {
  const minutes = spacingMinutes(candles);
  const lengthMs = (minutes ?? INTERVALS_MINUTES[0]) * MINUTE_MS;
  const fromMs = Math.floor((atMs - beforeMs(lengthMs / MINUTE_MS)) / lengthMs) * lengthMs;
  const latestMs = atMs + AFTER_CANDLES * lengthMs;
  const shown = candles.filter((candle) => {
    return candle.atMs + lengthMs > fromMs && candle.atMs < latestMs;
  });
  const last = shown.at(-1);
  assert(last !== undefined, 'the exchange gave candles of the time that the chart is about');
  // A little air to the right of the newest candle and of the moment.
  const toMs = Math.max(atMs, last.atMs + lengthMs) + lengthMs;
  return { fromMs, toMs, candles: shown, minutes };
}

function beforeMs(minutes: number): number {
  return Math.max(BEFORE_MS, BEFORE_CANDLES * minutes * MINUTE_MS);
}

/** The smallest distance between neighbours: quiet times may be left out, so others are larger. */
function spacingMinutes(candles: readonly Candle[]): number | undefined {
  let smallestMs = Number.POSITIVE_INFINITY;
  candles.forEach(({ atMs }, index) => {
    const earlier = candles[index - 1];
    if (earlier === undefined) return;
    assert(atMs > earlier.atMs, 'candles are given oldest first');
    smallestMs = Math.min(smallestMs, atMs - earlier.atMs);
  });
  return Number.isFinite(smallestMs) ? smallestMs / MINUTE_MS : undefined;
}
