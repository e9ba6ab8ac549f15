/** What became of a placed order, and of its strategy's book by it, in words. */
import { replay, type Book, type BookEntry } from '../../functions/core/book.ts';
import { decimal, plain } from '../../functions/core/decimal.ts';
import { averagePrice, hasEnded } from '../../functions/core/fill.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { averageText, moneyText } from './book-view.ts';
import { utc } from './order-words.ts';

const PRICE_DECIMALS = 8;

/** `placed`, and what is known of it since: `placed, partly filled`. */
export function stateText({ state, fill }: OrderRow): string {
  if (state !== 'placed' || fill === undefined) return state;
  const traded = decimal(fill.volume).gt('0');
  if (fill.status === 'open') return traded ? 'placed, partly filled' : state;
  const isCut = traded && fill.status !== 'filled';
  return `placed, ${fill.status}${isCut ? ' after a part' : ''}`;
}

/** What to do about a placed order; undefined: as for every order of its state. */
export function fillTodo({ state, fill }: OrderRow): string | undefined {
  if (state !== 'placed' || fill === undefined) return undefined;
  if (fill.status === 'filled') return 'Nothing.';
  if (!hasEnded(fill)) return 'Nothing. It is looked at once a minute until it has ended.';
  return 'No more of it will trade. If you still want the rest, send a new signal or place it by hand.';
}

/** The execution as it was last seen; empty before the first look. */
export function fillFacts(
  { fill, decision, attempt, signal }: OrderRow,
  after: Book | undefined,
): readonly (readonly [label: string, value: string])[] {
  if (fill === undefined) return [];
  const [base = '', quote = ''] = decision?.pair.split('/') ?? [];
  const price = averagePrice(fill, PRICE_DECIMALS);
  const wanted = attempt?.order.volumeInQuote === true ? '' : ` of ${attempt?.order.volume ?? ''}`;
  return [
    ['Status', `${fill.status}, seen ${utc(fill.seenAtMs)}`],
    ['Filled', `${fill.volume} ${base}${wanted}`],
    ...(price === undefined ? [] : [['Average price', `${price} ${quote}`] as const]),
    ['Fee', `${fill.fee} ${quote}`],
    ...(after === undefined
      ? []
      : [['Book after it', bookWords(after, signal.owner ?? signal.source)] as const]),
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
