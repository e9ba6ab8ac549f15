/**
 * A book: the quantity that one strategy owns on one account of one pair, what it cost, and what its
 * closed parts brought. Only fills move it. Two strategies on one pair have two books, so neither
 * closes what the other bought; what the account holds beyond its books is nobody's here.
 *
 * Average cost: what closes takes its share of the cost away, what opens adds its own. Fees are no
 * part of the cost; they are taken from the result at once. Plain JSON; decimals are text.
 */
import { decimal, min, plain, ZERO, type Decimal } from './decimal.ts';
import type { Traded } from './fill.ts';
import type { Account } from './config.ts';
import type { Attempt, OrderRef, OrderRow } from './order.ts';
import { isFinal, type OrderState } from './order-state.ts';
import { isPaperKey } from './paper/paper-key.ts';
import { assert } from './result.ts';
import type { Target } from './signal.ts';

/** Where an order of a book goes: to Kraken, to the paper book, or to Kraken to be checked only. */
export type Market = 'kraken' | 'paper' | 'validate';

/**
 * Names one book. `source` is the strategy that owns it; `pair` is canonical, `BTC/USD`. What was
 * bought on paper is not there when its account trades for real, and what was only checked was never
 * bought, so each market has books of its own.
 */
export interface BookRef {
  readonly on: Market;
  readonly account: string;
  readonly source: string;
  readonly pair: string;
}

/** What the sender last said about where its strategy stands. */
export interface Claim extends Target {
  readonly signalId: string;
  readonly sentAtMs: number;
  /** What the message allows a short position with; absent: spot. */
  readonly leverage?: string;
}

/** One book. */
export interface Book extends BookRef {
  readonly schema: 1;
  /** Counts what moved it; 0: nothing did yet. */
  readonly version: number;
  /** Base units: above zero long, below zero short. */
  readonly quantity: string;
  /** What the quantity cost when it was opened, in the quote currency, without fees; never below zero. */
  readonly cost: string;
  /** What was made or lost by closing, less all fees, in the quote currency. */
  readonly result: string;
  readonly fees: string;
  /** Base units for each unit of the sender's position, since the position was opened. */
  readonly perUnit?: string;
  /** Leverage of the orders that opened it; absent: spot. */
  readonly leverage?: string;
  /** Kraken opened stops beside it, whose sales this book does not see. */
  readonly hasStops?: true;
  readonly movedAtMs?: number;
  readonly claim?: Claim;
}

/** A book with the orders that may still move it. */
export interface BookView {
  readonly book: Book;
  /** Order keys of orders that were licensed and have not come to their end. */
  readonly inFlight: readonly string[];
}

/** What moves a book, written beside it and never changed: the book can be made again from these. */
export interface BookEntry {
  /** Version of the book after it. */
  readonly version: number;
  readonly atMs: number;
  readonly orderKey: string;
  readonly side: 'buy' | 'sell';
  readonly volume: string;
  readonly cost: string;
  readonly fee: string;
  readonly perUnit?: string;
  readonly leverage?: string;
  readonly hasStops?: true;
  /** The quantity after it, for who reads. */
  readonly quantity: string;
}

/** What a row's step does to its book, in the same transaction. */
export interface BookChange {
  readonly ref: BookRef;
  /** What the sender now says; absent: as before. */
  readonly claim?: Claim;
  /** A fill: the version that it was reckoned from, the book after it, and its entry. */
  readonly moved?: { readonly from: number; readonly to: Book; readonly entry: BookEntry };
  /** Key of the order that cannot move the book any more. */
  readonly landed?: string;
}

/** The hold of an order that is licensed on the book of its strategy. */
export interface BookHold {
  readonly ref: BookRef;
  /** The book's version that the order was decided from; absent: it was not decided from the book. */
  readonly version?: number;
  readonly claim?: Claim;
}

/** What an order means for a book beside what traded of it. */
export interface FillTerms {
  readonly side: 'buy' | 'sell';
  readonly atMs: number;
  readonly orderKey: string;
  /** See Book.perUnit; of an order that opens. */
  readonly perUnit?: string;
  readonly leverage?: string;
  /** See Book.hasStops. */
  readonly hasStops?: true;
}

/** A book that nothing has moved. */
export function emptyBook({ on, account, source, pair }: BookRef): Book {
  const zero = { quantity: '0', cost: '0', result: '0', fees: '0' };
  return { schema: 1, on, account, source, pair, version: 0, ...zero };
}

/**
 * The book after some of an order traded, and the entry that says so. What is sold on spot beyond the
 * book was never the strategy's: spot cannot be short, so it is nobody's here, with its share of the
 * fee. The entry keeps the whole.
 */
export function afterFill(
  book: Book,
  { volume, cost, fee }: Traded,
  terms: FillTerms,
): { readonly to: Book; readonly entry: BookEntry } {
  assert(volume.gte('0') && cost.gte('0') && fee.gte('0'), 'a fill is of amounts');
  const held = decimal(book.quantity);
  const isOpposite = terms.side === 'buy' ? held.lt('0') : held.gt('0');
  const closing = isOpposite ? min(volume, held.abs()) : ZERO;
  const closed = closePart(book, { volume, cost, closing });
  const isBeyond = terms.side === 'sell' && terms.leverage === undefined;
  const counted = isBeyond ? closing : volume;
  const opening = counted.minus(closing);
  const worth = opening.gt('0') ? cost.minus(closed.proceeds) : ZERO;
  const quantity = held.plus(terms.side === 'buy' ? counted : ZERO.minus(counted));
  const paid = partOf(fee, counted, volume);
  const result = decimal(book.result).plus(closed.gain).minus(paid);
  const rest = held.abs().minus(closing);
  const to: Book = {
    ...emptyBook(book),
    version: book.version + 1,
    quantity: plain(quantity),
    cost: plain(closed.cost.plus(worth)),
    result: plain(result),
    fees: plain(decimal(book.fees).plus(paid)),
    ...(quantity.eq('0') ? {} : openedWith(terms, { opening, rest, book })),
    movedAtMs: terms.atMs,
    ...(book.claim === undefined ? {} : { claim: book.claim }),
  };
  return { to, entry: entryOf(to, { volume, cost, fee }, terms) };
}

