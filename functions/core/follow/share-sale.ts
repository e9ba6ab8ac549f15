/**
 * A halt that flattens sells what an account holds, whoever bought it. What traded of such a sale is
 * taken out of the books of the strategies that own that pair on that account, each by what it owns of
 * all that they own; what was sold beyond them was nobody's, and stays with the sale. While only some
 * of it has traded the books lose first: a book that says too little sells nothing that is not there.
 *
 * Each book closes its part at the price and with the fees of the sale, as if it had sold it itself,
 * but for one thing: its strategy did not want to be out, so the same wish does not open it again. All
 * books move in the transaction that writes the look at the sale, so each execution counts once.
 *
 * By what each owns can be said only when all that they traded before is in the books. While an order of
 * an owner is uncertain, or was not seen as it is in the same look, the sale waits to be shared.
 */
import { afterFill, type Book, type BookChange } from '../book.ts';
import { decimal, min, plain, roundDown, ZERO, type Decimal } from '../decimal.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import type { Traded } from '../fill.ts';
import type { BookShare, OrderRow } from '../order.ts';
import { inFlightOf, isSale, ownersOf, type Seen } from './sale-owners.ts';

/** Books that share one sale, the largest: two items each of the 100 that a transaction takes. */
export const SHARING_MAX = 40;

/**
 * So long from its licence on a sale waits to be shared; then it is shared as things stand, and a
 * person is told. Longer than a look-up takes to call a person, and some time for that one.
 */
export const SHARE_WAIT_MS = 60 * 60_000;

/** Decimals of a share: Kraken's finest lot, and those of its money. */
const VOLUME_DECIMALS = 8;
const MONEY_DECIMALS = 10;

/** What becomes of what traded. */
export interface SharedSale {
  /** What was in no book. */
  readonly rest: Traded;
  /** The books that lost some of it. */
  readonly changes: readonly BookChange[];
  /** What each lost by the sale so far; absent: none lost anything. */
  readonly shares?: readonly BookShare[];
  /** Orders of owners of which it is not known what they traded, when it waited no longer for them. */
  readonly guessed: readonly OrderRow[];
}

/** Orders of owners that the sale waits for. */
export interface WaitingSale {
  readonly waits: readonly OrderRow[];
}

/** Shares what traded of a row's order since the last look; all of it is the row's where it is no such sale. */
export async function shareSale(
  row: OrderRow,
  { traded, atMs, seen }: { readonly traded: Traded; readonly atMs: number; readonly seen: Seen },
  deps: Pick<OrderDeps, 'books' | 'config' | 'orders'>,
): Promise<SharedSale | WaitingSale> {
  const { attempt, orderKey } = row;
  const nobody: SharedSale = { rest: traded, changes: [], guessed: [] };
  if (!isSale(row) || traded.volume.eq('0')) return nobody;
  const owners = await ownersOf(row, deps);
  const ahead = await inFlightOf(row, owners, seen, deps);
  const untilMs = (attempt?.preparedAtMs ?? 0) + SHARE_WAIT_MS;
  if (ahead.length > 0 && atMs < untilMs) return { waits: ahead };
  const parts = partsOf(
    owners.map(({ book }) => book),
    traded,
  );
  if (parts.length === 0) return { ...nobody, guessed: ahead };
  const terms = { side: 'sell', orderKey, atMs, takenOut: true, cause: 'flatten' } as const;
  return {
    rest: parts.reduce((left, { part }) => without(left, part), traded),
    changes: parts.map(({ book, part }) => {
      const { on, account, source, pair } = book;
      const moved = { from: book.version, ...afterFill(book, part, terms) };
      return { ref: { on, account, source, pair }, moved };
    }),
    shares: parts.reduce(withShare, row.shares ?? []),
    guessed: ahead,
  };
}

/** What one book loses. */
export interface SalePart {
  readonly book: Book;
  readonly part: Traded;
}

/**
 * The parts of the books, which come to what traded or to all that they own, whichever is less. Pure.
 * Each ends where its own and those before it end, so that no rest of a division is lost or made up.
 */
export function partsOf(books: readonly Book[], traded: Traded): readonly SalePart[] {
  const owning = books.filter(isSold).sort(largestFirst).slice(0, SHARING_MAX);
  const owned = owning.reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
  const sold = min(owned, traded.volume);
  const decimals = Math.max(VOLUME_DECIMALS, ...owning.map(({ quantity }) => scaleOf(quantity)));
  let [before, upTo] = [NOTHING, ZERO];
  return owning
    .map((book) => {
      upTo = upTo.plus(book.quantity);
      const volume = upTo.eq(owned) ? sold : roundDown(upTo.times(sold).div(owned), decimals);
      const ends = {
        volume,
        cost: shareOf(traded.cost, volume, traded.volume),
        fee: shareOf(traded.fee, volume, traded.volume),
      };
      const part = without(ends, before);
      before = ends;
      return { book, part };
    })
    .filter(({ part }) => part.volume.gt('0'));
}

/** What a halt sells: margin positions are not read, and what is owed is not there. */
function isSold({ quantity, leverage }: Book): boolean {
  return leverage === undefined && decimal(quantity).gt('0');
}

function largestFirst(a: Book, b: Book): number {
  const by = decimal(b.quantity).cmp(a.quantity);
  return by === 0 ? (a.source < b.source ? -1 : 1) : by;
}

function shareOf(all: Decimal, volume: Decimal, of: Decimal): Decimal {
  return volume.eq(of) ? all : roundDown(all.times(volume).div(of), MONEY_DECIMALS);
}

function without(from: Traded, part: Traded): Traded {
  return {
    volume: from.volume.minus(part.volume),
    cost: from.cost.minus(part.cost),
    fee: from.fee.minus(part.fee),
  };
}

const NOTHING: Traded = { volume: ZERO, cost: ZERO, fee: ZERO };

/** The shares with one more part of its book. */
function withShare(shares: readonly BookShare[], { book, part }: SalePart): readonly BookShare[] {
  const { source } = book;
  const had = shares.find((one) => one.source === source);
  const now: BookShare = {
    source,
    volume: plain(part.volume.plus(had?.volume ?? '0')),
    cost: plain(part.cost.plus(had?.cost ?? '0')),
    fee: plain(part.fee.plus(had?.fee ?? '0')),
  };
  return [...shares.filter((one) => one !== had), now];
}

function scaleOf(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}
