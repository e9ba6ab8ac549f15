/**
 * Before an order follows from a book, what may still move the book is brought to its end: fills that
 * nobody has seen yet are written down, and what rests and would open more is cancelled, because the
 * new message replaces it. Stops that Kraken opened from entries stay while the position does, and go
 * before it is left, as both would sell the same. An order of which nobody knows whether it exists is
 * waited for; a book that is guessed would trade twice.
 */
import { forEachEnded } from '../all-ended.ts';
import type { Book, BookRef, BookView } from '../book.ts';
import { openCloses, restingOf } from '../closes.ts';
import { ZERO, type Decimal } from '../decimal.ts';
import { hasEnded } from '../fill.ts';
import { isUncertain } from '../order-state.ts';
import type { OrderRow } from '../order.ts';
import type { Exchange } from '../ports.ts';
import type { Intent } from '../decide/plan-target.ts';
import type { FollowDeps } from './follow-order.ts';
import { lookAtOrders, type Look, type LookReads } from './look-at-orders.ts';

/** Rows that are read at a time. */
const READS_AT_ONCE = 25;

/** The book as it can be decided from, or why it cannot yet. */
export type SettledBook =
  | {
      readonly kind: 'settled';
      readonly view: BookView;
      /** Base units for which stops rest that Kraken opened from entries of the book. */
      readonly stops: Decimal;
    }
  | { readonly kind: 'waits'; readonly why: string };

/** Who asks, and what for. */
export interface Asking {
  readonly row: OrderRow;
  /** What is meant by the book as it then is. */
  readonly intent: (book: Book) => Intent;
}

/** Settles the book for a row. */
export async function settleBook(
  ref: BookRef,
  { row, intent }: Asking,
  exchange: LookReads & Pick<Exchange, 'cancel'>,
  deps: FollowDeps,
): Promise<SettledBook> {
  const view = await deps.books.read(ref);
  const others = view.inFlight.filter((orderKey) => orderKey !== row.orderKey);
  if (others.length === 0) return { kind: 'settled', view, stops: ZERO };
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
  const looks = await lookAtOrders(placed, exchange, deps);
  const settled = await deps.books.read(ref);
  const meant = intent(settled.book);
  const stops = looks.reduce((sum, look) => sum.plus(restingOf(look.row)), ZERO);
  if (meant === 'outdated') return { kind: 'settled', view: settled, stops };
  const blocking = await stillOpen(looks, meant === 'leaves', exchange, deps);
  return blocking === undefined ? { kind: 'settled', view: settled, stops } : waits(blocking);
}

/** Why the book may still move, after everything was cancelled that should go. */
async function stillOpen(
  looks: readonly Look[],
  leaves: boolean,
  exchange: Pick<Exchange, 'cancel'>,
  { log }: FollowDeps,
): Promise<string | undefined> {
  let blocking: string | undefined;
  for (const { row, doubt } of looks) {
    const { exchangeOrderId = '', clientOrderId, fill } = row;
    const named = `an earlier order of the strategy (client order id ${clientOrderId})`;
    if (doubt !== undefined) blocking = `${named} ${doubt}`;
    const isOpen = fill === undefined || !hasEnded(fill);
    if (isOpen && (leaves || !isProtecting(row))) {
      const count = await exchange.cancel(exchangeOrderId);
      log.info('replaced-order-cancelled', { clientOrderId, count });
      blocking = `${named} was open and is being cancelled`;
    }
    // Nothing may sell beside the order that leaves: a stop goes before it, not after it.
    for (const close of leaves ? openCloses(row) : []) {
      const count = await exchange.cancel(close.exchangeOrderId);
      log.info('stop-cancelled', { clientOrderId, count });
      blocking = `${named} has a stop, which is being cancelled`;
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
