/** What a price may be at all: near enough to the last one to be meant. */
import { plain, type Decimal } from '../decimal.ts';
import type { Pair } from '../market/pair.ts';
import { refusal, type Refusal } from '../refusal.ts';

/** A price this many times away from the last one is a mistake, not a wish. */
const FACTOR_MAX = '10';

/** Whether a price is too far from the last one to be meant. */
export function isFar(price: Decimal, last: Decimal): boolean {
  return price.gt(last.times(FACTOR_MAX)) || price.times(FACTOR_MAX).lt(last);
}

/** The refusal of a price that is too far away. */
export function isAbsurd(
  what: string,
  price: Decimal,
  { last, pair }: { readonly last: Decimal; readonly pair: Pair },
): Refusal {
  const sentence = `the ${what} ${plain(price)} is more than ${FACTOR_MAX} times away from the last price of ${pair.name}, ${plain(last)}: check the price.`;
  return refusal('bad-price', sentence, { price: plain(price), last: plain(last) });
}

/** A price with its currency. */
export function inQuote(price: Decimal, pair: Pair): string {
  return `${plain(price)} ${pair.quote}`;
}
