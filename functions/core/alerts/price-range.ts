/**
 * The highest and lowest price of the time before a minute. Windows up to two hours are read from
 * minute candles. Longer ones begin at a whole five minutes and are read from candles of five
 * minutes, of which the exchange gives 60 hours: so the same candles give the same answer, whenever
 * they were read and however much was remembered.
 */
import type { Candle } from './market.ts';
import { higher, lower, MINUTE_MS } from './stroke.ts';
import type { Decimal } from '../decimal.ts';

/** Highest and lowest price. */
export interface PriceRange {
  readonly high: Decimal;
  readonly low: Decimal;
}

/** Candles of five minutes that are over, by their beginning. */
export type FiveMinutes = Map<number, PriceRange>;

/** Longest window that is read from minute candles alone. */
export const FINE_WINDOW_MS = 120 * MINUTE_MS;
export const FIVE_MS = 5 * MINUTE_MS;

/** Answers for one pair; remembers what it was asked, since many rules ask the same. */
export type RangeBefore = (minuteMs: number, windowMs: number) => PriceRange | undefined;

/** The range of [minute - window, minute), as far as prices are known; undefined when none is. */
export function rangeBefore(rows: readonly Candle[], fives: FiveMinutes): RangeBefore {
  const known = new Map<string, PriceRange | undefined>();
  return (minuteMs, windowMs) => {
    const key = `${minuteMs}:${windowMs}`;
    if (known.has(key)) return known.get(key);
    const range = compute(rows, fives, { minuteMs, windowMs });
    known.set(key, range);
    return range;
  };
}

function compute(
  rows: readonly Candle[],
  fives: FiveMinutes,
  { minuteMs, windowMs }: { readonly minuteMs: number; readonly windowMs: number },
): PriceRange | undefined {
  const isFine = windowMs <= FINE_WINDOW_MS;
  const fineFromMs = isFine ? minuteMs - windowMs : floorFive(minuteMs);
  let range: PriceRange | undefined;
  for (const row of rows) {
    if (row.atMs >= minuteMs) break;
    if (row.atMs >= fineFromMs) range = widen(range, row);
  }
  if (isFine) return range;
  for (let ms = floorFive(minuteMs - windowMs); ms < fineFromMs; ms += FIVE_MS) {
    const five = fives.get(ms);
    if (five !== undefined) range = widen(range, five);
  }
  return range;
}

/** Adds whole five minutes to what is remembered, and forgets what no window reaches any more. */
export function rememberFives(
  fives: FiveMinutes,
  rows: readonly Candle[],
  span: { readonly minutes: 1 | 5; readonly keepFromMs: number },
): void {
  const made = new Map<number, { readonly range: PriceRange; readonly minutes: number }>();
  // The last row may still be running; what it belongs to is not over.
  for (const row of rows.slice(0, -1)) {
    const atMs = floorFive(row.atMs);
    const five = made.get(atMs);
    made.set(atMs, {
      range: widen(five?.range, row),
      minutes: (five?.minutes ?? 0) + span.minutes,
    });
  }
  for (const [atMs, { range, minutes }] of made) if (minutes === 5) fives.set(atMs, range);
  for (const atMs of fives.keys()) if (atMs < span.keepFromMs) fives.delete(atMs);
}

/** Whether every five minutes of a stretch are remembered. */
export function coversFives(fives: FiveMinutes, fromMs: number, toMs: number): boolean {
  for (let ms = floorFive(fromMs); ms < floorFive(toMs); ms += FIVE_MS) {
    if (!fives.has(ms)) return false;
  }
  return true;
}

function floorFive(atMs: number): number {
  return Math.floor(atMs / FIVE_MS) * FIVE_MS;
}

function widen(range: PriceRange | undefined, { high, low }: PriceRange): PriceRange {
  if (range === undefined) return { high, low };
  return { high: higher(range.high, high), low: lower(range.low, low) };
}
