/** What a person says of a book: only ever less, at what it cost, and kept when it is made again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyBook, replay, type Book } from '../../../functions/core/book.ts';
import { afterFill } from '../../../functions/core/book.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import { BY_HAND, correctBook } from '../../../functions/core/follow/correct-book.ts';
import { rebuildBook } from '../../../functions/core/follow/rebuild-book.ts';
import { REF } from './stop-entry.ts';

const bought = (volume: string, cost: string, leverage?: string) =>
  afterFill(
    emptyBook(REF),
    { volume: decimal(volume), cost: decimal(cost), fee: decimal('1') },
    {
      ...{ side: 'buy', orderKey: 'k', atMs: 1 },
      ...(leverage === undefined ? {} : { leverage }),
    },
  );
const SHORT: Book = { ...emptyBook(REF), quantity: '-2', cost: '180', leverage: '3', version: 1 };

describe('a book that a person corrects', () => {
  it.each<[string, Book, string, object]>([
    ['to nothing', bought('2', '100').to, '0', { quantity: '0', cost: '0' }],
    ['to a part', bought('2', '100').to, '0.5', { quantity: '0.5', cost: '25' }],
    ['of a short position', SHORT, '-0.5', { quantity: '-0.5', cost: '45', leverage: '3' }],
    [
      'of a long margin position',
      bought('2', '100', '2').to,
      '1',
      { quantity: '1', leverage: '2' },
    ],
  ])('owns what is left and made nothing of it: %s', (_what, book, left, expected) => {
    const corrected = correctBook(book, decimal(left), 9);
    expect(corrected).toMatchObject({
      ok: true,
      value: {
        to: { ...expected, result: book.result, fees: book.fees, version: 2, movedAtMs: 9 },
        entry: { orderKey: BY_HAND, fee: '0', version: 2 },
      },
    });
  });

  it.each<[string, Book, string | undefined]>([
    ['on spot', bought('2', '100').to, undefined],
    ['on margin', bought('2', '100', '3').to, '3'],
    ['that is short', SHORT, '3'],
  ])('%s says in its log with which leverage it was opened', (_what, book, leverage) => {
    const corrected = correctBook(book, decimal('0'), 9);
    if (!corrected.ok) throw new Error(corrected.error);
    const { entry } = corrected.value;
    expect(entry.leverage).toBe(leverage);
    expect('leverage' in entry).toBe(leverage !== undefined);
  });

  it.each<[string, Book, string, RegExp]>([
    ['more than it owns', bought('2', '100').to, '3', /owns 2, .* a quantity from 0 to 2\.$/],
    ['the other side', bought('2', '100').to, '-1', /a quantity from 0 to 2\.$/],
    ['more of a short position', SHORT, '-3', /owns -2, .* a quantity from -2 to 0\.$/],
    ['the other side of one', SHORT, '1', /a quantity from -2 to 0\.$/],
    ['what it owns', bought('2', '100').to, '2', /owns 2 already: there is nothing to correct/],
    ['anything where it owns nothing', emptyBook(REF), '1', /owns 0, .* from 0 to 0\.$/],
  ])('is not made to own %s', (_what, book, left, sentence) => {
    const refused = correctBook(book, decimal(left), 9);
    expect(refused.ok ? '' : refused.error).toMatch(sentence);
  });

  it('comes to the same when it is made again, and is found to agree', () => {
    const amounts = fc.integer({ min: 1, max: 999 });
    fc.assert(
      fc.property(amounts, amounts, fc.integer({ min: 0, max: 99 }), (lots, cost, percent) => {
        const first = bought(plain(decimal(String(lots)).div('7').round(8)), String(cost));
        const left = decimal(first.to.quantity).times(String(percent)).div('100').round(8);
        const corrected = correctBook(first.to, left, 9);
        if (!corrected.ok) throw new Error(corrected.error);
        const { to, entry } = corrected.value;
        expect(replay(REF, [first.entry, entry])).toEqual(to);
        expect(to.result).toBe(first.to.result);
        const order = { side: 'buy', orderKey: 'k', isFollowed: false } as const;
        const shown = { status: 'filled', seenAtMs: 1, fee: '1' } as const;
        const { volume } = first.entry;
        const orders = [{ ...order, shown: { ...shown, volume, cost: String(cost) } }];
        expect(rebuildBook(to, [first.entry, entry], orders, 10)).toEqual({
          ...{ book: to, moves: [], findings: [] },
        });
      }),
    );
  });
});
