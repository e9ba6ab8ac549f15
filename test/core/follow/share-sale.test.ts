/** What a halt sells is taken out of the books of the strategies that owned it, once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyBook, replay, type Book } from '../../../functions/core/book.ts';
import { decimal, plain, ZERO, type Decimal } from '../../../functions/core/decimal.ts';
import type { Traded } from '../../../functions/core/fill.ts';
import { followOrder } from '../../../functions/core/follow/follow-order.ts';
import { rebuildBook } from '../../../functions/core/follow/rebuild-book.ts';
import { settleBook } from '../../../functions/core/follow/settle-book.ts';
import { partsOf, SHARING_MAX } from '../../../functions/core/follow/share-sale.ts';
import { bookOrders, openIn, shownOrders } from '../../../operator/cli/book-orders.ts';
import { HALT, halted, OTHER, REF } from './halted.ts';

const bookOf = (source: string, quantity: string, more: Partial<Book> = {}): Book => {
  return { ...emptyBook({ ...REF, source }), quantity, cost: '100', version: 1, ...more };
};
const tradedOf = (volume: string, cost = '1000', fee = '3'): Traded => {
  return { volume: decimal(volume), cost: decimal(cost), fee: decimal(fee) };
};
const sumOf = (parts: readonly { part: Traded }[], of: keyof Traded): Decimal =>
  parts.reduce((sum, { part }) => sum.plus(part[of]), ZERO);
const words = (parts: ReturnType<typeof partsOf>) =>
  parts.map(({ book, part: { volume, cost, fee } }) => {
    return [book.source, plain(volume), plain(cost), plain(fee)].join(' ');
  });

describe('a sale of a halt is shared', () => {
  it.each<[string, readonly Book[], Traded, readonly string[]]>([
    ['as a whole by one', [bookOf('a', '2')], tradedOf('2'), ['a 2 1000 3']],
    [
      'by what each owns, when everything is sold',
      [bookOf('a', '1'), bookOf('b', '3')],
      tradedOf('4'),
      ['b 3 750 2.25', 'a 1 250 0.75'],
    ],
    [
      'by what each owns, when some is',
      [bookOf('a', '1'), bookOf('b', '3')],
      tradedOf('1'),
      ['b 0.75 750 2.25', 'a 0.25 250 0.75'],
    ],
    ['and the books lose first', [bookOf('a', '1')], tradedOf('4'), ['a 1 250 0.75']],
    [
      'so that the last takes what is left of a division',
      [bookOf('a', '1'), bookOf('b', '1'), bookOf('c', '1')],
      tradedOf('1', '100', '0'),
      ['a 0.33333333 33.333333 0', 'b 0.33333333 33.333333 0', 'c 0.33333334 33.333334 0'],
    ],
    [
      'with nothing for who would lose less than a lot',
      [bookOf('a', '1'), bookOf('b', '0.00000001'), bookOf('c', '0.00000001')],
      tradedOf('0.5', '100', '0'),
      ['a 0.49999999 99.999998 0', 'c 0.00000001 0.000002 0'],
    ],
    ['by nobody who owns nothing', [bookOf('a', '0'), bookOf('b', '-1')], tradedOf('1'), []],
    ['by no margin position', [bookOf('a', '1', { leverage: '2' })], tradedOf('1'), []],
  ])('%s', (_how, books, traded, expected) => {
    expect(words(partsOf(books, traded))).toEqual(expected);
  });

  it('by the largest books, where there are more than a transaction takes', () => {
    const books = Array.from({ length: SHARING_MAX + 5 }, (_, at) =>
      bookOf(`s${at}`, String(at + 1)),
    );
    const parts = partsOf(books, tradedOf('100000'));
    expect(parts).toHaveLength(SHARING_MAX);
    expect(parts.map(({ book }) => book.source)).not.toContain('s4');
    expect(parts.map(({ book }) => book.source)).toContain('s5');
  });

  const lots = fc.integer({ min: 0, max: 1_000_000_000 });
  const amount = (units: number, of = '100000000') => plain(decimal(String(units)).div(of));

  it('with nothing lost or made up, and nobody below nothing', () => {
    const given = fc.tuple(fc.array(lots, { minLength: 1, maxLength: 6 }), lots, lots, lots);
    fc.assert(
      fc.property(given, ([owned, volume, cost, fee]) => {
        const books = owned.map((units, at) => bookOf(`s${at}`, amount(units)));
        const traded = tradedOf(amount(volume), amount(cost, '1000'), amount(fee, '1000'));
        const parts = partsOf(books, traded);
        const all = books.reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
        const sold = all.lt(traded.volume) ? all : traded.volume;
        expect(plain(sumOf(parts, 'volume'))).toBe(plain(sold));
        const isAll = traded.volume.lte(all) && traded.volume.gt('0');
        for (const what of ['cost', 'fee'] as const) {
          expect(sumOf(parts, what).lte(traded[what])).toBe(true);
          if (isAll) expect(plain(sumOf(parts, what))).toBe(plain(traded[what]));
        }
        for (const { book, part } of parts) {
          expect(part.volume.gt('0') && part.volume.lte(book.quantity)).toBe(true);
          expect(part.cost.gte('0') && part.fee.gte('0')).toBe(true);
          const exact = decimal(book.quantity).times(sold).div(all);
          expect(part.volume.minus(exact).abs().lte('0.00000001')).toBe(true);
        }
      }),
    );
  });
});

const SOLD = ['0.02', '1200', '2'] as const;

describe('when a halt has sold', () => {
  it('everything, the strategies own nothing, and have made what the sale brought', async () => {
    const { show, follow, traded, books, sale, store } = await halted();
    show({ ...traded(...SOLD), status: 'closed' });
    await follow();
    // Bought for 500 with a fee of 1, sold for 600 with a fee of 1.
    const out = { quantity: '0', cost: '0', result: '98', fees: '2', stopped: 'long' };
    expect(books()).toMatchObject([out, out, { quantity: '0', result: '0', version: 0 }]);
    const { orderKey } = sale();
    for (const ref of [REF, OTHER]) {
      const { entries, inFlight, book } = store.bookRow(ref);
      const entry = { orderKey, side: 'sell', volume: '0.01', cost: '600', fee: '1' };
      expect(entries.at(-1)).toMatchObject({ ...entry, cause: 'flatten', takenOut: true });
      expect(replay(ref, entries)).toEqual(book);
      expect(inFlight).toEqual([]);
    }
    expect(store.bookRow(HALT).inFlight).toEqual([]);
    expect(sale().shares).toEqual([
      { source: 'other', volume: '0.01', cost: '600', fee: '1' },
      { source: 'trend', volume: '0.01', cost: '600', fee: '1' },
    ]);
  });

  it('is told of each book, with its result', async () => {
    const { show, follow, traded, store } = await halted();
    show({ ...traded(...SOLD), status: 'closed' });
    await follow();
    const notice = store.notices().findLast(({ id }) => id.startsWith('fill:'));
    expect(notice?.text).toBe(
      'The strategy other owns no BTC now.\nThe strategy trend owns no BTC now.',
    );
    expect(notice?.facts).toContainEqual({
      label: 'Result of trend so far',
      value: '98 USD, fees taken off',
    });
  });

  it('more than they own, the rest stays with the sale', async () => {
    const { show, follow, traded, books, store } = await halted('0.05');
    show({ ...traded('0.05', '3000', '5'), status: 'closed' });
    await follow();
    const out = { quantity: '0', result: '98', fees: '2' };
    expect(books()).toMatchObject([out, out, { quantity: '0', result: '-3', fees: '3' }]);
    expect(store.bookRow(HALT).entries).toMatchObject([{ volume: '0.03', cost: '1800', fee: '3' }]);
  });

  it('in parts, each part is shared, and the average price of what is left stays', async () => {
    const { show, follow, traded, books, quantities } = await halted();
    show({ ...traded('0.005', '300', '0.5'), status: 'open' });
    await follow();
    expect(quantities()).toEqual(['0.0075', '0.0075', '0']);
    expect(books()[0]).toMatchObject({ cost: '375', result: '23.75', fees: '1.25' });
    show({ ...traded('0.015', '900', '1.5'), status: 'canceled' });
    await follow();
    expect(quantities()).toEqual(['0.0025', '0.0025', '0']);
    expect(books()[0]).toMatchObject({ cost: '125', stopped: 'long' });
  });

  it('a look that is made twice, late or by two processes takes it out once', async () => {
    const { show, shown, follow, traded, quantities, sale, deps } = await halted();
    show({ ...traded('0.005', '300', '0.5'), status: 'open' });
    const before = sale();
    await follow();
    expect(await followOrder(before, shown(), { ...deps })).not.toBe(before);
    await follow();
    expect(quantities()).toEqual(['0.0075', '0.0075', '0']);
    show(traded('0.01', '600', '1'));
    expect(await followOrder(before, shown(), deps)).toBe('lost');
    expect(quantities()).toEqual(['0.0075', '0.0075', '0']);
  });

  it('nothing is taken out when one of the books moved in the same moment', async () => {
    const { show, traded, quantities, sale, store, deps, shown } = await halted();
    show({ ...traded(...SOLD), status: 'closed' });
    const read = async (ref: Parameters<typeof store.books.read>[0]) => {
      const view = await store.books.read(ref);
      const { book } = view;
      return ref.source === 'other' ? { ...view, book: { ...book, version: 0 } } : view;
    };
    const stale = { ...deps, books: { ...store.books, read } };
    expect(await followOrder(sale(), shown(), stale)).toBe('lost');
    expect(quantities()).toEqual(['0.01', '0.01', '0']);
    expect(sale().fill).toBeUndefined();
  });

  it('a strategy that harpoon.yaml has no more loses its part too', async () => {
    const { show, follow, traded, quantities, config } = await halted();
    Reflect.deleteProperty(config.sources, 'other');
    show({ ...traded(...SOLD), status: 'closed' });
    await follow();
    expect(quantities()).toEqual(['0', '0', '0']);
  });

  it('its take-profits end', async () => {
    const { show, follow, traded, store, clock } = await halted();
    show({ ...traded(...SOLD), status: 'closed' });
    await follow();
    clock.advance(60_000);
    await follow();
    const entries = store.rows().filter(({ decision }) => decision?.takeProfits !== undefined);
    expect(entries.map(({ profits }) => profits?.ended)).toEqual([true, true]);
  });
});

describe('an order that follows from a book of the pair', () => {
  /** Asks for the book of `trend` as an order does that leaves it. */
  async function asked(all: Awaited<ReturnType<typeof halted>>) {
    const row = await all.receive({ action: 'sell', marketPosition: 'flat' });
    return settleBook(REF, { row, intent: () => 'leaves' }, all.exchange, all.deps);
  }

  it('has the sale of a halt in its book, once the minute’s round has written it down', async () => {
    const all = await halted();
    all.show({ ...all.traded(...SOLD), status: 'closed' });
    expect(await asked(all)).toEqual({
      kind: 'waits',
      why: expect.stringMatching(/^the sale of a halt has not ended on record/) as string,
    });
    expect(all.quantities()).toEqual(['0.01', '0.01', '0']);
    await all.follow();
    const settled = await asked(all);
    if (settled.kind !== 'settled') throw new Error(settled.kind);
    expect(settled.view.book.quantity).toBe('0');
    expect(settled.replaces).toEqual([]);
  });

  it('asks neither Kraken for the sale nor the index of books', async () => {
    const all = await halted();
    all.show({ ...all.traded(...SOLD), status: 'closed' });
    const row = await all.receive({ action: 'sell', marketPosition: 'flat' });
    const never = () => Promise.reject(new Error('is not asked'));
    const exchange = { orders: never, openOrders: never, find: never };
    const deps = { ...all.deps, books: { ...all.deps.books, all: never } };
    const settled = await settleBook(REF, { row, intent: () => 'leaves' }, exchange, deps);
    expect(settled.kind).toBe('waits');
  });

  it('waits for no sale where it is on margin, of which a halt sells nothing', async () => {
    const all = await halted();
    const row = await all.receive({ action: 'sell', leverage: '2' });
    const asking = { row, intent: () => 'goes-on' as const };
    const settled = await settleBook(REF, asking, all.exchange, all.deps);
    expect(settled.kind).toBe('settled');
  });

  it('waits for a sale of which nobody knows whether it is there', async () => {
    const all = await halted('0.02', { placed: false, told: { kind: 'unknown', reason: 'lost' } });
    expect(await asked(all)).toEqual({
      kind: 'waits',
      why: expect.stringContaining('the sale of a halt is unknown') as string,
    });
  });
});

