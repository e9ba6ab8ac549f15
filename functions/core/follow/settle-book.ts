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
import { decimal } from '../decimal.ts';
import { hasEnded } from '../fill.ts';
import { orderNow } from '../order-now.ts';
import { isUncertain, isWaiting } from '../order-state.ts';
import { isCloseType, type OrderRow } from '../order.ts';
import { meetsStops } from '../decide/plan-beside.ts';
import type { Intent } from '../decide/plan-target.ts';
import { restingStops, type Replaced, type RestingStop } from '../resting.ts';
import type { FollowDeps } from './follow-order.ts';
import { lookAtOrders, type Look, type LookReads } from './look-at-orders.ts';
import { salesAhead } from './sales-ahead.ts';

/** Rows that are read at a time. */
const READS_AT_ONCE = 25;

/** The book as it can be decided from, or why it cannot yet. */
export type SettledBook =
  | {
      readonly kind: 'settled';
      readonly view: BookView;
      /** What may still move it and is to be cancelled first; none: nothing can move it any more. */
      readonly replaces: readonly Replaced[];
      /** Stops that rest for some of the position, those that have to go among them. */
      readonly stops: readonly RestingStop[];
      /** Until when what the row follows cancelled or held something; balances may lag behind that. */
      readonly freedAtMs?: number;
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
  // Sales of halts are on spot: they take nothing of what an order on margin meets.
  const sale = meetsStops(row.signal) ? undefined : await salesAhead(ref, deps);
  if (sale !== undefined) return waits(sale);
  const view = await deps.books.read(ref);
  const { covers } = row.signal;
  const known = covers === undefined ? view.inFlight : [...view.inFlight, covers.orderKey];
  const others = [...new Set(known)].filter((orderKey) => orderKey !== row.orderKey);
  if (others.length === 0) return { kind: 'settled', view, replaces: [], stops: [] };
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
  const ahead = rows.find((one) => one.orderKey === covers?.orderKey && isWaiting(one.state));
  if (ahead !== undefined) {
    return waits(
      `the order that it follows has not gone out (client order id ${ahead.clientOrderId})`,
    );
  }
  const placed = rows.filter(({ state }) => state === 'placed');
  const looks = await lookAtOrders(placed, exchange, deps);
  const settled = await deps.books.read(ref);
  const meant = intent(settled.book);
  const stops = looks.flatMap((look) => stopsOf(look.row));
  const followed = [...looks.map((look) => look.row), ...rows].find(
    (one) => one.orderKey === covers?.orderKey,
  );
  const freed = followed && { freedAtMs: freedBy(followed) };
  const at = { kind: 'settled', view: settled, ...freed } as const;
  if (meant === 'outdated') return { ...at, replaces: [], stops };
  const leaves = meant === 'leaves';
  const isExit = (one: OrderRow): boolean =>
    one.signal.id === row.signal.leg?.of || (meant === 'guards' && isLeaving(one));
  const isBeside = meetsStops(row.signal);
  const nowMs = deps.clock.nowMs();
  // It is about to trade: what the order meets, and for how much stops may rest after it, is not known.
  const trading = looks.find((look) => isBeside && isTrading(look.row, nowMs));
  if (trading !== undefined) return waits(`${namedOf(trading.row)} is still open`);
  // A take-profit is no new wish of where the strategy stands: what it has resting to enter stays. Beside
  // an order that says itself what it is stays whatever else its sender said, but for our own stops.
  const stays = ({ signal, decision }: OrderRow): boolean =>
    isBeside
      ? signal.covers === undefined
      : row.signal.takes !== undefined && decision?.reducing !== true;
  // What it meets is on the other side, and so are the stops of that: others protect what is not met.
  const isOnWay = ({ side }: Replaced): boolean => !isBeside || side === row.signal.action;
  const replaces = looks
    .flatMap((look) =>
      meant === 'guards' || isExit(look.row)
        ? []
        : replacedOf(look, { leaves, stays: stays(look.row) }),
    )
    .filter(isOnWay);
  // Made late, it would undo what follows from the stop as it is seen now.
  if (!leaves && stops.some(({ changingUntilMs = 0 }) => changingUntilMs > nowMs)) {
    return waits('a change of its stop was sent, and may still be made');
  }
  // What is in doubt may be settled by then; what is replaced goes in any case.
  if (replaces.length > 0) return { ...at, replaces, stops };
  const blocking = looks.map((look) => doubtOf(look, isExit)).find((why) => why !== undefined);
  return blocking === undefined ? { ...at, replaces, stops } : waits(blocking);
}

/** When the order last had something cancelled for it, or was seen to have ended itself. */
function freedBy({ freedAtMs = 0, fill }: OrderRow): number {
  return Math.max(freedAtMs, fill?.seenAtMs ?? 0);
}

/** What of an order and its stops has to go. */
function replacedOf(
  { row }: Look,
  { leaves, stays }: { readonly leaves: boolean; readonly stays: boolean },
): readonly Replaced[] {
  const { exchangeOrderId = '', fill } = row;
  const order = orderNow(row);
  if (order === undefined) return [];
  const { side, volume, price } = order;
  const name = namedOf(row);
  const at = price === undefined ? {} : { price };
  const goes = isOpen(row) && !stays && (leaves || !isProtecting(row));
  const rest = decimal(volume).minus(fill?.volume ?? '0');
  const own: readonly Replaced[] = goes ? [{ exchangeOrderId, name, side, rest, ...at }] : [];
  if (!leaves) return own;
  // Nothing may sell beside the order that leaves: a stop goes before it, not after it.
  return [...own, ...restingStops(row)];
}

/** Stops of the row that rest: those that Kraken opened from it, or the row's own order. */
function stopsOf(row: OrderRow): readonly RestingStop[] {
  const { signal, attempt, exchangeOrderId = '', clientOrderId, fill } = row;
  const order = attempt?.order;
  if (signal.covers === undefined || order?.price === undefined || !isOpen(row)) {
    return restingStops(row);
  }
  const { type, side, volume, price, price2 } = order;
  if (!isCloseType(type)) return [];
  const traded = decimal(fill?.volume ?? '0');
  return [
    {
      ...{
        exchangeOrderId,
        name: `a stop of the strategy (client order id ${clientOrderId})`,
        side,
      },
      ...{ traded, rest: decimal(volume).minus(traded) },
      terms: { type, price, ...(price2 === undefined ? {} : { price2 }) },
      of: signal.covers.of ?? [],
    },
  ];
}

/** Why the book may still move by this order; undefined: it cannot, or only while it protects. */
function doubtOf({ row, doubt }: Look, isExit: (row: OrderRow) => boolean): string | undefined {
  const named = namedOf(row);
  if (doubt !== undefined) return `${named} ${doubt}`;
  // The exit before the entry, or before the stop that guards what it left, is waited for.
  return isExit(row) && isOpen(row) ? `${named} is still open` : undefined;
}

function namedOf({ clientOrderId }: OrderRow): string {
  return `an earlier order of the strategy (client order id ${clientOrderId})`;
}

/** Whether it trades at the market as soon as Kraken comes to it; one that starts later does not yet. */
function isTrading(row: OrderRow, nowMs: number): boolean {
  const { type, startAtMs = nowMs } = row.attempt?.order ?? {};
  return isOpen(row) && type === 'market' && startAtMs <= nowMs;
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

/** Whether the order is on its way out of the position. */
function isLeaving(row: OrderRow): boolean {
  return row.decision?.reducing === true && !isProtecting(row);
}

function waits(why: string): SettledBook {
  return { kind: 'waits', why };
}
