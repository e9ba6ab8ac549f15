/** Fills a paper order as far as the market's volume and the account's money reach. Pure. */
import { min, plain, roundDown, ZERO, type Decimal } from '../decimal.ts';
import type { Pair } from '../market/pair.ts';
import {
  availableOf,
  restOf,
  withFill,
  withOrder,
  type PaperBook,
  type PaperOrder,
} from './paper-book.ts';
import { withClose } from './paper-close.ts';
import type { PaperQuote } from './paper-price.ts';
import { costAndFee } from './paper-rules.ts';
import {
  ENDLESS,
  levelsFor,
  sumOf,
  takeLevels,
  volumeWithin,
  type PaperLevel,
} from './paper-volume.ts';

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

/** What orders of the account took already, by candle or order book and by side. */
export type PaperUsed = Map<string, Decimal>;

/** How an order is to be filled. */
export interface PaperFilling extends PaperMarket {
  readonly quote: PaperQuote;
  readonly used?: PaperUsed;
  /** Where it trades; undefined: at the market. */
  readonly limit: Decimal | undefined;
  /** Its price, unless the order book knows better. */
  readonly price: Decimal;
  /** It rested, so that it is met at its own price. */
  readonly maker?: boolean;
  readonly mustBeWhole?: boolean;
}

/**
 * Book and order after as much of the order as can be had: still open where something is left of it
 * that only lacked volume, cancelled where the money does not reach.
 */
export function fillPaper(
  book: PaperBook,
  order: PaperOrder,
  at: PaperFilling,
): { readonly book: PaperBook; readonly order: PaperOrder } {
  const { pair, fees, quote, maker = false, used = new Map<string, Decimal>() } = at;
  const { side } = order.order;
  const place = `${quote.candleFromMs ?? 'now'} ${quote.atMs} ${side}`;
  const behind = used.get(place) ?? ZERO;
  const feePercent = maker ? fees.maker : fees.taker;
  const rest = restOf(order);
  const free = availableOf(book, side === 'buy' ? pair.quote : pair.base, order.id);
  const [wanted, spare] = side === 'buy' ? [rest, free] : [min(rest, free), undefined];
  const want = { volume: wanted, behind, spare, feePercent, lotDecimals: pair.lotDecimals };
  const taken = takeLevels(levelsOf(side, at), want);
  const { volume, cost } = sumOf(taken.shares);
  if (at.mustBeWhole === true && volume.lt(rest)) return { book, order };
  used.set(place, behind.plus(volume));
  let now = { book, order };
  if (volume.gt('0')) {
    const [only, ...more] = taken.shares;
    const isOne = only !== undefined && more.length === 0;
    const price = isOne ? only.price : roundDown(cost.div(volume), pair.priceDecimals);
    const paid = costAndFee(pair, cost, feePercent);
    const atMs = Math.max(quote.atMs, order.openedAtMs);
    const amounts = { volume: plain(volume), price: plain(price) };
    const money = { cost: plain(paid.cost), fee: plain(paid.fee) };
    const fill = { atMs, ...amounts, ...money, maker };
    const filled = withFill(book, order, fill, pair);
    now = withClose(filled.book, filled.order, { fill, last: quote.last, pair });
  }
  // A market that jumps over a trigger may cost more than was held for it.
  if (!taken.isBroke && wanted.eq(rest)) return now;
  const stopped: PaperOrder = { ...now.order, status: 'canceled', reason: 'Insufficient funds' };
  return { book: withOrder(now.book, stopped), order: stopped };
}

/** What it meets: the order book, or all that is known to be there at its price. */
function levelsOf(side: 'buy' | 'sell', at: PaperFilling): readonly PaperLevel[] {
  const { quote, limit, price, maker = false } = at;
  const levels = maker ? undefined : levelsFor(quote, { side, limit });
  return levels ?? [{ price, volume: volumeWithin(quote, { side, limit }) ?? ENDLESS }];
}
