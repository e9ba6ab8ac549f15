/**
 * What became of the close orders that the exchange opened from the fills of an entry: which they
 * are, what traded of them, and whether more may come. Plain JSON, kept on the row of the entry. One
 * belongs to its entry by the id of it that the exchange shows (`refid`), and by nothing else: the
 * userref that it may have is not unique.
 */
import { decimal, max, ZERO, type Decimal } from './decimal.ts';
import { hasEnded, type CloseFill, type CloseRecord } from './fill.ts';
import { isCloseType, type OrderRow } from './order.ts';

type Kept = Pick<OrderRow, 'attempt' | 'fill' | 'closes'>;

/** Whether the exchange opens an order for each fill of this one. */
export function opensCloses({ attempt }: Pick<OrderRow, 'attempt'>): boolean {
  return attempt?.order.close !== undefined;
}

/** What was filled and has no close order that is known, in base units. */
export function lackOf(row: Kept): Decimal {
  const { fill, closes } = row;
  if (fill === undefined || !opensCloses(row)) return ZERO;
  const opened = sum(closesOf(row), ({ size }) => size);
  return max(
    ZERO,
    decimal(fill.volume)
      .minus(opened)
      .minus(closes?.unseen ?? '0'),
  );
}

/** The close orders that are known. */
export function closesOf({ closes }: Pick<Kept, 'closes'>): readonly CloseFill[] {
  return closes?.orders ?? [];
}

/** Known close orders of which more may trade. */
export function openCloses(row: Pick<Kept, 'closes'>): readonly CloseFill[] {
  return closesOf(row).filter((close) => !hasEnded(close));
}

/** What close orders traded, in base units. */
export function closedBy(closes: CloseRecord | undefined): Decimal {
  return sum(closes?.orders ?? [], ({ volume }) => volume);
}

/**
 * Whether nothing of a placed order can trade any more: it has ended, and so has a close order for
 * all that was filled of it. What is filled and not shown may have one that trades.
 */
export function isOver(row: Kept): boolean {
  const { fill } = row;
  if (fill === undefined || !hasEnded(fill)) return false;
  return lackOf(row).eq('0') && openCloses(row).length === 0;
}

/** Whether all that may still trade of an entry are close orders that are known. */
export function onlyCloses(row: Kept): boolean {
  const { fill } = row;
  if (fill === undefined || !hasEnded(fill)) return false;
  return lackOf(row).eq('0') && openCloses(row).length > 0;
}

/** Whether all that may still trade of a row only guards a position: stops that rest. */
export function isGuard(row: Kept & Pick<OrderRow, 'signal' | 'state'>): boolean {
  const { signal, state, attempt, fill } = row;
  const isStop = attempt !== undefined && isCloseType(attempt.order.type);
  const isOwn = signal.covers !== undefined && state === 'placed' && isStop;
  return isOwn ? fill === undefined || !hasEnded(fill) : onlyCloses(row);
}

/** The record with this close order as it was seen now. */
export function withClose(before: CloseRecord | undefined, seen: CloseFill): CloseRecord {
  const orders = before?.orders ?? [];
  const isKnown = orders.some((one) => one.exchangeOrderId === seen.exchangeOrderId);
  const next = orders.map((one) => (one.exchangeOrderId === seen.exchangeOrderId ? seen : one));
  const { unseen } = before ?? {};
  return {
    orders: isKnown ? next : [...orders, seen],
    ...(unseen === undefined ? {} : { unseen }),
  };
}

function sum(orders: readonly CloseFill[], amountOf: (one: CloseFill) => string): Decimal {
  return orders.reduce((all, one) => all.plus(amountOf(one)), ZERO);
}
