/**
 * Alert rules, their states and the outbox in memory, with the same conditions as the DynamoDB
 * adapter: a commit with an old version is lost, and what it writes is written together or not at
 * all. Any call can be made to fail before or after it took effect.
 */
import type { AlertStore, RaisedSignal, RuleCommit } from '../../functions/core/alerts/ports.ts';
import type { AlertRule } from '../../functions/core/alerts/rule.ts';
import type { FeedState, RuleState } from '../../functions/core/alerts/state.ts';
import type { Notice } from '../../functions/core/notice.ts';

/** The port, and a look into it. */
export interface FakeAlertStore extends AlertStore {
  /** Everything that was ever written, in order; a notice is there once. */
  readonly notices: Notice[];
  /** Every commit that took effect. */
  readonly commits: RuleCommit[];
  /** Names of the calls, in order. */
  readonly calls: string[];
  /** Makes the call with this number (from 0, counted over `calls`) throw. */
  failAt(call: number, when: 'before' | 'after'): void;
  /** From now on nothing fails. */
  heal(): void;
}

/** An empty store. */
export function fakeAlertStore(): FakeAlertStore {
  const rules = new Map<string, AlertRule>();
  const states = new Map<string, RuleState>();
  const mutes = new Map<string, number>();
  const raised = new Map<string, RaisedSignal>();
  const notices: Notice[] = [];
  const commits: RuleCommit[] = [];
  const calls: string[] = [];
  const failures = new Map<number, 'before' | 'after'>();
  let revision = 0;
  let feed: FeedState | undefined;
  let beat: number | undefined;

  /** One call: it may die before it took effect, or after. */
  const call = async <T>(name: string, effect: () => T): Promise<T> => {
    const failure = failures.get(calls.length);
    calls.push(name);
    if (failure === 'before') throw new Error(`the store is away (${name})`);
    const result = effect();
    if (failure === 'after') throw new Error(`the answer of the store is lost (${name})`);
    return result;
  };
  const ids = new Set<string>();
  const put = (notice: Notice): void => {
    if (ids.has(notice.id)) return;
    ids.add(notice.id);
    notices.push(notice);
  };
  return {
    notices,
    commits,
    calls,
    failAt: (number, when) => void failures.set(number, when),
    heal: () => failures.clear(),
    revision: () => call('revision', () => revision),
    rules: () => call('rules', () => [...rules.values()]),
    add: (rule) =>
      call('add', () => {
        if (rules.has(rule.id)) return false;
        rules.set(rule.id, rule);
        revision += 1;
        return true;
      }),
    remove: (ruleId) =>
      call('remove', () => {
        if (!rules.delete(ruleId)) return false;
        states.delete(ruleId);
        revision += 1;
        return true;
      }),
    mute: (ruleId, untilMs) =>
      call('mute', () => {
        if (untilMs === 0) mutes.delete(ruleId);
        else mutes.set(ruleId, untilMs);
        revision += 1;
      }),
    mutes: () => call('mutes', () => new Map(mutes)),
    states: () => call('states', () => [...states.values()]),
    state: (ruleId) => call('state', () => states.get(ruleId)),
    commit: (commit) =>
      call('commit', () => {
        const { before, after } = commit;
        if ((states.get(after.ruleId)?.version ?? 0) !== (before?.version ?? 0)) return 'lost';
        // As it comes back from a store: plain JSON.
        states.set(after.ruleId, JSON.parse(JSON.stringify(after)) as RuleState);
        commit.notices.forEach(put);
        if (commit.raised !== undefined) raised.set(commit.raised.id, commit.raised);
        commits.push(commit);
        return 'done';
      }),
    feed: () => call('feed', () => feed),
    commitFeed: (after, told) =>
      call('commitFeed', () => {
        if (after.version !== (feed?.version ?? 0) + 1) return 'lost';
        feed = JSON.parse(JSON.stringify(after)) as FeedState;
        told.forEach(put);
        return 'done';
      }),
    raised: (limit) => call('raised', () => [...raised.values()].slice(0, limit)),
    handedOver: (one) => call('handedOver', () => void raised.delete(one.id)),
    beat: (atMs) => call('beat', () => void (beat = atMs)),
    lastBeat: () => call('lastBeat', () => beat),
  };
}
