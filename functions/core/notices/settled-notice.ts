/** What everybody is told when a person says what became of an order. */
import type { OrderRow, Settlement } from '../order.ts';
import { readableTime } from '../notifications/times.ts';
import { againWords } from './again-words.ts';
import type { Notice } from './notice.ts';
import { withinLimits } from './notice-limits.ts';
import { sentence } from './notice-sentence.ts';
import { noticeText, orderBase, orderSubject, type NoticeContext } from './order-notice.ts';

const TITLES = {
  placed: 'taken for placed, on a person’s word',
  absent: 'closed as not at Kraken, on a person’s word',
} as const;

/** The notice; `row` of the version before, with what the step sets. */
export function settledNotice(
  row: OrderRow,
  told: { readonly says: Settlement['says']; readonly why: string; readonly untilMs: number },
  context: NoticeContext,
): Notice {
  const { says, why, untilMs } = told;
  const after =
    says === 'placed'
      ? 'It is followed to its end, and what trades of it goes into the book of its strategy.'
      : `Nothing is sent again under its id. It is looked for until ${readableTime(untilMs, context.config.zone)}, and you are paged if it turns up.`;
  const again = says === 'absent' ? againWords(row, context.config) : undefined;
  return withinLimits({
    ...orderBase(row, context),
    id: `order:${row.clientOrderId}:${row.version + 1}`,
    urgency: 'warning',
    title: `${orderSubject(row)}: ${TITLES[says]}`,
    text: noticeText([
      sentence(why),
      again ?? '',
      after,
      'The kill switch stays as it is: npx harpoon status.',
    ]),
  });
}
