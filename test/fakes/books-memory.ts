/** Books in memory, changed by the order log alone, with the conditions of the DynamoDB adapter. */
import {
  emptyBook,
  type BookChange,
  type BookEntry,
  type BookRef,
  type BookView,
} from '../../functions/core/book.ts';

import type { BookHold } from '../../functions/core/book.ts';

/** What is kept of one book. */
export interface BookRow extends BookView {
  readonly entries: readonly BookEntry[];
}

/** Every book of the store. */
export class BooksMemory {
  readonly books = new Map<string, BookRow>();

  read(ref: BookRef): BookRow {
    return this.books.get(nameOf(ref)) ?? { book: emptyBook(ref), inFlight: [], entries: [] };
  }

  all(limit: number): readonly BookRef[] {
    const refs = [...this.books.values()].map(({ book: { on, account, source, pair } }) => {
      return { on, account, source, pair };
    });
    return refs.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).slice(0, limit);
  }

  /** Whether PREPARE may hold the book: it was decided from this version, or from none. */
  mayHold({ ref, version }: BookHold): boolean {
    return version === undefined || this.read(ref).book.version === version;
  }

  hold(orderKey: string, { ref, claim }: BookHold): void {
    const row = this.read(ref);
    const inFlight = [...new Set([...row.inFlight, orderKey])].sort();
    const book = claim === undefined ? row.book : { ...row.book, claim };
    this.books.set(nameOf(ref), { ...row, book, inFlight });
  }

  /** Whether a step may do to the book what it wants to. */
  mayChange(change: BookChange | undefined): boolean {
    const moved = change?.moved;
    return moved === undefined || this.read(change?.ref ?? moved.to).book.version === moved.from;
  }

  change(change: BookChange | undefined): void {
    if (change === undefined) return;
    const { ref, claim, moved, landed, held } = change;
    const row = this.read(ref);
    const said = claim ?? row.book.claim;
    const { claim: _was, ...book } = moved?.to ?? row.book;
    this.books.set(nameOf(ref), {
      book: said === undefined ? book : { ...book, claim: said },
      inFlight: [...new Set([...row.inFlight, ...(held === undefined ? [] : [held])])]
        .filter((orderKey) => orderKey !== landed)
        .sort(),
      entries: moved === undefined ? row.entries : [...row.entries, moved.entry],
    });
  }
}

function nameOf({ on, account, source, pair }: BookRef): string {
  return `${on} ${account} ${source} ${pair}`;
}
