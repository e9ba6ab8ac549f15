/** When a book stops owing what was sold on spot, and what a step needs to know. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type Book, type BookView } from '../../../functions/core/book.ts';
import { ZERO } from '../../../functions/core/decimal.ts';
import type { Fill } from '../../../functions/core/fill.ts';
import { bookStep, endStep } from '../../../functions/core/follow/book-step.ts';
import { inFlight } from './in-flight.ts';
import { REF } from './stop-entry.ts';

const OWING: Book = { ...emptyBook(REF), version: 4, quantity: '-0.01', cost: '500' };
const CANCELLED: Fill = { status: 'cancelled', volume: '0', cost: '0', fee: '0', seenAtMs: 9 };
const NOTHING = { volume: ZERO, cost: ZERO, fee: ZERO };

const booksOf = (book: Book, keys: readonly string[]) => ({
  books: {
    all: async () => [],
    read: async (): Promise<BookView> => ({ book, inFlight: keys }),
  },
});

describe('a book that owes on spot', () => {
  it('owes nothing any more when the last order in flight is over, though no look says a trade', async () => {
    const { rowOf } = await inFlight();
    const row = rowOf('one', { fill: CANCELLED });
    expect(await bookStep(row, undefined, booksOf(OWING, ['one']))).toMatchObject({
      ref: REF,
      landed: 'one',
      moved: {
        from: 4,
        to: { quantity: '0', version: 5 },
        entry: { side: 'buy', volume: '0', orderKey: 'one', atMs: 9, alone: true },
      },
    });
  });

  it.each<[string, Fill | undefined, readonly string[], object]>([
    ['the order rests', undefined, ['one'], { ref: REF }],
    ['another one is in flight', CANCELLED, ['one', 'two'], { ref: REF, landed: 'one' }],
  ])('owes on while %s', async (_what, fill, keys, expected) => {
    const { rowOf } = await inFlight();
    const row = rowOf('one', fill === undefined ? {} : { fill });
    const terms = { side: 'buy', orderKey: 'one', atMs: 9 } as const;
    const step = { traded: NOTHING, terms };
    for (const one of [undefined, step]) {
      expect(await bookStep(row, one, booksOf(OWING, keys))).toEqual(expected);
    }
  });
});

describe('an order without its licence or its decision', () => {
  it.each(['attempt', 'decision'] as const)('moves no book: %s', async (lacks) => {
    const { rowOf } = await inFlight();
    const row = { ...rowOf('one'), [lacks]: undefined } as never;
    const at = booksOf(OWING, ['one']);
    await expect(bookStep(row, undefined, at)).rejects.toThrow('was decided and licensed');
    const given = { ref: REF, landed: 'one' };
    expect(await endStep(row, 1, at, given)).toBe(given);
    expect(await endStep(row, 1, at)).toBeUndefined();
  });
});
