/** The recalls on record as one process sees them, behind calls that may fail. */
import type { Recalls } from '../../functions/core/execute/recalls.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { RecallPort } from './fault-kinds.ts';
import type { OrderBook } from './order-book.ts';
import type { Process } from './process.ts';
import type { StoreCalls } from './store-calls.ts';
import type { RecallWitness } from './witness-recalls.ts';

/** What the calls reach, and who watches. */
export interface RecallTable {
  readonly store: FakeStore;
  readonly calls: StoreCalls;
  readonly witness: RecallWitness;
  readonly book: () => OrderBook;
}

/** The port as a process calls it. */
export function recallPort(
  process: Process,
  { store, calls, witness, book }: RecallTable,
): Recalls {
  const { recalls } = store.acts;
  const { generation } = calls;
  const call = <T>(port: RecallPort, write: boolean, make: () => T) =>
    calls.call(process, generation, { port, write, make });
  return {
    ask: (recall) =>
      call('recalls.ask', true, () => {
        process.task = 'asking to recall';
        recalls.ask(recall);
        witness.asked(recall);
      }),
    asked: (ref) => call('recalls.asked', false, () => recalls.asked(ref)),
    done: (recall) =>
      call('recalls.done', true, () => {
        const waited = recalls.asked(recall) !== undefined;
        recalls.done(recall);
        if (waited) witness.done(recall, (id) => book().isOpen(id));
      }),
    waiting: (limit) => call('recalls.waiting', false, () => recalls.waiting(limit)),
  };
}
