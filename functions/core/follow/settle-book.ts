/**
 * Before an order follows from a book, what may still move the book is brought to its end: fills that
 * nobody has seen yet are written down, and what rests and would open more is cancelled, because the
 * new message replaces it. An order of which nobody knows whether it exists is waited for; a book
 * that is guessed would trade twice.
 */
import { forEachEnded } from '../all-ended.ts';
import type { BookRef, BookView } from '../book.ts';
import { hasEnded } from '../fill.ts';
import { isUncertain } from '../order-state.ts';
import type { OrderRow } from '../order.ts';
import type { Exchange } from '../ports.ts';
import { ordersById } from '../reconcile/orders-by-id.ts';
import { followOrder, type FollowDeps } from './follow-order.ts';

/** Rows that are read at a time. */
const READS_AT_ONCE = 25;

/** The book as it can be decided from, or why it cannot yet. */
export type SettledBook =
  | { readonly kind: 'settled'; readonly view: BookView }
  | { readonly kind: 'waits'; readonly why: string };

/** Settles the book for a row. `leaves`: the position is left, so what protects it goes too. */
export async function settleBook(
  ref: BookRef,
  { row, leaves }: { readonly row: OrderRow; readonly leaves: boolean },
  exchange: Pick<Exchange, 'orders' | 'cancel'>,
  deps: FollowDeps,
): Promise<SettledBook> {
  const view = await deps.books.read(ref);
  const others = view.inFlight.filter((orderKey) => orderKey !== row.orderKey);
  if (others.length === 0) return { kind: 'settled', view };
  const { account } = ref;
  const read = await forEachEnded(others, READS_AT_ONCE, (orderKey) =>
    deps.orders.read({ account, orderKey }),
  );
  const rows = read.filter((one) => one !== undefined);
  const unknown = rows.find(({ state }) => isUncertain(state));
  if (unknown !== undefined) {
    const { clientOrderId, state } = unknown;
    return waits(`an earlier order of the strategy is ${state} (client order id ${clientOrderId})`);
  }
  const placed = rows.filter(({ state }) => state === 'placed');
  const blocking = await stillOpen(placed, { leaves }, exchange, deps);
  if (blocking !== undefined) return waits(blocking);
  return { kind: 'settled', view: await deps.books.read(ref) };
}

/** Why the book may still move, after everything was looked at and cancelled that should go. */
async function stillOpen(
  rows: readonly OrderRow[],
  { leaves }: { readonly leaves: boolean },
  exchange: Pick<Exchange, 'orders' | 'cancel'>,
  deps: FollowDeps,
): Promise<string | undefined> {
  const ids = rows.flatMap(({ exchangeOrderId }) => exchangeOrderId ?? []);
  const found = await ordersById(ids, exchange);
  const byId = new Map(found.map((order) => [order.exchangeOrderId, order]));
  let blocking: string | undefined;
  for (const row of rows) {
    const { exchangeOrderId = '', clientOrderId } = row;
    const order = byId.get(exchangeOrderId);
    const named = `an earlier order of the strategy (client order id ${clientOrderId})`;
    if (order === undefined) {
      blocking = `${named} is not shown by Kraken`;
      continue;
    }
    const followed = await followOrder(row, order, deps);
    if (followed === 'lost') blocking = `${named} has just changed`;
    else if (followed.fill !== undefined && hasEnded(followed.fill)) continue;
    else if (leaves || !isProtecting(row)) {
      const count = await exchange.cancel(exchangeOrderId);
      deps.log.info('replaced-order-cancelled', { clientOrderId, count });
      blocking = `${named} was open and is being cancelled`;
    }
  }
  return blocking;
}

/**
 * Whether the order waits for its price to protect the position: it stays while there is one. A
 * market order that reduces is on its way, and what it has yet to sell would go beside the new order.
 */
function isProtecting({ attempt, decision }: OrderRow): boolean {
  return decision?.reducing === true && attempt?.order.type !== 'market';
}

function waits(why: string): SettledBook {
  return { kind: 'waits', why };
}
