/**
 * What a paper account has: amounts, open orders and the newest fills. Plain JSON, as it is stored;
 * decimals are text. It changes by the pure functions of this folder alone, which never touch the
 * book that they are given.
 */
import type { Account } from '../config.ts';
import { decimal, min, plain, roundDown, roundUp, ZERO, type Decimal } from '../decimal.ts';
import type { Order } from '../order.ts';
import type { Pair } from '../market/pair.ts';

/** How an order stands; pending: its start has not come. Kraken's words. */
export type PaperStatus = 'pending' | 'open' | 'closed' | 'canceled' | 'expired';

/** An amount of an asset by its canonical name. */
export interface PaperAmount {
  readonly asset: string;
  readonly amount: string;
}

/** What a paper order is known by. */
export interface PaperNames {
  readonly id: string;
  readonly clientOrderId?: string;
  readonly userref?: number;
  /** The order that opened it, as its attached close order. */
  readonly refid?: string;
}

/** An order of a paper account. */
export interface PaperOrder extends PaperNames {
  /** What would have been sent to Kraken. */
  readonly order: Order;
  /** Base units, also where the order names what it spends. */
  readonly volume: string;
  readonly status: PaperStatus;
  readonly openedAtMs: number;
  /** Candles that began before this were looked at, or are older than the order. */
  readonly candlesFromMs: number;
  /** What it keeps from being spent while it is open; it falls as parts of the order are filled. */
  readonly hold: PaperAmount;
  /** The order book of now served it in part; until then it serves no more. */
  readonly servedToMs?: number;
  /** Best price that a trailing stop saw. */
  readonly peak?: string;
  /** Its trigger was reached; `limit` is where it trades since, absent: at the market. */
  readonly triggered?: { readonly limit?: string };
  /** How many close orders it opened. */
  readonly closes?: number;
  /** Everything that was executed of it so far. */
  readonly fill?: PaperFill;
  /** Why it was cancelled, or why the rest of it was. */
  readonly reason?: string;
}

/** One execution of an order, or the sum of several; cost and fee in the quote currency. */
export interface PaperFill {
  /** Of the newest one. */
  readonly atMs: number;
  /** Base units. */
  readonly volume: string;
  /** The average, where there were several. */
  readonly price: string;
  readonly cost: string;
  readonly fee: string;
  /** Whether all of it rested before. */
  readonly maker: boolean;
}

/** The book of one account. */
export interface PaperBook {
  /** Amounts by canonical asset, holds included. */
  readonly balances: Readonly<Record<string, string>>;
  /** Oldest first. */
  readonly open: readonly PaperOrder[];
  /** Newest last; at most FILLS_KEPT. */
  readonly fills: readonly { readonly id: string; readonly atMs: number }[];
  /** The newest fill that is not kept any more; 0: all are. */
  readonly forgottenMs: number;
}

/** Fills that are remembered for TradesHistory's sake; Harpoon reads as many at Kraken. */
export const FILLS_KEPT = 250;

/** Open orders of one account; Kraken's limit for a pair on its first tier. */
export const OPEN_MAX = 60;

/** What a paper account begins with of each currency that its rails trade against. */
export const STARTING_AMOUNT = '10000';

/**
 * The book of an account where nothing happened yet: what its settings give it, or the same amount
 * of every currency that its pairs are quoted in.
 */
export function openingBook(account: Pick<Account, 'paper' | 'rails'>): PaperBook {
  const quoted = (account.rails?.pairs ?? []).flatMap((name) => name.split('/')[1] ?? []);
  const currencies = quoted.length === 0 ? ['USD'] : quoted;
  const usual = Object.fromEntries(currencies.map((asset) => [asset, STARTING_AMOUNT]));
  const balances = account.paper?.funds ?? usual;
  return { balances, open: [], fills: [], forgottenMs: 0 };
}

