/** What became of a placed order, and of its strategy's book by it, in words. */
import { replay, type Book, type BookEntry } from '../../functions/core/book.ts';
import { decimal, plain } from '../../functions/core/decimal.ts';
import { closedBy, closesOf, lackOf, openCloses } from '../../functions/core/closes.ts';
import { averagePrice, hasEnded, type CloseFill, type Fill } from '../../functions/core/fill.ts';
import { orderNow } from '../../functions/core/order-now.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { averageText, moneyText } from './book-view.ts';
import { bracketFacts, type Followers } from './bracket-words.ts';
import { utc } from './order-words.ts';

const PRICE_DECIMALS = 8;

/** `placed`, and what is known of it since: `placed, partly filled`, `placed, filled, stop rests`. */
export function stateText(row: OrderRow): string {
  const { state, fill } = row;
  if (state !== 'placed' || fill === undefined) return state;
  return `${ownText(fill)}${stopText(row)}`;
}

function ownText(fill: Fill): string {
  const traded = decimal(fill.volume).gt('0');
  if (fill.status === 'open') return traded ? 'placed, partly filled' : 'placed';
  const isCut = traded && fill.status !== 'filled';
  return `placed, ${fill.status}${isCut ? ' after a part' : ''}`;
}

/** What became of the stops that Kraken opened from it; empty where there are none. */
function stopText(row: OrderRow): string {
  if (closedBy(row.closes).gt('0'))
    return openCloses(row).length > 0 ? ', stop fires' : ', stopped';
  if (openCloses(row).length > 0) return ', stop rests';
  if (lackOf(row).gt('0')) return ', stop not seen yet';
  return closesOf(row).length > 0 ? ', stop cancelled' : '';
}

/** What to do about a placed order; undefined: as for every order of its state. */
export function fillTodo(row: OrderRow): string | undefined {
  const { state, fill, closes } = row;
  if (state !== 'placed' || fill === undefined) return undefined;
  if (closes?.unseen !== undefined) {
    return `Look at Kraken: it showed no stop for ${closes.unseen} of what was filled.`;
  }
  if (fill.status === 'filled') return 'Nothing.';
  if (!hasEnded(fill)) return 'Nothing. It is looked at once a minute until it has ended.';
  return 'No more of it will trade. If you still want the rest, send a new signal or place it by hand.';
}

/** The execution as it was last seen; empty before the first look. */
export function fillFacts(
  row: OrderRow,
  after: Book | undefined,
  followers: Followers = [],
): readonly (readonly [label: string, value: string])[] {
  const { fill, decision, signal } = row;
  if (fill === undefined) return [];
  const [base = '', quote = ''] = decision?.pair.split('/') ?? [];
  const price = averagePrice(fill, PRICE_DECIMALS);
  const order = orderNow(row);
  const wanted = order?.volumeInQuote === true ? '' : ` of ${order?.volume ?? ''}`;
  return [
    ['Status', `${fill.status}, seen ${utc(fill.seenAtMs)}`],
    ['Filled', `${fill.volume} ${base}${wanted}`],
    ...(price === undefined ? [] : [['Average price', `${price} ${quote}`] as const]),
    ['Fee', `${fill.fee} ${quote}`],
    ...(row.shares ?? []).map(
      (share) =>
        [
          `Of ${share.source}`,
          `${share.volume} ${base} for ${moneyText(share.cost)} ${quote}`,
        ] as const,
    ),
    ...closesOf(row).map((close) => stopFact(close, { base, quote })),
    ...bracketFacts(row, followers, stateText),
    ...(after === undefined
      ? []
      : [['Book after it', bookWords(after, signal.owner ?? signal.source)] as const]),
  ];
}

function stopFact(
  close: CloseFill,
  { base, quote }: { readonly base: string; readonly quote: string },
): readonly [label: string, value: string] {
  const { exchangeOrderId, size, cut, movedTo, status, volume, fee, seenAtMs } = close;
  const price = averagePrice(close, PRICE_DECIMALS);
  const traded = price === undefined ? '' : `, ${volume} ${base} at ${price} ${quote}, fee ${fee}`;
  return [
    'Its stop',
    `${exchangeOrderId} for ${cut ?? size} ${base}${movedTo === undefined ? '' : ` at ${movedTo.price}`}: ${status}${traded}, seen ${utc(seenAtMs)}`,
  ];
}

/** The book after the last of an order's entries; undefined where it has none. */
export function bookAfter(
  orderKey: string,
  ref: Parameters<typeof replay>[0],
  entries: readonly BookEntry[],
): Book | undefined {
  const last = entries.findLastIndex((entry) => entry.orderKey === orderKey);
  return last < 0 ? undefined : replay(ref, entries.slice(0, last + 1));
}

function bookWords(book: Book, owner: string): string {
  const [base = '', quote = ''] = book.pair.split('/');
  const held = decimal(book.quantity);
  const result = `result so far ${moneyText(book.result)} ${quote}, fees taken off`;
  if (held.eq('0')) return `${owner} owns no ${base}; ${result}`;
  const side = held.gt('0') ? 'owns' : 'is short';
  return `${owner} ${side} ${plain(held.abs())} ${base} at ${averageText(book)} ${quote} on average; ${result}`;
}
