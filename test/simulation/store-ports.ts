/**
 * The store as one process sees it: the in-memory store behind calls that may fail, conflict, or
 * take effect without saying so. A call that is repeated after a lost acknowledgement does what the
 * DynamoDB adapter does: it recognises its own write by the attempt's token or the audit hash.
 */
import type { Notice } from '../../functions/core/notice.ts';
import type { OrderRef, OrderRow } from '../../functions/core/order.ts';
import type {
  Lanes,
  OrderLog,
  Outbox,
  PrepareResult,
  Switches,
  Tally,
} from '../../functions/core/ports.ts';
import { fakeStore, type FakeStore } from '../fakes/store.ts';
import type { Faults } from './faults.ts';
import type { Monitor } from './monitor.ts';
import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';

/** The ports over the store. */
export interface StorePorts {
  readonly orders: OrderLog;
  readonly lanes: Lanes;
  readonly switches: Switches;
  readonly tally: Tally;
  readonly outbox: Outbox;
}

/** The shared store of a world. */
export class SimulatedStore {
  readonly #faults: Faults;
  readonly #monitor: Monitor;
  readonly #scheduler: Scheduler;
  #callerSkewMs = 0;
  #staleDue: readonly OrderRef[] = [];
  readonly store: FakeStore;

  constructor(scheduler: Scheduler, faults: Faults, monitor: Monitor) {
    this.#faults = faults;
    this.#monitor = monitor;
    this.#scheduler = scheduler;
    // The adapters stamp times with the clock of the function that calls.
    this.store = fakeStore({
      nowMs: () => scheduler.nowMs + this.#callerSkewMs,
      sleep: () => Promise.reject(new Error('a store does not sleep')),
    });
  }

  /** The ports as a process calls them. */
  portsFor(process: Process): StorePorts {
    const { store } = this;
    const call = <T>(port: string, write: boolean, make: () => Promise<T>, again = make) =>
      this.#call(process, { port, write, make, again });
    return {
      orders: this.#orders(process),
      lanes: {
        take: (keyId, owner) => {
          if (this.#faults.strikes('store conflict'))
            return process.clock.sleep(3).then(() => 'busy');
          return call('lanes.take', true, async () => {
            const lane = await store.lanes.take(keyId, owner);
            if (typeof lane === 'object') this.#monitor.laneTaken(lane, process.name);
            return lane;
          });
        },
        release: (lease) => call('lanes.release', true, () => store.lanes.release(lease)),
      },
      switches: {
        read: (account) => call('switches.read', false, () => store.switches.read(account)),
        trip: (account, blocks, why) =>
          call('switches.trip', true, () => {
            this.#monitor.tripped(account, blocks);
            return store.switches.trip(account, blocks, why);
          }),
      },
      tally: {
        failed: (account) => call('tally.failed', true, () => store.tally.failed(account)),
        placed: (account, id) => call('tally.placed', true, () => store.tally.placed(account, id)),
        lastPlaced: (account) =>
          call('tally.lastPlaced', false, () => store.tally.lastPlaced(account)),
        equityAtDayStart: (account, atMs) =>
          call('tally.equityAtDayStart', false, () => store.tally.equityAtDayStart(account, atMs)),
        recordEquity: (account, atMs, equity) =>
          call('tally.recordEquity', true, () => store.tally.recordEquity(account, atMs, equity)),
      },
      outbox: {
        put: (notice) => call('outbox.put', true, () => store.outbox.put(notice)),
        pending: (limit) => call('outbox.pending', false, () => store.outbox.pending(limit)),
        delivered: (notice, atMs) =>
          call('outbox.delivered', true, () => store.outbox.delivered(notice, atMs)),
      },
    };
  }

  #orders(process: Process): OrderLog {
    const { orders } = this.store;
    const changed = async (
      port: 'orders.move' | 'orders.note',
      row: OrderRow,
      notice: Notice | undefined,
      change: () => Promise<OrderRow | 'lost'>,
    ): Promise<OrderRow | 'lost'> => {
      let written: OrderRow | 'lost' | undefined;
      const make = async (): Promise<OrderRow | 'lost'> => {
        written = await change();
        if (written !== 'lost') this.#monitor.moved(row, written, notice);
        return written;
      };
      const again = async (): Promise<OrderRow | 'lost'> => {
        if (written === undefined || written === 'lost') return make();
        return this.store.row(row).auditHash === written.auditHash ? written : 'lost';
      };
      return this.#call(process, { port, write: true, make, again });
    };
    return {
      receive: (row, why, notice) =>
        this.#call(process, {
          ...{ port: 'orders.receive', write: true },
          make: async () => {
            const result = await orders.receive(row, why, notice);
            if (result === 'created') this.#monitor.received(this.store.row(row), notice);
            return result;
          },
        }),
      read: (ref) =>
        this.#call(process, { port: 'orders.read', write: false, make: () => orders.read(ref) }),
      prepare: async (row, preparation) => {
        if (this.#faults.strikes('store conflict')) {
          await process.clock.sleep(3);
          return { kind: 'busy' };
        }
        const { token } = preparation.attempt;
        let written: PrepareResult | undefined;
        const make = async (): Promise<PrepareResult> => {
          written = await orders.prepare(row, preparation);
          if (written.kind === 'prepared') {
            this.#monitor.prepared(row, written.row, preparation, process.name);
          }
          return written;
        };
        const again = async (): Promise<PrepareResult> => {
          if (written?.kind !== 'prepared') return make();
          return this.store.row(row).attempt?.token === token ? written : { kind: 'lost' };
        };
        const result = await this.#call(process, {
          port: 'orders.prepare',
          write: true,
          make,
          again,
        });
        if (result.kind === 'prepared') this.#monitor.confirmed(token);
        return result;
      },
      move: (row, to, change) =>
        changed('orders.move', row, change.notice, () => orders.move(row, to, change)),
      note: (row, change) =>
        changed('orders.note', row, change.notice, () => orders.note(row, change)),
      due: (nowMs, limit) =>
        this.#call(process, {
          ...{ port: 'orders.due', write: false },
          make: async () => {
            const stale = this.#faults.strikes('due list is stale');
            const due = stale ? this.#staleDue : await orders.due(nowMs, limit);
            this.#staleDue = due;
            return due;
          },
        }),
    };
  }

  #call<T>(
    process: Process,
    call: {
      readonly port: string;
      readonly write: boolean;
      readonly make: () => Promise<T>;
      readonly again?: () => Promise<T>;
    },
  ): Promise<T> {
    const faults = this.#faults;
    const { port, write, make, again = make } = call;
    const asked = <R>(act: () => Promise<R>): Promise<R> => {
      this.#callerSkewMs = process.skewMs;
      const result = act();
      this.#callerSkewMs = 0;
      return result;
    };
    const effect = (): Promise<T> => {
      if (faults.lasts('store away') || faults.strikes('store call fails')) {
        throw new Error('the store is away');
      }
      if (!write) return asked(make);
      const isLost = faults.strikes('store acknowledgement lost');
      const isRepeated = !isLost && faults.strikes('store acknowledgement lost, call repeated');
      return isLost || isRepeated ? lost(isRepeated) : asked(make);
    };
    const lost = async (isRepeated: boolean): Promise<T> => {
      await asked(make);
      if (!isRepeated) throw new Error('the store gave no answer');
      const delayMs = faults.stream('store acknowledgement lost, call repeated').between(20, 1_500);
      return new Promise((resolve, reject) => {
        this.#scheduler.after(delayMs, () => void asked(again).then(resolve, reject));
      });
    };
    return process.call({ port, effect });
  }
}
