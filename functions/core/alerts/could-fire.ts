/**
 * Whether a rule could fire on what was not read yet, judged by the ticker alone. No means: whatever
 * happened since its mark, it did not fire, so nobody has to read candles now; they are read later,
 * from the same mark, and show the same. So most pairs need no candles in most minutes.
 */
import { decimal } from '../decimal.ts';
import type { CompiledCondition, CompiledRule } from './compiled-rule.ts';
import { mayFire } from './fold-rule.ts';
import { isAt, look, other } from './look.ts';
import type { Quote } from './market.ts';
import type { PriceRange } from './price-range.ts';
import type { Side } from './rule.ts';
import type { ConditionState, Mark, RuleState } from './state.ts';
import { higher, lower, MINUTE_MS } from './stroke.ts';

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The last 24 hours of the ticker are trusted for a little less. */
const TICKER_DAY_MS = 23 * HOUR_MS;

/** Our clock and the exchange's differ by less. */
const CLOCKS_MS = 5_000;

/** What is known of a pair without its candles. */
export interface PairSight {
  readonly quote: Quote;
  /** When a trade was last noticed: a rule that has read up to then has read every trade. */
  readonly changedAtMs: number;
  /** Highest and lowest between 24 hours ago and this time, as candles showed them. */
  known(beforeMs: number): PriceRange | undefined;
}

/** Whether candles must be read for this rule before anybody can say that it did not fire. */
export function couldFire(
  { rule, conditions }: CompiledRule,
  state: RuleState,
  sight: (pair: string) => PairSight | undefined,
  nowMs: number,
): boolean {
  // An expiry does not count yet: what happened before it may not be read.
  const { expiresAtMs: _, ...lasting } = rule;
  if (!mayFire(lasting, state, nowMs)) return false;
  const isFired = state.status === 'fired' && state.aheadMs === undefined;
  return conditions.every((condition, at) => {
    const pair = sight(condition.pair);
    if (pair === undefined) return false;
    const memory = state.conditions[at] ?? { holds: false };
    const mark = state.marks[condition.pair];
    if (mark === undefined) return couldHoldPolled(condition, memory, pair.quote);
    const bounds = boundsSince(mark, pair.quote, nowMs);
    if (!couldHold(condition, { memory, mark, pair, bounds, nowMs })) return false;
    // It has fired and must fail first; with several conditions, or an event, it may.
    return !isFired || conditions.length > 1 || couldFail(condition, bounds);
  });
}

function couldHoldPolled(condition: CompiledCondition, memory: ConditionState, quote: Quote) {
  return look(condition, memory, { stroke: undefined, quote, range: undefined }).holds;
}

/** What the prices since a mark cannot have left; undefined: the ticker does not say. */
export function boundsSince(mark: Mark, quote: Quote, nowMs: number): PriceRange | undefined {
  const { last, dayTrades, dayHigh, dayLow, high24h, low24h } = quote;
  const midnightMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  // A minute's distance from midnight, since our clock and the exchange's may differ.
  const isToday = mark.atMs >= midnightMs + MINUTE_MS && nowMs >= midnightMs + MINUTE_MS;
  const isRecent = nowMs - mark.atMs < TICKER_DAY_MS;
  if (!isToday && !isRecent) return undefined;
  const day = isToday ? { high: dayHigh, low: dayLow } : undefined;
  const hours = isRecent && !high24h.eq('0') ? { high: high24h, low: low24h } : undefined;
  // The price at the mark may be older than the day.
  const start = decimal(mark.close);
  const least = { high: higher(last, start), low: lower(last, start) };
  // Before the first trade of a day its high and low say nothing.
  if (isToday && dayTrades === 0) return least;
  const range = day && hours ? narrower(day, hours) : (day ?? hours);
  if (range === undefined) return least;
  return { high: higher(least.high, range.high), low: lower(least.low, range.low) };
}

function narrower(a: PriceRange, b: PriceRange): PriceRange {
  return { high: lower(a.high, b.high), low: higher(a.low, b.low) };
}

interface Question {
  readonly memory: ConditionState;
  readonly mark: Mark;
  readonly pair: PairSight;
  readonly bounds: PriceRange | undefined;
  readonly nowMs: number;
}

function couldHold(condition: CompiledCondition, question: Question): boolean {
  const { memory, mark, pair, bounds, nowMs } = question;
  if (condition.kind === 'spread' || condition.kind === 'volume') {
    return couldHoldPolled(condition, memory, pair.quote);
  }
  if (condition.kind === 'level' && condition.forMs > 0) {
    // At the earliest it has been there since the mark.
    const sinceMs = memory.sinceMs ?? mark.atMs;
    const isDue = sinceMs + condition.forMs <= nowMs;
    return isDue && (memory.sinceMs !== undefined || couldReach(condition, bounds));
  }
  const isEvent = condition.kind === 'cross' || condition.kind === 'extreme';
  // A trade is noticed by our clock, and its minute is the exchange's.
  // A move is measured from the minutes before, so the newest one counts in the next.
  const graceMs = condition.kind === 'move' ? CLOCKS_MS + MINUTE_MS : CLOCKS_MS;
  const unchanged = mark.atMs >= pair.changedAtMs + graceMs;
  if (unchanged && (isEvent || !memory.holds)) return false;
  if (bounds === undefined) return true;
  switch (condition.kind) {
    case 'cross':
      return condition.sides.some((side) => {
        const reach = { side, level: condition.level };
        if (!couldReach(reach, bounds)) return false;
        return memory.ready?.[side] === true || couldBack(side, condition.back[side], bounds);
      });
    case 'level':
      return couldReach(condition, bounds);
    case 'move':
      return condition.sides.some((side) => couldMove(condition, side, question, bounds));
    case 'extreme': {
      const { side } = condition;
      const known = pair.known(mark.atMs);
      if (known === undefined) return true;
      const { high, low } = known;
      return side === 'above' ? bounds.high.gt(high) : bounds.low.lt(low);
    }
  }
}

function couldReach(
  { side, level }: { readonly side: Side; readonly level: PriceRange['high'] },
  bounds: PriceRange | undefined,
): boolean {
  if (bounds === undefined) return true;
  return isAt(side, side === 'above' ? bounds.high : bounds.low, level);
}

function couldBack(side: Side, back: PriceRange['high'], bounds: PriceRange): boolean {
  return isAt(other(side), side === 'above' ? bounds.low : bounds.high, back);
}

/** Within the last 24 hours no two prices are further apart than the ticker's high and low. */
function couldMove(
  { windowMs, factor }: Extract<CompiledCondition, { kind: 'move' }>,
  side: Side,
  { mark, pair, nowMs }: Question,
  bounds: PriceRange,
): boolean {
  if (nowMs - mark.atMs + windowMs > TICKER_DAY_MS) return true;
  const { high24h, low24h } = pair.quote;
  const [price, from] = side === 'above' ? [bounds.high, low24h] : [bounds.low, high24h];
  return isAt(side, price, from.times(factor[side]));
}

/** Whether a condition that held could have failed beyond its band. */
function couldFail(condition: CompiledCondition, bounds: PriceRange | undefined): boolean {
  if (bounds === undefined || condition.kind !== 'level') return true;
  return couldBack(condition.side, condition.back, bounds);
}
