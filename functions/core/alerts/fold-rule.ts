/**
 * From what is remembered of a rule, and the minutes since, to its next firing. A function of the
 * candles alone, as long as a rule asks for prices: whoever reads them, in however many runs, comes
 * to the same firings in the same minutes.
 *
 * A minute that is still running, or a stretch that only the ticker has shown, may let a rule fire
 * before its candles are whole. The state then keeps its marks and says up to when it was told
 * ahead; the whole candles, when they are read, show that firing first, and it is not told again.
 */
import type { Decimal } from '../decimal.ts';
import type { CompiledCondition, CompiledRule } from './compiled-rule.ts';
import { localDay } from './local-time.ts';
import { look, type Seen } from './look.ts';
import type { Quote } from './market.ts';
import type { RangeBefore } from './price-range.ts';
import type { Side } from './rule.ts';
import type { ConditionState, Mark, RuleState } from './state.ts';
import { markAfter, MINUTE_MS, type Stroke } from './stroke.ts';

/** One minute of all pairs of a rule. */
export interface Minute {
  readonly fromMs: number;
  readonly toMs: number;
  /** Whole for every pair. */
  readonly whole: boolean;
  readonly strokes: ReadonlyMap<string, Stroke>;
}

/** What is known of the pairs beside their strokes. */
export interface Surroundings {
  quote(pair: string): Quote | undefined;
  range(pair: string): RangeBefore | undefined;
}

/** One firing, with all that its notice says. */
export interface Fired {
  readonly fromMs: number;
  readonly toMs: number;
  /** Conditions in the order of the rule. */
  readonly parts: readonly FiredPart[];
  /** The part that tells what happened: the event, else the first one. */
  readonly main: FiredPart;
  readonly ambiguous: boolean;
}

/** What one condition saw when its rule fired. */
export interface FiredPart {
  readonly condition: CompiledCondition;
  readonly side: Side;
  readonly price: Decimal;
  readonly against?: Decimal;
  /** The newest price of its pair. */
  readonly close: Decimal;
}

/** The next firing, if there is one, and the state with it. */
export interface Step {
  readonly state: RuleState;
  readonly fired?: Fired;
  /** Minutes that were not looked at, because of the firing. */
  readonly rest: readonly Minute[];
}

/** Reads minutes up to the next firing or their end. */
export function nextStep(
  compiled: CompiledRule,
  before: RuleState,
  minutes: readonly Minute[],
  around: Surroundings,
): Step {
  let state = before;
  let read: Minute | undefined;
  // Marks are text: they are written once, for the last whole minute.
  const marked = () => {
    return read === undefined ? state : { ...state, marks: marksAfter(state.marks, read.strokes) };
  };
  for (const [at, minute] of minutes.entries()) {
    if (state.status === 'done' || state.status === 'expired') break;
    const { conditions } = compiled;
    const seen = conditions.map((condition, index) =>
      look(condition, state.conditions[index] ?? { holds: false }, {
        stroke: minute.strokes.get(condition.pair),
        quote: around.quote(condition.pair),
        range: around.range(condition.pair),
      }),
    );
    const step = stepOf(compiled, state, minute, seen);
    ({ state } = step);
    if (minute.whole) read = minute;
    if (step.fires) {
      const fired = firedOf(compiled, minute, seen, around);
      return { state: marked(), fired, rest: minutes.slice(at + 1) };
    }
  }
  return { state: marked(), rest: [] };
}

