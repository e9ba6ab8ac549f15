/**
 * Whether an order at the exchange has the attached close order that was sent. The text is the only
 * place where Kraken shows it: `close position @ stop loss 22000.0 -> limit 21000.0`. Unlike other
 * terms it must be shown: an entry whose stop is not there is what nobody may take for the order.
 */
import type { CloseOrder } from '../order.ts';
import { samePrice } from './same-price.ts';

const CLOSES = /^close position @ (stop loss|take profit|trailing stop) (\S+)(?: -> limit (\S+))?$/;

/** Whether the text describes exactly this close order; neither is the same as neither. */
export function sameClose(sent: CloseOrder | undefined, shown: string | undefined): boolean {
  if (sent === undefined || shown === undefined) return sent === undefined && shown === undefined;
  const [, words, price, price2] = CLOSES.exec(shown) ?? [];
  if (words?.replace(' ', '-') !== sent.type.replace(/-limit$/, '')) return false;
  if (!samePrice(sent.price, price)) return false;
  return sent.price2 === undefined ? price2 === undefined : samePrice(sent.price2, price2);
}

/** A close order in words: `stop-loss 48000`, `trailing-stop +2%`. */
export function closeText(close: CloseOrder | undefined): string {
  if (close === undefined) return 'none';
  const { type, price, price2 } = close;
  return `${type} ${price}${price2 === undefined ? '' : ` -> limit ${price2}`}`;
}
