/** Another message for an order that waits: its first one is spent, lost, or came too early. */
import { laneGroup } from './lane-group.ts';
import type { OrderDeps } from './order-deps.ts';
import type { OrderRow } from './order.ts';
import { REQUEUE_MS } from './protocol.ts';

/** What queueing needs. */
type QueueDeps = Pick<OrderDeps, 'clock' | 'config' | 'orders' | 'queue'>;

/**
 * Notes why the order waits and puts it at the end of its group: whatever is in its way is in the
 * way of the others too.
 */
export async function queueAgain(row: OrderRow, why: string, deps: QueueDeps): Promise<void> {
  const atMs = deps.clock.nowMs();
  const change = { why: `queued again: ${why}`, atMs, dueAtMs: atMs + REQUEUE_MS };
  const noted = await deps.orders.note(row, { ...change, set: { outcome: why } });
  if (noted !== 'lost') await enqueueAgain(noted, deps);
}

/** Queues a row under a name of its version: the queue would take the first name for a duplicate. */
export async function enqueueAgain(row: OrderRow, { queue, config }: QueueDeps): Promise<void> {
  const dedup = `${row.orderKey}-${row.version}`;
  await queue.enqueue(row, laneGroup(config, row.account), dedup);
}
