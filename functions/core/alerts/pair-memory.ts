/** What is remembered of a pair between two polls: only to ask less, never to decide a firing. */
import type { Decimal } from '../decimal.ts';
import type { PairSight } from './could-fire.ts';
import type { Candle, Quote } from './market.ts';
import { FIVE_MS, type FiveMinutes, type PriceRange } from './price-range.ts';
import { higher, isDoubtful, lower, MINUTE_MS } from './stroke.ts';

const DAY_MS = 86_400_000;
/** A quote that does not change at all for so long, and so many runs, is told as stale. */
const STALE_MS = 5 * MINUTE_MS;
const STALE_RUNS = 3;

/** The memory of one pair. */
export interface PairMemory {
  quote: Quote;
  /** When the newest trade was noticed. */
  changedAtMs: number;
  /** When this memory itself last saw the count of trades grow. */
  grewAtMs?: number;
  polledAtMs: number;
  /** Since when nothing of the quote has changed, in how many polls, and the longest such time. */
  stillSinceMs: number;
  stillPolls: number;
  longestStillMs: number;
  /** It has changed after this time: between that poll and the next. */
  movedAfterMs?: number;
  /** Candles, by their length in minutes, that were too far off in the newest reading, as they were. */
  readonly doubted: Map<number, ReadonlyMap<number, PriceRange>>;
  readonly fives: FiveMinutes;
  /** Five-minute candles were asked for; whatever is missing does not exist. */
  fivesAsked: boolean;
  /** Since when candles are wanted and were not read. */
  waitingSinceMs?: number;
}

/** Takes in one poll. */
export function notePoll(
  pairs: Map<string, PairMemory>,
  quotes: ReadonlyMap<string, Quote>,
  nowMs: number,
): void {
  for (const [name, quote] of quotes) {
    const before = pairs.get(name);
    if (before === undefined) {
      pairs.set(name, {
        ...{ quote, changedAtMs: nowMs, polledAtMs: nowMs, stillSinceMs: nowMs, stillPolls: 0 },
        ...{ longestStillMs: 0, doubted: new Map() },
        ...{ fives: new Map(), fivesAsked: false },
      });
      continue;
    }
    // The count of trades begins anew at midnight, and could come to the same number.
    const newDay = Math.floor(nowMs / DAY_MS) !== Math.floor(before.polledAtMs / DAY_MS);
    const counted = quote.dayTrades !== before.quote.dayTrades;
    if (newDay || counted) before.changedAtMs = nowMs;
    if (!newDay && quote.dayTrades > before.quote.dayTrades) before.grewAtMs = nowMs;
    if (counted || !isSame(quote, before.quote)) {
      before.longestStillMs = Math.max(before.longestStillMs, nowMs - before.stillSinceMs);
      before.stillSinceMs = nowMs;
      before.stillPolls = 0;
      before.movedAfterMs = before.polledAtMs;
    } else before.stillPolls += 1;
    before.quote = quote;
    before.polledAtMs = nowMs;
  }
}

function isSame(a: Quote, b: Quote): boolean {
  return a.bid.eq(b.bid) && a.ask.eq(b.ask) && a.last.eq(b.last);
}

/**
 * Whether the quote stands still for longer than it should. A pair that was still before and went on
 * is a quiet one: it is told only when it is still for twice as long as ever.
 */
export function isStale(
  pair: PairMemory,
  staleSinceMs: number | undefined,
  nowMs: number,
): boolean {
  // Whoever did not look since then has not seen it go on.
  if (staleSinceMs !== undefined && (pair.movedAfterMs ?? 0) < staleSinceMs) return true;
  const stillMs = nowMs - pair.stillSinceMs;
  const longerMs = pair.longestStillMs < STALE_MS ? 0 : 2 * pair.longestStillMs;
  return stillMs >= Math.max(STALE_MS, longerMs) && pair.stillPolls >= STALE_RUNS;
}

/**
 * Candles up to the first that is too far off to be believed, and whether that is all of them. Prices
 * that the reading before showed as well are believed. Candles before `fromMs` matter to nobody.
 */
export function believed(
  pair: PairMemory,
  rows: readonly Candle[],
  { minutes, fromMs }: { readonly minutes: number; readonly fromMs: number },
): { readonly rows: readonly Candle[]; readonly isAll: boolean } {
  const doubted = new Map<number, PriceRange>();
  const known = pair.doubted.get(minutes);
  let usable = rows.length;
  let before = rows[0]?.open;
  for (const [at, row] of rows.entries()) {
    if (row.atMs >= fromMs && before !== undefined && isDoubtful(before, row.high, row.low)) {
      doubted.set(row.atMs, { high: row.high, low: row.low });
      const seen = known?.get(row.atMs);
      const high = seen === undefined ? row.high : unlessSeen(row.high, seen.high, before);
      const low = seen === undefined ? row.low : unlessSeen(row.low, seen.low, before);
      if (isDoubtful(before, high, low)) usable = Math.min(usable, at);
    }
    before = row.close;
  }
  pair.doubted.set(minutes, doubted);
  return { rows: rows.slice(0, usable), isAll: usable === rows.length };
}

/** The price; or where it began, when the reading before showed that it went as far. */
function unlessSeen(price: Decimal, seen: Decimal, start: Decimal): Decimal {
  const isWithin = price.gt(start) ? price.lte(seen) : price.gte(seen);
  return isWithin ? start : price;
}

/** The pair as `couldFire` sees it. */
export function sightOf(pair: PairMemory, nowMs: number): PairSight {
  const { quote, changedAtMs, fives } = pair;
  const found = new Map<number, PriceRange | undefined>();
  return {
    quote,
    changedAtMs,
    known: (beforeMs) => {
      const key = Math.floor(beforeMs / FIVE_MS);
      if (!found.has(key)) found.set(key, knownRange(fives, nowMs - DAY_MS, beforeMs));
      return found.get(key);
    },
  };
}

function knownRange(fives: FiveMinutes, fromMs: number, toMs: number): PriceRange | undefined {
  let range: PriceRange | undefined;
  for (const [atMs, { high, low }] of fives) {
    if (atMs < fromMs || atMs + FIVE_MS > toMs) continue;
    range = {
      high: range === undefined ? high : higher(range.high, high),
      low: range === undefined ? low : lower(range.low, low),
    };
  }
  return range;
}
