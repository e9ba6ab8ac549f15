/** What a person is told when an order that a person called absent turns up at the exchange. */
import type { OrderRow } from '../order.ts';
import type { Notice } from './notice.ts';
import { withinLimits } from './notice-limits.ts';
import { sentence } from './notice-sentence.ts';
import { noticeText, orderBase, orderSubject, type NoticeContext } from './order-notice.ts';

/** The one notice; `row` of the version before, with what the step sets. */
export function turnedUpNotice(row: OrderRow, why: string, context: NoticeContext): Notice {
  const isOurs = row.exchangeOrderId !== undefined;
  const todo = isOurs
    ? 'It is followed now, and what it traded goes into the book of its strategy. If it was placed by hand meanwhile, it is there twice: look at the position.'
    : `Look at Kraken, then say which it is: npx harpoon settle ${row.clientOrderId}`;
  return withinLimits({
    ...orderBase(row, context),
    id: `order:${row.clientOrderId}:${row.version + 1}`,
    urgency: 'page',
    title: `${orderSubject(row)}: IT IS AT KRAKEN AFTER ALL`,
    text: noticeText([
      sentence(why),
      todo,
      'Nothing was sent again. New entries on this account are blocked until you lift the switch (docs/runbook.md).',
      `Client order id ${row.clientOrderId}.`,
    ]),
  });
}
