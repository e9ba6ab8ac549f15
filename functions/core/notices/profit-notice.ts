/** What a person is told of take-profits that are not sold. */
import type { OrderRow, TakeProfit } from '../order.ts';
import { withinLimits } from './notice-limits.ts';
import type { Notice } from './notice.ts';
import { noticeText, orderBase, orderSubject, type NoticeContext } from './order-notice.ts';

/** The one notice that Harpoon does not try it any more. */
export function profitNotice(row: OrderRow, number: number, context: NoticeContext): Notice {
  return withinLimits({
    ...orderBase(row, context),
    id: `profit:${row.clientOrderId}:${number}`,
    urgency: 'page',
    title: `${orderSubject(row)}: take-profit ${number} could not be sold`,
    text: noticeText([
      'Every order for it was refused or stopped; each was told with its reason.',
      'Nothing is tried for it any more. The rest of the position keeps its stop, if it had one: sell the share by hand, or leave the position.',
    ]),
  });
}

/** The one notice that the source of an entry is gone, and its take-profits wait for nobody. */
export function orphanNotice(
  row: OrderRow,
  pending: readonly TakeProfit[],
  context: NoticeContext,
): Notice {
  const { signal, account } = row;
  const at = pending.map(({ price, share }) => `${share}% at ${price}`).join(', ');
  return withinLimits({
    ...orderBase(row, context),
    id: `orphaned:${row.clientOrderId}:${row.version + 1}`,
    urgency: 'page',
    title: `${orderSubject(row)}: nothing sells at its take-profits`,
    text: noticeText([
      `The source ${signal.source} is not in harpoon.yaml any more, so no order of it goes out. Still to come were ${at}.`,
      `Put ${signal.source} back and deploy, and they are watched again; or sell by hand. A stop at Kraken stays. What it owns on ${account}: npx harpoon books.`,
    ]),
  });
}
