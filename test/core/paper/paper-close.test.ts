import { describe, expect, it } from 'vitest';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import { matchBook } from '../../../functions/core/paper/match-paper.ts';
import { CLOSES_MAX, closeWords } from '../../../functions/core/paper/paper-close.ts';
import { availableOf, type PaperBook } from '../../../functions/core/paper/paper-book.ts';
import type { PaperQuote } from '../../../functions/core/paper/paper-price.ts';
import { showOrder } from '../../../functions/core/paper/show-paper.ts';
import { bookAt, MARKET, placed, quoteAt } from './paper-fixture.ts';

const STOP = { type: 'stop-loss', price: '48000' } as const;
const MINUTE_MS = 60_000;
const match = (book: PaperBook, ...quotes: PaperQuote[]) =>
  matchBook(book, MARKET, { quotes, candlesToMs: 0 });
const closes = ({ open }: PaperBook) => open.filter(({ refid }) => refid !== undefined);

describe('an attached close on paper', () => {
  it('opens in the other direction when its order fills, and holds what was bought', () => {
    const { book, order } = placed({ volume: '0.1', close: STOP });
    expect(order).toMatchObject({ status: 'closed', closes: 1 });
    expect(book.open).toMatchObject([
      {
        ...{ id: 'PAPER-1-1', refid: 'PAPER-1', status: 'open', volume: '0.1' },
        order: { side: 'sell', type: 'stop-loss', price: '48000', volume: '0.1' },
        hold: { asset: 'BTC', amount: '0.1' },
      },
    ]);
    expect('clientOrderId' in (book.open[0] ?? {})).toBe(false);
    expect(plain(availableOf(book, 'BTC'))).toBe('1');
  });

  it('opens none where its order has none, or nothing was filled', () => {
    expect(placed({ volume: '0.1' }).book.open).toEqual([]);
    const resting = placed({ type: 'limit', price: '40000', close: STOP });
    expect(resting.book.open).toHaveLength(1);
    expect(closes(resting.book)).toEqual([]);
  });

  it('has the volume of each fill, which sum up to what is filled', () => {
    const levels = bookAt([['50000', '0.1']], [['49990', '1']], 0);
    const first = placed(
      { type: 'limit', price: '50000', volume: '0.25', close: STOP },
      { quote: levels },
    );
    const next = bookAt([['50000', '0.1']], [['49990', '1']], 2 * MINUTE_MS);
    const { book } = match(first.book, next);
    expect(closes(book).map(({ id, volume }) => [id, volume])).toEqual([
      ['PAPER-1-1', '0.1'],
      ['PAPER-1-2', '0.1'],
    ]);
    const parent = book.open.find(({ id }) => id === 'PAPER-1');
    expect(parent).toMatchObject({ closes: 2, status: 'open', fill: { volume: '0.2' } });
  });

  it('fires later, sells all that was bought, and is then over', () => {
    const { book } = placed({ volume: '0.1', close: STOP });
    const calm = match(book, quoteAt('49000', 2 * MINUTE_MS));
    expect(calm.ended).toEqual([]);
    const fired = match(calm.book, quoteAt('47900', 3 * MINUTE_MS));
    expect(fired.ended).toMatchObject([
      { id: 'PAPER-1-1', status: 'closed', fill: { volume: '0.1', price: '47900' } },
    ]);
    expect(fired.book.balances['BTC']).toBe('1');
  });

  it('follows the market where it trails, from the price of the fill on', () => {
    const { book } = placed({ volume: '0.1', close: { type: 'trailing-stop', price: '+2%' } });
    expect(book.open).toMatchObject([{ peak: '50000' }]);
    const risen = match(book, quoteAt('60000', 2 * MINUTE_MS));
    expect(match(risen.book, quoteAt('58900', 3 * MINUTE_MS)).ended).toEqual([]);
    const fallen = match(risen.book, quoteAt('58800', 3 * MINUTE_MS));
    expect(fallen.ended).toMatchObject([{ id: 'PAPER-1-1', status: 'closed' }]);
    expect('peak' in (closes(placed({ volume: '0.1', close: STOP }).book)[0] ?? {})).toBe(false);
  });

  it('of a sale holds what the sale brought, and no more', () => {
    const { book } = placed({ side: 'sell', close: { ...STOP, price: '52000' } });
    expect(book.open).toMatchObject([{ order: { side: 'buy' }, hold: { asset: 'USD' } }]);
    expect(book.open[0]?.hold.amount).toBe('4980');
  });

  it('grows instead of becoming one of many', () => {
    const at = (n: number) => bookAt([['50000', '0.001']], [['49990', '1']], n * 2 * MINUTE_MS);
    const order = { type: 'limit', price: '50000', volume: '0.5', close: STOP } as const;
    let { book } = placed(order, { quote: at(0) });
    for (let n = 1; n < CLOSES_MAX + 3; n += 1) book = match(book, at(n)).book;
    expect(closes(book)).toHaveLength(CLOSES_MAX);
    const newest = closes(book).at(-1);
    expect(newest).toMatchObject({ volume: '0.004', order: { volume: '0.004' } });
    expect(newest?.hold).toEqual({ asset: 'BTC', amount: '0.004' });
    const sum = closes(book).reduce((all, one) => all.plus(one.volume), decimal('0'));
    expect(plain(sum)).toBe(book.open[0]?.fill?.volume);
  });

  it('shows in look-ups as Kraken shows it', () => {
    const { book, order } = placed({ volume: '0.1', close: STOP });
    const named = { ...order, userref: 7 };
    expect(showOrder(named)).toMatchObject({
      userref: 7,
      closes: 'close position @ stop loss 48000',
    });
    const child = showOrder(book.open[0]!);
    expect(child).toMatchObject({ refid: 'PAPER-1', side: 'sell', type: 'stop-loss' });
    expect(['clientOrderId', 'userref', 'closes'].filter((name) => name in child)).toEqual([]);
    const limit = { type: 'stop-loss-limit', price: '48000', price2: '47900' } as const;
    expect(closeWords(limit)).toBe('close position @ stop loss 48000 -> limit 47900');
  });

  it('must be on the tick, as its order', () => {
    expect(() => placed({ close: { ...STOP, price: '48000.05' } })).toThrow(/Invalid price/);
  });
});
