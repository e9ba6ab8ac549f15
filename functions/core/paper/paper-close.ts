/**
 * Attached close orders on paper: each fill of an order that has one opens it in the other direction
 * with the volume that was filled, as Kraken does; from then on it is an order like any other.
 * Nothing is checked when it opens: it holds what its parent just brought. Pure.
 */
import { decimal, min, plain, type Decimal } from '../decimal.ts';
import type { CloseOrder, Order } from '../order.ts';
import type { Pair } from '../market/pair.ts';
import { availableOf, withOrder, type PaperAmount, type PaperBook } from './paper-book.ts';
import type { PaperFill, PaperOrder } from './paper-book.ts';
import { paperCloseId } from './paper-key.ts';
import { nextMinute } from './paper-price.ts';
import { isTrailing } from './paper-rules.ts';

/** Close orders of one parent; what is filled after that enlarges the newest, for the table's sake. */
export const CLOSES_MAX = 20;

/** What was executed, and where the market stood. */
export interface PaperClosing {
  readonly fill: PaperFill;
  readonly last: Decimal;
  readonly pair: Pair;
}

/** Book and parent after the close order of this fill was opened, where it has one. */
export function withClose(
  book: PaperBook,
  parent: PaperOrder,
  at: PaperClosing,
): { readonly book: PaperBook; readonly order: PaperOrder } {
  const { close } = parent.order;
  if (close === undefined) return { book, order: parent };
  const hold = holdOf(book, parent, at);
  const opened = parent.closes ?? 0;
  const newest = book.open.findLast(({ refid, fill }) => refid === parent.id && fill === undefined);
  if (opened >= CLOSES_MAX && newest !== undefined) {
    return { book: withOrder(book, enlarged(newest, at.fill, hold)), order: parent };
  }
  const order = { ...parent, closes: opened + 1 };
  const child: PaperOrder = {
    id: paperCloseId(parent.id, order.closes),
    refid: parent.id,
    ...(parent.userref === undefined ? {} : { userref: parent.userref }),
    order: closeOrder(close, parent.order, at.fill.volume),
    volume: at.fill.volume,
    status: 'open',
    openedAtMs: at.fill.atMs,
    candlesFromMs: nextMinute(at.fill.atMs),
    hold,
    ...(isTrailing(close.type) ? { peak: plain(at.last) } : {}),
  };
  // The parent first, where it is still open: the newest order of a book stands last.
  const now = parent.status === 'open' ? withOrder(book, order) : book;
  return { book: withOrder(now, child), order };
}

/** Kraken's line on it: `close position @ stop loss 22000.0 -> limit 21000.0`. */
export function closeWords({ type, price, price2 }: CloseOrder): string {
  const words = type.replace(/-limit$/, '').replaceAll('-', ' ');
  return `close position @ ${words} ${price}${price2 === undefined ? '' : ` -> limit ${price2}`}`;
}

function closeOrder(close: CloseOrder, { pair, side }: Order, volume: string): Order {
  return { ...close, pair, side: side === 'buy' ? 'sell' : 'buy', volume };
}

/** A sale holds what was bought; a buy holds what the sale brought, as far as it is free. */
function holdOf(book: PaperBook, { order }: PaperOrder, { fill, pair }: PaperClosing): PaperAmount {
  if (order.side === 'buy') return { asset: pair.base, amount: fill.volume };
  const brought = decimal(fill.cost).minus(fill.fee);
  return { asset: pair.quote, amount: plain(min(brought, availableOf(book, pair.quote))) };
}

function enlarged(child: PaperOrder, fill: PaperFill, more: PaperAmount): PaperOrder {
  const volume = plain(decimal(child.volume).plus(fill.volume));
  const amount = plain(decimal(child.hold.amount).plus(more.amount));
  return {
    ...child,
    volume,
    order: { ...child.order, volume },
    hold: { ...child.hold, amount },
  };
}
