/** What a drift says, what is none, and what books own beyond what is held, as tables. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type Book } from '../../../functions/core/book.ts';
import type { Source } from '../../../functions/core/config.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import {
  claimedSignal,
  DRIFT_AFTER_MS,
  judgeDrift,
  shortagesOf,
  type Drift,
  type DriftInput,
} from '../../../functions/core/follow/judge-drift.ts';
import { balancesOf, pairNamed } from '../market-fixture.ts';
import { TREND } from '../order-fixture.ts';
import { claimOf } from './made-up-books.ts';
import { REF } from './stop-entry.ts';

const book = (changed: Partial<Book>): Book => ({ ...emptyBook(REF), ...changed });
const BY_MESSAGE: Source = { ...TREND, size: { kind: 'signal' }, target: true };
const LONG = claimOf({ position: 'long', size: '0.01' });
const SHORT = claimOf({ position: 'short', size: '0.02', leverage: '3' });

/** The drift of a book, on an account that holds 0.5 BTC. */
function drift(changed: Partial<Book>, more: Partial<DriftInput> = {}): Drift | undefined {
  return judgeDrift({
    view: { book: book(changed), inFlight: [] },
    source: BY_MESSAGE,
    pair: pairNamed('BTC/USD'),
    balances: balancesOf({ BTC: '0.5' }),
    nowMs: 1_000_000,
    ...more,
  });
}

describe('a drift', () => {
  it.each<[string, Partial<Book>, Partial<DriftInput>, Drift]>([
    [
      'says where the strategy stands, what its book owns, and what is held',
      { claim: LONG, quantity: '0.004' },
      {},
      { claim: 'long 0.01', book: '0.004 BTC', held: '0.5 BTC', missing: 'buy 0.006 BTC' },
    ],
    [
      'says that nothing is held',
      { claim: LONG },
      { balances: new Map() },
      { claim: 'long 0.01', book: '0 BTC', held: '0 BTC', missing: 'buy 0.01 BTC' },
    ],
    [
      'says what is open on margin',
      { claim: SHORT, quantity: '-0.01', leverage: '3' },
      { open: decimal('-0.01') },
      {
        ...{ claim: 'short 0.02', book: '-0.01 BTC', held: '-0.01 BTC on margin' },
        missing: 'sell 0.01 BTC',
      },
    ],
    [
      'of a size that harpoon.yaml says is a position',
      { claim: claimOf({ position: 'long' }) },
      { source: { ...TREND, target: true } },
      { claim: 'long', book: '0 BTC', held: '0.5 BTC', missing: 'buy a position' },
    ],
  ])('%s', (_what, changed, more, expected) => {
    expect(drift(changed, more)).toStrictEqual(expected);
  });

  it.each<[string, Partial<Book>]>([
    ['a strategy that has said nothing', {}],
    ['a book that is where its strategy is', { claim: LONG, quantity: '0.01' }],
    ['a claim that cannot be planned', { claim: claimOf({ position: 'long' }) }],
  ])('is none of %s', (_what, changed) => {
    expect(drift(changed)).toBeUndefined();
  });

  const sentAt = (sentAtMs: number): Partial<Book> => ({ claim: { ...LONG, sentAtMs } });
  const justNow = 1_000_000 - DRIFT_AFTER_MS + 1;
  it.each<[string, Partial<Book>, readonly string[], boolean]>([
    ['is none while an order is on its way', { claim: LONG }, ['o1'], false],
    ['is none just after the message', sentAt(justNow), [], false],
    ['is none just after the book moved', { claim: LONG, movedAtMs: justNow }, [], false],
    [
      'is none just after the message, of a book that moved long ago',
      { ...sentAt(justNow), movedAtMs: 1 },
      [],
      false,
    ],
    ['is one five minutes after the message', sentAt(justNow - 1), [], true],
    ['is one five minutes after the book moved', { claim: LONG, movedAtMs: justNow - 1 }, [], true],
  ])('%s', (_what, changed, inFlight, isOne) => {
    const found = drift(changed, { view: { book: book(changed), inFlight } });
    expect(found !== undefined).toBe(isOne);
  });
});

describe('a claim as a message', () => {
  const said = { id: 'said', source: 'trend', sentAtMs: 1, symbol: 'BTC/USD', type: 'market' };
  it.each<[string, Book['claim'], object]>([
    ['of a long position', LONG, { action: 'buy', target: { position: 'long', size: '0.01' } }],
    [
      'of a short one',
      SHORT,
      { action: 'sell', target: { position: 'short', size: '0.02' }, leverage: '3' },
    ],
    ['of none', claimOf({ position: 'flat' }), { action: 'sell', target: { position: 'flat' } }],
    [
      'with where it came from',
      claimOf({ position: 'long', prev: { position: 'flat' } }),
      { action: 'buy', target: { position: 'long', prev: { position: 'flat' } } },
    ],
    [
      'without what else was sent in its second',
      claimOf({ position: 'long', second: { steps: [] } }),
      { action: 'buy', target: { position: 'long' } },
    ],
  ])('%s', (_what, claim, expected) => {
    const signal = claimedSignal(claim === undefined ? book({}) : book({ claim }));
    expect(signal).toStrictEqual({ ...said, ...expected });
  });

  it('is flat where a strategy has said nothing', () => {
    expect(claimedSignal(book({}))).toStrictEqual({
      ...{ ...said, id: '', sentAtMs: 0, action: 'sell', target: { position: 'flat' } },
    });
  });
});

describe('what books own beyond what is held', () => {
  const eth = { pair: 'ETH/USD', source: 'other' };
  const own = (quantity: string, changed: Partial<Book> = {}) => book({ quantity, ...changed });

  it.each<[string, readonly Book[], Readonly<Record<string, string>>, readonly string[]]>([
    ['is nothing', [own('0.01')], { BTC: '0.01' }, []],
    ['is nothing by as little as does not matter', [own('0.01')], { BTC: '0.0099' }, []],
    ['is what is missing', [own('0.01')], { BTC: '0.009' }, ['main BTC 0.01 of 0.009 in 1']],
    ['is all where none is held', [own('0.01')], {}, ['main BTC 0.01 of 0 in 1']],
    [
      'counts together',
      [own('0.01'), own('0.02', { source: 'other' })],
      { BTC: '0.02' },
      ['main BTC 0.03 of 0.02 in 2'],
    ],
    ['is by asset', [own('0.01'), own('1', eth)], { BTC: '1' }, ['main ETH 1 of 0 in 1']],
    ['is not what is on margin', [own('0.01', { leverage: '3' })], {}, []],
    ['is not what is short', [own('-0.01', { leverage: '3' })], {}, []],
    ['is not what was sold beyond a book', [own('0.01'), own('-0.01', eth)], { BTC: '1' }, []],
  ])('%s', (_what, books, held, expected) => {
    const least = () => decimal('0.0001');
    const found = shortagesOf(books, balancesOf(held), least);
    const words = found.map(({ account, asset, owned, held: has, books: all }) => {
      return `${account} ${asset} ${plain(owned)} of ${plain(has)} in ${all.length}`;
    });
    expect(words).toEqual(expected);
  });

  it('is not made larger, nor smaller, by a book that owes', () => {
    const books = [own('0.01'), own('-0.008', { source: 'other' })];
    const found = shortagesOf(books, balancesOf({ BTC: '0.002' }), () => decimal('0.0001'));
    expect(found.map(({ owned, books: all }) => [plain(owned), all.length])).toEqual([['0.01', 1]]);
  });
});
