/**
 * Whether what strategies own on margin is open at the exchange. It may not be: somebody closed or
 * settled it by hand, or Kraken liquidated it. Pure. On one pair an account is long or short and not
 * both, so the books of its strategies count together, with their signs.
 */
import type { Book } from '../book.ts';
import { decimal, ZERO, type Decimal } from '../decimal.ts';
import type { PairTable } from '../market/pair-table.ts';
import { openOn, type OpenLot } from '../open-lots.ts';
import { DRIFT_AFTER_MS } from './judge-drift.ts';

/** Whether a book, or what its strategy says, is about margin. */
export function isOnMargin({ leverage, claim }: Book): boolean {
  return leverage !== undefined || claim?.leverage !== undefined;
}

/** Books of a pair that own more on margin than is open. */
export interface MarginShortage {
  readonly account: string;
  readonly pair: string;
  readonly base: string;
  /** Above zero long, below zero short. */
  readonly owned: Decimal;
  readonly open: Decimal;
  readonly books: readonly Book[];
}

/** What is missing by more than the smallest order; nothing that moved just now, as reads may lag. */
export function marginShortagesOf(
  books: readonly Book[],
  lots: readonly OpenLot[],
  { pairs, nowMs }: { readonly pairs: PairTable; readonly nowMs: number },
): readonly MarginShortage[] {
  const byPair = new Map<string, Book[]>();
  for (const book of books) {
    if (book.leverage === undefined) continue;
    byPair.set(book.pair, [...(byPair.get(book.pair) ?? []), book]);
  }
  return [...byPair].flatMap(([name, own]) => {
    const pair = pairs.byAnyName(name);
    const [first] = own;
    const isFresh = own.some(({ movedAtMs = 0 }) => nowMs < movedAtMs + DRIFT_AFTER_MS);
    if (pair === undefined || first === undefined || isFresh) return [];
    const owned = own.reduce((sum, { quantity }) => sum.plus(decimal(quantity)), ZERO);
    const open = openOn(lots, pair);
    // Books that cancel each other out own nothing together: what is open is somebody else's.
    if (owned.eq('0')) return [];
    const missing = owned.gt('0') ? owned.minus(open) : open.minus(owned);
    const { account } = first;
    const shortage = { account, pair: name, base: pair.base, owned, open, books: own };
    return missing.gt(pair.orderMin) ? [shortage] : [];
  });
}
