/** Whether a stop, a take-profit or a halt took a strategy out of its position. */
import type { Book, FillTerms } from './book.ts';
import type { Decimal } from './decimal.ts';

/** What a book says of it. */
export interface Stopped {
  /** The side of which something was closed so, until an order that knew of it opens again. */
  readonly stopped?: 'long' | 'short';
  /** When that was seen. */
  readonly stoppedAtMs?: number;
}

/**
 * What was closed so is not opened again by the same wish; an order that opens is a new one. Not so an
 * order that was on its way when the stop was seen: it opens, and its strategy was taken out none the less.
 */
export function stoppedBy(
  { stopped, stoppedAtMs }: Book,
  fill: { readonly held: Decimal; readonly opening: Decimal; readonly terms: FillTerms },
): Stopped {
  const { held, opening, terms } = fill;
  const isTaken = terms.closeId !== undefined || terms.takenOut === true;
  if (isTaken && !held.eq('0')) {
    return { stopped: held.gt('0') ? 'long' : 'short', stoppedAtMs: terms.atMs };
  }
  if (stopped === undefined || stoppedAtMs === undefined) return {};
  const isNew = terms.decidedAtMs === undefined || terms.decidedAtMs > stoppedAtMs;
  return opening.gt('0') && isNew ? {} : { stopped, stoppedAtMs };
}
