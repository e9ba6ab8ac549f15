/** What fills make of a book, against a model of thirty lines, and the cases that a trader would check. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFill,
  averageCost,
  bookChange,
  bookOf,
  emptyBook,
  replay,
  type Book,
  type BookEntry,
} from '../../functions/core/book.ts';
import { decimal, plain } from '../../functions/core/decimal.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { ORDER_STATES } from '../../functions/core/order-state.ts';
import { orderRow, TEST_CONFIG } from './order-fixture.ts';

const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;

interface Fill {
  readonly side: 'buy' | 'sell';
  readonly volume: string;
  readonly price: string;
  readonly fee?: string;
  readonly perUnit?: string;
  readonly leverage?: string | undefined;
}

function filled(fills: readonly Fill[]): { book: Book; entries: BookEntry[] } {
  const entries: BookEntry[] = [];
  const book = fills.reduce((before, fill, index) => {
    const { side, volume, price, fee = '0', perUnit, leverage } = fill;
    const cost = decimal(volume).times(price);
    const traded = { volume: decimal(volume), cost, fee: decimal(fee) };
    const { to, entry } = afterFill(before, traded, {
      ...{ side, atMs: index, orderKey: `k${index}` },
      ...(perUnit === undefined ? {} : { perUnit }),
      ...(leverage === undefined ? {} : { leverage }),
    });
    entries.push(entry);
    return to;
  }, emptyBook(REF));
  return { book, entries };
}

const buy = (volume: string, price: string, more: Partial<Fill> = {}): Fill => {
  return { side: 'buy', volume, price, ...more };
};
const sell = (volume: string, price: string, more: Partial<Fill> = {}): Fill => {
  return { ...buy(volume, price, more), side: 'sell' };
};

const SHORT = { leverage: '2' };

describe('a book', () => {
  it.each<[string, readonly Fill[], object, string | undefined]>([
    ['opens long', [buy('2', '100')], { quantity: '2', cost: '200', result: '0' }, '100'],
    [
      'averages what is added',
      [buy('1', '100'), buy('3', '120')],
      { quantity: '4', cost: '460', result: '0' },
      '115',
    ],
    [
      'keeps the average of what is left',
      [buy('4', '115'), sell('1', '135')],
      { quantity: '3', cost: '345', result: '20' },
      '115',
    ],
    [
      'is flat and has made what it has made',
      [buy('2', '100', { fee: '1' }), sell('2', '90', { fee: '2' })],
      { quantity: '0', cost: '0', result: '-23', fees: '3' },
      undefined,
    ],
    [
      'opens short and gains when it buys back lower',
      [sell('2', '100', SHORT), buy('1', '80', SHORT)],
      { quantity: '-1', cost: '100', result: '20' },
      '100',
    ],
    [
      'turns around within one fill: the rest opens at its price',
      [buy('1', '100', SHORT), sell('3', '110', SHORT)],
      { quantity: '-2', cost: '220', result: '10' },
      '110',
    ],
    [
      'turns around from short as well',
      [sell('1', '100', SHORT), buy('4', '90', SHORT)],
      { quantity: '3', cost: '270', result: '10' },
      '90',
    ],
    [
      'is never short on spot: what is sold beyond it was not the strategy’s',
      [buy('1', '100'), sell('4', '110', { fee: '2' })],
      { quantity: '0', cost: '0', result: '9.5', fees: '0.5' },
      undefined,
    ],
    [
      'owns all that is bought after coins of somebody else were sold',
      [sell('1', '100', { fee: '1' }), buy('0.2', '90')],
      { quantity: '0.2', cost: '18', result: '0', fees: '0' },
      '90',
    ],
  ])('%s', (_what, fills, expected, average) => {
    const { book } = filled(fills);
    expect(book).toMatchObject({ ...expected, version: fills.length, movedAtMs: fills.length - 1 });
    expect(averageCost(book, 8)).toBe(average);
  });

  it.each<[string, readonly Fill[], object]>([
    ['what it was opened with', [buy('1', '9', { perUnit: '2', leverage: '3' })], ['2', '3']],
    [
      'it through what is added and taken',
      [buy('1', '9', { perUnit: '2', leverage: '3' }), buy('1', '9'), sell('1', '9')],
      ['2', '3'],
    ],
    ['nothing of it when it is flat', [buy('1', '9', { perUnit: '2' }), sell('1', '9')], []],
    [
      'the new scale when a rest is opened anew',
      [buy('1', '9', { perUnit: '2' }), buy('5', '9', { perUnit: '7' })],
      ['7'],
    ],
    [
      'that of the other side when it turns around',
      [buy('1', '9', { perUnit: '2', leverage: '3' }), sell('3', '9', { leverage: '5' })],
      [undefined, '5'],
    ],
    [
      'how its larger part was opened',
      [buy('0.00001', '9'), buy('1', '9', { leverage: '3' })],
      [undefined, '3'],
    ],
    [
      'that not, of what is added to as much',
      [buy('1', '9', { perUnit: '2', leverage: '3' }), buy('1', '9', { leverage: '2' })],
      ['2', '3'],
    ],
    ['the scale when more is added', [buy('1', '9', { perUnit: '2' }), buy('5', '9')], ['2']],
  ])('remembers %s', (_what, fills, expected) => {
    const [perUnit, leverage] = expected as readonly (string | undefined)[];
    const { book } = filled(fills);
    expect([book.perUnit, book.leverage]).toEqual([perUnit, leverage]);
  });

  it('remembers entries with a stop until it is flat, also when it is made again', () => {
    const open = afterFill(
      emptyBook(REF),
      { volume: decimal('1'), cost: decimal('9'), fee: decimal('0') },
      { side: 'buy', atMs: 1, orderKey: 'k', hasStops: true },
    );
    expect([open.to.hasStops, open.entry.hasStops]).toEqual([true, true]);
    expect(replay(REF, [open.entry]).hasStops).toBe(true);
    const half = { volume: decimal('0.5'), cost: decimal('5'), fee: decimal('0') };
    const terms = { side: 'sell', atMs: 2, orderKey: 'l' } as const;
    const rest = afterFill(open.to, half, terms).to;
    expect(rest.hasStops).toBe(true);
    expect(afterFill(rest, half, terms).to).not.toHaveProperty('hasStops');
  });

  it('takes only amounts', () => {
    const terms = { side: 'buy', atMs: 0, orderKey: 'k' } as const;
    const traded = { volume: decimal('-1'), cost: decimal('1'), fee: decimal('0') };
    expect(() => afterFill(emptyBook(REF), traded, terms)).toThrow('a fill is of amounts');
  });

  const fills = fc.array(
    fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      volume: fc.integer({ min: 1, max: 50 }).map((lots) => plain(decimal(String(lots)).div('8'))),
      price: fc
        .integer({ min: 1, max: 1_000 })
        .map((cents) => plain(decimal(String(cents)).div('4'))),
      fee: fc.constantFrom('0', '0.25', '1'),
      leverage: fc.constantFrom(...[undefined, '2']),
    }),
    { maxLength: 12 },
  );

  it('is what a model with fractions says, whatever was filled', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const { book } = filled(all);
        const model = modelled(all);
        expect(Number(book.quantity)).toBeCloseTo(model.quantity, 9);
        expect(Number(book.cost)).toBeCloseTo(model.cost, 6);
        expect(Number(book.result)).toBeCloseTo(model.result, 6);
        expect(Number(book.fees)).toBeCloseTo(model.fees, 9);
        expect(Number(book.cost)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is never short by sales on spot alone', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const { book } = filled(all.map((fill) => ({ ...fill, leverage: undefined })));
        expect(decimal(book.quantity).gte('0')).toBe(true);
      }),
    );
  });

  it('keeps no rest of a division when it is flat', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const { book } = filled(all);
        if (book.quantity === '0') expect(book.cost).toBe('0');
      }),
    );
  });

  it('is made again by its entries', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const { book, entries } = filled(all);
        expect(replay(REF, entries)).toEqual(book);
        expect(entries.map(({ version }) => version)).toEqual(all.map((_, index) => index + 1));
        if (all.length > 0) expect(entries.at(-1)?.quantity).toBe(book.quantity);
      }),
    );
  });
});

/** Floats and a queue of nothing: average cost as a textbook has it. */
function modelled(fills: readonly Fill[]) {
  let [quantity, average, result, fees] = [0, 0, 0, 0];
  for (const fill of fills) {
    const [traded, price] = [Number(fill.volume), Number(fill.price)];
    const side = fill.side === 'buy' ? 1 : -1;
    const opposite = quantity * side < 0 ? Math.min(traded, Math.abs(quantity)) : 0;
    const isSpotSale = side < 0 && fill.leverage === undefined;
    const volume = isSpotSale ? opposite : traded;
    const fee = (Number(fill.fee ?? '0') * volume) / traded;
    const signed = side * volume;
    const closing = opposite;
    result += closing * (price - average) * Math.sign(quantity) - fee;
    fees += fee;
    const opening = volume - closing;
    const after = quantity + signed;
    if (closing > 0 && opening > 0) average = price;
    else if (opening > 0) {
      average = (Math.abs(quantity) * average + opening * price) / Math.abs(after);
    }
    quantity = after;
  }
  return { quantity, cost: Math.abs(quantity) * (quantity === 0 ? 0 : average), result, fees };
}

