/** What an end of a row leaves on record, and in the book of its strategy. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type Book } from '../../../functions/core/book.ts';
import { endUnneeded, recordOutcome } from '../../../functions/core/execute/record-outcome.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import type { PlaceOutcome, RowChange } from '../../../functions/core/ports.ts';
import { REF } from '../follow/stop-entry.ts';
import { world } from '../order-fixture.ts';

const REFUSED: PlaceOutcome = { kind: 'refused', reason: 'EOrder:Cost minimum', trips: false };
const PLACED: PlaceOutcome = {
  ...{ kind: 'placed', exchangeOrderId: 'OAAAAA-B-C', description: 'buy 1' },
};
/** Something was sold on spot that the strategy did not own, as far as its book knows. */
const OWING: Book = { ...emptyBook(REF), version: 4, quantity: '-0.01', cost: '500' };

/** A row that was licensed, a book that owes, and what is written of both. */
async function licensed() {
  const all = world();
  const told = { kind: 'unknown', reason: 'no answer' } as const;
  all.exchange.fates.push(() => ({ placed: false, told }));
  const ref = await all.receive();
  await executeOrder(ref, all.deps);
  const changes: RowChange[] = [];
  const row = { ...all.store.row(ref), state: 'prepared' } as const;
  const deps = {
    ...all.deps,
    books: { ...all.deps.books, read: async () => ({ book: OWING, inFlight: [row.orderKey] }) },
    orders: {
      ...all.deps.orders,
      move: async (...[of, , change]: Parameters<typeof all.deps.orders.move>) => {
        changes.push(change);
        return of;
      },
    },
  };
  return { ...all, row, deps, changes };
}

describe('a book that owes what an order in flight may have bought', () => {
  it('owes nothing any more when that is refused after it was looked for', async () => {
    const { row, deps, changes } = await licensed();
    await recordOutcome({ ...row, licences: 2 }, REFUSED, deps);
    expect(changes.map(({ book }) => book)).toMatchObject([{ moved: { to: { quantity: '0' } } }]);
  });

  it.each([
    ['is placed, and may have', 2, PLACED],
    ['is placed at once', 1, PLACED],
    ['is refused at once, and was not in flight for long', 1, REFUSED],
  ])('stays as it is when that %s', async (_what, licences, outcome) => {
    const { row, deps, changes } = await licensed();
    await recordOutcome({ ...row, licences }, outcome, deps);
    expect(changes.map(({ book }) => book)).toEqual([undefined]);
  });
});

describe('a row that ends', () => {
  it('as its strategy stands there already says so in its outcome', async () => {
    const { receive, deps, store } = world();
    const row = await receive();
    const why = 'the strategy is flat already';
    await endUnneeded(row, why, deps, undefined);
    expect(store.row(row)).toMatchObject({ state: 'unneeded', outcome: why });
    expect(store.audit(row).at(-1)?.why).toBe(why);
  });

  it('as refused by Kraken says so, whatever is left of its licence', async () => {
    const { row, deps, changes } = await licensed();
    const { attempt: _none, ...bare } = row;
    await recordOutcome(bare, REFUSED, deps);
    expect(changes[0]?.why).toBe('refused-by-kraken: Kraken refused: EOrder:Cost minimum');
  });

  it('never ends with an answer that nobody knows', async () => {
    const { row, deps, changes } = await licensed();
    const strange = { kind: 'delayed', reason: 'new' } as never;
    await expect(recordOutcome(row, strange, deps)).rejects.toThrow('unreachable case');
    expect(changes).toEqual([]);
  });
});
