/**
 * What each kind of condition makes of one stroke. Here is the exact meaning of every condition;
 * docs/alerts.md says the same for people.
 *
 * A look at a running minute must never say yes where the whole minute would say no: a running
 * stroke only grows, so every yes below follows from prices that were reached, never from where the
 * price is now. What only the end of the minute can tell waits for `whole`.
 */
import { decimal, HUNDRED, type Decimal } from '../decimal.ts';
import { EXTREME_WINDOW_MS, type CompiledCondition } from './compiled-rule.ts';
import type { Quote } from './market.ts';
import type { PriceRange, RangeBefore } from './price-range.ts';
import type { Side } from './rule.ts';
import type { ConditionState } from './state.ts';
import { higher, lower, type Stroke } from './stroke.ts';

/** What a condition is looked at with. Which parts are there depends on its kind. */
export interface Sight {
  readonly stroke: Stroke | undefined;
  readonly quote: Quote | undefined;
  readonly range: RangeBefore | undefined;
}

/** What was seen. */
export interface Seen {
  readonly holds: boolean;
  /** Where it happened, for the words of the notice. */
  readonly side?: Side;
  readonly price?: Decimal;
  /** High or low that was exceeded, or the size of a move's window's end. */
  readonly against?: Decimal;
  /** It holds only if the high and the low of the minute came in one order, which is not told. */
  readonly ambiguous: boolean;
  /** It failed beyond its band within the stroke; and at the stroke's close. */
  readonly failed: boolean;
  readonly failedAtClose: boolean;
  /** What to remember when the stroke is whole. */
  readonly next: ConditionState;
}

const TWO_HUNDRED = decimal('200');
const NOTHING: Omit<Seen, 'next'> = {
  ...{ holds: false, ambiguous: false, failed: false, failedAtClose: false },
};

/** Looks at one condition. */
export function look(condition: CompiledCondition, state: ConditionState, sight: Sight): Seen {
  const seen = lookAt(condition, state, sight);
  return { ...seen, next: { ...seen.next, holds: seen.holds } };
}

function lookAt(condition: CompiledCondition, state: ConditionState, sight: Sight): Seen {
  const { stroke, quote, range } = sight;
  if (condition.kind === 'spread' || condition.kind === 'volume') {
    return quote === undefined ? { ...NOTHING, next: state } : polled(condition, state, quote);
  }
  if (stroke === undefined) return { ...NOTHING, next: state };
  switch (condition.kind) {
    case 'cross':
      return cross(condition, state, stroke);
    case 'level':
      return level(condition, state, stroke);
    case 'move':
      return move(condition, state, stroke, range?.(stroke.minuteMs, condition.windowMs));
    case 'extreme':
      return extreme(condition, state, stroke, range?.(stroke.minuteMs, EXTREME_WINDOW_MS));
  }
}

/**
 * cross: the price was on the other side and reached the level. After it has, it must get `back`
 * beyond the band before reaching the level counts again.
 */
function cross(
  { sides, level, back }: Extract<CompiledCondition, { kind: 'cross' }>,
  state: ConditionState,
  stroke: Stroke,
): Seen {
  const ready: Partial<Record<Side, boolean>> = {};
  let fired: Pick<Seen, 'holds' | 'side' | 'price' | 'ambiguous'> | undefined;
  for (const side of sides) {
    const isBack = (price: Decimal) =>
      !isAt(side, price, level) && isAt(other(side), price, back[side]);
    const edge = edgeOf(state.ready?.[side] === true, {
      reached: isAt(side, far(side, stroke), level),
      wentBack: isBack(far(other(side), stroke)),
      closedBack: isBack(stroke.close),
      closedThere: isAt(side, stroke.close, level),
      startedThere: isAt(side, stroke.start, level),
      whole: stroke.whole,
    });
    ready[side] = edge.ready;
    if (edge.fires) fired ??= { holds: true, side, price: level, ambiguous: edge.ambiguous };
  }
  return { ...NOTHING, ...fired, next: { ...state, ready } };
}

/** extreme: beyond every price of the 24 hours before; then `back` from it before the next counts. */
function extreme(
  { side, back }: Extract<CompiledCondition, { kind: 'extreme' }>,
  state: ConditionState,
  stroke: Stroke,
  range: PriceRange | undefined,
): Seen {
  if (range === undefined) return { ...NOTHING, next: state };
  const before = side === 'above' ? range.high : range.low;
  const reach = far(side, stroke);
  const pick = side === 'above' ? higher : lower;
  const bound = pick(before, reach).times(back);
  const isBeyond = (price: Decimal) => !price.eq(before) && isAt(side, price, before);
  const isBack = (price: Decimal) => !isBeyond(price) && isAt(other(side), price, bound);
  const edge = edgeOf(state.ready?.[side] === true, {
    reached: isBeyond(reach),
    wentBack: isBack(far(other(side), stroke)),
    closedBack: isBack(stroke.close),
    closedThere: isBeyond(stroke.close),
    startedThere: isBeyond(stroke.start),
    whole: stroke.whole,
  });
  const next = { ...state, ready: { [side]: edge.ready } };
  if (!edge.fires) return { ...NOTHING, next };
  const { ambiguous } = edge;
  return { ...NOTHING, holds: true, side, price: reach, against: before, ambiguous, next };
}

/** What one stroke says of one edge. */
interface EdgeSight {
  readonly reached: boolean;
  readonly wentBack: boolean;
  readonly closedBack: boolean;
  readonly closedThere: boolean;
  readonly startedThere: boolean;
  readonly whole: boolean;
}

