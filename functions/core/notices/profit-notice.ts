/** What a person is told of a take-profit that could not be sold. */
import type { OrderRow } from '../order.ts';
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
