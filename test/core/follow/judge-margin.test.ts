/** What strategies own on margin and is not open, as a table. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type Book } from '../../../functions/core/book.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import { isOnMargin, marginShortagesOf } from '../../../functions/core/follow/judge-margin.ts';
import type { OpenLot } from '../../../functions/core/open-lots.ts';
import { TABLE } from '../market-fixture.ts';

const NOW_MS = 1_000_000;

function book(quantity: string, changed: Partial<Book> = {}): Book {
  const ref = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
  return { ...emptyBook(ref), quantity, leverage: '5', movedAtMs: 1, ...changed };
}

function lot(signed: string, pair = 'XBTUSD'): OpenLot {
  const volume = decimal(signed);
  const side = volume.gt('0') ? 'buy' : 'sell';
  return { pair, side, volume: volume.abs(), cost: decimal('1'), openedAtMs: 1 };
}

const missing = (books: readonly Book[], lots: readonly OpenLot[]): readonly string[] =>
  marginShortagesOf(books, lots, { pairs: TABLE, nowMs: NOW_MS }).map(
    ({ account, pair, base, owned, open, books: all }) =>
      `${account} ${pair} owns ${plain(owned)} ${base} of ${plain(open)} in ${all.length}`,
  );

describe('what strategies own on margin', () => {
  it.each<[string, readonly Book[], readonly OpenLot[], readonly string[]]>([
    ['is open', [book('-0.01')], [lot('-0.004'), lot('-0.006')], []],
    ['is open with more beside it', [book('-0.01')], [lot('-1')], []],
    ['is open but for what no order could trade', [book('-0.01')], [lot('-0.0099')], []],
    ['is closed', [book('-0.01')], [], ['main BTC/USD owns -0.01 BTC of 0 in 1']],
    ['is smaller', [book('0.01')], [lot('0.0098')], ['main BTC/USD owns 0.01 BTC of 0.0098 in 1']],
    [
      'is on the other side',
      [book('-0.01')],
      [lot('0.01')],
      ['main BTC/USD owns -0.01 BTC of 0.01 in 1'],
    ],
    [
      'is open on another pair',
      [book('0.01')],
      [lot('0.01', 'XBTEUR')],
      ['main BTC/USD owns 0.01 BTC of 0 in 1'],
    ],
    ['counts together', [book('0.02'), book('-0.01', { source: 'other' })], [lot('0.01')], []],
    [
      'and together is less',
      [book('0.02'), book('0.01', { source: 'other' })],
      [lot('0.02')],
      ['main BTC/USD owns 0.03 BTC of 0.02 in 2'],
    ],
    [
      'comes to nothing together, beside what somebody else has open',
      [book('0.02'), book('-0.02', { source: 'other' })],
      [lot('0.01')],
      [],
    ],
    ['moved just now', [book('-0.01', { movedAtMs: NOW_MS - 299_999 })], [], []],
    [
      'moved five minutes ago',
      [book('-0.01', { movedAtMs: NOW_MS - 300_000 })],
      [],
      ['main BTC/USD owns -0.01 BTC of 0 in 1'],
    ],
    ['is of a pair that is not listed', [book('-0.01', { pair: 'NO/PAIR' })], [], []],
  ])('that %s', (_what, books, lots, expected) => {
    expect(missing(books, lots)).toEqual(expected);
  });

  it('that moved in one book of two just now is left for later', () => {
    const fresh = { source: 'other', movedAtMs: NOW_MS } as const;
    expect(missing([book('-0.01'), book('-0.01', fresh)], [])).toEqual([]);
  });

  it('is not what is held on spot', () => {
    const { leverage: _none, ...spot } = book('0.01');
    expect(missing([spot], [])).toEqual([]);
    expect(isOnMargin(spot)).toBe(false);
    expect(isOnMargin(book('0'))).toBe(true);
    const claim = { position: 'short', signalId: 's', sentAtMs: 1 } as const;
    expect(isOnMargin({ ...spot, claim })).toBe(false);
    expect(isOnMargin({ ...spot, claim: { ...claim, leverage: '5' } })).toBe(true);
  });
});
