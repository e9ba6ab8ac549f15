/**
 * Matches a paper account's open orders against prices. The market on the other side has the volume
 * that is known of it (paper-volume.ts) and is not moved by what was taken. Pure.
 */
import { decimal, plain, type Decimal } from '../decimal.ts';
import { fillPaper, type PaperMarket, type PaperUsed } from './fill-paper.ts';
import { withOrder, type PaperBook, type PaperOrder } from './paper-book.ts';
import { nextMinute, type PaperQuote } from './paper-price.ts';
import {
  crosses,
  isReached,
  isTrailing,
  isTriggerType,
  limitBehind,
  takingPrice,
  triggerPrice,
} from './paper-rules.ts';

/** A book, and an order of it in its newest form. */
interface Step {
  readonly book: PaperBook;
  readonly order: PaperOrder;
}

/** The market at one price, and what the account took of it already. */
type Moment = PaperMarket & { readonly quote: PaperQuote; readonly used?: PaperUsed };

/**
 * The book after the quotes, oldest first; the very same one where nothing changed. `candlesToMs`:
 * every candle before it is among them, so that none of them is looked at again.
 */
export function matchBook(
  book: PaperBook,
  market: PaperMarket,
  { quotes, candlesToMs }: { readonly quotes: readonly PaperQuote[]; readonly candlesToMs: number },
): { readonly book: PaperBook; readonly ended: readonly PaperOrder[] } {
  const { altname } = market.pair;
  const ended: PaperOrder[] = [];
  const used: PaperUsed = new Map();
  let now = book;
  for (const quote of quotes) {
    const meeting = now.open.filter((one) => one.order.pair === altname && meets(one, quote));
    for (const { id } of meeting) {
      // In its newest form: a fill of its parent may have enlarged it meanwhile.
      const order = now.open.find((one) => one.id === id);
      if (order === undefined) continue;
      const step = matchOrder(now, order, { ...market, quote, used });
      now = step.book;
      if (isOver(step.order)) ended.push(step.order);
    }
  }
  const isBehind = (one: PaperOrder): boolean =>
    one.order.pair === altname && candlesToMs > one.candlesFromMs;
  if (!now.open.some(isBehind)) return { book: now, ended };
  const open = now.open.map((one) =>
    isBehind(one) ? { ...one, candlesFromMs: candlesToMs } : one,
  );
  return { book: { ...now, open }, ended };
}

/** What a new order becomes at the price of now: it takes what it can, rests, or is cancelled. */
export function takeAtOnce(book: PaperBook, order: PaperOrder, at: Moment): Step {
  if (order.status === 'pending') return kept(book, order);
  const now = seen(order, at.quote);
  if (waits(now)) return kept(book, now);
  const limit = limitOf(now);
  const { side, timeInForce } = now.order;
  const mustBeWhole = timeInForce === 'FOK';
  const filled = takesAt(now, at.quote)
    ? fillPaper(book, now, { ...at, limit, price: takingPrice(at.quote, side), mustBeWhole })
    : kept(book, now);
  if (isOver(filled.order)) return filled;
  if (limit === undefined) return cancelled(filled, 'Not enough volume in the order book');
  if (timeInForce === 'IOC' || mustBeWhole) return cancelled(filled, 'Not filled at once');
  return served(filled, order, at.quote);
}

/** Whether an open order would trade at a price, so that it is worth asking what is there. */
export function isReachedBy(order: PaperOrder, quote: PaperQuote): boolean {
  if (order.status === 'pending') return quote.atMs >= (order.order.startAtMs ?? 0);
  const now = seen(order, quote);
  return !waits(now) && takesAt(now, quote);
}

/** A candle that began before the order says nothing about it. */
function meets({ candlesFromMs }: PaperOrder, { candleFromMs }: PaperQuote): boolean {
  return candleFromMs === undefined || candleFromMs >= candlesFromMs;
}

function matchOrder(book: PaperBook, order: PaperOrder, at: Moment): Step {
  const { expireAtMs, startAtMs = 0 } = order.order;
  const { quote } = at;
  if (expireAtMs !== undefined && expireAtMs <= quote.atMs) {
    return kept(book, { ...order, status: 'expired', reason: 'Order expired' });
  }
  if (order.status === 'pending') {
    if (quote.atMs < startAtMs) return { book, order };
    const started: PaperOrder = { ...order, status: 'open' };
    const mayTake = order.order.postOnly !== true || !takesAt(started, quote);
    return mayTake
      ? takeAtOnce(book, started, at)
      : cancelled({ book, order: started }, 'Post only order');
  }
  if (waits(order)) return takeAtOnce(book, order, at);
  const limit = limitOf(order);
  const isServed = quote.atMs < (order.servedToMs ?? 0);
  if (isServed || limit === undefined || !takesAt(order, quote)) return { book, order };
  return served(fillPaper(book, order, { ...at, limit, price: limit, maker: true }), order, quote);
}

/**
 * An order that the market of now served in part: neither the same order book nor the candle of this
 * minute, which tells of the same trades, serves it again.
 */
function served(step: Step, was: PaperOrder, { candleFromMs, atMs }: PaperQuote): Step {
  const isServed = step.order.fill !== was.fill && candleFromMs === undefined;
  if (!isServed || isOver(step.order)) return step;
  const servedToMs = nextMinute(atMs + 1);
  const candlesFromMs = Math.max(step.order.candlesFromMs, servedToMs);
  return kept(step.book, { ...step.order, servedToMs, candlesFromMs });
}

function isOver({ status }: PaperOrder): boolean {
  return status !== 'open' && status !== 'pending';
}

function cancelled({ book, order }: Step, reason: string): Step {
  return kept(book, { ...order, status: 'canceled', reason });
}

/** The limit that the order trades at; undefined: it takes what there is. */
function limitOf({ order, triggered: fired }: PaperOrder): Decimal | undefined {
  if (order.type === 'limit' || order.type === 'iceberg') return decimal(order.price ?? '0');
  return fired?.limit === undefined ? undefined : decimal(fired.limit);
}

/** Whether it still waits for its trigger. */
function waits({ order, triggered }: PaperOrder): boolean {
  return isTriggerType(order.type) && triggered === undefined;
}

function takesAt(order: PaperOrder, quote: PaperQuote): boolean {
  const price = limitOf(order);
  return price === undefined || crosses(quote, { side: order.order.side, price });
}

/** The order after it saw a price: it may have followed it, or its trigger may be reached. */
function seen(paper: PaperOrder, { last }: PaperQuote): PaperOrder {
  if (!waits(paper)) return paper;
  const { order } = paper;
  const best = decimal(paper.peak ?? plain(last));
  const isBetter = order.side === 'buy' ? last.lt(best) : last.gt(best);
  const peak = plain(isBetter ? last : best);
  const now = isTrailing(order.type) && peak !== paper.peak ? { ...paper, peak } : paper;
  const trigger = triggerPrice(order, decimal(peak));
  if (!isReached(order, { trigger, last })) return now;
  const limit = limitBehind(order.price2, trigger);
  return { ...now, triggered: limit === undefined ? {} : { limit: plain(limit) } };
}

function kept(book: PaperBook, order: PaperOrder): Step {
  return { book: withOrder(book, order), order };
}