/** The book that an order of a row moves when it goes out like this. */
export function bookOf(
  { account, signal }: Pick<OrderRow, 'account' | 'signal'>,
  { pair, keyId, validate }: { readonly pair: string } & Pick<Attempt, 'keyId' | 'validate'>,
): BookRef {
  return {
    on: marketOf({ keyId, validate }),
    account,
    source: signal.owner ?? signal.source,
    pair,
  };
}

function marketOf({ keyId, validate }: Pick<Attempt, 'keyId' | 'validate'>): Market {
  if (validate) return 'validate';
  return isPaperKey(keyId) ? 'paper' : 'kraken';
}

/** The market of an account in this mode. */
export function marketOfMode(mode: Account['mode']): Market {
  return mode === 'live' ? 'kraken' : mode;
}

/**
 * What a step does to the book: what its maker says, and that an order which was licensed and ends
 * without being placed cannot move it any more. Every store applies this, so that nobody can forget.
 */
export function bookChange(
  row: OrderRow,
  to: OrderState,
  given: BookChange | undefined,
): BookChange | undefined {
  const { attempt, decision, orderKey } = row;
  const isGone = isFinal(to) && to !== 'placed';
  if (attempt === undefined || decision === undefined || !isGone) return given;
  const ref = bookOf(row, { ...attempt, pair: decision.pair });
  return { ref, ...given, landed: orderKey };
}

/** Average cost of one unit, in the quote currency, rounded; undefined for a flat book. */
export function averageCost({ quantity, cost }: Book, decimals: number): string | undefined {
  const held = decimal(quantity).abs();
  return held.gt('0') ? plain(decimal(cost).div(held).round(decimals, 1)) : undefined;
}

/** Makes a book again from its entries, oldest first; where one is not there, its version is left out. */
export function replay(ref: BookRef, entries: readonly BookEntry[]): Book {
  return entries.reduce((book, entry) => {
    const { version, volume, cost, fee, side, atMs, orderKey } = entry;
    const traded = { volume: decimal(volume), cost: decimal(cost), fee: decimal(fee) };
    const terms = { side, atMs, orderKey, ...optional(entry) };
    return afterFill({ ...book, version: version - 1 }, traded, terms).to;
  }, emptyBook(ref));
}

/** Whether an order of this row may still move the book: it is named as the row is. */
export function isInFlight({ inFlight }: BookView, { orderKey }: OrderRef): boolean {
  return inFlight.includes(orderKey);
}

/** What the part that closes takes out of the book: its share of the cost, and what it brings. */
function closePart(
  { quantity, cost }: Book,
  fill: { readonly volume: Decimal; readonly cost: Decimal; readonly closing: Decimal },
): { readonly cost: Decimal; readonly proceeds: Decimal; readonly gain: Decimal } {
  const before = decimal(cost);
  if (fill.closing.eq('0')) return { cost: before, proceeds: ZERO, gain: ZERO };
  const held = decimal(quantity);
  // The last part takes what is left, so that no rest of a division stays in a flat book.
  const share = fill.closing.eq(held.abs()) ? before : before.times(fill.closing).div(held.abs());
  const proceeds = partOf(fill.cost, fill.closing, fill.volume);
  const gain = held.gt('0') ? proceeds.minus(share) : share.minus(proceeds);
  return { cost: before.minus(share), proceeds, gain };
}

/** The share of an amount that goes with a part of a volume; all of it, exactly, with the whole. */
function partOf(amount: Decimal, part: Decimal, volume: Decimal): Decimal {
  return part.eq(volume) ? amount : amount.times(part).div(volume);
}

type Opened = Pick<Book, 'perUnit' | 'leverage' | 'hasStops'>;

/** What a position was opened with stays until it is flat; `rest`: of the one that was there. */
function openedWith(
  terms: Opened,
  {
    opening,
    rest,
    book,
  }: { readonly opening: Decimal; readonly rest: Decimal; readonly book: Book },
): Opened {
  const before: Opened = rest.eq('0') ? {} : book;
  const perUnit = terms.perUnit ?? before.perUnit;
  const hasStops = terms.hasStops ?? before.hasStops;
  // A position is left as its larger part was opened, which dust of before is not.
  const { leverage } = opening.gt(rest) ? terms : before;
  return optional({ perUnit, hasStops, leverage });
}

function entryOf(to: Book, { volume, cost, fee }: Traded, terms: FillTerms): BookEntry {
  const { version, quantity } = to;
  const amounts = { volume: plain(volume), cost: plain(cost), fee: plain(fee) };
  const { side, atMs, orderKey } = terms;
  return {
    version,
    atMs,
    orderKey,
    side,
    ...amounts,
    ...optional(terms),
    quantity,
  };
}

function optional({
  perUnit,
  leverage,
  hasStops,
}: { readonly [Name in keyof Opened]?: Opened[Name] | undefined }): Opened {
  return {
    ...(hasStops === undefined ? {} : { hasStops }),
    ...(perUnit === undefined ? {} : { perUnit }),
    ...(leverage === undefined ? {} : { leverage }),
  };
}
