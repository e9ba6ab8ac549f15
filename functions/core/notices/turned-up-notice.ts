/** What a person is told of an order that a person called absent: that it turned up, or was never looked for to the end. */
import type { OrderRow } from '../order.ts';
import type { Notice } from './notice.ts';
import { withinLimits } from './notice-limits.ts';
import { ended, sentence } from './notice-sentence.ts';
import { noticeText, orderBase, orderSubject, type NoticeContext } from './order-notice.ts';

/** The cancel was settled when the order was called absent, and is not carried out again. */
const RECALLED =
  'A cancel of it was asked for and not carried out, as it was said to be absent: cancel it at Kraken if it is still open.';

/** The one notice that it turned up; `row` of the version before, with what the step sets. */
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
      row.settled?.recalled === true ? RECALLED : '',
      'Nothing was sent again. New entries on this account are blocked until you lift the switch (docs/runbook.md).',
      `Client order id ${row.clientOrderId}.`,
    ]),
  });
}

/** The one notice that the last look for it proved nothing either; `row` of the version before. */
export function stillOpenNotice(row: OrderRow, why: string, context: NoticeContext): Notice {
  return withinLimits({
    ...orderBase(row, context),
    id: `order:${row.clientOrderId}:${row.version + 1}`,
    urgency: 'warning',
    title: `${orderSubject(row)}: not looked for any more, and not proved absent`,
    text: noticeText([
      `It was called absent by ${row.settled?.by ?? ''}. The last look for it proved nothing: ${ended(why)}`,
      'Look at Kraken once more for the client order id. If it is there, what it trades is in no book: cancel it at Kraken, and npx harpoon books correct for what it traded.',
      `Client order id ${row.clientOrderId}.`,
    ]),
  });
}
