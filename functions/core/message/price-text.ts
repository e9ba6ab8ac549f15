/**
 * Prices as text: absolute (`98000`), or a distance from another price in quote units (`+50`) or in
 * percent (`-2%`). A pure reading; from which price a distance counts is for the caller to say.
 */
import { parseDecimal, plain, type Decimal } from '../decimal.ts';
import { err, ok, type Result } from '../result.ts';

/** How far from another price. */
export interface Distance {
  readonly kind: 'distance';
  readonly sign: '+' | '-';
  /** Above zero: quote units, or percent of the other price. */
  readonly amount: Decimal;
  readonly isPercent: boolean;
}

/** A price as it was written. */
export type PriceText = { readonly kind: 'price'; readonly price: Decimal } | Distance;

const DISTANCE = /^([+-])([^%]*)(%?)$/;

/** Reads `98000`, `+50` or `-2%`; the error says what would be right. */
export function parsePriceText(text: string): Result<PriceText, string> {
  const [, sign, number = '', percent = ''] = DISTANCE.exec(text) ?? [];
  if (sign !== '+' && sign !== '-') return absolute(text);
  const amount = parseDecimal(number);
  // A second sign, as in +-5, says nothing that could be meant.
  if (!amount.ok || !amount.value.gt('0')) {
    return err('write a distance with one sign and an amount above zero, such as -2% or +50');
  }
  return ok({ kind: 'distance', sign, amount: amount.value, isPercent: percent === '%' });
}

/** A distance in quote units, without its sign. */
export function lengthOf({ amount, isPercent }: Distance, from: Decimal): Decimal {
  return isPercent ? from.times(amount).times('0.01') : amount;
}

/** The price that lies at the distance; may be zero or less. */
export function priceAt(distance: Distance, from: Decimal): Decimal {
  const length = lengthOf(distance, from);
  return distance.sign === '+' ? from.plus(length) : from.minus(length);
}

/** Writes a distance as Kraken takes it: `+50`, `-2%`. */
export function distanceText({ sign, amount, isPercent }: Distance): string {
  return `${sign}${plain(amount)}${isPercent ? '%' : ''}`;
}

function absolute(text: string): Result<PriceText, string> {
  const price = parseDecimal(text);
  if (!price.ok) return err('write a price such as 98000, or a distance such as -2% or +50');
  if (!price.value.gt('0')) return err('a price must be above zero');
  return ok({ kind: 'price', price: price.value });
}
