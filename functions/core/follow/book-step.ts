/** What writing down a look at a placed order does to the book of its strategy. */
import { afterFill, bookOf, owes, type BookChange, type FillTerms } from '../book.ts';
import { isOver } from '../closes.ts';
import { ZERO } from '../decimal.ts';
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
 * nothing can trade any more is not in flight any longer. What the book then still owes on spot, with
 * nothing in flight that may have bought it, was not the strategy's.
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
  const ref = bookOf(row, { ...attempt, pair: decision.pair });
  const landed = isOver(row) ? { landed: orderKey } : {};
  // What was settled was in no book: it changes hands, and the strategy has bought or sold nothing.
  const moving = attempt.order.type === 'settle-position' ? undefined : step;
  const isMoving = moving !== undefined && !isNothing(moving.traded);
  if (!isMoving && !isOver(row)) return { ref };
  const { book, inFlight } = await books.read(ref);
  const isAlone = inFlight.every((one) => one === orderKey);
  if (!isMoving && !(isAlone && owes(book))) return { ref, ...landed };
  const { traded, terms } = moving ?? { traded: NOTHING, terms: termsOf(row) };
  const moved = afterFill(book, traded, { ...terms, ...(isAlone ? { alone: true } : {}) });
  return { ref, moved: { from: book.version, ...moved }, ...landed };
}

/**
 * The change of the book by a licensed row that ends and is not placed; `given`: what its maker writes
 * beside that. While it was in flight the book may have come to owe what it might have bought: with
 * nothing in flight any more, that was not the strategy's, and the next purchase is.
 */
export async function endStep(
  row: OrderRow,
  atMs: number,
  { books }: Pick<OrderDeps, 'books'>,
  given?: BookChange,
): Promise<BookChange | undefined> {
  const { attempt, decision, orderKey } = row;
  if (attempt === undefined || decision === undefined) return given;
  const ref = bookOf(row, { ...attempt, pair: decision.pair });
  const { book, inFlight } = await books.read(ref);
  if (!owes(book) || inFlight.some((one) => one !== orderKey)) return given;
  const terms: FillTerms = { side: attempt.order.side, orderKey, atMs, alone: true };
  return { ref, ...given, moved: { from: book.version, ...afterFill(book, NOTHING, terms) } };
}

const NOTHING: Traded = { volume: ZERO, cost: ZERO, fee: ZERO };

/** Of an order that ends without a trade, and so shows what others sold. */
function termsOf({ orderKey, attempt, fill }: OrderRow): FillTerms {
  return { side: attempt?.order.side ?? 'buy', orderKey, atMs: fill?.seenAtMs ?? 0 };
}

function isNothing({ volume, cost, fee }: Traded): boolean {
  return volume.eq('0') && cost.eq('0') && fee.eq('0');
}