/**
 * Whether an edge was crossed within a stroke. Ready and reached: yes. Not ready, but the stroke
 * went back beyond the band and reached the level: if it began short of the level, yes, and
 * ambiguous unless it ended there, for back then came before. If it began there, only the end tells:
 * a minute that ends short of the level was a fall through it, and one that ends there came back.
 */
function edgeOf(
  ready: boolean,
  { reached, wentBack, closedBack, closedThere, startedThere, whole }: EdgeSight,
): { readonly fires: boolean; readonly ambiguous: boolean; readonly ready: boolean } {
  if (ready) return { fires: reached, ambiguous: false, ready: !reached || closedBack };
  if (!wentBack) return { fires: false, ambiguous: false, ready: false };
  if (!reached) return { fires: false, ambiguous: false, ready: true };
  if (!startedThere) return { fires: true, ambiguous: !closedThere, ready: closedBack };
  return { fires: whole && closedThere, ambiguous: false, ready: !closedThere };
}

/**
 * level: it is there. Without a time, a touch within the minute is enough. With one, it was there at
 * the beginning of this minute and without a break for so long before; a minute in which any price
 * was on the other side breaks the time, which then begins with the next minute.
 */
function level(
  { side, level: bound, back, forMs }: Extract<CompiledCondition, { kind: 'level' }>,
  state: ConditionState,
  stroke: Stroke,
): Seen {
  const isBack = (price: Decimal) => !isAt(side, price, bound) && isAt(other(side), price, back);
  const failures = {
    failed: isBack(far(other(side), stroke)),
    failedAtClose: isBack(stroke.close),
  };
  const startedThere = isAt(side, stroke.start, bound);
  if (forMs === 0) {
    const holds = startedThere || isAt(side, far(side, stroke), bound);
    const price = startedThere ? stroke.start : bound;
    return { ...NOTHING, ...failures, holds, side, price, next: state };
  }
  const sinceMs = stroke.afterGap ? undefined : state.sinceMs;
  const holds = sinceMs !== undefined && sinceMs + forMs <= stroke.fromMs;
  const unbroken = isAt(side, far(other(side), stroke), bound);
  const entire = unbroken && (startedThere || stroke.afterGap);
  const laterMs = isAt(side, stroke.close, bound) ? stroke.toMs : undefined;
  const nextMs = entire ? (sinceMs ?? stroke.fromMs) : laterMs;
  const { sinceMs: _, ...rest } = state;
  const next = nextMs === undefined ? rest : { ...rest, sinceMs: nextMs };
  return { ...NOTHING, ...failures, holds, side, price: stroke.start, next };
}

/** move: so far from the lowest, or the highest, price of the window before the minute. */
function move(
  { sides, factor, back }: Extract<CompiledCondition, { kind: 'move' }>,
  state: ConditionState,
  stroke: Stroke,
  range: PriceRange | undefined,
): Seen {
  const against: Record<Side, Decimal> = {
    above: range === undefined ? stroke.start : lower(range.low, stroke.start),
    below: range === undefined ? stroke.start : higher(range.high, stroke.start),
  };
  const moved = (side: Side, price: Decimal, by: Readonly<Record<Side, Decimal>>) =>
    isAt(side, price, against[side].times(by[side]));
  const side = sides.find((one) => moved(one, far(one, stroke), factor));
  const isBack = sides.every((one) => !moved(one, stroke.close, back));
  const seen = { ...NOTHING, failed: isBack, failedAtClose: isBack, next: state };
  if (side === undefined) return seen;
  return { ...seen, holds: true, side, price: far(side, stroke), against: against[side] };
}

/** spread, volume: as this poll shows them. */
function polled(
  { kind, side, bound, back }: Extract<CompiledCondition, { kind: 'spread' | 'volume' }>,
  state: ConditionState,
  { ask, bid, last, volume24h }: Quote,
): Seen {
  // (ask - bid) / mid * 100 against the bound, both sides times the mid: nothing is divided.
  const value = kind === 'spread' ? ask.minus(bid).times(TWO_HUNDRED) : volume24h;
  const scale = kind === 'spread' ? ask.plus(bid) : decimal('1');
  const isBack =
    !isAt(side, value, bound.times(scale)) && isAt(other(side), value, back.times(scale));
  return {
    ...{ holds: isAt(side, value, bound.times(scale)), side, price: last, ambiguous: false },
    ...{ failed: isBack, failedAtClose: isBack, next: state },
  };
}

/** The spread of a quote in percent of its mid price. */
export function spreadPercent({ ask, bid }: Quote): Decimal {
  const sum = ask.plus(bid);
  return sum.eq('0') ? sum : ask.minus(bid).times(TWO_HUNDRED).div(sum);
}

/** How far a price is from another, in percent of the other. */
export function movePercent(price: Decimal, from: Decimal): Decimal {
  return from.eq('0') ? from : price.minus(from).times(HUNDRED).div(from);
}

/** On the side or exactly there. */
export function isAt(side: Side, price: Decimal, bound: Decimal): boolean {
  return side === 'above' ? price.gte(bound) : price.lte(bound);
}

/** The other side. */
export function other(side: Side): Side {
  return side === 'above' ? 'below' : 'above';
}

function far(side: Side, { high, low }: Stroke): Decimal {
  return side === 'above' ? high : low;
}
