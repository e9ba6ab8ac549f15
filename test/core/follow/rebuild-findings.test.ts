/** What a book that is made again finds in its log, and what it writes: as tables of small logs. */
import { describe, expect, it } from 'vitest';
import {
  afterFill,
  emptyBook,
  type Book,
  type BookEntry,
  type FillTerms,
} from '../../../functions/core/book.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Fill } from '../../../functions/core/fill.ts';
import { BY_HAND } from '../../../functions/core/follow/correct-book.ts';
import {
  isOrder,
  REBUILT,
  rebuildBook,
  type Amounts,
  type BookOrder,
} from '../../../functions/core/follow/rebuild-book.ts';
import { REF } from './stop-entry.ts';

const ONE: Amounts = { volume: '1', cost: '100', fee: '1' };

/** A book and its log after these. */
function logged(...fills: readonly (Amounts & Partial<FillTerms>)[]) {
  const entries: BookEntry[] = [];
  const live = fills.reduce<Book>((book, { volume, cost, fee, ...terms }, at) => {
    const traded = { volume: decimal(volume), cost: decimal(cost), fee: decimal(fee) };
    const usual = { side: 'buy', orderKey: `o${at}`, atMs: at } as const;
    const { to, entry } = afterFill(book, traded, { ...usual, ...terms });
    entries.push(entry);
    return to;
  }, emptyBook(REF));
  return { live, entries };
}

const fillOf = (amounts: Amounts, status: Fill['status'] = 'filled'): Fill => {
  return { ...amounts, status, seenAtMs: 1 };
};
const order = (
  orderKey: string,
  shown: Amounts = ONE,
  more: Partial<BookOrder> = {},
): BookOrder => {
  return { orderKey, side: 'buy', isFollowed: false, shown: fillOf(shown), ...more };
};

it.each([
  ['of an order', 'o1', true],
  ['of a book that was written anew', REBUILT, false],
  ['of what a person said', BY_HAND, false],
])('an entry %s (%s) is one of an order: %s', (_what, orderKey, expected) => {
  expect(isOrder({ orderKey })).toBe(expected);
});

describe('an entry of the log whose row is gone', () => {
  it.each<[string, Amounts & Partial<FillTerms>, readonly object[]]>([
    ['moved an amount', { volume: '1', cost: '0', fee: '0' }, [{ orderKey: 'o0' }]],
    ['moved what it cost', { volume: '0', cost: '5', fee: '0' }, [{ orderKey: 'o0' }]],
    ['moved a fee', { volume: '0', cost: '0', fee: '1' }, [{ orderKey: 'o0' }]],
    ['was of a stop', { ...ONE, closeId: 'OSTOP' }, [{ orderKey: 'o0', closeId: 'OSTOP' }]],
    ['moved nothing', { volume: '0', cost: '0', fee: '0' }, []],
  ])('and that %s', (_what, fill, names) => {
    const { live, entries } = logged(fill);
    const { findings, moves } = rebuildBook(live, entries, [], 9);
    expect(findings).toStrictEqual(names.map((name) => ({ kind: 'not-shown', ...name })));
    expect(moves).toEqual([]);
  });
});

describe('an order of which the log lacks', () => {
  it.each<[string, Amounts, object]>([
    ['an amount', { ...ONE, volume: '1.5' }, { volume: '0.5', cost: '0', fee: '0' }],
    ['what it cost', { ...ONE, cost: '101' }, { volume: '0', cost: '1', fee: '0' }],
    ['a fee', { ...ONE, fee: '3' }, { volume: '0', cost: '0', fee: '2' }],
  ])('%s is said to, and it is booked', (_what, shown, missing) => {
    const { live, entries } = logged(ONE);
    const { findings, moves } = rebuildBook(live, entries, [order('o0', shown)], 9);
    expect(findings[0]).toStrictEqual({ kind: 'missing', orderKey: 'o0', side: 'buy', ...missing });
    expect(moves.map(({ entry }) => entry)).toMatchObject([missing]);
  });

  it('and which is followed and not shown is held to what its row has', () => {
    const { live, entries } = logged(ONE);
    const { shown: _none, ...hidden } = order('o0', ONE, { isFollowed: true });
    const recorded = fillOf(ONE, 'open');
    const { findings, moves } = rebuildBook(live, entries, [{ ...hidden, recorded }], 9);
    expect(findings).toStrictEqual([{ kind: 'not-shown', orderKey: 'o0' }]);
    expect(moves).toEqual([]);
  });
});

describe('what was sold beyond the book', () => {
  const sale = (key: string, more: Partial<BookOrder> = {}) =>
    order(key, ONE, { side: 'sell', ...more });
  const rests = order('rests', ONE, { isFollowed: true, recorded: fillOf(ONE, 'open') });

  const NONE = [undefined, undefined, undefined];
  it.each<[string, readonly BookOrder[], readonly (true | undefined)[], string]>([
    ['was never owned once nothing is followed', [sale('a'), sale('b')], [undefined, true], '0'],
    ['may have been bought by what is followed', [sale('a'), rests], [undefined, undefined], '0'],
    ['is owed until that has ended', [rests, sale('a'), sale('b')], NONE, '-1'],
  ])('%s', (_what, orders, alone, quantity) => {
    const { book, moves } = rebuildBook(emptyBook(REF), [], orders, 9);
    expect(book.quantity).toBe(quantity);
    expect(moves.map(({ entry }) => entry.alone)).toEqual(alone);
  });
});

describe('a log with a gap', () => {
  it('that leads to the quantity and the fees of its book is no contradiction', () => {
    const { live } = logged(ONE);
    const bent = { ...live, cost: '90', result: '7' };
    const { book, findings } = rebuildBook(bent, [], [order('o0')], 9);
    expect(findings.map(({ kind }) => kind)).not.toContain('contradiction');
    expect(book).toMatchObject({ quantity: '1', cost: '100', version: 2 });
  });

  it('is filled where the book was lost with some of it', () => {
    const { entries } = logged(ONE, ONE);
    const made = rebuildBook(emptyBook(REF), entries.slice(1), [order('o0'), order('o1')], 9);
    expect(made.findings.map(({ kind }) => kind)).not.toContain('contradiction');
    expect(made.book).toMatchObject({ quantity: '2', cost: '200', fees: '2', version: 3 });
  });
});

it('a book whose strategy has said nothing says nothing when it is made again', () => {
  const { live, entries } = logged(ONE);
  expect(rebuildBook(live, entries, [order('o0')], 9).book).toStrictEqual(live);
});
