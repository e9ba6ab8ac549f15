/**
 * Matches a paper account's open orders against prices. The market on the other side has all the
 * volume in the world and is not moved: an order fills whole or not at all. Pure.
 */
import { decimal, plain, type Decimal } from '../decimal.ts';
import type { Pair } from '../pair.ts';
import { availableOf, withFill, withOrder, type PaperBook, type PaperOrder } from './paper-book.ts';
import type { PaperQuote } from './paper-price.ts';
import {
  crosses,
  fillCost,
  isReached,
  isTrailing,
  isTriggerType,
  limitBehind,
  takingPrice,
  triggerPrice,
} from './paper-rules.ts';

/** What a fill costs, in percent of its cost. */
export interface PaperFees {
  readonly taker: Decimal;
  readonly maker: Decimal;
}

/** The market that orders are matched in. */
export interface PaperMarket {
  readonly pair: Pair;
  readonly fees: PaperFees;
}

/**
 * The book after the quotes, oldest first. `candlesToMs`: every candle before it is among them, so
 * that none of them is looked at again.
 */
export function matchBook(
  book: PaperBook,
  market: PaperMarket,
  { quotes, candlesToMs }: { readonly quotes: readonly PaperQuote[]; readonly candlesToMs: number },
): { readonly book: PaperBook; readonly ended: readonly PaperOrder[] } {
  const { altname } = market.pair;
  const ended: PaperOrder[] = [];
  let now = book;
  for (const quote of quotes) {
    for (const order of now.open.filter((one) => one.order.pair === altname && meets(one, quote))) {
      const step = matchOrder(now, order, { ...market, quote });
      now = step.book;
      if (step.order.status !== 'open' && step.order.status !== 'pending') ended.push(step.order);
    }
  }
  const open = now.open.map((one) =>
    one.order.pair === altname && candlesToMs > one.candlesFromMs
      ? { ...one, candlesFromMs: candlesToMs }
      : one,
  );
  return { book: { ...now, open }, ended };
}

/** What a new order becomes at the price of now: it takes what it can, rests, or is cancelled. */
export function takeAtOnce(
  book: PaperBook,
  order: PaperOrder,
  at: PaperMarket & { readonly quote: PaperQuote },
): { readonly book: PaperBook; readonly order: PaperOrder } {
  if (order.status === 'pending') return kept(book, order);
  const waiting = isTriggerType(order.order.type) && order.triggered === undefined;
  const now = waiting ? triggered(order, at.quote) : order;
  if (isTriggerType(now.order.type) && now.triggered === undefined) return kept(book, now);
  const limit = limitOf(now);
  const { side, timeInForce = 'GTC' } = now.order;
  if (limit === undefined || crosses(at.quote, { side, price: limit })) {
    return filled(book, now, { ...at, price: takingPrice(at.quote, side), maker: false });
  }
  if (timeInForce === 'GTC' || timeInForce === 'GTD') return kept(book, now);
  return kept(book, { ...now, status: 'canceled', reason: 'Not filled at once' });
}

/** A candle that began before the order says nothing about it. */
function meets({ candlesFromMs }: PaperOrder, { candleFromMs }: PaperQuote): boolean {
  return candleFromMs === undefined || candleFromMs >= candlesFromMs;
}

function matchOrder(
  book: PaperBook,
  order: PaperOrder,
  at: PaperMarket & { readonly quote: PaperQuote },
): { readonly book: PaperBook; readonly order: PaperOrder } {
  const { expireAtMs, startAtMs = 0, type, side } = order.order;
  if (expireAtMs !== undefined && expireAtMs <= at.quote.atMs) {
    return kept(book, { ...order, status: 'expired', reason: 'Order expired' });
  }
  if (order.status === 'pending') {
    return at.quote.atMs < startAtMs
      ? { book, order }
      : takeAtOnce(book, { ...order, status: 'open' }, at);
  }
  if (isTriggerType(type) && order.triggered === undefined) return takeAtOnce(book, order, at);
  const price = limitOf(order);
  const rests = price === undefined || !crosses(at.quote, { side, price });
  return rests ? { book, order } : filled(book, order, { ...at, price, maker: true });
}

/** The limit that the order trades at; undefined: it takes what there is. */
function limitOf({ order, triggered: fired }: PaperOrder): Decimal | undefined {
  if (order.type === 'limit' || order.type === 'iceberg') return decimal(order.price ?? '0');
  return fired?.limit === undefined ? undefined : decimal(fired.limit);
}

/** The order after it saw a price: it may have followed it, or its trigger may be reached. */
function triggered(paper: PaperOrder, { last }: PaperQuote): PaperOrder {
  const { order } = paper;
  const best = decimal(paper.peak ?? plain(last));
  const isBetter = order.side === 'buy' ? last.lt(best) : last.gt(best);
  const peak = isBetter ? last : best;
  const now = isTrailing(order.type) ? { ...paper, peak: plain(peak) } : paper;
  const trigger = triggerPrice(order, peak);
  if (!isReached(order, { trigger, last })) return now;
  const limit = limitBehind(order.price2, trigger);
  return { ...now, triggered: limit === undefined ? {} : { limit: plain(limit) } };
}

function filled(
  book: PaperBook,
  order: PaperOrder,
  at: PaperMarket & {
    readonly quote: PaperQuote;
    readonly price: Decimal;
    readonly maker: boolean;
  },
): { readonly book: PaperBook; readonly order: PaperOrder } {
  const { pair, fees, price, maker } = at;
  const volume = decimal(order.volume);
  const feePercent = maker ? fees.maker : fees.taker;
  const { cost, fee } = fillCost(pair, { volume, price, feePercent });
  const buys = order.order.side === 'buy';
  const free = availableOf(book, buys ? pair.quote : pair.base, order.id);
  // A market that jumps over a trigger may cost more than was held for it.
  if (free.lt(buys ? cost.plus(fee) : volume)) {
    return kept(book, { ...order, status: 'canceled', reason: 'Insufficient funds' });
  }
  const amounts = { price: plain(price), cost: plain(cost), fee: plain(fee) };
  const fill = { atMs: Math.max(at.quote.atMs, order.openedAtMs), ...amounts, maker };
  return {
    book: withFill(book, order, fill, pair),
    order: { ...order, status: 'closed', fill },
  };
}

function kept(book: PaperBook, order: PaperOrder) {
  return { book: withOrder(book, order), order };
}
