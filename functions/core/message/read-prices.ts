/**
 * The prices of an order. Each has a place (`price`, `price2`) and a role (limit, trigger or
 * distance), and may stand under the name of either, so that `stopPrice` and `limitPrice` mean what
 * they say; a price that the type has no place for is refused.
 */
import { readDistance, readPrice, readPriceOrDistance, readTrail } from './field-values.ts';
import type { FieldText } from './message.ts';
import type { Field } from './message-fields.ts';
import { ORDER_TERMS, ORDER_TYPES, type PriceRole } from './order-terms.ts';
import { no, notOf, optional, stray, type Fields } from './read-term.ts';
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { OrderType, Signal } from '../signal.ts';

/** Fields that hold a price of one role, whatever its place. */
const FIELD_OF_ROLE: Readonly<Record<PriceRole, Field>> = {
  limit: 'limitPrice',
  trigger: 'triggerPrice',
  distance: 'trailBy',
};

/** The prices of an order, and the one that the sender saw. */
export type Prices = Pick<Signal, 'price' | 'price2' | 'seenPrice'>;

/** Of a type without a price, `price` is what the sender saw, usually `{{close}}`. */
export function readPrices(fields: Fields, type: OrderType): Result<Prices, Refusal> {
  const terms = ORDER_TERMS[type];
  const stray = strayPrice(fields, type);
  if (stray !== undefined) return err(stray);
  const price = readSlot(fields, type, 'price');
  if (!price.ok) return price;
  const price2 = readSlot(fields, type, 'price2');
  if (!price2.ok) return price2;
  const seenFields = [terms.price === undefined ? fields.get('price') : undefined];
  const seen = optional(seenFields[0] ?? fields.get('seenPrice'), readPrice);
  if (!seen.ok) return seen;
  return ok({
    ...(price.value === undefined ? {} : { price: price.value }),
    ...(price2.value === undefined ? {} : { price2: price2.value }),
    ...(seen.value === undefined ? {} : { seenPrice: seen.value }),
  });
}

/** A price that no place of the type takes. */
function strayPrice(fields: Fields, type: OrderType): Refusal | undefined {
  const { price, price2 } = ORDER_TERMS[type];
  const second = fields.get('price2');
  if (second !== undefined && price2 === undefined) return stray(second, type, 'price2');
  const roles = [price, price2].map(limitOfTrail);
  for (const role of ['limit', 'trigger', 'distance'] as const) {
    const field = fields.get(FIELD_OF_ROLE[role]);
    if (field === undefined || roles.includes(role)) continue;
    const types = ORDER_TYPES.filter((one) =>
      [ORDER_TERMS[one].price, ORDER_TERMS[one].price2].map(limitOfTrail).includes(role),
    );
    return notOf(field, type, types);
  }
  return undefined;
}

/** The second price of a trailing stop with a limit is a limit, written as a distance. */
function limitOfTrail(role: PriceRole | undefined, place: number): PriceRole | undefined {
  return role === 'distance' && place === 1 ? 'limit' : role;
}

/** One price of the order, from its own field or from the one that names its role. */
function readSlot(
  fields: Fields,
  type: OrderType,
  slot: 'price' | 'price2',
): Result<string | undefined, Refusal> {
  const role = ORDER_TERMS[type][slot];
  if (role === undefined) return ok(undefined);
  const byRole = FIELD_OF_ROLE[limitOfTrail(role, slot === 'price' ? 0 : 1) ?? role];
  const read = readerOf(role, slot);
  const plainly = optional(fields.get(slot), read);
  if (!plainly.ok) return plainly;
  const named = optional(fields.get(byRole), read);
  if (!named.ok) return named;
  if (plainly.value !== undefined && named.value !== undefined && plainly.value !== named.value) {
    const sentence = `${fields.get(slot)?.name ?? slot} and ${fields.get(byRole)?.name ?? byRole} differ: write only one of them.`;
    return no('ambiguous-field', sentence);
  }
  const value = plainly.value ?? named.value;
  if (value !== undefined) return ok(value);
  return no(
    'missing-field',
    `an order of type ${type} needs "${slot}": ${WHAT_TO_WRITE[slot][role]}.`,
  );
}

const WHAT_TO_WRITE = {
  price: {
    limit: 'write its limit, such as "98000" or "-1%" from the last price',
    trigger:
      'write the price at which it is triggered, such as "95000" or "-2%" from the last price',
    distance: 'write the distance that it keeps from the market, such as "+2%" or "+500"',
  },
  price2: {
    limit: 'write its limit, such as "94900", or "-0.5%" from the trigger',
    trigger: 'write the price at which it is triggered',
    distance: 'write the distance of its limit from the trigger, such as "-0.5%" or "+50"',
  },
} as const;

function readerOf(
  role: PriceRole,
  slot: 'price' | 'price2',
): (field: FieldText) => Result<string, Refusal> {
  if (role !== 'distance') return readPriceOrDistance(slot === 'price' ? 'last' : 'trigger');
  return slot === 'price' ? readTrail : readDistance;
}
