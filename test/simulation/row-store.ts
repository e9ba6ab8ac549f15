/**
 * Order rows behind calls that may fail: a call that is repeated after a lost acknowledgement does
 * what the DynamoDB adapter does, it recognises its own write by the attempt's token or the audit
 * hash. A row that a newer version of the program wrote is refused, as its schema is by the adapter.
 */
import type { OrderState } from '../../functions/core/order-state.ts';
import type { OrderRef, OrderRow } from '../../functions/core/order.ts';
import type { OrderLog, PrepareResult, RowChange } from '../../functions/core/ports.ts';
import type { FakeStore } from '../fakes/store.ts';
import { point } from './crash-table.ts';
import type { Monitor } from './monitor.ts';
import type { Process, Surroundings } from './process.ts';
import type { Version } from './releases.ts';
import type { StoreCalls } from './store-calls.ts';
import type { HourlyCaps } from './witness-hours.ts';

/** Who calls. */
export interface Caller {
  readonly process: Process;
  readonly version: Version;
  readonly generation: number;
}

/** Who watches the rows. */
export interface Witnesses {
  readonly monitor: Monitor;
  readonly hours: HourlyCaps;
}

/** The order rows of a world. */
export class RowStore {
  readonly #around: Surroundings;
  readonly #monitor: Monitor;
  readonly #hours: HourlyCaps;
  readonly #calls: StoreCalls;
  readonly #store: FakeStore;
  /** Of each row, what was written last, by the hash of its entry. */
  readonly #hashes = new Map<string, string>();
  /** Rows in the shape of version 2. */
  readonly #newer = new Set<string>();
  #staleDue: readonly OrderRef[] = [];

  constructor(around: Surroundings, store: FakeStore, calls: StoreCalls, watch: Witnesses) {
    this.#around = around;
    this.#store = store;
    this.#calls = calls;
    this.#monitor = watch.monitor;
    this.#hours = watch.hours;
  }

