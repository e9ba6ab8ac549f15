/** Rows that follow from Harpoon's own doing: recorded once, queued, and carried out as any other. */
import { clientOrderIdOf, orderKeyOf } from '../identity.ts';
import type { OrderRow } from '../order.ts';
import { REQUEUE_MS } from '../protocol.ts';
import { assert } from '../result.ts';
import { laneGroup } from './lane-group.ts';
import type { OrderDeps } from './order-deps.ts';

/** What is known of such a row; `receivedAtMs`: when what it follows from was received, else now. */
export type OwnSignal = Pick<OrderRow, 'account' | 'signal' | 'payloadHash'> &
  Partial<Pick<OrderRow, 'receivedAtMs'>>;

/** Records it and hands it to the worker; doing it again is harmless. */
export async function recordOwnSignal(
  { account, signal, payloadHash, receivedAtMs }: OwnSignal,
  why: string,
  deps: Pick<OrderDeps, 'orders' | 'queue' | 'clock' | 'config'>,
): Promise<void> {
  const { orders, queue, clock, config } = deps;
  const nowMs = clock.nowMs();
  const fromMs = receivedAtMs ?? nowMs;
  const maxAgeMs = config.sources[signal.source]?.maxAgeMs;
  assert(maxAgeMs !== undefined, `source ${signal.source} is configured`);
  const orderKey = orderKeyOf({ source: signal.source, account, signalId: signal.id });
  const row: OrderRow = {
    schema: 1,
    ...{ account, orderKey, payloadHash, signal, receivedAtMs: fromMs },
    ...{ state: 'received', version: 1, clientOrderId: clientOrderIdOf(orderKey) },
    expiresAtMs: Math.min(signal.sentAtMs, fromMs) + maxAgeMs,
    ...{ sends: 0, licences: 1, dueAtMs: nowMs + REQUEUE_MS, auditHash: '' },
  };
  const existing = await orders.receive(row, why);
  if (existing !== 'created' && existing.state !== 'received') return;
  await queue.enqueue({ account, orderKey }, laneGroup(config, account), orderKey);
}