/** The whole amount of an asset. */
export function totalOf({ balances }: PaperBook, asset: string): Decimal {
  return decimal(balances[asset] ?? '0');
}

/** What is free of an asset; `except`: an order whose own hold does not count. */
export function availableOf(book: PaperBook, asset: string, except?: string): Decimal {
  const holds = book.open.filter(({ id, hold }) => hold.asset === asset && id !== except);
  const held = holds.reduce((sum, { hold }) => sum.plus(decimal(hold.amount)), ZERO);
  return totalOf(book, asset).minus(held);
}

/** The book with this order in its newest form: among the open ones only while it is open. */
export function withOrder(book: PaperBook, order: PaperOrder): PaperBook {
  const isOpen = order.status === 'open' || order.status === 'pending';
  const known = book.open.find(({ id }) => id === order.id);
  if (known === order && isOpen) return book;
  if (!isOpen) return { ...book, open: book.open.filter((one) => one !== known) };
  if (known === undefined) return { ...book, open: [...book.open, order] };
  return { ...book, open: book.open.map((one) => (one === known ? order : one)) };
}

/** What is left of an order. */
export function restOf({ volume, fill }: PaperOrder): Decimal {
  return decimal(volume).minus(decimal(fill?.volume ?? '0'));
}

/**
 * Book and order after one execution: amounts moved, the fill remembered, the hold lowered, the order
 * closed when nothing is left of it.
 */
export function withFill(
  book: PaperBook,
  order: PaperOrder,
  fill: PaperFill,
  pair: Pair,
): { readonly book: PaperBook; readonly order: PaperOrder } {
  const buys = order.order.side === 'buy';
  const volume = decimal(fill.volume);
  const [cost, fee] = [decimal(fill.cost), decimal(fill.fee)];
  const gained = buys ? volume : volume.times('-1');
  const paid = buys ? cost.plus(fee).times('-1') : cost.minus(fee);
  const balances = {
    ...book.balances,
    [pair.base]: plain(totalOf(book, pair.base).plus(gained)),
    [pair.quote]: plain(totalOf(book, pair.quote).plus(paid)),
  };
  const fills = [...book.fills, { id: order.id, atMs: fill.atMs }];
  const forgotten = fills.slice(0, -FILLS_KEPT).map(({ atMs }) => atMs);
  const moved: PaperBook = {
    ...book,
    balances,
    fills: fills.slice(-FILLS_KEPT),
    forgottenMs: Math.max(book.forgottenMs, ...forgotten),
  };
  const sum = order.fill === undefined ? fill : summed(order.fill, fill, pair);
  const served: PaperOrder = { ...order, fill: sum };
  const isWhole = restOf(served).lte('0');
  const now: PaperOrder = {
    ...served,
    hold: { ...order.hold, amount: plain(isWhole ? ZERO : restHold(moved, order, served, pair)) },
    status: isWhole ? 'closed' : order.status,
  };
  return { book: withOrder(moved, now), order: now };
}

/** The part of the hold that the rest needs, and never more than there is. */
function restHold(book: PaperBook, was: PaperOrder, now: PaperOrder, pair: Pair): Decimal {
  const { hold } = was;
  const share = decimal(hold.amount).times(restOf(now)).div(restOf(was));
  const decimals = hold.asset === pair.quote ? pair.costDecimals : pair.lotDecimals;
  return min(roundUp(share, decimals), availableOf(book, hold.asset, was.id));
}

function summed(was: PaperFill, more: PaperFill, pair: Pair): PaperFill {
  const volume = decimal(was.volume).plus(more.volume);
  const cost = decimal(was.cost).plus(more.cost);
  const average = roundDown(cost.div(volume), pair.priceDecimals);
  return {
    atMs: more.atMs,
    volume: plain(volume),
    price: was.price === more.price ? was.price : plain(average),
    cost: plain(cost),
    fee: plain(decimal(was.fee).plus(more.fee)),
    maker: was.maker && more.maker,
  };
}
