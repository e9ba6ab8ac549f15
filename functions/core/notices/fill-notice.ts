/** What a person is told of an order's execution: each part of it, its end, or nothing, as the source wishes. */
import { averageCost, type Book } from '../book.ts';
import { decimal, plain, roundDown, roundUp } from '../decimal.ts';
import { averagePrice, hasEnded, type Fill, type FillStatus } from '../fill.ts';
import { orderNow } from '../order-now.ts';
import type { OrderRow } from '../order.ts';
import { isPaperOrder } from '../paper/paper-key.ts';
import type { Notice, NoticeFact, Urgency } from './notice.ts';
import { withinLimits } from './notice-limits.ts';
import { orderBase, orderSubject, type NoticeContext } from './order-notice.ts';

/** Decimals of a shown price, and of money. */
export const PRICE_DECIMALS = 8;
const MONEY_DECIMALS = 2;

/** How each status is told; a part that is filled, and the ends. */
const WORDS: Readonly<Record<FillStatus, string>> = {
  open: 'partly filled',
  filled: 'filled',
  cancelled: 'cancelled',
  expired: 'ended unfilled at its time',
};
const PARTLY_EXPIRED = 'ended partly filled at its time';

/**
 * The notice about what was just seen, with the row as it is about to be; undefined where the source
 * does not want it. `books`: what strategies own after it, where the fill moved that.
 */
export function fillNotice(
  row: OrderRow,
  fill: Fill,
  books: readonly Book[],
  context: NoticeContext,
): Notice | undefined {
  const wish = context.config.sources[row.signal.source]?.tellFills ?? 'ends';
  if (wish === 'none' || (wish === 'ends' && !hasEnded(fill))) return undefined;
  const traded = decimal(fill.volume).gt('0');
  return withinLimits({
    ...orderBase(row, context, fillFacts(row, fill, books)),
    id: `fill:${row.clientOrderId}:${row.version + 1}`,
    urgency: urgencyOf(fill, traded),
    title: `${orderSubject(row)}: ${titleWords(fill, traded)}${paperWords(row)}`,
    text: fillText(fill, traded, books),
  });
}

/** An order that ended without its volume may be somebody's missing position. */
function urgencyOf({ status }: Fill, traded: boolean): Urgency {
  return status === 'filled' || (status === 'open' && traded) ? 'info' : 'warning';
}

function titleWords({ status }: Fill, traded: boolean): string {
  if (status === 'filled' || status === 'open') return WORDS[status];
  if (!traded) return WORDS[status];
  return status === 'expired' ? PARTLY_EXPIRED : `${WORDS[status]}, partly filled before`;
}

function paperWords({ exchangeOrderId = '' }: OrderRow): string {
  return isPaperOrder(exchangeOrderId) ? ' on paper' : '';
}

function fillText(fill: Fill, traded: boolean, books: readonly Book[]): string {
  const { status } = fill;
  const lines = [
    status === 'open' ? 'The rest is still open.' : '',
    status === 'cancelled' || status === 'expired'
      ? `Nothing ${traded ? 'more ' : ''}of it will trade.`
      : '',
    ...books.map(bookWords),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

/** What the strategy owns now. */
export function bookWords(book: Book): string {
  const [base = '', quote = ''] = book.pair.split('/');
  const held = decimal(book.quantity);
  if (held.eq('0')) return `The strategy ${book.source} owns no ${base} now.`;
  const side = held.gt('0') ? 'owns' : 'is short';
  return `The strategy ${book.source} ${side} ${plain(held.abs())} ${base} now, at ${averageCost(book, PRICE_DECIMALS) ?? ''} ${quote} on average.`;
}

function fillFacts(row: OrderRow, fill: Fill, books: readonly Book[]): readonly NoticeFact[] {
  const [base = '', quote = ''] = row.decision?.pair.split('/') ?? [];
  const price = averagePrice(fill, PRICE_DECIMALS);
  return [
    { label: 'Filled', value: `${fill.volume} ${base} of ${orderNow(row)?.volume ?? ''}` },
    ...(price === undefined ? [] : [{ label: 'Average price', value: `${price} ${quote}` }]),
    { label: 'Fee', value: `${fill.fee} ${quote}` },
    ...(row.decision?.reducing === true ? books : []).map(({ source, result }) => ({
      label: books.length > 1 ? `Result of ${source} so far` : 'Result so far',
      value: `${moneyWords(result)} ${quote}, fees taken off`,
    })),
  ];
}

/** An amount of money, to the cent and never better than it is known to be. */
export function moneyWords(text: string): string {
  const amount = decimal(text);
  const rounded = amount.lt('0') ? roundUp : roundDown;
  return plain(rounded(amount, MONEY_DECIMALS));
}
