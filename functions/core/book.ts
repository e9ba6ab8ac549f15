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
import { marksOf, type FillMarks } from './fill-marks.ts';
import type { Attempt, OrderRef, OrderRow } from './order.ts';
import { isFinal, type OrderState } from './order-state.ts';
import { isPaperKey } from './paper/paper-key.ts';
import { assert } from './result.ts';
import { stoppedBy, type Stopped } from './stopped.ts';
import type { SignalStop, SignalTakeProfit, Stand, Target } from './signal.ts';

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

/** A step that a strategy took, as its message says it. */
export interface Step {
  readonly from: Stand;
  readonly to: Stand;
}

/** What is known of the second that a claim was sent in: see decide/same-second.ts. */
export interface SameSecond {
  /** Where the strategy stood before it, by the claim of before; absent: not known. */
  readonly began?: Stand;
  /** What came of it in turn, apart from what waits and what was said again. */
  readonly steps: readonly Step[];
}

/** What the sender last said about where its strategy stands. */
export interface Claim extends Target {
  readonly signalId: string;
  readonly sentAtMs: number;
  readonly second?: SameSecond;
  /** What the message allows a short position with; absent: spot. */
  readonly leverage?: string;
  /** What goes out with an order that opens, and follows from it. */
  readonly stop?: SignalStop;
  readonly takeProfits?: readonly SignalTakeProfit[];
  readonly breakEven?: true;
}

