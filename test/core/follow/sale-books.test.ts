/** Which books lose by the sale of a halt, what is waited for, and who waits for the sale. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type BookRef, type BookView } from '../../../functions/core/book.ts';
import type { Config } from '../../../functions/core/config.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Fill } from '../../../functions/core/fill.ts';
import { inFlightOf, isSale, ownersOf } from '../../../functions/core/follow/sale-owners.ts';
import { salesAhead } from '../../../functions/core/follow/sales-ahead.ts';
import { shareSale } from '../../../functions/core/follow/share-sale.ts';
import { FLATTEN_SOURCE } from '../../../functions/core/halt/flatten-source.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { OrderState } from '../../../functions/core/order-state.ts';
import { TREND } from '../order-fixture.ts';
import { HALT, REF } from './halted.ts';
import { inFlight } from './in-flight.ts';

const viewOf = (ref: BookRef, inFlightKeys: readonly string[] = []): BookView => {
  return { book: emptyBook(ref), inFlight: inFlightKeys };
};

async function madeUp() {
  const { rowOf, deps } = await inFlight();
  const sale = (orderKey = 'sale', more: Parameters<typeof rowOf>[1] = {}): OrderRow =>
    rowOf(orderKey, {
      signal: { source: FLATTEN_SOURCE },
      order: { side: 'sell', type: 'market' },
      ...more,
    });
  const reading = (rows: readonly OrderRow[]) => ({
    ...deps.orders,
    read: async ({ orderKey }: { readonly orderKey: string }) =>
      rows.find((row) => row.orderKey === orderKey),
  });
  return { rowOf, sale, deps, reading };
}

describe('the sale of a halt', () => {
  it('is what the source of halts sells, and nothing else', async () => {
    const { rowOf, sale } = await madeUp();
    const { attempt: _none, ...unlicensed } = sale();
    expect(isSale(sale())).toBe(true);
    expect(isSale(sale('buy', { order: { side: 'buy' } }))).toBe(false);
    expect(isSale(rowOf('one', { order: { side: 'sell' } }))).toBe(false);
    expect(isSale(unlicensed)).toBe(false);
  });

  it('takes from no book of another market, account or pair, and from those of sources that are gone', async () => {
    const { sale, deps } = await madeUp();
    const config: Config = {
      ...deps.config,
      sources: { trend: TREND, away: { ...TREND, accounts: ['spare'] } },
    };
    const known: readonly BookRef[] = [
      { ...REF, source: 'gone' },
      { ...REF, source: 'on-paper', on: 'paper' },
      { ...REF, source: 'elsewhere', account: 'spare' },
      { ...REF, source: 'of-eth', pair: 'ETH/USD' },
      HALT,
    ];
    const books = {
      all: async () => known,
      read: async (ref: BookRef) => viewOf(ref),
    };
    const owners = await ownersOf(sale(), { config, books });
    expect(owners.map(({ book }) => book)).toEqual([
      emptyBook(REF),
      emptyBook({ ...REF, source: 'gone' }),
    ]);
  });

  it.each(['attempt', 'decision'] as const)('has owners only once it has its %s', async (lacks) => {
    const { sale, deps } = await madeUp();
    await expect(ownersOf({ ...sale(), [lacks]: undefined }, deps)).rejects.toThrow(
      'a placed order was decided',
    );
  });

  it('waits for each order of its owners once that may have traded unseen', async () => {
    const { sale, rowOf, reading } = await madeUp();
    const states: readonly OrderState[] = ['placed', 'prepared', 'unknown', 'needs-human'];
    const others: readonly OrderState[] = ['queued', 'rejected', 'unplaced'];
    const rows = [...states, ...others].map((state) => rowOf(state, { state }));
    const keys = [...rows.map(({ orderKey }) => orderKey), 'gone', 'seen'];
    const orders = reading([...rows, rowOf('seen')]);
    const owners = [viewOf(REF, keys), viewOf({ ...REF, source: 'other' }, ['placed'])];
    const waits = await inFlightOf(sale(), owners, new Set(['seen']), { orders });
    expect(waits.map(({ orderKey }) => orderKey)).toEqual(states);
  });

  it('of what nobody owned leaves no shares on record', async () => {
    const { sale, deps, reading } = await madeUp();
    const traded = { volume: decimal('0.02'), cost: decimal('1200'), fee: decimal('2') };
    const books = { all: async () => [], read: async (ref: BookRef) => viewOf(ref) };
    const at = { traded, atMs: 1, seen: new Set<string>() };
    const shared = await shareSale(sale(), at, { ...deps, books, orders: reading([]) });
    expect(shared).toEqual({ rest: traded, changes: [], guessed: [] });
  });
});

describe('an order of a strategy', () => {
  const ended: Fill = { status: 'filled', volume: '0.01', cost: '500', fee: '0', seenAtMs: 0 };

  it.each<[string, OrderState, Fill | undefined, string | undefined]>([
    ['waits for a sale that may sell more', 'placed', undefined, 'has not ended on record'],
    ['waits for a sale that may go out', 'prepared', undefined, 'is prepared'],
    ['waits for a sale of which nobody knows', 'unknown', undefined, 'is unknown'],
    ['does not wait for a sale that has ended', 'placed', ended, undefined],
    ['does not wait for a sale that is to go again', 'queued', undefined, undefined],
    ['does not wait for a sale that was refused', 'rejected', undefined, undefined],
  ])('%s', async (_what, state, fill, words) => {
    const { sale, reading } = await madeUp();
    const rows = [sale('sale', { state, ...(fill === undefined ? {} : { fill }) })];
    const books = {
      all: async () => [],
      read: async (ref: BookRef) => viewOf(ref, ['gone', 'sale']),
    };
    expect(await salesAhead(REF, { books, orders: reading(rows) })).toBe(
      words && `the sale of a halt ${words} (client order id client-sale)`,
    );
    // A halt does not wait for itself.
    expect(await salesAhead(HALT, { books, orders: reading(rows) })).toBeUndefined();
  });
});
