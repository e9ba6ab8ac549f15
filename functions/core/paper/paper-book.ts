/**
 * What a paper account has: amounts, open orders and the newest fills. Plain JSON, as it is stored;
 * decimals are text. It changes by the pure functions of this folder alone, which never touch the
 * book that they are given.
 */
import { decimal, plain, ZERO, type Decimal } from '../decimal.ts';
import type { Order } from '../order.ts';
import type { Pair } from '../pair.ts';

/** How an order stands; pending: its start has not come. Kraken's words. */
export type PaperStatus = 'pending' | 'open' | 'closed' | 'canceled' | 'expired';

/** An amount of an asset by its canonical name. */
export interface PaperAmount {
  readonly asset: string;
  readonly amount: string;
}

/** An order of a paper account. It fills whole or not at all. */
export interface PaperOrder {
  readonly id: string;
  readonly clientOrderId: string;
  /** What would have been sent to Kraken. */
  readonly order: Order;
  /** Base units, also where the order names what it spends. */
  readonly volume: string;
  readonly status: PaperStatus;
  readonly openedAtMs: number;
  /** Candles that began before this were looked at, or are older than the order. */
  readonly candlesFromMs: number;
  /** What it keeps from being spent while it is open. */
  readonly hold: PaperAmount;
  /** Best price that a trailing stop saw. */
  readonly peak?: string;
  /** Its trigger was reached; `limit` is where it trades since, absent: at the market. */
  readonly triggered?: { readonly limit?: string };
  readonly fill?: PaperFill;
  /** Why it was cancelled. */
  readonly reason?: string;
}

/** The execution of an order; cost and fee in the quote currency. */
export interface PaperFill {
  readonly atMs: number;
  readonly price: string;
  readonly cost: string;
  readonly fee: string;
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

/** What a paper account begins with, of each currency that its rails trade against. */
export const STARTING_AMOUNT = '10000';

/** The book of an account where nothing happened yet. */
export function emptyBook(currencies: readonly string[]): PaperBook {
  const funded = currencies.length === 0 ? ['USD'] : currencies;
  const balances = Object.fromEntries(funded.map((asset) => [asset, STARTING_AMOUNT]));
  return { balances, open: [], fills: [], forgottenMs: 0 };
}

/** Currencies that pairs are quoted in, each once. */
export function quotesOf(pairs: readonly string[]): readonly string[] {
  return [...new Set(pairs.flatMap((name) => name.split('/')[1] ?? []))];
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
  const isKnown = book.open.some(({ id }) => id === order.id);
  if (!isOpen) return { ...book, open: book.open.filter(({ id }) => id !== order.id) };
  if (!isKnown) return { ...book, open: [...book.open, order] };
  return { ...book, open: book.open.map((one) => (one.id === order.id ? order : one)) };
}

/** The book after an order was filled: amounts moved, the fill remembered, the order closed. */
export function withFill(
  book: PaperBook,
  order: PaperOrder,
  fill: PaperFill,
  pair: Pair,
): PaperBook {
  const buys = order.order.side === 'buy';
  const volume = decimal(order.volume);
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
  const closed: PaperOrder = { ...order, status: 'closed', fill };
  return {
    ...withOrder(book, closed),
    balances,
    fills: fills.slice(-FILLS_KEPT),
    forgottenMs: Math.max(book.forgottenMs, ...forgotten),
  };
}
