/** Where alert rules and their states are kept. */
import type { Notice } from '../notices/notice.ts';
import type { AlertRule, RuleSignal } from './rule.ts';
import type { FeedState, RuleState } from './state.ts';

/** A signal that a rule raises; `id` is the signal's identity, so it counts once however often it is sent. */
export interface RaisedSignal extends RuleSignal {
  readonly id: string;
  readonly atMs: number;
}

/** What one firing, or one change of a rule's memory, writes: all of it or nothing. */
export interface RuleCommit {
  /** As it was read; its version guards the write. Undefined: the rule has no state yet. */
  readonly before: RuleState | undefined;
  /** `version` is one more than before's. */
  readonly after: RuleState;
  readonly notices: readonly Notice[];
  readonly raised?: RaisedSignal;
}

/** Rules added while running, the memory of every rule, and the signals they raise. */
export interface AlertStore {
  /** Grows with every change that a person makes; a run whose memory has it need not read the rules. */
  revision(): Promise<number>;
  /** Rules added by hand. */
  rules(): Promise<readonly AlertRule[]>;
  /**
   * Adds a rule as an edition of its own, which no rule had before, or does nothing when one of this
   * id is there; `false`: it was there.
   */
  add(rule: AlertRule): Promise<boolean>;
  /** Takes a rule and its state away, for good: no run that still knows it writes one again. `false`: there was none. */
  remove(ruleId: string): Promise<boolean>;
  /** Mutes until then; 0 unmutes. */
  mute(ruleId: string, untilMs: number): Promise<void>;
  /** Ends: by rule id. Read consistently. */
  mutes(): Promise<ReadonlyMap<string, number>>;
  states(): Promise<readonly RuleState[]>;
  /** The state of this name, read consistently. */
  state(name: string): Promise<RuleState | undefined>;
  /** `lost`: somebody wrote the state in between, or removed the rule; nothing was written. */
  commit(commit: RuleCommit): Promise<'done' | 'lost'>;
  feed(): Promise<FeedState | undefined>;
  commitFeed(after: FeedState, notices: readonly Notice[]): Promise<'done' | 'lost'>;
  /** Raised signals that nobody has handed over yet, oldest first. */
  raised(limit: number): Promise<readonly RaisedSignal[]>;
  handedOver(raised: RaisedSignal, atMs: number): Promise<void>;
  /** The time of the newest whole run, for whoever wants to know that prices are watched. */
  beat(atMs: number): Promise<void>;
  lastBeat(): Promise<number | undefined>;
}
