/** What is remembered of a pair between two polls: only to ask less, never to decide a firing. */
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
  polledAtMs: number;
  /** Since when nothing of the quote has changed, in how many polls, and the longest such time. */
  stillSinceMs: number;
  stillPolls: number;
  longestStillMs: number;
  /** It has changed since this memory began. */
  moved: boolean;
  /** Minutes whose prices were too far off to be believed at their first reading. */
  doubted: ReadonlySet<number>;
  /** Minutes before this one were believed. */
  believedToMs: number;
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
        ...{ longestStillMs: 0, moved: false, doubted: new Set(), believedToMs: 0 },
        ...{ fives: new Map(), fivesAsked: false },
      });
      continue;
    }
    // The count of trades begins anew at midnight, and could come to the same number.
    const newDay = Math.floor(nowMs / DAY_MS) !== Math.floor(before.polledAtMs / DAY_MS);
    const traded = newDay || quote.dayTrades !== before.quote.dayTrades;
    if (traded) before.changedAtMs = nowMs;
    if (traded || !isSame(quote, before.quote)) {
      before.longestStillMs = Math.max(before.longestStillMs, nowMs - before.stillSinceMs);
      before.stillSinceMs = nowMs;
      before.stillPolls = 0;
      before.moved = true;
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
export function isStale(pair: PairMemory, wasStale: boolean, nowMs: number): boolean {
  // Who has just begun to look has not seen it go on.
  if (wasStale && !pair.moved) return true;
  const stillMs = nowMs - pair.stillSinceMs;
  const longerMs = pair.longestStillMs < STALE_MS ? 0 : 2 * pair.longestStillMs;
  return stillMs >= Math.max(STALE_MS, longerMs) && pair.stillPolls >= STALE_RUNS;
}

/**
 * Candles up to the first that is too far off to be believed, and whether that is all of them. What
 * a second reading still shows is believed.
 */
export function believed(
  pair: PairMemory,
  rows: readonly Candle[],
): { readonly rows: readonly Candle[]; readonly isAll: boolean } {
  const doubted = new Set<number>();
  let usable = rows.length;
  let before = rows[0]?.open;
  for (const [at, row] of rows.entries()) {
    const isNew = row.atMs >= pair.believedToMs;
    if (isNew && before !== undefined && isDoubtful(before, row.high, row.low)) {
      doubted.add(row.atMs);
      if (!pair.doubted.has(row.atMs)) usable = Math.min(usable, at);
    }
    before = row.close;
  }
  pair.doubted = doubted;
  // The last row may still grow, so it is looked at again.
  pair.believedToMs = Math.max(
    pair.believedToMs,
    rows[Math.min(usable, rows.length - 1)]?.atMs ?? 0,
  );
  return { rows: rows.slice(0, usable), isAll: usable === rows.length };
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
