/** Reads orders by their exchange ids, whatever the exchange does with ids that it does not know. */
import type { Exchange, FoundOrder } from '../ports.ts';

/** Ids in one call. Source: QueryOrders, `txid`. */
export const IDS_PER_CALL = 50;

/** A batch that shows nothing is asked for again in parts, so often. */
const SPLITS_MAX = 14;

/**
 * Orders by id. Whether Kraken leaves an id that it does not know out of the answer or refuses all
 * of them for it, it does not say: where nothing is shown, halves are asked for until it is clear
 * which are missing. Throws when that takes too many calls.
 */
export async function ordersById(
  ids: readonly string[],
  exchange: Pick<Exchange, 'orders'>,
  left = { splits: SPLITS_MAX },
): Promise<readonly FoundOrder[]> {
  const found = ids.length === 0 ? [] : await exchange.orders(ids);
  if (found.length > 0 || ids.length <= 1) return found;
  if (left.splits <= 0)
    throw new Error('Kraken shows too few of the orders to tell which it lacks');
  left.splits -= 2;
  const middle = Math.ceil(ids.length / 2);
  return [
    ...(await ordersById(ids.slice(0, middle), exchange, left)),
    ...(await ordersById(ids.slice(middle), exchange, left)),
  ];
}

/**
 * Orders by id, of which the caller needs every one: what is missing is not asked for again, because
 * which it is changes nothing.
 */
export async function ordersIfAll(
  ids: readonly string[],
  exchange: Pick<Exchange, 'orders'>,
): Promise<readonly FoundOrder[] | undefined> {
  const found: FoundOrder[] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
    found.push(...(await exchange.orders(ids.slice(at, at + IDS_PER_CALL))));
  }
  return found.length < ids.length ? undefined : found;
}
