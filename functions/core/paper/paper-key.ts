/**
 * Names of paper: of the key that a paper account does not have, under which its lanes are taken, and
 * of its orders. Both are told from Kraken's at sight, because an account's mode may change while
 * rows of the other mode are still there: what one exchange knows proves nothing about the other.
 */
import { sha256 } from '../hash.ts';
import type { OrderName } from '../identity.ts';

const KEY = 'paper:';
const ORDER = 'PAPER-';

/** Name of one half; no fingerprint of a key looks like it. */
export function paperKeyId(account: string, half: 'trade' | 'query'): string {
  return `${KEY}${account}:${half}`;
}

/** Whether an order went out under the name of such a key. */
export function isPaperKey(keyId: string): boolean {
  return keyId.startsWith(KEY);
}

/** The id of an order: the same for the same name, and like none of Kraken's. */
export function paperOrderId(account: string, { clientOrderId, userref }: OrderName): string {
  const name = userref?.toString() ?? clientOrderId.replaceAll('-', '').toLowerCase();
  return `${ORDER}${sha256(`${account}\n${name}`).slice(0, 20).toUpperCase()}`;
}

/** The id of the n-th close order that an order opened. */
export function paperCloseId(orderId: string, n: number): string {
  return `${orderId}-${n}`;
}

/** Whether an exchange order id is one of paper. */
export function isPaperOrder(exchangeOrderId: string): boolean {
  return exchangeOrderId.startsWith(ORDER);
}
