/** What a person is told of the stop that went out with an entry: that it sold, that it is gone, that it is not shown. */
import type { Book } from '../book.ts';
import { decimal } from '../decimal.ts';
import { averagePrice, hasEnded, type CloseFill, type FillStatus } from '../fill.ts';
import type { OrderRow } from '../order.ts';
import type { Notice, NoticeFact, Urgency } from './notice.ts';
import { bookWords, moneyWords, PRICE_DECIMALS } from './fill-notice.ts';
import { withinLimits } from './notice-limits.ts';
import { noticeText, orderBase, orderSubject, type NoticeContext } from './order-notice.ts';

/** How each status is told, of a stop that traded and of one that did not. */
const FIRED: Readonly<Record<FillStatus, string>> = {
  open: 'its stop fired, and is partly filled',
  filled: 'its stop fired and is filled',
  cancelled: 'its stop is cancelled, partly filled before',
  expired: 'its stop has ended, partly filled before',
};
const GONE: Readonly<Record<FillStatus, string>> = {
  open: 'its stop rests',
  filled: 'its stop has ended',
  cancelled: 'its stop is cancelled',
  expired: 'its stop has ended',
};

/**
 * The notice about a stop as it was just seen, with the row as it is about to be; undefined where the
 * source does not want it. `book`: what the strategy owns after it, where the stop moved it.
 */
export function closeNotice(
  row: OrderRow,
  close: CloseFill,
  book: Book | undefined,
  context: NoticeContext,
): Notice | undefined {
  const wish = context.config.sources[row.signal.source]?.tellFills ?? 'ends';
  if (wish === 'none' || (wish === 'ends' && !hasEnded(close))) return undefined;
  const hasTraded = decimal(close.volume).gt('0');
  return withinLimits({
    ...orderBase(row, context, closeFacts(row, close, book)),
    id: `fill:${row.clientOrderId}:${row.version + 1}`,
    urgency: urgencyOf(close, hasTraded),
    title: `${orderSubject(row)}: ${(hasTraded ? FIRED : GONE)[close.status]}`,
    text: closeText(close, book),
  });
}

/** The one notice that the exchange shows no stop for some of what was filled. */
export function unseenCloseNotice(row: OrderRow, lack: string, context: NoticeContext): Notice {
  const base = row.decision?.pair.split('/')[0] ?? '';
  return withinLimits({
    ...orderBase(row, context, [{ label: 'Without a stop', value: `${lack} ${base}` }]),
    id: `no-close:${row.clientOrderId}:${row.version + 1}`,
    urgency: 'page',
    title: `${orderSubject(row)}: Kraken shows no stop for ${lack} ${base} of it`,
    text: noticeText([
      'It went out with a stop, which Kraken should have opened when it was filled, and look-ups have not shown that one for a quarter of an hour.',
      `Look at Kraken whether the stop rests or has sold. If there is none, the position has no protection: place a stop by hand, or close it. If it has sold, npx harpoon books rebuild puts that into the book.`,
      'Harpoon goes on as if there were none.',
    ]),
  });
}

/** A stop that ended without trading leaves a position without protection, or one that is gone. */
function urgencyOf({ status }: CloseFill, hasTraded: boolean): Urgency {
  if (hasTraded) return status === 'filled' || status === 'open' ? 'info' : 'warning';
  return status === 'expired' ? 'warning' : 'info';
}

function closeText(close: CloseFill, book: Book | undefined): string {
  return noticeText([
    close.status === 'open' ? 'The rest of the stop is still open.' : '',
    close.status === 'cancelled' || close.status === 'expired'
      ? 'It protects nothing any more. Harpoon cancels a stop only to leave the position.'
      : '',
    book === undefined ? '' : bookWords(book),
  ]);
}

function closeFacts(
  row: OrderRow,
  close: CloseFill,
  book: Book | undefined,
): readonly NoticeFact[] {
  const [base = '', quote = ''] = row.decision?.pair.split('/') ?? [];
  const price = averagePrice(close, PRICE_DECIMALS);
  return [
    { label: 'Stop filled', value: `${close.volume} ${base} of ${close.cut ?? close.size}` },
    ...(price === undefined ? [] : [{ label: 'Average price', value: `${price} ${quote}` }]),
    { label: 'Fee', value: `${close.fee} ${quote}` },
    ...(book === undefined
      ? []
      : [{ label: 'Result so far', value: `${moneyWords(book.result)} ${quote}, fees taken off` }]),
    { label: 'Kraken order id of the stop', value: close.exchangeOrderId },
  ];
}
