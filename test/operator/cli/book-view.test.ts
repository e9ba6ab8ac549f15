/** Whether a book is where its sender says, and what an account holds beside its books. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type Book, type Claim } from '../../../functions/core/book.ts';
import type { Source } from '../../../functions/core/config.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Pair } from '../../../functions/core/market/pair.ts';
import { agreesWithClaim, claimWords, holdingsOf } from '../../../operator/cli/book-view.ts';
import { TREND } from '../../core/order-fixture.ts';

const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
const PAIR = { orderMin: decimal('0.0001') } as Pair;
const BY_SIGNAL: Source = { ...TREND, size: { kind: 'signal' } };
const MARGIN: Source = { ...BY_SIGNAL, allow: { leverage: '2' } };
const claim = (position: Claim['position'], size?: string): Claim => {
  const said = size === undefined ? { position } : { position, size };
  return { ...said, signalId: 'a', sentAtMs: 1 };
};
const book = (quantity: string, said: Claim, more: Partial<Book> = {}): Book => {
  return { ...emptyBook(REF), quantity, claim: said, ...more };
};

describe('a book beside what its sender says', () => {
  it.each<[string, Book, Source, Pair | undefined, boolean | undefined]>([
    ['the size that was said', book('0.5', claim('long', '0.5')), BY_SIGNAL, PAIR, true],
    ['too little away from it', book('0.49995', claim('long', '0.5')), BY_SIGNAL, PAIR, true],
    ['an order away from it', book('0.4', claim('long', '0.5')), BY_SIGNAL, PAIR, false],
    ['not known how far', book('0.49995', claim('long', '0.5')), BY_SIGNAL, undefined, undefined],
    ['exact without the pair', book('0.5', claim('long', '0.5')), BY_SIGNAL, undefined, true],
    ['in its own scale', book('0.1', claim('long', '5'), { perUnit: '0.02' }), TREND, PAIR, true],
    ['without a scale', book('0.1', claim('long', '5')), TREND, PAIR, undefined],
    ['on a side without a size', book('0.1', claim('long')), TREND, PAIR, true],
    ['flat, and says so', book('0', claim('flat')), BY_SIGNAL, PAIR, true],
    ['nearly flat', book('0.00005', claim('flat')), BY_SIGNAL, PAIR, true],
    ['not flat', book('0.1', claim('flat')), BY_SIGNAL, PAIR, false],
    ['flat where spot cannot be short', book('0', claim('short', '1')), BY_SIGNAL, PAIR, true],
    ['flat where it should be short', book('0', claim('short', '1')), MARGIN, PAIR, false],
    ['short', book('-1', claim('short', '1'), { leverage: '2' }), MARGIN, PAIR, true],
    ['on the other side', book('-1', claim('long', '1'), { leverage: '2' }), MARGIN, PAIR, false],
    ['never spoken of', emptyBook(REF), BY_SIGNAL, PAIR, undefined],
  ])('that is %s', (_what, one, source, pair, agrees) => {
    expect(agreesWithClaim(one, source, pair)).toBe(agrees);
  });

  it('is told in a few words', () => {
    const one = book('0.5', claim('long', '0.5'));
    const words = [true, false, undefined].map((agrees) => claimWords(one, agrees));
    expect(words).toEqual(['long 0.5, agrees', 'long 0.5, DIFFERS', 'long 0.5']);
    expect(claimWords(emptyBook(REF), undefined)).toBe('-');
  });
});

it('what no book owns is external, and margin positions are not held', () => {
  const of = (quantity: string, more: Partial<Book> = {}) => {
    return { book: { ...emptyBook(REF), quantity, ...more }, inFlight: [] };
  };
  const amount = (total: string) => ({ total: decimal(total), available: decimal('0') });
  const views = [of('0.5'), of('0.2'), of('3', { leverage: '2' }), of('4', { pair: 'ETH/USD' })];
  const balances = new Map([['BTC', amount('1')]]);
  expect(holdingsOf('main', views, balances)).toEqual([
    { account: 'main', asset: 'BTC', held: '1', books: '0.7', external: '0.3' },
    { account: 'main', asset: 'ETH', held: '0', books: '4', external: '-4' },
  ]);
});
