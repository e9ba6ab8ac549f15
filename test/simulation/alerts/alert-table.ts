/** The alert store as one process calls it, with the consistency that the adapter has. */
import { isDeepStrictEqual } from 'node:util';
import type { AlertStore, RuleCommit } from '../../../functions/core/alerts/ports.ts';
import type { FeedState, RuleState } from '../../../functions/core/alerts/state.ts';
import { alertActs, type AlertActs } from '../../fakes/alert-store.ts';
import type { FakeStore } from '../../fakes/store.ts';
import type { Process, Surroundings } from '../process.ts';
import type { AlertFaults } from './alert-faults.ts';
import type { StoreCalls } from '../store-calls.ts';
import type { AlertWitness } from './alert-witness.ts';

/** What the table is made of. */
export interface AlertTableParts {
  readonly around: Surroundings<AlertFaults>;
  readonly calls: StoreCalls;
  readonly store: FakeStore;
  readonly witness: AlertWitness;
}

/** The alerts of a world. */
export class AlertTable {
  readonly #parts: AlertTableParts;
  readonly acts: AlertActs;

  constructor(parts: AlertTableParts) {
    this.#parts = parts;
    this.acts = alertActs((notice) => parts.store.acts.outbox.put(notice));
  }

  /** The store as a process calls it. */
  portFor(process: Process): AlertStore {
    const startMs = process.clock.nowMs();
    const { calls, around } = this.#parts;
    const { acts } = this;
    const read = <T>(port: string, make: () => T) =>
      calls.call(process, calls.generation, { port: `alerts.${port}`, write: false, make });
    const write = <T>(port: string, make: () => T, again: () => T = make) =>
      calls.call(process, calls.generation, { port: `alerts.${port}`, write: true, make, again });
    /** Two transactions at one item: the adapter looks, and nothing was decided. */
    const conflict = (): void => {
      if (around.faults.strikes('store conflict')) throw new Error('TransactionConflict');
    };
    return {
      revision: () => read('revision', () => acts.revision()),
      rules: () => read('rules', () => acts.rules()),
      add: (rule) => write('add', () => acts.add(rule)),
      remove: (ruleId) => write('remove', () => acts.remove(ruleId)),
      mute: (ruleId, untilMs) => write('mute', () => acts.mute(ruleId, untilMs)),
      mutes: () => read('mutes', () => acts.mutes()),
      states: () => read('states', () => acts.states()),
      state: (ruleId) => read('state', () => acts.state(ruleId)),
      commit: (commit) => {
        const make = () => {
          conflict();
          return this.#commit(commit, process, startMs);
        };
        return write('commit', make, () => this.#commit(commit, process, startMs));
      },
      feed: () => read('feed', () => acts.feed()),
      commitFeed: (after, notices) =>
        write(
          'commitFeed',
          () => {
            conflict();
            const result = acts.commitFeed(after, notices);
            if (result === 'done') this.#parts.witness.feed(after, notices);
            return result;
          },
          () => (sameText(acts.feed(), after) ? 'done' : 'lost'),
        ),
      raised: (limit) => read('raised', () => acts.raised(limit)),
      handedOver: (raised, atMs) => write('handedOver', () => acts.handedOver(raised, atMs)),
      beat: (atMs) =>
        write('beat', () => {
          this.#parts.witness.looked(process.name);
          acts.beat(atMs);
        }),
      lastBeat: () => read('lastBeat', () => acts.lastBeat()),
    };
  }

  #commit(commit: RuleCommit, process: Process, startMs: number): 'done' | 'lost' {
    const before = this.acts.state(commit.after.ruleId);
    // The same text is taken for one's own write: whoever wrote it, it says the same.
    if (sameText(before, commit.after)) return 'done';
    const result = this.acts.commit(commit);
    if (result === 'done') this.#parts.witness.committed(before, commit, process, startMs);
    return result;
  }
}

function sameText(a: RuleState | FeedState | undefined, b: RuleState | FeedState): boolean {
  return isDeepStrictEqual(a, JSON.parse(JSON.stringify(b)));
}
