/** What writing down a look at a placed order does to the book of its strategy. */
import { afterFill, bookOf, type BookChange, type FillTerms } from '../book.ts';
import { isOver } from '../closes.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import type { Traded } from '../fill.ts';
import type { OrderRow } from '../order.ts';
import { assert } from '../result.ts';

/** What traded of one order, and what that is for the book. */
export interface Step {
  readonly traded: Traded;
  readonly terms: FillTerms;
}

/**
 * The change of the book; `row` as it is about to be. What traded moves the book; a row of which
 * nothing can trade any more is not in flight any longer.
 */
export async function bookStep(
  row: OrderRow,
  step: Step | undefined,
  { books }: Pick<OrderDeps, 'books'>,
): Promise<BookChange> {
  const { attempt, decision, orderKey } = row;
  assert(
    attempt !== undefined && decision !== undefined,
    'a placed order was decided and licensed',
  );
  const ref = bookOf(row, { pair: decision.pair, keyId: attempt.keyId });
  const landed = isOver(row) ? { landed: orderKey } : {};
  if (step === undefined || isNothing(step.traded)) return { ref, ...landed };
  const { book } = await books.read(ref);
  const moved = afterFill(book, step.traded, step.terms);
  return { ref, moved: { from: book.version, ...moved }, ...landed };
}

function isNothing({ volume, fee }: Traded): boolean {
  return volume.eq('0') && fee.eq('0');
}