describe('books that are made again after a halt has sold', () => {
  /** Each book, made again from so many of its entries. */
  async function again(all: Awaited<ReturnType<typeof halted>>, lost: number) {
    const { store, exchange, clock } = all;
    const rows = store.rows();
    const shown = await shownOrders(rows, exchange);
    return [REF, OTHER, HALT].map((ref) => {
      const { book, entries } = store.bookRow(ref);
      const orders = rows.flatMap((row) => bookOrders(row, { ref, shown }, clock.nowMs()));
      const kept = entries.slice(0, entries.length - lost);
      return { live: book, open: openIn(rows, ref), ...rebuildBook(book, kept, orders, 99) };
    });
  }

  it.each([
    ['in part', '0.03', 'open'],
    ['whole', '0.05', 'closed'],
  ])('are those that are there: sold %s', async (_how, volume, status) => {
    const all = await halted('0.05');
    all.show({ ...all.traded(volume, '1800', '3'), status });
    await all.follow();
    for (const { findings, moves, book, live } of await again(all, 0)) {
      expect([findings, moves]).toEqual([[], []]);
      expect(book).toEqual({ ...live, movedAtMs: book.movedAtMs });
    }
    const [trend, , halt] = await again(all, 0);
    expect([trend?.open, halt?.open]).toEqual([[], status === 'open' ? [all.sale().orderKey] : []]);
  });

  it('get back the entry that they lost, with its cause', async () => {
    const all = await halted('0.05');
    all.show({ ...all.traded('0.05', '3000', '5'), status: 'closed' });
    await all.follow();
    for (const { moves, book, live, findings } of await again(all, 1)) {
      const { quantity, cost, result, fees, stopped } = live;
      expect(book).toMatchObject({ quantity, cost, result, fees });
      expect(book.stopped).toBe(stopped);
      expect(moves).toHaveLength(1);
      expect(findings).toContainEqual(expect.objectContaining({ kind: 'missing', side: 'sell' }));
    }
    const [trend] = await again(all, 1);
    expect(trend?.moves[0]?.entry).toMatchObject({ cause: 'flatten', volume: '0.01', cost: '600' });
  });
});
