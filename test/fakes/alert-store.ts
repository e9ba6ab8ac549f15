/**
 * Alert rules, their states and the outbox in memory, with the same conditions as the DynamoDB
 * adapter: a commit with an old version is lost, and what it writes is written together or not at
 * all. Any call can be made to fail before or after it took effect.
 */
import type { AlertStore, RaisedSignal, RuleCommit } from '../../functions/core/alerts/ports.ts';
import { editionOfAdding, isOfAdded, memoryName } from '../../functions/core/alerts/rule-name.ts';
import type { AlertRule } from '../../functions/core/alerts/rule.ts';
import type { FeedState, RuleState } from '../../functions/core/alerts/state.ts';
import type { Notice } from '../../functions/core/notices/notice.ts';
import type { AtOnce } from './at-once.ts';

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

/** What the store does, without promises. */
export type AlertActs = AtOnce<AlertStore>;

/** An empty table of alerts; its notices go where `put` puts them. */
export function alertActs(put: (notice: Notice) => void): AlertActs {
  const rules = new Map<string, AlertRule>();
  const states = new Map<string, RuleState>();
  const mutes = new Map<string, number>();
  const raised = new Map<string, RaisedSignal>();
  const everRaised = new Set<string>();
  let revision = 0;
  let feed: FeedState | undefined;
  let beat: number | undefined;

  /** As it comes back from a store: plain JSON. */
  const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
  const raise = (one: RaisedSignal): void => {
    if (!everRaised.has(one.id)) raised.set(one.id, one);
    everRaised.add(one.id);
  };
  return {
    revision: () => revision,
    rules: () => [...rules.values()],
    add(rule) {
      if (rules.has(rule.id)) return false;
      revision += 1;
      rules.set(rule.id, { ...rule, edition: editionOfAdding(String(revision)) });
      return true;
    },
    remove(ruleId) {
      const rule = rules.get(ruleId);
      if (rule === undefined) return false;
      rules.delete(ruleId);
      states.delete(memoryName(rule));
      revision += 1;
      return true;
    },
    mute(ruleId, untilMs) {
      if (untilMs === 0) mutes.delete(ruleId);
      else mutes.set(ruleId, untilMs);
      revision += 1;
    },
    mutes: () => new Map(mutes),
    states: () => [...states.values()],
    state: (name) => states.get(name),
    commit({ before, after, notices, raised: signal }) {
      const [id = ''] = after.ruleId.split('.');
      const rule = rules.get(id);
      const isThere = rule !== undefined && memoryName(rule) === after.ruleId;
      if (isOfAdded(after.ruleId) && !isThere) return 'lost';
      if ((states.get(after.ruleId)?.version ?? 0) !== (before?.version ?? 0)) return 'lost';
      states.set(after.ruleId, plain(after));
      notices.forEach(put);
      if (signal !== undefined) raise(signal);
      return 'done';
    },
    feed: () => feed,
    commitFeed(after, told) {
      if (after.version !== (feed?.version ?? 0) + 1) return 'lost';
      feed = plain(after);
      told.forEach(put);
      return 'done';
    },
    raised: (limit) => [...raised.values()].slice(0, limit),
    handedOver: ({ id }) => void raised.delete(id),
    beat: (atMs) => void (beat = Math.max(beat ?? atMs, atMs)),
    lastBeat: () => beat,
  };
}

/** An empty store. */
export function fakeAlertStore(): FakeAlertStore {
  const notices: Notice[] = [];
  const ids = new Set<string>();
  const commits: RuleCommit[] = [];
  const calls: string[] = [];
  const failures = new Map<number, 'before' | 'after'>();
  const acts = alertActs((notice) => {
    if (!ids.has(notice.id)) notices.push(notice);
    ids.add(notice.id);
  });
  const watched: AlertActs = {
    ...acts,
    commit(commit) {
      const result = acts.commit(commit);
      if (result === 'done') commits.push(commit);
      return result;
    },
  };
  const port: Record<string, (...args: readonly unknown[]) => Promise<unknown>> = {};
  for (const [name, act] of Object.entries(watched) as [
    string,
    (...args: unknown[]) => unknown,
  ][]) {
    // One call: it may die before it took effect, or after.
    port[name] = async (...args) => {
      const failure = failures.get(calls.length);
      calls.push(name);
      if (failure === 'before') throw new Error(`the store is away (${name})`);
      const result = act(...args);
      if (failure === 'after') throw new Error(`the answer of the store is lost (${name})`);
      return result;
    };
  }
  return {
    ...{ notices, commits, calls },
    failAt: (number, when) => void failures.set(number, when),
    heal: () => failures.clear(),
    ...(port as unknown as AlertStore),
  };
}
