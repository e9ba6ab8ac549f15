/** Whether a stop at the exchange took a strategy out of its position. */
import type { Book, FillTerms } from './book.ts';
import type { Decimal } from './decimal.ts';

/** What a book says of it. */
export interface Stopped {
  /** The side of which a stop closed something, until an order of the strategy opens again. */
  readonly stopped?: 'long' | 'short';
  /** When that was seen. */
  readonly stoppedAtMs?: number;
}

/** What a stop closed is not opened again by the same wish; an order that opens is a new one. */
export function stoppedBy(
  { stopped, stoppedAtMs }: Book,
  fill: { readonly held: Decimal; readonly opening: Decimal; readonly terms: FillTerms },
): Stopped {
  const { held, opening, terms } = fill;
  if (terms.closeId !== undefined && !held.eq('0')) {
    return { stopped: held.gt('0') ? 'long' : 'short', stoppedAtMs: terms.atMs };
  }
  if (opening.gt('0') || stopped === undefined || stoppedAtMs === undefined) return {};
  return { stopped, stoppedAtMs };
}
