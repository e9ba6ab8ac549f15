/** The order that the exchange has, as its row tells: as it was sent, or as it was amended since. */
import type { AskedAmend, Order, OrderRow } from './order.ts';
import { SETTLE_MS } from './protocol.ts';

type Kept = Pick<OrderRow, 'attempt' | 'amended'>;

/** The order as the exchange confirmed it last; undefined when none was sent. */
export function orderNow({ attempt, amended }: Kept): Order | undefined {
  return amended?.now ?? attempt?.order;
}

/**
 * The orders that the exchange may show: the one that it confirmed last; while it is not known which
 * changes reached it, what each asked for; and the ones before, as long as reads may lag.
 */
export function ordersShown(row: Kept, nowMs: number): readonly Order[] {
  const now = orderNow(row);
  if (now === undefined) return [];
  const asked = row.amended?.asked;
  if (asked === undefined) return [now];
  const { settledAtMs, before, earlier = [], order } = asked;
  if (settledAtMs === undefined) return [now, before, ...earlier, order];
  return nowMs < settledAtMs + SETTLE_MS ? [now, before, ...earlier] : [now];
}

/** The newest change of which it is not known whether it reached the exchange; undefined: none. */
export function unsettledAmend({ amended }: Pick<OrderRow, 'amended'>): AskedAmend | undefined {
  const asked = amended?.asked;
  return asked?.settledAtMs === undefined ? asked : undefined;
}