describe('the book of an order', () => {
  const row = orderRow({}, TEST_CONFIG);

  it('is that of its source, of its owner where it has one, and of the market where it goes', () => {
    const at = { pair: 'BTC/USD', keyId: 'k', validate: false };
    expect(bookOf(row, at)).toEqual(REF);
    expect(bookOf(row, { ...at, keyId: 'paper:main:trade' })).toEqual({ ...REF, on: 'paper' });
    expect(bookOf(row, { ...at, validate: true })).toEqual({ ...REF, on: 'validate' });
    const owned: OrderRow = { ...row, signal: { ...row.signal, owner: 'other' } };
    expect(bookOf(owned, at).source).toBe('other');
  });

  const licensed = {
    ...row,
    attempt: { keyId: 'k' },
    decision: { pair: 'BTC/USD' },
  } as unknown as OrderRow;

  it.each(ORDER_STATES)('cannot be moved any more by one that was licensed and is %s', (state) => {
    const gone = ['validated', 'rejected', 'expired', 'suppressed', 'withdrawn', 'unneeded'];
    const isGone = [...gone, 'unplaced'].includes(state);
    const landed = { ref: REF, landed: row.orderKey };
    expect(bookChange(licensed, state, undefined)).toEqual(isGone ? landed : undefined);
    // One that never got a licence is not in flight.
    expect(bookChange(row, state, undefined)).toBeUndefined();
  });

  it('keeps what its maker wants to write beside that', () => {
    const claim = { position: 'flat', signalId: 'a', sentAtMs: 1 } as const;
    const given = { ref: REF, claim };
    expect(bookChange(licensed, 'rejected', given)).toEqual({ ...given, landed: row.orderKey });
    expect(bookChange(licensed, 'placed', given)).toBe(given);
  });
});
