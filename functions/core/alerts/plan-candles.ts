/**
 * Which candles are read in this run, and in which order: the public limit is about one call in a
 * second, so there may be more rules that want candles than can be served in a minute.
 */
import { couldFire, type PairSight } from './could-fire.ts';
import type { RuleEntry } from './memory.ts';
import { UNREAD_MS_MAX } from './memory.ts';
import { isAt } from './look.ts';
import { MINUTE_MS } from './stroke.ts';

/** Rules that could not fire are read along when this much is unread, or to end them, while there is room. */
const SPARE_MS = 400 * MINUTE_MS;

/** Pairs to read, the most urgent first. Pairs of one rule stand together. */
export interface CandlePlan {
  readonly pairs: readonly string[];
  /** Those of them that a rule waits for now. */
  readonly wanted: ReadonlySet<string>;
}

interface Wish {
  readonly pairs: readonly string[];
  /** 0: the ticker shows it happening. 1: it could. 2: it has waited for hours. 3: spare room. */
  readonly rank: number;
  readonly oldestMs: number;
}

/** Makes the plan. */
export function planCandles(
  entries: Iterable<RuleEntry>,
  sight: (pair: string) => PairSight | undefined,
  nowMs: number,
): CandlePlan {
  const wishes = [...entries].flatMap((entry) => wishOf(entry, sight, nowMs) ?? []);
  wishes.sort((a, b) => a.rank - b.rank || a.oldestMs - b.oldestMs);
  const wanted = wishes.filter(({ rank }) => rank < 3).flatMap(({ pairs }) => pairs);
  return {
    pairs: [...new Set(wishes.flatMap(({ pairs }) => pairs))],
    wanted: new Set(wanted),
  };
}

function wishOf(
  { compiled, state }: RuleEntry,
  sight: (pair: string) => PairSight | undefined,
  nowMs: number,
): Wish | undefined {
  const pairs = compiled.candlePairs;
  if (state === undefined || pairs.length === 0) return undefined;
  if (pairs.some((pair) => sight(pair) === undefined)) return undefined;
  const oldestMs = Math.min(...pairs.map((pair) => state.marks[pair]?.atMs ?? nowMs));
  const unreadMs = nowMs - oldestMs;
  if (couldFire(compiled, state, sight, nowMs)) {
    return { pairs, rank: shows(compiled, sight) ? 0 : 1, oldestMs };
  }
  if (unreadMs >= UNREAD_MS_MAX) return { pairs, rank: 2, oldestMs };
  // Its date has come, and it ends when the minute of that date was read.
  const { expiresAtMs = Infinity } = compiled.rule;
  const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const ends = minuteMs >= expiresAtMs && oldestMs < expiresAtMs;
  return ends || unreadMs >= SPARE_MS ? { pairs, rank: 3, oldestMs } : undefined;
}

/** Whether the newest price itself is where the rule wants it. */
function shows(
  { conditions }: RuleEntry['compiled'],
  sight: (pair: string) => PairSight | undefined,
): boolean {
  return conditions.some((condition) => {
    const last = sight(condition.pair)?.quote.last;
    if (last === undefined) return false;
    if (condition.kind === 'level') return isAt(condition.side, last, condition.level);
    if (condition.kind !== 'cross') return false;
    const [side, ...more] = condition.sides;
    return side !== undefined && more.length === 0 && isAt(side, last, condition.level);
  });
}
