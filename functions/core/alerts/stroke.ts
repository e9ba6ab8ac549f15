/**
 * The prices of a pair as a rule reads them: strokes, one for each minute candle. A stroke holds
 * nothing from before the rule's mark, and everything in it was truly reached; it is never a guess.
 * What a candle does not tell, and so no stroke does: in which order its high and low came.
 */
import { decimal, plain, ZERO, type Decimal } from '../decimal.ts';
import type { Candle, Quote } from './market.ts';
import type { Mark } from './state.ts';

export const MINUTE_MS = 60_000;

/** One stretch of time: at most a minute, except where it stands for prices that were not read. */
export interface Stroke {
  /** The minute that it belongs to. */
  readonly minuteMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** The price just before. */
  readonly start: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  /** The minute is over: the stroke will not grow any more. */
  readonly whole: boolean;
  /** Prices before it could not be read. */
  readonly afterGap: boolean;
}

/** A stretch of time whose prices nobody can tell us any more. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Candles of one pair, oldest first, and when they were read. */
export interface CandleRows {
  readonly rows: readonly Candle[];
  /** Whether the last row is still running. */
  readonly running: boolean;
  readonly readAtMs: number;
}

/**
 * The strokes from a mark on, one for each minute. A minute without a candle between two others
 * becomes a flat stroke after a gap; a candle that is not there at the mark begins with a gap.
 */
export function strokesSince(
  mark: Mark,
  { rows, running, readAtMs }: CandleRows,
): { readonly strokes: readonly Stroke[]; readonly gaps: readonly Gap[] } {
  const first = rows.findIndex(({ atMs }) => atMs >= mark.minuteMs);
  const strokes: Stroke[] = [];
  const gaps: Gap[] = [];
  if (first < 0) return { strokes, gaps };
  let nextMs = mark.minuteMs;
  let start = decimal(mark.close);
  const before = rows[first - 1];
  if (mark.atMs === mark.minuteMs && before?.atMs === nextMs - MINUTE_MS) start = before.close;
  for (const [at, row] of rows.entries()) {
    if (at < first) continue;
    const whole = !(running && at === rows.length - 1);
    const afterGap = row.atMs > nextMs;
    if (afterGap) {
      gaps.push({ fromMs: Math.max(nextMs, mark.atMs), toMs: row.atMs });
      // Before the first candle there is nothing to make a stroke for each minute of.
      const missing = strokes.length === 0 ? row.atMs : nextMs;
      for (let ms = missing; ms < row.atMs; ms += MINUTE_MS) strokes.push(flat(ms, start));
    }
    // Before its first trade a minute shows the price of the one before, which it then forgets.
    if (!whole && row.volume.eq(ZERO)) break;
    const prices = strokeOf(row, mark, { start, whole });
    strokes.push({ ...prices, ...ends(row, mark, whole, readAtMs), afterGap });
    start = row.close;
    nextMs = row.atMs + MINUTE_MS;
  }
  return { strokes, gaps };
}

/**
 * In the minute in which a mark lies, high and low count only as far as they were reached after it:
 * when they leave the mark's. The close counts when it is one; while the minute runs, it may go back.
 */
function strokeOf(
  { atMs: minuteMs, high, low, close }: Candle,
  mark: Mark,
  { start, whole }: { readonly start: Decimal; readonly whole: boolean },
) {
  if (minuteMs !== mark.minuteMs || mark.atMs === mark.minuteMs) {
    return { minuteMs, start, high, low, close };
  }
  const end = whole ? close : start;
  return {
    ...{ minuteMs, start, close },
    high: high.gt(mark.high) ? high : higher(start, end),
    low: low.lt(mark.low) ? low : lower(start, end),
  };
}

function ends(row: Candle, mark: Mark, whole: boolean, readAtMs: number) {
  const fromMs = row.atMs === mark.minuteMs ? mark.atMs : row.atMs;
  const endMs = row.atMs + MINUTE_MS;
  const toMs = whole ? endMs : Math.min(endMs, Math.max(fromMs, readAtMs));
  return { fromMs, toMs, whole };
}

function flat(minuteMs: number, price: Decimal): Stroke {
  return {
    ...{ minuteMs, fromMs: minuteMs, toMs: minuteMs + MINUTE_MS },
    ...{ start: price, high: price, low: price, close: price, whole: true, afterGap: true },
  };
}

/** One stroke for everything since the mark, as far as the ticker's last price shows it. */
export function strokeOfTicker(mark: Mark, quote: Quote, nowMs: number): Stroke {
  const start = decimal(mark.close);
  const { last } = quote;
  return {
    ...{ minuteMs: mark.minuteMs, fromMs: mark.atMs, toMs: Math.max(nowMs, mark.atMs), start },
    ...{ high: higher(start, last), low: lower(start, last), close: last },
    ...{ whole: false, afterGap: false },
  };
}

/** The mark at the end of a whole stroke. */
export function markAfter({ minuteMs, close }: Stroke): Mark {
  const atMs = minuteMs + MINUTE_MS;
  const price = plain(close);
  return { atMs, minuteMs: atMs, high: price, low: price, close: price };
}

/**
 * The mark of a rule that begins now. Nothing tells what the running minute was like so far, only
 * that it stayed within the day's range: what goes beyond that later was reached after the mark.
 */
export function markNow({ last, dayTrades, dayHigh, dayLow }: Quote, nowMs: number): Mark {
  const day = dayTrades > 0 ? { high: dayHigh, low: dayLow } : { high: last, low: last };
  return {
    atMs: nowMs,
    minuteMs: Math.floor(nowMs / MINUTE_MS) * MINUTE_MS,
    high: plain(higher(day.high, last)),
    low: plain(lower(day.low, last)),
    close: plain(last),
  };
}

/** Further from the price before than this, a price is believed at its second reading only. */
const DOUBT_UP = decimal('1.2');
const DOUBT_DOWN = decimal('0.8');

/** Whether a price is so far off that it may be a fault of the feed. */
export function isDoubtful(before: Decimal, high: Decimal, low: Decimal): boolean {
  return high.gt(before.times(DOUBT_UP)) || low.lt(before.times(DOUBT_DOWN));
}

/** The higher of two prices. */
export function higher(a: Decimal, b: Decimal): Decimal {
  return a.gt(b) ? a : b;
}

/** The lower of two prices. */
export function lower(a: Decimal, b: Decimal): Decimal {
  return a.lt(b) ? a : b;
}
