/**
 * Who a signal is: what makes two messages the same signal, and the names that follow from it.
 * All of it is a function of the message alone, so a signal that arrives again, at any age and at
 * any machine, meets the row of its first arrival.
 */
import { sha256, uuidBytes, uuidV5 } from './hash.ts';
import type { Order } from './order.ts';
import { err, ok, type Result } from './result.ts';

/** Namespace of client order ids; made up once for Harpoon, never changed. */
const CLIENT_ORDER_NAMESPACE = uuidBytes('7d1b2b0a-5c7e-4c0f-9a55-3f6f0c2f8e11');

/** Ids of this form are kept as they are (ASCII, so that no two look alike). */
const PLAIN_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** Longest id that a sender may give. */
const ID_CHARACTERS_MAX = 128;

/**
 * The signal id of an id that the sender gave. TradingView order ids are free text ("Long entry"),
 * so an id with blanks or letters beyond ASCII is not refused but named by its hash. Neither kind
 * of hash can equal a plain id, which has at most 64 characters.
 */
export function explicitId(text: string): Result<string, string> {
  if (PLAIN_ID.test(text)) return ok(text);
  if (text.length > ID_CHARACTERS_MAX || /\p{Cc}/u.test(text)) {
    return err(`write an id of at most ${ID_CHARACTERS_MAX} printable characters`);
  }
  return ok(`id-sha256:${sha256(text)}`);
}

/** The signal id of a message without one: its canonical body, which holds the fire time. */
export function bodyId(payloadHash: string): string {
  return `sha256:${payloadHash}`;
}

/** Names the order row of a signal for an account: 64 hex digits. */
export function orderKeyOf(signal: {
  readonly source: string;
  readonly account: string;
  readonly signalId: string;
}): string {
  // As a JSON array, so that no part can reach into the next.
  return sha256(JSON.stringify([signal.source, signal.account, signal.signalId]));
}

/**
 * Our id of the order at the exchange (`cl_ord_id`), a UUID with dashes: one of the forms that
 * Kraken takes. Source: https://docs.kraken.com/api/docs/rest-api/add-order
 */
export function clientOrderIdOf(orderKey: string): string {
  return uuidV5(CLIENT_ORDER_NAMESPACE, orderKey);
}

/**
 * Our `userref` of the order at the exchange: a whole number from 1 to 2^31 - 1, as Kraken's field is
 * an int32. Kraken does not keep it unique, and two of ours are equal once in two billion pairs.
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order
 */
export function userrefOf(orderKey: string): number {
  const bits = Number.parseInt(sha256(`userref\n${orderKey}`).slice(0, 8), 16) & 0x7fff_ffff;
  return bits === 0 ? 1 : bits;
}

/** How an order is named: by us, and at the exchange by exactly one of Kraken's two identifiers. */
export interface OrderName {
  /** Our id of it. Without `userref` it is also what the exchange knows the order by. */
  readonly clientOrderId: string;
  /** What the exchange knows it by instead: Kraken takes no `cl_ord_id` beside this. */
  readonly userref?: number;
}

/** What the exchange shows of an order's identifiers; absent: it names none. */
export interface ShownName {
  readonly clientOrderId?: string;
  /** Strangers may have the same, and the close orders of an order have that of their parent. */
  readonly userref?: number;
}

/**
 * The name under which an order goes out and is looked up. Kraken is said to refuse a `cl_ord_id`
 * together with an attached close order, so an order with one goes by its userref.
 * Source: https://github.com/krakenfx/kraken-api-sdk, rust/docs/guides/placing-orders.md
 */
export function orderNameOf(
  { orderKey, clientOrderId }: { readonly orderKey: string; readonly clientOrderId: string },
  order: Pick<Order, 'close'> | undefined,
): OrderName {
  if (order?.close === undefined) return { clientOrderId };
  return { clientOrderId, userref: userrefOf(orderKey) };
}

/** Whether what the exchange shows of an order's identifiers says that it is another one's. */
export function isOtherName({ clientOrderId, userref }: OrderName, shown: ShownName): boolean {
  if (userref !== undefined) return shown.userref !== undefined && shown.userref !== userref;
  return shown.clientOrderId !== undefined && shown.clientOrderId !== clientOrderId;
}

/**
 * Every name that the exchange may show an order of the key under: by which of the two identifiers it
 * went out, its key alone does not say.
 */
export function possibleNames(orderKey: string): readonly string[] {
  return [clientOrderIdOf(orderKey), String(userrefOf(orderKey))];
}

/** The name that the exchange shows an order under, as possibleNames has it; undefined: none. */
export function nameShown({ clientOrderId, userref }: ShownName): string | undefined {
  return clientOrderId ?? userref?.toString();
}

/** Whether the exchange shows an order under this very name. */
export function hasName({ clientOrderId, userref }: OrderName, shown: ShownName): boolean {
  return userref === undefined ? shown.clientOrderId === clientOrderId : shown.userref === userref;
}
