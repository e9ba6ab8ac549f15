/** Which prices of an order an amend means, by the order's type. */
import type { AmendWish } from '../amending.ts';
import { ORDER_TERMS, type PriceRole } from '../message/order-terms.ts';
import type { Order } from '../order.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';

/** New prices by their place; what is absent stays. */
export type AmendedPrices = Pick<AmendWish, 'price' | 'price2'>;

const NAME_OF_ROLE = { limit: 'limitPrice', trigger: 'triggerPrice' } as const;

/** The prices by place, or why the order has no such price. */
export function amendedPrices(
  { type }: Pick<Order, 'type'>,
  wish: AmendWish,
): Result<AmendedPrices, Refusal> {
  const named = (['price', 'price2', 'limitPrice', 'triggerPrice'] as const).filter(
    (name) => wish[name] !== undefined,
  );
  const [first] = named;
  if (first === undefined) return ok({});
  const terms = ORDER_TERMS[type];
  if (terms.price === 'distance') {
    const sentence = `an order of type ${type} keeps the distance that it was sent with: cancel it and send a new one to change "${first}".`;
    return err(refusal('not-supported', sentence));
  }
  const prices: { price?: string; price2?: string } = {};
  const used = new Set<string>();
  for (const slot of ['price', 'price2'] as const) {
    const role = terms[slot];
    if (role === undefined) continue;
    const byRole = NAME_OF_ROLE[role as Exclude<PriceRole, 'distance'>];
    const [plainly, byName] = [wish[slot], wish[byRole]];
    if (plainly !== undefined && byName !== undefined && plainly !== byName) {
      const sentence = `"${slot}" and "${byRole}" both mean the ${role} of an order of type ${type} and differ: write only one of them.`;
      return err(refusal('ambiguous-field', sentence));
    }
    const value = plainly ?? byName;
    if (value !== undefined) prices[slot] = value;
    used.add(slot).add(byRole);
  }
  const stray = named.find((name) => !used.has(name));
  if (stray === undefined) return ok(prices);
  const sentence = `an order of type ${type} has no "${stray}": leave it out, or cancel the order and send one of another type.`;
  return err(refusal('ambiguous-field', sentence));
}
