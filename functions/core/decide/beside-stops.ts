/**
 * What a book's stops at the exchange mean for where its strategy is to stand: what they hold cannot be
 * sold beside them, and what they closed is not opened again by the same wish. Pure.
 */
import type { Book } from '../book.ts';
import { max, plain, ZERO, type Decimal } from '../decimal.ts';
import type { Pair } from '../market/pair.ts';
import { refusal, type Refusal } from '../refusal.ts';
import type { Signal, Stand, Target } from '../signal.ts';
import { amountText } from './size-text.ts';

/**
 * Stops hold what they would sell: on spot, what is left of the position and they do not hold is all
 * that can go. To sell more, a stop would have to go too, and the rest would have no protection.
 */
export function besideStops({
  held,
  by,
  pair,
  stops = ZERO,
}: {
  readonly held: Decimal;
  /** By how much it would change; below zero from a long position. */
  readonly by: Decimal;
  readonly pair: Pair;
  readonly stops?: Decimal;
}): Refusal | undefined {
  const free = max(ZERO, held.abs().minus(stops));
  if (stops.eq('0') || by.abs().lte(free)) return undefined;
  const sentence = `the position of ${amountText(held.abs(), pair)} would shrink by ${amountText(by.abs(), pair)}, and stops rest for ${amountText(stops, pair)} of it, which would then sell more than is owned: leave the whole position ("flat", or "close" without a size), which cancels them, or let the strategy enter without a stop.`;
  return refusal('not-supported', sentence, { book: plain(held), stops: plain(stops) });
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
  return `a stop at Kraken closed some or all of it, and the book holds ${amountText(held, pair)}; the strategy still says that it is ${book.stopped ?? ''} from before: it is entered again when it comes from flat`;
}