/** One minute: does it fire, and what is remembered. */
function stepOf(
  { rule, event }: CompiledRule,
  before: RuleState,
  minute: Minute,
  seen: readonly Seen[],
): { readonly state: RuleState; readonly fires: boolean } {
  const { fromMs, toMs, whole } = minute;
  const state = withoutOldAhead(before, fromMs);
  const isAhead = state.aheadMs !== undefined;
  // A rule of states fires on its rising edge alone.
  const isArmed = event !== undefined || state.status === 'armed' || isAhead;
  const holds = isArmed && seen.every((one) => one.holds);
  const fired = { status: rule.repeat === 'once' ? 'done' : 'fired', firedAtMs: fromMs } as const;
  if (!whole) {
    // What is not certain yet waits for the end of the minute, and what is told early must have
    // happened before the rule ran out.
    const isSure = !isAhead && !seen.some(({ ambiguous }) => ambiguous);
    const isInTime =
      rule.expiresAtMs === undefined || minuteOf(toMs) <= minuteOf(rule.expiresAtMs - 1);
    const fires = holds && isSure && isInTime && mayFire(rule, state, fromMs);
    if (!fires) return { state: before, fires };
    return { state: { ...state, ...fired, seq: state.seq + 1, aheadMs: toMs }, fires };
  }
  const told = holds && isAhead;
  const fires = holds && !isAhead && mayFire(rule, state, fromMs);
  // An event in its cooldown is over when the cooldown is; a state that lasts fires then.
  const missed = holds && !told && !fires && event !== undefined;
  const { aheadMs: _, ...known } = state;
  const memory: RuleState = {
    ...(told ? known : state),
    ...(told || fires ? fired : {}),
    seq: state.seq + (fires ? 1 : 0),
    suppressed: state.suppressed + (missed ? 1 : 0),
    conditions: seen.map(({ next }) => next),
  };
  const failed = seen.some((one) => (told || fires ? one.failedAtClose : one.failed));
  const isBack = event === undefined ? failed : seen.some(({ next }) => isReady(next));
  const rearms = memory.status === 'fired' && memory.aheadMs === undefined && isBack;
  return { state: rearms ? { ...memory, status: 'armed' } : memory, fires };
}

function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS);
}

/**
 * What was told ahead and is not shown by any candle up to a minute later: the ticker and the
 * candles differ. It stays told.
 */
function withoutOldAhead(state: RuleState, fromMs: number): RuleState {
  if (state.aheadMs === undefined || fromMs <= state.aheadMs + MINUTE_MS) return state;
  const { aheadMs: _, ...rest } = state;
  return rest;
}

/** Whether enough time has passed since the last firing, and the rule has not run out. */
export function mayFire(
  { cooldownMs, repeat, zone, expiresAtMs }: CompiledRule['rule'],
  { firedAtMs }: RuleState,
  atMs: number,
): boolean {
  if (expiresAtMs !== undefined && atMs >= expiresAtMs) return false;
  if (firedAtMs === undefined) return true;
  if (atMs - firedAtMs < Math.max(cooldownMs, MINUTE_MS)) return false;
  return repeat !== 'daily' || localDay(atMs, zone) !== localDay(firedAtMs, zone);
}

/** Only an event remembers this. */
function isReady({ ready }: ConditionState): boolean {
  return ready?.above === true || ready?.below === true;
}

function marksAfter(
  marks: RuleState['marks'],
  strokes: ReadonlyMap<string, Stroke>,
): RuleState['marks'] {
  const next: Record<string, Mark> = { ...marks };
  for (const [pair, stroke] of strokes) next[pair] = markAfter(stroke);
  return next;
}

function firedOf(
  { conditions, event }: CompiledRule,
  { fromMs, toMs, strokes }: Minute,
  seen: readonly Seen[],
  around: Surroundings,
): Fired {
  const parts = conditions.flatMap((condition, at): FiredPart[] => {
    const { side, price, against } = seen[at] ?? {};
    const close = strokes.get(condition.pair)?.close ?? around.quote(condition.pair)?.last;
    if (side === undefined || price === undefined || close === undefined) return [];
    return [{ condition, side, price, close, ...(against === undefined ? {} : { against }) }];
  });
  const main = parts[event ?? 0];
  if (main === undefined) throw new TypeError('a rule that fired has seen something');
  return { fromMs, toMs, parts, main, ambiguous: seen.some(({ ambiguous }) => ambiguous) };
}
