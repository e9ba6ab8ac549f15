/**
 * The witness of recalls: nothing is cancelled by id or withdrawn but what its sender asked for, an
 * order whose recall is done is not open, and none waits in the end.
 */
import { clientOrderIdOf } from '../../functions/core/identity.ts';
import { isUncertain, isWaiting } from '../../functions/core/order-state.ts';
import type { OrderRef } from '../../functions/core/order.ts';
import type { Recall } from '../../functions/core/execute/recalls.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { Monitor } from './monitor.ts';

/** All recalls of a world; it makes that many at most. */
const ALL = 10_000;

/** Watches the recalls of one world. */
export class RecallWitness {
  readonly #monitor: Monitor;
  readonly #store: FakeStore;
  /** Client order ids that a sender wanted back at any time. */
  readonly #asked = new Set<string>();

  constructor(monitor: Monitor, store: FakeStore) {
    this.#monitor = monitor;
    this.#store = store;
  }

  /** A wish is on record. */
  asked({ orderKey }: Recall): void {
    this.#asked.add(clientOrderIdOf(orderKey));
  }

  /** The exchange has cancelled this one order. */
  cancelled(clientOrderId: string, isClose: boolean): void {
    if (this.#asked.has(clientOrderId) || (isClose && this.#givesWay(clientOrderId))) return;
    this.#monitor.broken('only what its sender wants back is cancelled', '', clientOrderId);
  }

  /** Whether an order of the same sender waits to leave what the stop of that entry protects. */
  #givesWay(clientOrderId: string): boolean {
    const rows = this.#store.rows();
    const entry = rows.find((row) => row.clientOrderId === clientOrderId);
    const side = entry?.attempt?.order.side;
    if (entry === undefined || side === undefined) return false;
    return rows.some(
      ({ account, signal, state }) =>
        isWaiting(state) &&
        account === entry.account &&
        signal.source === entry.signal.source &&
        signal.action !== side,
    );
  }

  /** A wish is off the record. */
  done({ orderKey }: Recall, isOpen: (clientOrderId: string) => boolean): void {
    const clientOrderId = clientOrderIdOf(orderKey);
    this.#monitor.seen.add('recall carried out');
    if (isOpen(clientOrderId) && !this.#monitor.isForgotten(clientOrderId)) {
      this.#monitor.broken('an order whose recall is done is not open', '', clientOrderId);
    }
  }

  /** Whether nothing waits to be carried out. */
  isAtRest(): boolean {
    return this.#store.acts.recalls.waiting(1).length === 0;
  }

  /** Everything that must hold once faults are over and time has passed. */
  atRest(): void {
    for (const { clientOrderId, state } of this.#store.rows()) {
      if (state !== 'withdrawn' || this.#asked.has(clientOrderId)) continue;
      this.#monitor.broken('only what its sender wants back is withdrawn', '', clientOrderId);
    }
    const waiting = this.#store.acts.recalls.waiting(ALL).filter((one) => !this.#isUnsettled(one));
    const [one] = waiting;
    if (one !== undefined) {
      this.#monitor.broken('no recall waits for ever', one.signalId, clientOrderIdOf(one.orderKey));
    }
  }

  /** Nobody knows what became of the order: its recall waits a day for that. */
  #isUnsettled({ orderKey }: OrderRef): boolean {
    const row = this.#store.rows().find((one) => one.orderKey === orderKey);
    return row !== undefined && isUncertain(row.state);
  }
}
