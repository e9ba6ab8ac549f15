/** Rows that follow from Harpoon's own doing: recorded once, queued, and carried out as any other. */
import { newRow } from '../new-row.ts';
import type { OrderRow } from '../order.ts';
import { REQUEUE_MS } from '../protocol.ts';
import { assert } from '../result.ts';
import { laneGroup } from './lane-group.ts';
import type { OrderDeps } from './order-deps.ts';

/**
 * What is known of such a row. `receivedAtMs`: when what it follows from was received, else now;
 * `expiresAtMs`: until when it may go out, else as any signal of its kind.
 */
export type OwnSignal = Pick<OrderRow, 'account' | 'signal' | 'payloadHash'> &
  Partial<Pick<OrderRow, 'receivedAtMs' | 'expiresAtMs'>>;

/** Records it and hands it to the worker; doing it again is harmless. */
export async function recordOwnSignal(
  { account, signal, payloadHash, receivedAtMs, expiresAtMs }: OwnSignal,
  why: string,
  deps: Pick<OrderDeps, 'orders' | 'queue' | 'clock' | 'config'>,
): Promise<void> {
  const { orders, queue, clock, config } = deps;
  const nowMs = clock.nowMs();
  const maxAgeMs = config.sources[signal.source]?.maxAgeMs;
  assert(maxAgeMs !== undefined, `source ${signal.source} is configured`);
  const given = { account, signal, payloadHash, maxAgeMs, receivedAtMs: receivedAtMs ?? nowMs };
  const row: OrderRow = {
    ...newRow({ ...given, state: 'received' }),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    dueAtMs: nowMs + REQUEUE_MS,
  };
  const existing = await orders.receive(row, why);
  if (existing !== 'created' && existing.state !== 'received') return;
  const { orderKey } = row;
  await queue.enqueue({ account, orderKey }, laneGroup(config, account), orderKey);
}
