/** An order's amendable terms in a few words: `0.5 at limit 98000`. */
import type { Order } from './order.ts';

/** The volume and the prices, for audit entries and notices. */
export function orderWords({ type, volume, price, price2 }: Order): string {
  const at = price === undefined ? type : `${type} ${price}`;
  return `${volume} at ${at}${price2 === undefined ? '' : ` then ${price2}`}`;
}