  /** Keeps which rows are of version 2; what it returns makes them so again. */
  backup(): () => void {
    const newer = [...this.#newer];
    return () => {
      this.#newer.clear();
      for (const key of newer) this.#newer.add(key);
      this.#staleDue = [];
    };
  }

  /** The order log as a process calls it. */
  portFor(caller: Caller): OrderLog {
    const { orders } = this.#store.acts;
    const { process, generation } = caller;
    const { faults, seen } = this.#around;
    const isWorker = process.name.startsWith('worker');
    return {
      receive: (row, why, notice) =>
        this.#calls.call(process, generation, {
          ...{ port: 'orders.receive', write: true },
          make: () => {
            const result = orders.receive(row, why, notice);
            if (result === 'created') {
              this.#wrote(caller, row);
              this.#monitor.received(this.#store.row(row), notice);
            } else {
              this.#refuseNewer(caller, row);
            }
            return result;
          },
        }),
      read: (ref) =>
        this.#calls.call(process, generation, {
          ...{ port: 'orders.read', write: false },
          make: () => {
            this.#refuseNewer(caller, ref);
            const row = orders.read(ref);
            if (isWorker && row?.state === 'placed') seen.add(point(17));
            return row;
          },
        }),
      prepare: async (row, preparation) => {
        if (faults.strikes('store conflict')) {
          await process.clock.sleep(3);
          return { kind: 'busy' };
        }
        const { token } = preparation.attempt;
        let written: PrepareResult | undefined;
        const make = (): PrepareResult => {
          written = orders.prepare(row, preparation);
          if (written.kind === 'lost') {
            seen.add(point(18));
            this.#refuseNewer(caller, row);
          }
          if (written.kind === 'prepared') {
            if (this.#isNewer(caller, row)) {
              const promise = 'a row of a newer version is never licensed';
              this.#monitor.broken(promise, process.name, row.clientOrderId);
            }
            this.#wrote(caller, row);
            this.#monitor.prepared(row, written.row, preparation, process.name);
            this.#hours.prepared(row, preparation);
          }
          return written;
        };
        const again = (): PrepareResult => {
          if (written?.kind !== 'prepared') return make();
          const isOurs = this.#store.row(row).attempt?.token === token;
          if (isOurs) seen.add(point(10));
          return isOurs ? written : { kind: 'lost' };
        };
        const call = { port: 'orders.prepare', write: true, make, again };
        const result = await this.#calls.call(process, generation, call);
        if (result.kind === 'prepared') this.#monitor.sends.confirmed(token);
        return result;
      },
      licenseAmend: (row, licence) =>
        this.#calls.call(process, generation, {
          ...{ port: 'orders.licenseAmend', write: true },
          make: () => {
            const licensed = orders.licenseAmend(row, licence);
            if (licensed.kind !== 'prepared') {
              if (licensed.kind === 'lost') this.#refuseNewer(caller, row);
              return licensed;
            }
            const { auditHash } = licensed.row;
            // The same call once more, whose acknowledgement got lost, licenses nothing again.
            if (auditHash === this.#hashes.get(row.orderKey)) return licensed;
            this.#hashes.set(row.orderKey, auditHash);
            this.#wrote(caller, row);
            this.#monitor.amends?.licensed(row, licensed.row, licence, process.name);
            this.#hours.prepared(row, licence);
            return licensed;
          },
        }),
      move: (row, to, change) =>
        this.#changed(caller, { port: 'orders.move', row, to, change }, () =>
          orders.move(row, to, change),
        ),
      note: (row, change) =>
        this.#changed(caller, { port: 'orders.note', row, to: row.state, change }, () =>
          orders.note(row, change),
        ),
      followed: (limit) =>
        this.#calls.call(process, generation, {
          ...{ port: 'orders.followed', write: false },
          make: () => orders.followed(limit),
        }),
      due: (nowMs, limit) =>
        this.#calls.call(process, generation, {
          ...{ port: 'orders.due', write: false },
          make: () => {
            const stale = faults.strikes('due list is stale');
            const due = stale ? this.#staleDue : orders.due(nowMs, limit);
            this.#staleDue = due;
            return due;
          },
        }),
    };
  }

  #changed(
    caller: Caller,
    what: {
      readonly port: string;
      readonly row: OrderRow;
      readonly to: OrderState;
      readonly change: RowChange;
    },
    change: () => OrderRow | 'lost',
  ): Promise<OrderRow | 'lost'> {
    const { port, row } = what;
    let written: OrderRow | 'lost' | undefined;
    const make = (): OrderRow | 'lost' => {
      written = change();
      if (written === 'lost') {
        if (row.state === 'prepared') this.#around.seen.add(point(19));
        this.#refuseNewer(caller, row);
      } else if (written.auditHash !== this.#hashes.get(row.orderKey)) {
        // Two that did the very same at the same instant changed the row once.
        this.#hashes.set(row.orderKey, written.auditHash);
        this.#wrote(caller, row);
        this.#monitor.moved(row, written, what.change);
        this.#mark(caller.process.name, row, what);
      }
      return written;
    };
    const again = (): OrderRow | 'lost' => {
      if (written === undefined || written === 'lost') return make();
      return this.#store.row(row).auditHash === written.auditHash ? written : 'lost';
    };
    const call = { port, write: true, make, again };
    const made = this.#calls.call(caller.process, caller.generation, call);
    const isOutcome = row.state === 'prepared' && caller.process.name.startsWith('worker');
    if (isOutcome) made.catch(() => this.#around.seen.add(point(16)));
    return made;
  }

  #mark(by: string, row: OrderRow, { to, change }: { to: OrderState; change: RowChange }): void {
    const { seen } = this.#around;
    if (row.state === 'prepared' && to === 'placed' && by.startsWith('reconcile')) {
      seen.add(point(15));
    }
    if (row.state === 'needs-human' || to !== 'needs-human') return;
    const { why } = change;
    if (/query (?:window|key does not see)/.test(why)) seen.add(point(22));
    if (/no readable answer/.test(why)) seen.add(point(23));
  }

  #wrote({ version }: Caller, { orderKey }: OrderRef): void {
    if (version === 2) this.#newer.add(orderKey);
  }

  #isNewer({ version }: Caller, { orderKey }: OrderRef): boolean {
    return version === 1 && this.#newer.has(orderKey);
  }

  #refuseNewer(caller: Caller, ref: OrderRef): void {
    if (!this.#isNewer(caller, ref)) return;
    this.#around.seen.add(point(27));
    throw new Error('the order row has schema 1, not 2');
  }
}
