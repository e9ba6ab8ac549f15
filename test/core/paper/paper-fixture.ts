/** A paper account with 100,000 USD and 1 BTC, orders of it, and the markets that they meet. */
import { decimal } from '../../../functions/core/decimal.ts';
import type { Order } from '../../../functions/core/order.ts';
import { judgeOrder } from '../../../functions/core/paper/judge-paper.ts';
import { takeAtOnce } from '../../../functions/core/paper/match-paper.ts';
import {
  openingBook,
  withOrder,
  type PaperBook,
  type PaperOrder,
} from '../../../functions/core/paper/paper-book.ts';
import type { PaperQuote } from '../../../functions/core/paper/paper-price.ts';
import { BTC_USD } from '../../fakes/exchange.ts';

export const MARKET = {
  pair: BTC_USD,
  fees: { taker: decimal('0.4'), maker: decimal('0.25') },
};

export const BOOK: PaperBook = openingBook({ paper: { funds: { USD: '100000', BTC: '1' } } });

/** A market of any volume at one price. */
export const quoteAt = (last: string, atMs: number): PaperQuote => ({
  ...{ atMs, last: decimal(last) },
  ...{ bid: decimal(last), ask: decimal(last) },
});

/** Levels of an order book, `[price, volume]`, best first. */
export type Levels = readonly (readonly [price: string, volume: string])[];

/** The market of now with an order book. */
export function bookAt(asks: Levels, bids: Levels, atMs: number): PaperQuote {
  const levels = (side: Levels) =>
    side.map(([price, volume]) => ({ price: decimal(price), volume: decimal(volume) }));
  // Where a side is empty, the ticker still shows its last price.
  const [ask = '50000'] = asks[0] ?? [];
  const [bid = '50000'] = bids[0] ?? [];
  return {
    ...{ atMs, last: decimal(bid), bid: decimal(bid), ask: decimal(ask) },
    depth: { asks: levels(asks), bids: levels(bids) },
  };
}

/** An order sent at a quote, judged, and carried out as far as it takes at once. */
export function placed(
  order: Partial<Order>,
  {
    book = BOOK,
    quote = quoteAt('50000', 0),
    market = MARKET,
    id = 'PAPER-1',
  }: {
    readonly book?: PaperBook;
    readonly quote?: PaperQuote;
    readonly market?: typeof MARKET;
    readonly id?: string;
  } = {},
) {
  const sent: Order = { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.1', ...order };
  const asked = { ...market, order: sent, quote, mode: 'online', book, nowMs: quote.atMs } as const;
  const judged = judgeOrder(asked, false);
  if (!judged.ok) throw new Error(judged.error);
  const fresh: PaperOrder = { id, clientOrderId: id, ...judged.value };
  return takeAtOnce(withOrder(book, fresh), fresh, { ...market, quote });
}
