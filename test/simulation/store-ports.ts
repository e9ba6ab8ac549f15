/**
 * The store as one process sees it: the in-memory store behind calls that may fail, conflict, or
 * take effect without saying so.
 */
import type {
  Books,
  Lanes,
  OrderLog,
  Outbox,
  Switches,
  Tally,
} from '../../functions/core/ports.ts';
import type { Amends } from '../../functions/core/execute/amends.ts';
import type { Recalls } from '../../functions/core/execute/recalls.ts';
import type { DeliveryLog } from '../../functions/core/notifications/ports.ts';
import type { MemoryOptions } from '../fakes/store-memory.ts';
import { fakeStore, type FakeStore } from '../fakes/store.ts';
import { amendPort } from './amend-calls.ts';
import type { Monitor } from './monitor.ts';
import { DeliveryTable } from './notices/delivery-calls.ts';
import type { NoticeWitness } from './notices/notice-witness.ts';
import type { Process, Surroundings } from './process.ts';
import type { Version } from './releases.ts';
import { RowStore, type Caller } from './row-store.ts';
import type { OrderBook } from './order-book.ts';
import { StoreCalls } from './store-calls.ts';
import { recallPort } from './recall-calls.ts';
import { switchPorts, type SwitchPorts } from './switch-calls.ts';
import type { HourlyCaps } from './witness-hours.ts';
import { RecallWitness } from './witness-recalls.ts';
import { SwitchWitness } from './witness-switches.ts';

/** The ports over the store. */
export interface StorePorts {
  readonly orders: OrderLog;
  readonly books: Books;
  readonly lanes: Lanes;
  readonly switches: Switches;
  readonly tally: Tally;
  readonly outbox: Outbox;
}

/** The shared store of a world. */
export class SimulatedStore {
  readonly #around: Surroundings;
  readonly #monitor: Monitor;
  readonly #hours: HourlyCaps;
  readonly calls: StoreCalls;
  /** Tables of other kinds that are kept with this one. */
  readonly beside: { backup(): () => void }[] = [];
  readonly #notices: NoticeWitness;
  readonly #rows: RowStore;
  readonly #deliveries: DeliveryTable;
  readonly store: FakeStore;
  readonly switches: SwitchWitness;
  readonly recalls: RecallWitness;

  constructor(
    around: Surroundings,
    monitor: Monitor,
    stage: {
      readonly hours: HourlyCaps;
      readonly notices: NoticeWitness;
    } & MemoryOptions,
  ) {
    const { hours, notices } = stage;
    this.#around = around;
    this.#monitor = monitor;
    this.#hours = hours;
    this.#notices = notices;
    this.calls = new StoreCalls(around);
    this.store = fakeStore(
      {
        nowMs: this.calls.nowMs,
        sleep: () => Promise.reject(new Error('a store does not sleep')),
      },
      stage,
    );
    const { store } = this;
    const nowMs = () => around.scheduler.nowMs;
    this.switches = new SwitchWitness(monitor, { store, nowMs });
    this.recalls = new RecallWitness(monitor, store);
    this.#deliveries = new DeliveryTable({ around, store, calls: this.calls, witness: notices });
    this.#rows = new RowStore(around, this.store, this.calls, { monitor, hours });
  }

  /** Keeps everything as it is now; what it returns puts it back, under a new table. */
  backup(): () => void {
    const putBack = [this.store, this.#rows, ...this.beside].map((one) => one.backup());
    const kept = { monitor: this.#monitor.kept(), hours: this.#hours.kept() };
    return () => {
      for (const put of putBack) put();
      this.calls.generation += 1;
      this.#monitor.restored(this.store.rows(), kept.monitor);
      this.#hours.restored(kept.hours);
      this.#notices.restored();
      this.switches.restored();
    };
  }

  /** What waits in the outbox, as a process calls it. */
  deliveriesFor(process: Process): DeliveryLog {
    return this.#deliveries.portFor(process);
  }

  /** The switch board and the halts on record, as a process calls them. */
  switchPortsFor(process: Process, book: () => OrderBook): SwitchPorts {
    const [store, calls, monitor] = [this.store, this.calls, this.#monitor];
    return switchPorts(process, { store, calls, monitor, witness: this.switches, book });
  }

  /** The recalls on record, as a process calls them. */
  recallPortFor(process: Process, book: () => OrderBook): Recalls {
    const table = { store: this.store, calls: this.calls, witness: this.recalls, book };
    return recallPort(process, table);
  }

  /** The amends on record, as a process calls them. */
  amendPortFor(process: Process): Amends {
    const { amends } = this.#monitor;
    if (amends === undefined) return this.store.amends;
    return amendPort(process, { store: this.store, calls: this.calls, witness: amends });
  }

  /** The ports as a process calls them. */
  portsFor(process: Process, version: Version): StorePorts {
    const { acts } = this.store;
    const caller: Caller = { process, version, generation: this.calls.generation };
    const call = <T>(port: string, write: boolean, make: () => T) =>
      this.calls.call(process, caller.generation, { port, write, make });
    return {
      orders: this.#rows.portFor(caller),
      books: {
        read: (ref) => call('books.read', false, () => acts.books.read(ref)),
        all: (limit) => call('books.all', false, () => acts.books.all(limit)),
      },
      lanes: {
        take: (keyId, owner) => {
          if (this.#around.faults.strikes('store conflict'))
            return process.clock.sleep(3).then(() => 'busy');
          return call('lanes.take', true, () => {
            const lane = acts.lanes.take(keyId, owner);
            if (typeof lane === 'object') this.#monitor.laneTaken(lane, process.name);
            return lane;
          });
        },
        release: (lease) => call('lanes.release', true, () => acts.lanes.release(lease)),
      },
      switches: {
        read: (account) => call('switches.read', false, () => acts.switches.read(account)),
        trip: (account, blocks, why) =>
          call('switches.trip', true, () => {
            this.#monitor.tripped(account, blocks);
            return acts.switches.trip(account, blocks, why);
          }),
      },
      tally: {
        failed: (account) => call('tally.failed', true, () => acts.tally.failed(account)),
        placed: (account, id) => call('tally.placed', true, () => acts.tally.placed(account, id)),
        lastPlaced: (account) =>
          call('tally.lastPlaced', false, () => acts.tally.lastPlaced(account)),
        equityAtDayStart: (account, atMs) =>
          call('tally.equityAtDayStart', false, () => acts.tally.equityAtDayStart(account, atMs)),
        recordEquity: (account, atMs, equity) =>
          call('tally.recordEquity', true, () => acts.tally.recordEquity(account, atMs, equity)),
      },
      outbox: {
        put: (notice) => call('outbox.put', true, () => acts.outbox.put(notice)),
      },
    };
  }
}
