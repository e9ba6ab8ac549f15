/** An order in a few words: what it does, and its amendable terms (`0.5 at limit 98000`). */
import type { Order, OrderRow } from './order.ts';
import { standText, type Action } from './signal.ts';

/** The side that went out. A message that says where its strategy stands does not know it before. */
export function sideOf({ attempt, signal }: Pick<OrderRow, 'attempt' | 'signal'>): Action {
  return attempt?.order.side ?? signal.action;
}

/** `buy`; where nothing went out, what the message wants, which may be `long 0.5`. */
export function actionWords(row: Pick<OrderRow, 'attempt' | 'signal'>): string {
  const { attempt, signal } = row;
  const isStand = attempt === undefined && signal.target !== undefined;
  return isStand ? standText(signal.target) : sideOf(row);
}

/** The volume and the prices, for audit entries and notices. */
export function orderWords({ type, volume, price, price2 }: Order): string {
  const at = price === undefined ? type : `${type} ${price}`;
  return `${volume} at ${at}${price2 === undefined ? '' : ` then ${price2}`}`;
}
