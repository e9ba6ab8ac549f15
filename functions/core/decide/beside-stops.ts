/**
 * What a book's stops at the exchange mean for where its strategy is to stand: what they hold cannot be
 * sold beside them, and what they closed is not opened again by the same wish. Pure.
 */
import type { Book } from '../book.ts';
import { max, min, ZERO, type Decimal } from '../decimal.ts';
import type { Pair } from '../market/pair.ts';
import type { Signal, Stand, Target } from '../signal.ts';
import { amountText } from './size-text.ts';

/**
 * What the stops of a position hold beyond what an order leaves of it: on spot, what they would sell
 * cannot be sold beside them, and a margin position would be closed twice. They have to give that first.
 */
export function takenFromStops({
  held,
  wished,
  stops = ZERO,
}: {
  readonly held: Decimal;
  /** What is to be sold of it, or bought back. */
  readonly wished: Decimal;
  readonly stops?: Decimal;
}): Decimal {
  const rest = held.abs().minus(wished);
  return min(stops, max(ZERO, stops.minus(rest)));
}

/**
 * A stop at the exchange closed the position, and its strategy still counts on it: it is entered again
 * when the strategy says that it comes from elsewhere, or was flat before. The message that was carried
 * out before the stop is no new entry, however it comes again.
 */
export function staysOut(
  { id, leg, sentAtMs }: Signal,
  { prev }: Target,
  { stand, book }: { readonly stand: Stand; readonly book: Book },
): boolean {
  const { stopped, stoppedAtMs = 0, claim } = book;
  if (stopped === undefined || stopped !== stand.position) return false;
  if (claim?.signalId === (leg?.of ?? id)) return sentAtMs <= stoppedAtMs;
  return (prev ?? claim)?.position === stand.position;
}

/** Why nothing is opened. */
export function stoppedWords({
  held,
  pair,
  book,
}: {
  readonly held: Decimal;
  readonly pair: Pair;
  readonly book: Book;
}): string {
  return `a stop, a take-profit or a halt closed some or all of it, and the book holds ${amountText(held, pair)}; the strategy still says that it is ${book.stopped ?? ''} from before: it is entered again when it comes from flat`;
}
