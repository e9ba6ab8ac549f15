/**
 * Sales of a halt that are on their way take out of every book of their pair. An order that follows
 * from such a book waits for them, as it would for an order of its own: both would sell the same.
 */
import { forEachEnded } from '../all-ended.ts';
import { type BookRef } from '../book.ts';
import { isOver } from '../closes.ts';
import { FLATTEN_SOURCE } from '../halt/flatten-source.ts';
import { isUncertain } from '../order-state.ts';
import type { FollowDeps } from './follow-order.ts';
import { lookAtOrders, type LookReads } from './look-at-orders.ts';

/** Rows that are read at a time. */
const READS_AT_ONCE = 25;

/** Looks at them; why the books are not as they will be, or undefined: nothing is on its way. */
export async function salesAhead(
  ref: BookRef,
  exchange: LookReads,
  deps: FollowDeps,
): Promise<string | undefined> {
  if (ref.source === FLATTEN_SOURCE) return undefined;
  const { inFlight } = await deps.books.read({ ...ref, source: FLATTEN_SOURCE });
  if (inFlight.length === 0) return undefined;
  const { account } = ref;
  const read = await forEachEnded(inFlight, READS_AT_ONCE, (orderKey) =>
    deps.orders.read({ account, orderKey }),
  );
  const rows = read.filter((row) => row !== undefined);
  const unknown = rows.find(({ state }) => isUncertain(state));
  if (unknown !== undefined) {
    return `the sale of a halt is ${unknown.state} (client order id ${unknown.clientOrderId})`;
  }
  const placed = rows.filter(({ state }) => state === 'placed');
  for (const { row, doubt } of await lookAtOrders(placed, exchange, deps)) {
    if (doubt === undefined && isOver(row)) continue;
    return `the sale of a halt ${doubt ?? 'has not ended'} (client order id ${row.clientOrderId})`;
  }
  return undefined;
}
