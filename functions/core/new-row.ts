/**
 * The row of a signal as it is first written, whoever it comes from: a sender, or Harpoon itself where
 * an order follows from its own doing.
 */
import { clientOrderIdOf, orderKeyOf } from './identity.ts';
import type { OrderState } from './order-state.ts';
import type { OrderRow } from './order.ts';
import { REDUCING_MAX_AGE_MS } from './protocol.ts';
import { isReducing } from './signal.ts';

/** What a row begins with. */
export interface NewRow extends Pick<
  OrderRow,
  'account' | 'signal' | 'payloadHash' | 'receivedAtMs'
> {
  readonly state: OrderState;
  /** How old the source's signals may become, where they may open risk. */
  readonly maxAgeMs: number;
}

/**
 * The row. What only leaves a position may wait long from its receipt on, however old it is; all else
 * expires counted from the earlier of sending and receiving.
 */
export function newRow({ maxAgeMs, ...known }: NewRow): OrderRow {
  const { account, signal, receivedAtMs } = known;
  const orderKey = orderKeyOf({ source: signal.source, account, signalId: signal.id });
  return {
    schema: 1,
    ...known,
    orderKey,
    version: 1,
    clientOrderId: clientOrderIdOf(orderKey),
    expiresAtMs: isReducing(signal)
      ? receivedAtMs + REDUCING_MAX_AGE_MS
      : Math.min(signal.sentAtMs, receivedAtMs) + maxAgeMs,
    sends: 0,
    licences: 1,
    // The order log links the row to its audit chain.
    auditHash: '',
  };
}
