/**
 * Whose the orders are that the exchange shows under the name of a row: the one that was sent, one
 * that contradicts it, or somebody else's.
 */
import type { OrderDeps } from '../execute/order-deps.ts';
import type { Pair } from '../market/pair.ts';
import { pairTable } from '../market/pair-table.ts';
import type { AbsenceSweep, Attempt, OrderRow } from '../order.ts';
import type { Exchange, FoundOrder } from '../ports.ts';
import { MAX_SKEW_MS } from '../protocol.ts';
import { ordersIfAll } from './orders-by-id.ts';
import { isOfPair, sameOrder } from './same-order.ts';

/** Clocks and Kraken's time stamps may differ by this much around the attempt's own times. */
export const OPENED_TOLERANCE_MS = MAX_SKEW_MS + 3_000;

/** What a look-up showed. */
export type Sight =
  | { readonly kind: 'found'; readonly order: FoundOrder }
  | { readonly kind: 'contradiction'; readonly why: string }
  | { readonly kind: 'nothing'; readonly sweep: AbsenceSweep }
  /** Nothing was found, but the look-up proves nothing either. */
  | { readonly kind: 'no-proof'; readonly why: string };

/**
 * Nothing of the row was sent earlier. A row that was licensed twice may be found by its first
 * attempt, of which only the receipt is known. PREPARE compared its clock with Kraken's, whoever
 * wrote the receipt did not: where that clock was ahead, the attempt or the sender's time says more.
 */
export function earliestMs(row: OrderRow, attempt: Attempt): number {
  const knownMs = Math.min(row.receivedAtMs, attempt.preparedAtMs);
  return row.sends > 1 ? Math.min(knownMs, row.signal.sentAtMs) : knownMs;
}

/** What is looked up, and where. */
export interface LookUp {
  readonly row: OrderRow;
  readonly attempt: Attempt;
  readonly exchange: Exchange;
}

/** What orders under the name of the row say; undefined when none of them is to be taken for it. */
export async function judge(
  found: readonly FoundOrder[],
  lookUp: LookUp,
  deps: OrderDeps,
): Promise<Sight | undefined> {
  if (found.length === 0) return undefined;
  const { attempt } = lookUp;
  const pair = pairTable(await deps.market.pairs()).byAnyName(attempt.order.pair);
  if (pair === undefined) return { kind: 'no-proof', why: `pair ${attempt.order.pair} is unknown` };
  const isUnique = attempt.order.close === undefined;
  const ours = isUnique ? found : await oursOf(found, { ...lookUp, pair });
  if (ours === undefined) {
    return { kind: 'no-proof', why: 'a close order is there, and the order that opened it is not' };
  }
  if (ours.length > 1) {
    const ids = ours.map(({ exchangeOrderId }) => exchangeOrderId).join(', ');
    return { kind: 'contradiction', why: `Kraken has more than one order of this id: ${ids}` };
  }
  const [order] = ours;
  return order && compare(order, { ...lookUp, pair });
}

/**
 * Which orders of our userref are ours: opened within the attempt, of its pair and side. Kraken lets
 * anybody use the same number, and gives it to the close orders that our order opened: such a one
 * shows that its parent is there, and is never taken for it. Whatever else is other than what was
 * sent contradicts it, and so does the very order after its deadline, which Kraken excludes: taken for
 * somebody else's it would be placed and proved absent. Undefined: a parent cannot be read.
 */
async function oursOf(
  found: readonly FoundOrder[],
  at: LookUp & { readonly pair: Pair },
): Promise<readonly FoundOrder[] | undefined> {
  const shown = new Set(found.map(({ exchangeOrderId }) => exchangeOrderId));
  const missing = new Set(found.flatMap(({ refid }) => refid ?? []).filter((id) => !shown.has(id)));
  const parents = await ordersIfAll([...missing], at.exchange);
  if (parents === undefined) return undefined;
  return [...found, ...parents].filter(
    (order) =>
      order.refid === undefined &&
      order.side === at.attempt.order.side &&
      isOfPair(order, at.pair) &&
      (isInTime(order, at) || isTooLate(order, at)),
  );
}

/** Whether it is just what was sent, and was opened after it could be. */
function isTooLate(
  order: FoundOrder,
  { attempt, pair }: LookUp & { readonly pair: Pair },
): boolean {
  return order.openedAtMs > attempt.deadlineMs && sameOrder(attempt.order, order, pair).ok;
}

function isInTime({ openedAtMs }: FoundOrder, { row, attempt }: LookUp): boolean {
  const firstMs = earliestMs(row, attempt) - OPENED_TOLERANCE_MS;
  return openedAtMs >= firstMs && openedAtMs <= attempt.deadlineMs + OPENED_TOLERANCE_MS;
}

function compare(order: FoundOrder, at: LookUp & { readonly pair: Pair }): Sight {
  const same = sameOrder(at.attempt.order, order, at.pair);
  if (!same.ok) return { kind: 'contradiction', why: `${order.exchangeOrderId}: ${same.error}` };
  if (isInTime(order, at)) return { kind: 'found', order };
  const opened = new Date(order.openedAtMs).toISOString();
  return {
    kind: 'contradiction',
    why: `${order.exchangeOrderId} was opened at ${opened}, outside of the attempt`,
  };
}
