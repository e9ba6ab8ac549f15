/** What a look at an order says of the changes to it that went out and that nobody settled. */
import type { AmendDeps } from './amend-order.ts';
import type { AmendSeat } from './amend-seat.ts';
import { ordersShown, unsettledAmend } from '../order-now.ts';
import { orderWords } from '../order-words.ts';
import type { Order, OrderRow } from '../order.ts';
import { DEADLINE_MS, MAX_SKEW_MS, SETTLE_MS } from '../protocol.ts';
import { sameOrder } from '../reconcile/same-order.ts';

/**
 * The order that Kraken has for good; undefined while that is not clear. What was asked for last is so
 * as soon as it shows, for no change of ours can come after it. Anything else may be from before a
 * change, until none can arrive any more and reads have caught up; so may what was asked for last,
 * where the order was or may have been the same before.
 */
export function orderSeen(
  row: OrderRow,
  { found, pair }: Pick<AmendSeat, 'found' | 'pair'>,
  nowMs: number,
): Order | undefined {
  const asked = unsettledAmend(row);
  if (asked === undefined) return undefined;
  const isShown = (order: Order): boolean => sameOrder(order, found, pair).ok;
  const isAsked = isShown(asked.order);
  const isOlder = [asked.before, ...(asked.earlier ?? [])].some((order) => isShown(order));
  if (isAsked && !isOlder) return asked.order;
  if (nowMs < asked.deadlineMs + SETTLE_MS) return undefined;
  return isAsked ? asked.order : ordersShown(row, nowMs).find((order) => isShown(order));
}

/**
 * Whether a change that went out before may still arrive: one that nobody settled, or a copy of one that
 * went out several times. The engine may take it after a newer one, whatever their nonces, and would
 * undo that.
 */
export function mayStillCome({ amended }: Pick<OrderRow, 'amended'>, nowMs: number): boolean {
  const asked = amended?.asked;
  if (asked === undefined || nowMs > asked.deadlineMs + MAX_SKEW_MS) return false;
  const wentOnce = asked.deadlineMs === asked.licensedAtMs + DEADLINE_MS;
  return asked.settledAtMs === undefined || !wentOnce;
}

/** Puts on record what became of a change that a newer amend follows, where a look tells it. */
export async function settleEarlier(
  row: OrderRow,
  seat: AmendSeat,
  { orders, clock }: Pick<AmendDeps, 'orders' | 'clock'>,
): Promise<OrderRow | 'lost'> {
  const atMs = clock.nowMs();
  const asked = unsettledAmend(row);
  const seen = orderSeen(row, seat, atMs);
  if (asked === undefined || seen === undefined) return row;
  const amended = { ...row.amended, now: seen, asked: { ...asked, settledAtMs: atMs } };
  const why = `an earlier amend is settled by a look: the order is ${orderWords(seen)}`;
  return orders.note(row, { why, atMs, set: { amended }, dueAtMs: row.dueAtMs ?? null });
}
