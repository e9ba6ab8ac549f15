/** How the exchange writes the prices of orders, and its lines on attached close orders. */
import { parsePriceText, type Distance } from '../../../functions/core/message/price-text.ts';
import { assert } from '../../../functions/core/result.ts';
import type { ListedPair } from './catalogue.ts';
import type { CloseRecord } from './state.ts';

/** A distance as orders show it: `+1.0000%`, `+50.0`. */
export function writtenDistance(pair: ListedPair, distance: Distance): string {
  const { sign, amount, isPercent } = distance;
  return `${sign}${isPercent ? `${amount.toFixed(4)}%` : amount.toFixed(pair.priceDecimals)}`;
}

/** A price of an order; `0` where it has none. */
export function writtenPrice(pair: ListedPair, text: string): string {
  if (text === '0') return text;
  const parsed = parsePriceText(text);
  assert(parsed.ok, `${text} is a price`);
  const { value } = parsed;
  return value.kind === 'price'
    ? value.price.toFixed(pair.priceDecimals)
    : writtenDistance(pair, value);
}

/** `stop loss 22000.0 -> limit 21000.0`: what stands behind `close position @`. */
export function closeWords(pair: ListedPair, { type, price, price2 }: CloseRecord): string {
  const words = type.replace(/(?<=.)-limit$/, '').replaceAll('-', ' ');
  const limit = price2 === undefined ? '' : ` -> limit ${writtenPrice(pair, price2)}`;
  return `${words} ${writtenPrice(pair, price)}${limit}`;
}

/** ` with 5:1 leverage` behind an order on margin. */
export function leverageWords(leverage: string | undefined): string {
  return leverage === undefined ? '' : ` with ${leverage}:1 leverage`;
}

/** `descr.close` of an order. */
export function closeLine(pair: ListedPair, close: CloseRecord | undefined): string {
  return close === undefined ? '' : `close position @ ${closeWords(pair, close)}`;
}
