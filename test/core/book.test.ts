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
  readonly alone?: true | undefined;
  readonly profits?: true;
  readonly leaves?: true;
  readonly left?: true;
}

function filled(fills: readonly Fill[]): { book: Book; entries: BookEntry[] } {
  const entries: BookEntry[] = [];
  const book = fills.reduce((before, fill, index) => {
    const { side, volume, price, fee = '0', perUnit, leverage, alone, ...marks } = fill;
    const cost = decimal(volume).times(price);
    const traded = { volume: decimal(volume), cost, fee: decimal(fee) };
    const { to, entry } = afterFill(before, traded, {
      ...{ side, atMs: index, orderKey: `k${index}` },
      ...marks,
      ...(perUnit === undefined ? {} : { perUnit }),
      ...(leverage === undefined ? {} : { leverage }),
      ...(alone === undefined ? {} : { alone }),
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
      [sell('2', '100'), buy('1', '80')],
      { quantity: '-1', cost: '100', result: '20' },
      '100',
    ],
    [
      'turns around within one fill: the rest opens at its price',
      [buy('1', '100'), sell('3', '110')],
      { quantity: '-2', cost: '220', result: '10' },
      '110',
    ],
    [
      'turns around from short as well',
      [sell('1', '100'), buy('4', '90')],
      { quantity: '3', cost: '270', result: '10' },
      '90',
    ],
    [
      'is never short on spot: what was sold beyond it was not the strategy’s',
      [buy('1', '100'), sell('4', '110', { fee: '2', alone: true })],
      { quantity: '0', cost: '0', result: '8', fees: '2' },
      undefined,
    ],
    [
      'owns all that is bought after coins of somebody else were sold',
      [sell('1', '100', { fee: '1', alone: true }), buy('0.2', '90')],
      { quantity: '0.2', cost: '18', result: '-1', fees: '1' },
      '90',
    ],
    [
      'counts a purchase that is seen after its sale',
      [sell('1', '100'), buy('1.5', '90', { alone: true })],
      { quantity: '0.5', cost: '45', result: '10' },
      '90',
    ],
    [
      'may be short on margin',
      [sell('1', '100', { leverage: '2', alone: true })],
      { quantity: '-1', cost: '100', leverage: '2' },
      '100',
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

  it('names the close order that traded in its entry, and nowhere else', () => {
    const open = afterFill(
      emptyBook(REF),
      { volume: decimal('1'), cost: decimal('9'), fee: decimal('0') },
      { side: 'buy', atMs: 1, orderKey: 'k' },
    );
    const whole = { volume: decimal('1'), cost: decimal('8'), fee: decimal('0') };
    const stop = { side: 'sell', atMs: 2, orderKey: 'k', closeId: 'OSTOP' } as const;
    const { to, entry } = afterFill(open.to, whole, stop);
    expect(entry).toMatchObject({ orderKey: 'k', closeId: 'OSTOP', side: 'sell', quantity: '0' });
    expect(open.entry).not.toHaveProperty('closeId');
    expect(to).not.toHaveProperty('closeId');
    expect(to).toMatchObject({ quantity: '0', result: '-1', stopped: 'long', stoppedAtMs: 2 });
    expect(replay(REF, [open.entry, entry])).toEqual(to);
  });

  it.each<[string, string, ('buy' | 'sell')[], string | undefined]>([
    ['a close of a long', '2', ['sell'], 'long'],
    ['a close of a short', '-2', ['buy'], 'short'],
  ])('says which side a stop closed: %s', (_what, quantity, sides, stopped) => {
    const one = { volume: decimal('1'), cost: decimal('9'), fee: decimal('0') };
    const [side = 'buy'] = sides;
    const other = side === 'buy' ? 'sell' : 'buy';
    const book = { ...emptyBook(REF), quantity, cost: '18' };
    const close = { side, atMs: 7, orderKey: 'k', closeId: 'OSTOP' } as const;
    const after = afterFill(book, one, close).to;
    expect(after).toMatchObject({ stopped, stoppedAtMs: 7 });
    // An exit of the strategy keeps it, and an order that opens ends it.
    const exit = afterFill(after, one, { side, atMs: 8, orderKey: 'l' }).to;
    expect(exit).toMatchObject({ quantity: '0', stopped, stoppedAtMs: 7 });
    const entry = afterFill(exit, one, { side: other, atMs: 9, orderKey: 'm' }).to;
    expect(entry).not.toHaveProperty('stopped');
    expect(entry).not.toHaveProperty('stoppedAtMs');
  });

  it.each<[string, number | undefined, 'long' | undefined]>([
    ['a stop that was seen after the order was decided took it out none the less', 6, 'long'],
    ['so did one that was seen in that millisecond', 7, 'long'],
    ['an order that was decided later opens anew', 8, undefined],
    ['an order of before times were kept opens anew', undefined, undefined],
  ])('%s, whose fill is seen last', (_what, decidedAtMs, stopped) => {
    const one = { volume: decimal('1'), cost: decimal('9'), fee: decimal('0') };
    const opened = afterFill(emptyBook(REF), one, { side: 'buy', atMs: 1, orderKey: 'k' });
    const close = { side: 'sell', atMs: 7, orderKey: 'k', closeId: 'OSTOP' } as const;
    const out = afterFill(opened.to, one, close);
    const terms = { side: 'buy', atMs: 9, orderKey: 'm' } as const;
    const decided = decidedAtMs === undefined ? terms : { ...terms, decidedAtMs };
    const { to, entry } = afterFill(out.to, one, decided);
    expect([to.quantity, to.stopped]).toEqual(['1', stopped]);
    expect(replay(REF, [opened.entry, out.entry, entry])).toEqual(to);
  });

  it('was closed by no stop that found nothing to close', () => {
    const one = { volume: decimal('1'), cost: decimal('9'), fee: decimal('0') };
    const close = { side: 'sell', atMs: 7, orderKey: 'k', closeId: 'OSTOP' } as const;
    expect(afterFill(emptyBook(REF), one, close).to).not.toHaveProperty('stopped');
  });

  it('is read as it was stored by a version that kept more of it', () => {
    const stored = { ...emptyBook(REF), quantity: '1', cost: '9', version: 1, hasStops: true };
    const half = { volume: decimal('0.5'), cost: decimal('5'), fee: decimal('0') };
    const terms = { side: 'sell', atMs: 2, orderKey: 'l' } as const;
    const { to } = afterFill(stored, half, terms);
    expect(to).toMatchObject({ quantity: '0.5', version: 2 });
    expect(to).not.toHaveProperty('hasStops');
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
      alone: fc.constantFrom(...[undefined, true as const]),
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
    const [volume, price, fee] = [Number(fill.volume), Number(fill.price), Number(fill.fee ?? '0')];
    const signed = fill.side === 'buy' ? volume : -volume;
    const closing = quantity * signed < 0 ? Math.min(volume, Math.abs(quantity)) : 0;
    result += closing * (price - average) * Math.sign(quantity) - fee;
    fees += fee;
    const opening = volume - closing;
    const after = quantity + signed;
    if (closing > 0 && opening > 0) average = price;
    else if (opening > 0) {
      average = (Math.abs(quantity) * average + opening * price) / Math.abs(after);
    }
    quantity = fill.alone === true ? Math.max(after, 0) : after;
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

describe('a position that its strategy leaves', () => {
  const bought = buy('1', '100', { profits: true });

  it('is the same one until all was sold that was to be sold, and no take-profit is left of it', () => {
    const part = sell('0.6', '110', { leaves: true });
    const { book } = filled([bought, part]);
    expect(book).toMatchObject({ quantity: '0.4', since: 1 });
    expect(book).not.toHaveProperty('profits');
    const { book: more } = filled([bought, part, buy('1', '105', { profits: true })]);
    expect(more).toMatchObject({ quantity: '1.4', since: 1, profits: ['k2'] });
  });

  it('leaves its dust to the next one', () => {
    const all = sell('0.99999', '110', { leaves: true, left: true });
    expect(filled([bought, all]).book).toMatchObject({ quantity: '0.00001', since: 2 });
    const { book, entries } = filled([bought, all, buy('1', '105')]);
    expect(book).toMatchObject({ quantity: '1.00001', since: 2 });
    expect(replay(REF, entries)).toEqual(book);
  });
});
