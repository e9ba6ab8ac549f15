/**
 * Before an order follows from a book, what may still move the book is looked at: fills that nobody
 * has seen yet are written down, and what has to go first is named, because the new message replaces
 * it. Stops that Kraken opened from entries stay while the position does, and go before it is left, as
 * both would sell the same. Nothing is cancelled here: whether the order goes out at all is decided
 * first. An order of which nobody knows whether it exists is waited for; a book that is guessed would
 * trade twice.
 */
import { forEachEnded } from '../all-ended.ts';
import type { Book, BookRef, BookView } from '../book.ts';
import { openCloses, restingOf } from '../closes.ts';
import { decimal, ZERO, type Decimal } from '../decimal.ts';
import { hasEnded } from '../fill.ts';
import { isUncertain } from '../order-state.ts';
import type { OrderRow } from '../order.ts';
import type { Intent } from '../decide/plan-target.ts';
import type { FollowDeps } from './follow-order.ts';
import { lookAtOrders, type Look, type LookReads } from './look-at-orders.ts';

/** Rows that are read at a time. */
const READS_AT_ONCE = 25;

/** An order at the exchange that has to go before the new one goes out. */
export interface Replaced {
  readonly exchangeOrderId: string;
  /** What it is, for who reads. */
  readonly name: string;
  readonly side: 'buy' | 'sell';
  /** Base units that it may still trade. */
  readonly rest: Decimal;
  /** Its limit or its trigger; absent: at the market. */
  readonly price?: string;
}

/** The book as it can be decided from, or why it cannot yet. */
export type SettledBook =
  | {
      readonly kind: 'settled';
      readonly view: BookView;
      /** What may still move it and is to be cancelled first; none: nothing can move it any more. */
      readonly replaces: readonly Replaced[];
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
  exchange: LookReads,
  deps: FollowDeps,
): Promise<SettledBook> {
  const view = await deps.books.read(ref);
  const others = view.inFlight.filter((orderKey) => orderKey !== row.orderKey);
  if (others.length === 0) return { kind: 'settled', view, replaces: [], stops: ZERO };
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
  const at = { kind: 'settled', view: settled } as const;
  if (meant === 'outdated') return { ...at, replaces: [], stops };
  const leaves = meant === 'leaves';
  const isExit = ({ signal }: OrderRow): boolean => signal.id === row.signal.leg?.of;
  const replaces = looks.flatMap((look) => (isExit(look.row) ? [] : replacedOf(look, leaves)));
  // What is in doubt may be settled by then; what is replaced goes in any case.
  if (replaces.length > 0) return { ...at, replaces, stops: leaves ? ZERO : stops };
  const blocking = looks.map((look) => doubtOf(look, isExit)).find((why) => why !== undefined);
  return blocking === undefined ? { ...at, replaces, stops } : waits(blocking);
}

/** What of an order and its stops has to go. */
function replacedOf({ row }: Look, leaves: boolean): readonly Replaced[] {
  const { exchangeOrderId = '', clientOrderId, fill, attempt } = row;
  if (attempt === undefined) return [];
  const { side, volume, price } = attempt.order;
  const name = `an earlier order of the strategy (client order id ${clientOrderId})`;
  const at = price === undefined ? {} : { price };
  const goes = isOpen(row) && (leaves || !isProtecting(row));
  const rest = decimal(volume).minus(fill?.volume ?? '0');
  const own: readonly Replaced[] = goes ? [{ exchangeOrderId, name, side, rest, ...at }] : [];
  if (!leaves) return own;
  // Nothing may sell beside the order that leaves: a stop goes before it, not after it.
  const stops = openCloses(row).map((close): Replaced => ({
    ...{ exchangeOrderId: close.exchangeOrderId, name: `the stop of ${name}` },
    ...{ side: side === 'buy' ? 'sell' : 'buy', rest: decimal(close.size).minus(close.volume) },
  }));
  return [...own, ...stops];
}

/** Why the book may still move by this order; undefined: it cannot, or only while it protects. */
function doubtOf({ row, doubt }: Look, isExit: (row: OrderRow) => boolean): string | undefined {
  const named = `an earlier order of the strategy (client order id ${row.clientOrderId})`;
  if (doubt !== undefined) return `${named} ${doubt}`;
  // The exit before the entry that is asked for is waited for, never replaced by it.
  return isExit(row) && isOpen(row) ? `${named} is still open` : undefined;
}

function isOpen({ fill }: OrderRow): boolean {
  return fill === undefined || !hasEnded(fill);
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
