/** How the queue speaks of the cancel of an account's open orders. */
import { sha256 } from '../hash.ts';
import type { OrderRef } from '../order.ts';

/**
 * The name by which the queue speaks of an account's cancel. It has the form of an order's, and is
 * the key of no order row: those are hashes of other texts.
 */
export function cancelRef(account: string): OrderRef {
  return { account, orderKey: sha256(JSON.stringify(['cancel', account])) };
}

/** Whether the message speaks of a cancel. */
export function isCancelRef(ref: OrderRef): boolean {
  return ref.orderKey === cancelRef(ref.account).orderKey;
}
