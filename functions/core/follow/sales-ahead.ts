/**
 * Sales of a halt that are on their way take out of every book of their pair. An order that follows
 * from such a book waits until they have ended on record: both would sell the same. Nothing is looked
 * at here. The minute's round writes a sale down after all that the books' own orders traded before it.
 */
import { forEachEnded } from '../all-ended.ts';
import { type BookRef } from '../book.ts';
import { isOver } from '../closes.ts';
import { FLATTEN_SOURCE } from '../halt/flatten-source.ts';
import { isUncertain } from '../order-state.ts';
import type { FollowDeps } from './follow-order.ts';

/** Rows that are read at a time. */
const READS_AT_ONCE = 25;

/** Why the books are not as they will be, or undefined: nothing is on its way. */
export async function salesAhead(
  ref: BookRef,
  { books, orders }: Pick<FollowDeps, 'books' | 'orders'>,
): Promise<string | undefined> {
  if (ref.source === FLATTEN_SOURCE) return undefined;
  const { inFlight } = await books.read({ ...ref, source: FLATTEN_SOURCE });
  const { account } = ref;
  const rows = await forEachEnded(inFlight, READS_AT_ONCE, (orderKey) =>
    orders.read({ account, orderKey }),
  );
  const ahead = rows
    .filter((row) => row !== undefined)
    .find((row) => isUncertain(row.state) || (row.state === 'placed' && !isOver(row)));
  if (ahead === undefined) return undefined;
  const { state, clientOrderId } = ahead;
  const words = state === 'placed' ? 'has not ended on record' : `is ${state}`;
  return `the sale of a halt ${words} (client order id ${clientOrderId})`;
}
