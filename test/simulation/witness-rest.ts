/** What must hold once faults are over and time has passed: every row ended, and is what happened. */
import { brokenLink } from '../../functions/core/audit.ts';
import { isFinal, type OrderState } from '../../functions/core/order-state.ts';
import type { Order, OrderRow } from '../../functions/core/order.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { Monitor } from './monitor.ts';
import { differingTerm } from './wire-order.ts';

/** States that say that nothing is at the exchange. */
export const NOTHING_PLACED: readonly OrderState[] = [
  ...(['withdrawn', 'unneeded'] as const),
  ...(['rejected', 'expired', 'suppressed', 'unplaced', 'validated'] as const),
];

/** What the witness knows by itself, by client order id. */
export interface Witnessed {
  /** Ids of the notices about an order. */
  readonly notices: ReadonlyMap<string, ReadonlySet<string>>;
  readonly sends: ReadonlyMap<string, number>;
  readonly placed: ReadonlyMap<string, readonly FoundOrder[]>;
  /** What Kraken read out of the newest order's fields. */
  readonly arrived: ReadonlyMap<string, Order>;
  /** Orders of which a restored table does not know everything that happened. */
  readonly rewound: ReadonlySet<string>;
  /** Whether an order may be left to a person. */
  readonly humans: boolean;
}

/** Holds the store against what was witnessed; `answered` are the signals that got a 200. */
export function holdAtRest(
  monitor: Monitor,
  store: FakeStore,
  answered: ReadonlySet<string>,
  record: Witnessed,
): void {
  const known = new Set<string>();
  for (const row of store.rows()) {
    known.add(row.clientOrderId);
    holdRow(monitor, row, store, record);
    const broken = brokenLink(store.audit(row), row.auditHash);
    if (broken !== undefined) {
      monitor.broken('the audit chain verifies', broken, row.clientOrderId);
    }
    holdOrders(monitor, row, record);
  }
  const isKnown = (id: string): boolean => known.has(id) || record.rewound.has(id);
  for (const id of answered) {
    if (!isKnown(id)) monitor.broken('an accepted signal has a row', id, id);
  }
  for (const id of record.placed.keys()) {
    if (!isKnown(id)) monitor.broken('every order at the exchange has a row', id, id);
  }
}

/**
 * Some time after the faults have ended: every signal that was answered by then has come to its end, or
 * somebody was told that it has not.
 */
export function holdTold(
  monitor: Monitor,
  store: FakeStore,
  answered: ReadonlySet<string>,
  record: Pick<Witnessed, 'rewound'> & { readonly sinceMs: number },
): void {
  const told = new Set(store.entries().map(({ notice }) => notice.id.split(':')[1]));
  for (const row of store.rows()) {
    const { clientOrderId, state, receivedAtMs } = row;
    if (!answered.has(clientOrderId) || receivedAtMs > record.sinceMs) continue;
    if (isFinal(state)) monitor.seen.add('ended within twenty minutes');
    else if (told.has(clientOrderId)) monitor.seen.add('told within twenty minutes');
    else if (!record.rewound.has(clientOrderId)) {
      const promise = 'within twenty minutes a signal has ended, or somebody knows that it has not';
      monitor.broken(promise, `still ${state}`, clientOrderId);
    }
  }
}

/** The version at which the row came to its state: what is placed gets later ones by its fills. */
function stepVersion(row: OrderRow, store: FakeStore): number {
  const step = store.audit(row).findLast(({ from, to }) => from !== to);
  return step?.seq ?? row.version;
}

function holdRow(monitor: Monitor, row: OrderRow, store: FakeStore, record: Witnessed): void {
  const { clientOrderId, state } = row;
  const isEnded = isFinal(state);
  const isRewound = record.rewound.has(clientOrderId);
  const sends = record.sends.get(clientOrderId) ?? 0;
  if (sends > row.sends && !isRewound) {
    monitor.broken('the row counts every send', `${sends} > ${row.sends}`, clientOrderId);
  }
  // That a settlement is not shown proves nothing.
  const isSettlement = row.attempt?.order.type === 'settle-position';
  const maySeeHuman = record.humans || isRewound || isSettlement;
  if (!isEnded && !(maySeeHuman && state === 'needs-human')) {
    monitor.broken('every row ends', `still ${state}`, clientOrderId);
  }
  const told = record.notices.get(clientOrderId);
  const isTold = isEnded
    ? told?.has(`order:${clientOrderId}:${stepVersion(row, store)}`) === true
    : told !== undefined;
  // A stop that Harpoon would have placed for what is left, and that was not needed, is no news.
  const isNews = state !== 'unneeded' || row.signal.covers === undefined;
  if (isNews && !isTold) monitor.broken('somebody is told of every row', state, clientOrderId);
  // What is placed is followed until its order has come to its end.
  if (isEnded && state !== 'placed' && row.dueAtMs !== undefined) {
    monitor.broken('no final row is due', state, clientOrderId);
  }
}

function holdOrders(monitor: Monitor, row: OrderRow, record: Witnessed): void {
  const { clientOrderId, state } = row;
  const orders = record.placed.get(clientOrderId) ?? [];
  const [order] = orders;
  if (NOTHING_PLACED.includes(state) && order !== undefined) {
    if (record.rewound.has(clientOrderId)) return;
    const promise = 'an order that ended unplaced is not at the exchange';
    monitor.broken(promise, order.exchangeOrderId, clientOrderId);
  }
  if (state !== 'placed') return;
  const promise = 'a placed row is one order with its parameters';
  const isOne = orders.length === 1 && order?.exchangeOrderId === row.exchangeOrderId;
  if (!isOne) {
    const detail = `${orders.length} orders, row names ${row.exchangeOrderId ?? 'none'}`;
    monitor.broken(promise, detail, clientOrderId);
  }
  const arrived = record.arrived.get(clientOrderId);
  if (arrived === undefined || row.attempt === undefined) return;
  const term = differingTerm(row.attempt.order, arrived);
  if (term !== undefined) monitor.broken(promise, `${term} differs`, clientOrderId);
}
