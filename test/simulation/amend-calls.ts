/** The amends on record as one process sees them, behind calls that may fail. */
import type { Amends } from '../../functions/core/execute/amends.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { AmendPort } from './fault-kinds.ts';
import type { Process } from './process.ts';
import type { StoreCalls } from './store-calls.ts';
import type { AmendWitness } from './witness-amends.ts';

/** What the calls reach, and who watches. */
export interface AmendTable {
  readonly store: FakeStore;
  readonly calls: StoreCalls;
  readonly witness: AmendWitness;
}

/** The port as a process calls it. */
export function amendPort(process: Process, { store, calls, witness }: AmendTable): Amends {
  const { amends } = store.acts;
  const { generation } = calls;
  const call = <T>(port: AmendPort, write: boolean, make: () => T) =>
    calls.call(process, generation, { port, write, make });
  return {
    ask: (amend) =>
      call('amends.ask', true, () => {
        process.task = 'asking to amend';
        const outcome = amends.ask(amend);
        witness.asked(amend, outcome);
        return outcome;
      }),
    asked: (ref) => call('amends.asked', false, () => amends.asked(ref)),
    done: (amend) =>
      call('amends.done', true, () => {
        amends.done(amend);
        witness.done(amend);
      }),
    waiting: (limit) => call('amends.waiting', false, () => amends.waiting(limit)),
  };
}
