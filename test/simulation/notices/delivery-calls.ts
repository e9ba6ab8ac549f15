/** The delivering side of the outbox as one process calls it. */
import { isDeepStrictEqual } from 'node:util';
import type { DeliveryLog, OutboxEntry } from '../../../functions/core/notifications/ports.ts';
import type { FakeStore } from '../../fakes/store.ts';
import type { Process, SharedFaults, Surroundings } from '../process.ts';
import type { StoreCalls } from '../store-calls.ts';
import type { NoticeWitness } from './notice-witness.ts';

/** What the calls go through. */
export interface DeliveryRoad {
  readonly around: Surroundings<SharedFaults>;
  readonly calls: StoreCalls;
  readonly store: FakeStore;
  readonly witness: NoticeWitness;
}

/** The delivery log of a world. */
export class DeliveryTable {
  readonly #road: DeliveryRoad;
  /** What the due list said before, for an index that lags. */
  #before: readonly OutboxEntry[] = [];

  constructor(road: DeliveryRoad) {
    this.#road = road;
  }

  portFor(process: Process): DeliveryLog {
    const { calls, store, witness, around } = this.#road;
    const { deliveries } = store.acts;
    const { generation } = calls;
    /** The adapter recognises its own write, whose acknowledgement got lost. */
    const ours = (written: OutboxEntry | 'lost'): OutboxEntry | 'lost' => {
      if (written === 'lost') return 'lost';
      const now = store.entries().find(({ notice }) => notice.id === written.notice.id);
      return isDeepStrictEqual(now, written) ? written : 'lost';
    };
    const write = (port: string, make: () => OutboxEntry | 'lost') => {
      let made: OutboxEntry | 'lost' = 'lost';
      return calls.call(process, generation, {
        ...{ port, write: true },
        make: () => (made = make()),
        again: () => ours(made),
      });
    };
    return {
      due: (nowMs, limit) =>
        calls.call(process, generation, {
          ...{ port: 'deliveries.due', write: false },
          make: () => {
            const stale = around.faults.strikes('due list is stale') ? this.#before : undefined;
            this.#before = deliveries.due(nowMs, limit);
            return stale ?? this.#before;
          },
        }),
      claim: (entry, untilMs) => write('deliveries.claim', () => deliveries.claim(entry, untilMs)),
      record: (entry, states) =>
        write('deliveries.record', () => {
          const written = deliveries.record(entry, states);
          if (written !== 'lost') witness.recorded(entry, states);
          return written;
        }),
      recent: (limit) =>
        calls.call(process, generation, {
          ...{ port: 'deliveries.recent', write: false },
          make: () => deliveries.recent(limit),
        }),
    };
  }
}
