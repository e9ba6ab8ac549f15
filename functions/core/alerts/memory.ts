/**
 * What a warm function remembers between two runs: rules, their states and what was seen of the
 * pairs. All of it can be lost at any time. A run that begins without it reads rules and states from
 * the store and comes to the same firings.
 */
import type { Pair } from '../market/pair.ts';
import type { Clock, Log } from '../ports.ts';
import { compileRule, type CompiledRule } from './compiled-rule.ts';
import type { PairMemory } from './pair-memory.ts';
import type { AlertStore } from './ports.ts';
import { memoryName } from './rule-name.ts';
import type { AlertRule } from './rule.ts';
import type { FeedState, Mark, RuleState } from './state.ts';
import { MINUTE_MS, type Gap } from './stroke.ts';

/** A rule and what is remembered of it; no state: it was never looked at. */
export interface RuleEntry {
  readonly compiled: CompiledRule;
  state: RuleState | undefined;
}

/** The memory between two runs. */
export interface AlertMemory {
  /** Undefined: nothing is known. */
  revision: number | undefined;
  ranAtMs: number;
  /** By the name of their memory. */
  rules: Map<string, RuleEntry>;
  /** Names of rules whose state somebody else may have written: read again before they are used. */
  readonly unsure: Set<string>;
  mutes: ReadonlyMap<string, number>;
  feed: FeedState | undefined;
  readonly pairs: Map<string, PairMemory>;
  table: ReadonlyMap<string, Pair>;
  /** Stretches of prices that could not be read and are not told yet, by pair. */
  readonly gaps: Map<string, readonly Gap[]>;
  /** Since when no pair is late any more, while some are still told as late. */
  onTimeSinceMs?: number;
}

/** No rule's marks are older than this when a run has ended, so that candles still reach them. */
export const UNREAD_MS_MAX = 600 * MINUTE_MS;

/** A function that slept this long knows less than the store. */
const FORGET_MS = 10 * MINUTE_MS;

/** An empty memory. */
export function alertMemory(): AlertMemory {
  return {
    ...{ revision: undefined, ranAtMs: 0, rules: new Map(), unsure: new Set(), mutes: new Map() },
    ...{ feed: undefined, pairs: new Map(), table: new Map(), gaps: new Map() },
  };
}

/** What recalling needs. */
export interface RecallDeps {
  readonly store: AlertStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Rules of harpoon.yaml. */
  readonly rules: readonly AlertRule[];
}

/** Makes the memory whole: reads the store where something changed. Throws when it cannot. */
export async function recall(memory: AlertMemory, deps: RecallDeps): Promise<void> {
  const { store, clock } = deps;
  const nowMs = clock.nowMs();
  if (nowMs - memory.ranAtMs > FORGET_MS) forget(memory);
  memory.ranAtMs = nowMs;
  const revision = await store.revision();
  if (memory.revision !== revision) {
    // Nothing is known until everything was read: a run that dies here begins anew.
    const isCold = memory.revision === undefined;
    memory.revision = undefined;
    const asked = [store.rules(), store.mutes(), store.states()] as const;
    // No run ends while something that it began still runs.
    await Promise.allSettled(asked);
    const [rules, mutes, states] = await Promise.all(asked);
    const floorMs = isCold ? ((await store.lastBeat()) ?? 0) - UNREAD_MS_MAX : 0;
    if (isCold) memory.feed = await store.feed();
    memory.mutes = mutes;
    memory.rules = entriesOf([...deps.rules, ...rules], states, { memory, floorMs, log: deps.log });
    memory.unsure.clear();
    memory.revision = revision;
  }
  for (const name of memory.unsure) {
    const entry = memory.rules.get(name);
    if (entry !== undefined) entry.state = await store.state(name);
    memory.unsure.delete(name);
  }
}

function forget(memory: AlertMemory): void {
  memory.revision = undefined;
  memory.rules = new Map();
  memory.unsure.clear();
  memory.pairs.clear();
  delete memory.onTimeSinceMs;
}

function entriesOf(
  rules: readonly AlertRule[],
  states: readonly RuleState[],
  context: { readonly memory: AlertMemory; readonly floorMs: number; readonly log: Log },
): Map<string, RuleEntry> {
  const { memory, floorMs, log } = context;
  const stored = new Map(states.map((state) => [state.ruleId, state]));
  const entries = new Map<string, RuleEntry>();
  const ids = new Set<string>();
  for (const rule of rules) {
    // A rule of the file goes before one that was added under its id.
    if (ids.has(rule.id)) continue;
    ids.add(rule.id);
    const name = memoryName(rule);
    const known = memory.rules.get(name);
    const state = stored.get(name);
    try {
      entries.set(name, {
        // A changed rule has another name, so what was compiled is still right.
        compiled: known?.compiled ?? compileRule(rule),
        state:
          known?.state !== undefined && known.state.version === state?.version
            ? known.state
            : state && atLeast(state, floorMs),
      });
    } catch (error) {
      // One broken rule must not silence the others.
      log.error('rule-unusable', { rule: rule.id, error: String(error) });
    }
  }
  return entries;
}

/**
 * A state is written when it changes, its marks with it. What was read later without a change is
 * known from the heartbeat: at a whole run's end no mark is older than UNREAD_MS_MAX.
 */
function atLeast(state: RuleState, floorMs: number): RuleState {
  const minuteMs = Math.floor(floorMs / MINUTE_MS) * MINUTE_MS;
  const later = (mark: Mark): Mark => {
    if (mark.atMs >= minuteMs) return mark;
    return { ...mark, atMs: minuteMs, minuteMs, high: mark.close, low: mark.close };
  };
  const marks = Object.entries(state.marks).map(([pair, mark]) => [pair, later(mark)] as const);
  return { ...state, marks: Object.fromEntries(marks) };
}