/** One book. */
export interface Book extends BookRef, Stopped {
  readonly schema: 1;
  /** Counts what moved it; 0: nothing did yet. */
  readonly version: number;
  /**
   * Base units: above zero long, below zero short; on spot more was sold than is known to be bought,
   * while an order is in flight that may have bought it.
   */
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
  /** Version of the book with which the position began, dust of the one before aside; absent: flat. */
  readonly since?: number;
  /** Keys of the orders with take-profits that opened it; absent: none did. */
  readonly profits?: readonly string[];
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
export interface BookEntry extends FillMarks {
  /** Version of the book after it. */
  readonly version: number;
  readonly atMs: number;
  readonly orderKey: string;
  readonly side: 'buy' | 'sell';
  readonly volume: string;
  readonly cost: string;
  readonly fee: string;
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
  /** Key of the order that was taken for landed, and may move it after all. */
  readonly held?: string;
}

/** The hold of an order that is licensed on the book of its strategy. */
export interface BookHold {
  readonly ref: BookRef;
  /** The book's version that the order was decided from; absent: it was not decided from the book. */
  readonly version?: number;
  readonly claim?: Claim;
}

/** What an order means for a book beside what traded of it. */
export interface FillTerms extends FillMarks {
  readonly side: 'buy' | 'sell';
  readonly atMs: number;
  readonly orderKey: string;
}

/** A book that nothing has moved. */
export function emptyBook({ on, account, source, pair }: BookRef): Book {
  const zero = { quantity: '0', cost: '0', result: '0', fees: '0' };
  return { schema: 1, on, account, source, pair, version: 0, ...zero };
}

/**
 * The book after some of an order traded, and the entry that says so. Spot cannot be short: what was
 * sold beyond the book, when nothing is left that may have bought it, was never the strategy's, and
 * the book ends at nothing.
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
  const opening = volume.minus(closing);
  const worth = cost.minus(closed.proceeds);
  const quantity = held.plus(terms.side === 'buy' ? volume : ZERO.minus(volume));
  const opened = openedWith(terms, { opening, rest: held.abs().minus(closing), book });
  const isFlat = quantity.eq('0') || (terms.alone === true && isOwed(quantity, opened));
  const to: Book = {
    ...emptyBook(book),
    version: book.version + 1,
    ...(isFlat ? {} : { quantity: plain(quantity), cost: plain(closed.cost.plus(worth)) }),
    result: plain(decimal(book.result).plus(closed.gain).minus(fee)),
    fees: plain(decimal(book.fees).plus(fee)),
    ...(isFlat ? {} : opened),
    ...stoppedBy(book, { held, opening, terms }),
    movedAtMs: terms.atMs,
    ...(book.claim === undefined ? {} : { claim: book.claim }),
  };
  return { to, entry: entryOf(to, { volume, cost, fee }, terms) };
}

/** Whether a quantity is one that spot cannot hold. */
function isOwed(quantity: Decimal, { leverage }: Opened): boolean {
  return quantity.lt('0') && leverage === undefined;
}

/** Whether more was sold on spot than is known to have been bought by the strategy. */
export function owes(book: Book): boolean {
  return isOwed(decimal(book.quantity), book);
}

/** The book that an order of a row moves when it goes out like this. */
export function bookOf(
  { account, signal }: Pick<OrderRow, 'account' | 'signal'>,
  { pair, keyId, validate }: { readonly pair: string } & Pick<Attempt, 'keyId' | 'validate'>,
): BookRef {
  const source = signal.owner ?? signal.source;
  return { on: marketOf({ keyId, validate }), account, source, pair };
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
 * What a step does to the book: what its maker says, that an order which was licensed and ends
 * without being placed cannot move it any more, and that one which turns up after that can. Every
 * store applies this, so that nobody can forget.
 */
export function bookChange(
  row: OrderRow,
  to: OrderState,
  given: BookChange | undefined,
): BookChange | undefined {
  const { attempt, decision, orderKey } = row;
  const isGone = isFinal(to) && to !== 'placed';
  const isBack = row.state === 'unplaced' && !isGone;
  if (attempt === undefined || decision === undefined || !(isGone || isBack)) return given;
  const ref = bookOf(row, { ...attempt, pair: decision.pair });
  return { ref, ...given, ...(isGone ? { landed: orderKey } : { held: orderKey }) };
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
    const terms = { side, atMs, orderKey, ...marksOf(entry) };
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
  const proceeds = fill.closing.eq(fill.volume)
    ? fill.cost
    : fill.cost.times(fill.closing).div(fill.volume);
  const gain = held.gt('0') ? proceeds.minus(share) : share.minus(proceeds);
  return { cost: before.minus(share), proceeds, gain };
}

type Opened = Pick<Book, 'perUnit' | 'leverage' | 'since' | 'profits'>;

/** What a position was opened with stays until it is flat; `rest`: of the one that was there. */
function openedWith(
  terms: FillTerms,
  {
    opening,
    rest,
    book,
  }: { readonly opening: Decimal; readonly rest: Decimal; readonly book: Book },
): Opened {
  const before: Opened = rest.eq('0') ? {} : book;
  const perUnit = terms.perUnit ?? before.perUnit;
  // A position is left as its larger part was opened, which dust of before is not.
  const { leverage } = opening.gt(rest) ? terms : before;
  // What an order that leaves is to leave behind belongs to the position that comes next; what it has
  // yet to sell does not, but nothing is taken of that any more.
  const isLeaving = terms.leaves === true && opening.eq('0');
  const { since = book.version + 1 } = isLeaving && terms.left === true ? {} : before;
  const profits = isLeaving ? [] : [...(before.profits ?? [])];
  const isNew = opening.gt('0') && terms.profits === true && !profits.includes(terms.orderKey);
  if (isNew) profits.push(terms.orderKey);
  return {
    ...(perUnit === undefined ? {} : { perUnit }),
    ...(leverage === undefined ? {} : { leverage }),
    since,
    ...(profits.length === 0 ? {} : { profits }),
  };
}

function entryOf(to: Book, { volume, cost, fee }: Traded, terms: FillTerms): BookEntry {
  const { version, quantity } = to;
  const amounts = { volume: plain(volume), cost: plain(cost), fee: plain(fee) };
  const { side, atMs, orderKey } = terms;
  return { version, atMs, orderKey, side, ...amounts, ...marksOf(terms), quantity };
}
