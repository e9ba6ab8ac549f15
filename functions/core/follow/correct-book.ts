/**
 * What a person says of a book: that its strategy owns less than it says, because what it bought was
 * sold past it, by hand or by a halt. A book is only ever made smaller so: no word of a person makes a
 * strategy the owner of coins that it did not buy. Pure.
 */
import { afterFill, type Book, type BookEntry } from '../book.ts';
import { decimal, plain, ZERO, type Decimal } from '../decimal.ts';
import { err, ok, type Result } from '../result.ts';

/** Stands for an order in the entry of what a person said. */
export const BY_HAND = 'by-hand';

/** One step of a book, to be written with its entry. */
export interface BookMove {
  readonly to: Book;
  readonly entry: BookEntry;
}

/** The move to the quantity that is left, in base units; or why there is none, in one sentence. */
export function correctBook(book: Book, left: Decimal, atMs: number): Result<BookMove, string> {
  const held = decimal(book.quantity);
  const owns = `the book owns ${plain(held)}`;
  if (held.eq(left)) return err(`${owns} already: there is nothing to correct.`);
  const isSmaller = left.abs().lt(held.abs()) && (left.eq('0') || left.gt('0') === held.gt('0'));
  if (!isSmaller) {
    const [from, to] = held.lt('0') ? [plain(held), '0'] : ['0', plain(held)];
    return err(`${owns}, and can only be made smaller: write a quantity from ${from} to ${to}.`);
  }
  const volume = held.minus(left).abs();
  // It goes at what it cost: what it was sold for is not known, and is no result of the strategy.
  const cost = left.eq('0') ? decimal(book.cost) : decimal(book.cost).times(volume).div(held.abs());
  const { leverage } = book;
  return ok(
    afterFill(
      book,
      { volume, cost, fee: ZERO },
      {
        ...{ side: held.gt('0') ? 'sell' : 'buy', orderKey: BY_HAND, atMs },
        ...(leverage === undefined ? {} : { leverage }),
      },
    ),
  );
}
