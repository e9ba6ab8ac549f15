/**
 * Another message for an order that waits: its first one is spent, lost, or came too early. The
 * queue drops a name that it saw in the last five minutes; names by slots of time let through one
 * message for a row in each slot, however many workers and sweeps ask for one.
 */
import { laneGroup } from './lane-group.ts';
import type { OrderDeps } from './order-deps.ts';
import { waitingNotice } from '../notices/order-notice.ts';
import type { OrderRow } from '../order.ts';
import { REQUEUE_MS, WAITING_TOLD_MS, WAITS_LONG_MS } from '../protocol.ts';

const SLOT_MS = 10_000;

/** What queueing needs. */
type QueueDeps = Pick<OrderDeps, 'clock' | 'config' | 'orders' | 'outbox' | 'queue'>;

/**
 * Notes why the order waits and puts it at the end of its group: whatever is in its way is in the
 * way of the others too.
 */
export async function queueAgain(row: OrderRow, why: string, deps: QueueDeps): Promise<void> {
  const noted = await noteWaiting(row, why, deps);
  if (noted !== 'lost') await enqueueAgain(noted, deps);
}

/**
 * Leaves an order that could not be carried out now. One that waits long is left to the job of the
 * minute: a message after the other would ask Kraken for nothing all day.
 */
export async function leaveWaiting(row: OrderRow, why: string, deps: QueueDeps): Promise<void> {
  const noted = await noteWaiting(row, why, deps);
  if (noted !== 'lost' && !waitsLong(row.receivedAtMs, deps)) await enqueueAgain(noted, deps);
}

/** Whether what waits since then has waited so long that another try within seconds would be in vain. */
export function waitsLong(sinceMs: number, { clock }: Pick<QueueDeps, 'clock'>): boolean {
  return clock.nowMs() >= sinceMs + WAITS_LONG_MS;
}

async function noteWaiting(
  row: OrderRow,
  why: string,
  deps: QueueDeps,
): Promise<OrderRow | 'lost'> {
  const atMs = deps.clock.nowMs();
  const noted = await deps.orders.note(row, {
    why: `queued again: ${why}`,
    atMs,
    dueAtMs: atMs + REQUEUE_MS,
    set: { outcome: why },
  });
  if (atMs - row.receivedAtMs >= WAITING_TOLD_MS) {
    await deps.outbox.put(waitingNotice(row, why, { config: deps.config, atMs }));
  }
  return noted;
}

/** Queues a row once in this slot of time. */
export async function enqueueAgain(
  row: OrderRow,
  { clock, queue, config }: QueueDeps,
): Promise<void> {
  const slot = Math.floor(clock.nowMs() / SLOT_MS);
  const dedup = `${row.orderKey}-${slot}`;
  await queue.enqueue(row, laneGroup(config, row.account), dedup);
}
