/**
 * A message that turns a position around is two orders: the exit, and the entry on the other side.
 * The entry is a row of its own, with an id that follows from the signal's, recorded before the exit
 * goes out: nothing that happens in between can lose it, and it waits until the exit is filled or it
 * is too old to open risk.
 */
import { clientOrderIdOf, orderKeyOf } from '../identity.ts';
import type { OrderRow } from '../order.ts';
import { REQUEUE_MS } from '../protocol.ts';
import { assert } from '../result.ts';
import { laneGroup } from './lane-group.ts';
import type { OrderDeps } from './order-deps.ts';

/** No sender's id has this sign: ids that hold it are named by their hash. */
const ENTRY = '#entry';

/** Records and queues the entry behind a row that is an exit; doing it again is harmless. */
export async function recordSecondLeg(
  row: OrderRow,
  maxAgeMs: number,
  { orders, queue, clock, config }: Pick<OrderDeps, 'orders' | 'queue' | 'clock' | 'config'>,
): Promise<void> {
  const entry = secondLeg(row, { maxAgeMs, nowMs: clock.nowMs() });
  const existing = await orders.receive(entry, `entry behind the exit ${row.clientOrderId}`);
  if (existing !== 'created' && existing.state !== 'received') return;
  const { account, orderKey } = entry;
  await queue.enqueue({ account, orderKey }, laneGroup(config, account), orderKey);
}

/** The row of the entry. */
function secondLeg(
  { account, signal, payloadHash, receivedAtMs }: OrderRow,
  { maxAgeMs, nowMs }: { readonly maxAgeMs: number; readonly nowMs: number },
): OrderRow {
  assert(signal.leg === undefined, 'a second leg has no second leg');
  const id = `${signal.id}${ENTRY}`;
  const orderKey = orderKeyOf({ source: signal.source, account, signalId: id });
  return {
    schema: 1,
    ...{ account, orderKey, payloadHash, receivedAtMs },
    state: 'received',
    version: 1,
    clientOrderId: clientOrderIdOf(orderKey),
    signal: { ...signal, id, leg: { of: signal.id } },
    expiresAtMs: Math.min(signal.sentAtMs, receivedAtMs) + maxAgeMs,
    sends: 0,
    licences: 1,
    dueAtMs: nowMs + REQUEUE_MS,
    auditHash: '',
  };
}
