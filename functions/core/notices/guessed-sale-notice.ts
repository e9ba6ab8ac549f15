/** What a person is told when the sale of a halt was shared before all was known of its owners' orders. */
import type { Book } from '../book.ts';
import type { OrderRow } from '../order.ts';
import { bookWords } from './fill-notice.ts';
import type { Notice } from './notice.ts';
import { withinLimits } from './notice-limits.ts';
import { noticeText, orderBase, orderSubject, type NoticeContext } from './order-notice.ts';

/** Orders that are named; more are counted. */
const NAMED_MAX = 5;

/** The one notice, instead of that of the fill; `row` as it is about to be, `books` after it. */
export function guessedSaleNotice(
  row: OrderRow,
  guessed: readonly OrderRow[],
  books: readonly Book[],
  context: NoticeContext,
): Notice {
  const named = guessed.slice(0, NAMED_MAX).map(({ clientOrderId, signal, state }) => {
    return `${clientOrderId} of ${signal.owner ?? signal.source} (${state})`;
  });
  const more = guessed.length - named.length;
  const names = [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return withinLimits({
    ...orderBase(row, context),
    id: `fill:${row.clientOrderId}:${row.version + 1}`,
    urgency: 'page',
    title: `${orderSubject(row)}: taken out of books that may not be right`,
    text: noticeText([
      `What the halt sold was taken out of the books of its pair by what they own, though it is not known what these orders of theirs traded before: ${names}.`,
      ...books.map(bookWords),
      'When those orders are settled, hold each book against what the account has: npx harpoon books, and npx harpoon books correct for what is wrong.',
    ]),
  });
}
