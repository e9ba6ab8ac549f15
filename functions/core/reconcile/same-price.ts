/** Prices by value: Kraken writes `+1.0000%` for `+1%`, and `37500.0` for `37500`. */
import { parsePriceText, type PriceText } from '../message/price-text.ts';

/** Whether a price that is shown is the one that was sent; a distance is never a price. */
export function samePrice(sent: string, shown: string | undefined): boolean {
  const [a, b] = [read(sent), read(shown ?? '')];
  if (a === undefined || b === undefined) return false;
  if (a.kind === 'price') return b.kind === 'price' && a.price.eq(b.price);
  if (b.kind === 'price') return false;
  return a.sign === b.sign && a.isPercent === b.isPercent && a.amount.eq(b.amount);
}

function read(text: string): PriceText | undefined {
  const parsed = parsePriceText(text);
  return parsed.ok ? parsed.value : undefined;
}
