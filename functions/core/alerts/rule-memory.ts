/** How a rule's memory begins, and when it has changed so that it must be written. */
import type { CompiledCondition, CompiledRule } from './compiled-rule.ts';
import { isAt } from './look.ts';
import type { Quote } from './market.ts';
import { memoryName } from './rule-name.ts';
import type { ConditionState, Mark, RuleState } from './state.ts';
import type { Minute } from './fold-rule.ts';
import { markNow, MINUTE_MS, strokesSince } from './stroke.ts';
import type { CandleRows, Gap, Stroke } from './stroke.ts';

/**
 * The state of a rule at its first look: nothing from before it counts. Undefined while the ticker
 * lacks a pair of the rule.
 */
export function firstState(
  compiled: CompiledRule,
  quotes: ReadonlyMap<string, Quote>,
  nowMs: number,
): RuleState | undefined {
  const marks: Record<string, Mark> = {};
  for (const pair of compiled.candlePairs) {
    const quote = quotes.get(pair);
    if (quote === undefined) return undefined;
    marks[pair] = markNow(quote, nowMs);
  }
  return {
    ...{ ruleId: memoryName(compiled.rule), version: 0, seq: 0, status: 'armed', suppressed: 0 },
    conditions: compiled.conditions.map((one) => firstLook(one, quotes.get(one.pair), nowMs)),
    marks,
  };
}

function firstLook(
  condition: CompiledCondition,
  quote: Quote | undefined,
  nowMs: number,
): ConditionState {
  if (quote === undefined) return { holds: false };
  const { last } = quote;
  if (condition.kind === 'cross') {
    // The band is for coming back; at the beginning the other side is all the rest.
    const ready = condition.sides.map(
      (side) => [side, !isAt(side, last, condition.level)] as const,
    );
    return { holds: false, ready: Object.fromEntries(ready) };
  }
  if (condition.kind === 'extreme') return { holds: false, ready: { [condition.side]: true } };
  if (condition.kind === 'level') {
    const holds = isAt(condition.side, last, condition.level);
    return holds && condition.forMs > 0 ? { holds, sinceMs: nowMs } : { holds };
  }
  // Not known yet; what may hold is looked at.
  return { holds: condition.kind === 'move' };
}

/** Whether `after` must be written: everything but how far prices were read, and what is shown. */
export function isWorthWriting(before: RuleState, after: RuleState): boolean {
  return memoryText(before) !== memoryText(after);
}

function memoryText(state: RuleState): string {
  const { seq, status, firedAtMs, suppressed, aheadMs, conditions } = state;
  const parts = conditions.map(({ ready, sinceMs }) => [ready?.above, ready?.below, sinceMs]);
  return JSON.stringify([seq, status, firedAtMs, suppressed, aheadMs, parts]);
}

/** The unread minutes of a rule: those that every one of its pairs has a candle for. */
export function minutesSince(
  { candlePairs }: CompiledRule,
  { marks }: RuleState,
  candles: (pair: string) => CandleRows | undefined,
): { readonly minutes: readonly Minute[]; readonly gaps: ReadonlyMap<string, readonly Gap[]> } {
  const gaps = new Map<string, readonly Gap[]>();
  const byPair = new Map<string, readonly Stroke[]>();
  for (const pair of candlePairs) {
    const [mark, read] = [marks[pair], candles(pair)];
    if (mark === undefined || read === undefined) return { minutes: [], gaps };
    const since = strokesSince(mark, read);
    byPair.set(pair, since.strokes);
    if (since.gaps.length > 0) gaps.set(pair, since.gaps);
  }
  return { minutes: merge(byPair), gaps };
}

/** Strokes of one pair follow each other minute by minute, so they are found by their distance. */
function merge(byPair: ReadonlyMap<string, readonly Stroke[]>): readonly Minute[] {
  const firsts = [...byPair.values()].map((strokes) => strokes[0]?.minuteMs ?? Infinity);
  const lasts = [...byPair.values()].map((strokes) => strokes.at(-1)?.minuteMs ?? -Infinity);
  const minutes: Minute[] = [];
  for (let ms = Math.max(...firsts); ms <= Math.min(...lasts); ms += MINUTE_MS) {
    const strokes = new Map<string, Stroke>();
    for (const [pair, list] of byPair) {
      const first = list[0]?.minuteMs ?? ms;
      const stroke = list[(ms - first) / MINUTE_MS];
      if (stroke !== undefined) strokes.set(pair, stroke);
    }
    const all = [...strokes.values()];
    minutes.push({
      fromMs: Math.max(...all.map(({ fromMs }) => fromMs)),
      toMs: Math.max(...all.map(({ toMs }) => toMs)),
      whole: all.every(({ whole }) => whole),
      strokes,
    });
  }
  return minutes;
}
