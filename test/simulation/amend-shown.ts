/** Whether the order at the exchange is one that its row knows. */
import { decimal } from '../../functions/core/decimal.ts';
import type { Order, OrderRow } from '../../functions/core/order.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';

/** A number without a sign. */
export const PLAIN = /^\d+(?:\.\d+)?$/;

/** Whether two values are one, however they are written. */
export function equal(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || !PLAIN.test(a) || !PLAIN.test(b)) return a === b;
  return decimal(a).eq(decimal(b));
}

/** What the exchange has that the row does not know of; undefined: nothing. */
export function otherThanOnRow(
  { amended, attempt }: OrderRow,
  order: FoundOrder,
): string | undefined {
  const now = amended?.now ?? attempt?.order;
  if (now === undefined) return undefined;
  const { asked } = amended ?? {};
  const isOpen = asked !== undefined && asked.settledAtMs === undefined;
  const known = isOpen ? [now, asked.before, asked.order, ...(asked.earlier ?? [])] : [now];
  if (known.some((one) => isShown(one, order))) return undefined;
  const has = `${order.volume.toFixed()} at ${order.price?.toFixed()}`;
  return `${has} is on record as ${now.volume} at ${now.price}`;
}

function isShown(order: Order, { volume, price, price2, type }: FoundOrder): boolean {
  if (order.volumeInQuote === true || type.startsWith('trailing')) return true;
  return (
    volume.eq(order.volume) &&
    (price === undefined || equal(price.toFixed(), order.price)) &&
    (price2 === undefined || equal(price2, order.price2))
  );
}
