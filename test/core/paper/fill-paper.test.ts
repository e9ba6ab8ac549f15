import { describe, expect, it } from 'vitest';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import type { Order } from '../../../functions/core/order.ts';
import { matchBook } from '../../../functions/core/paper/match-paper.ts';
import {
  availableOf,
  type PaperBook,
  type PaperOrder,
} from '../../../functions/core/paper/paper-book.ts';
import { pathOf, type PaperQuote } from '../../../functions/core/paper/paper-price.ts';
import { tradedBeyond } from '../../../functions/core/paper/paper-volume.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { bookAt, MARKET, placed, quoteAt, type Levels } from './paper-fixture.ts';

const ASKS: Levels = [
  ['50000', '0.1'],
  ['50010', '0.2'],
  ['50020', '0.3'],
];
const BIDS: Levels = [['49990', '0.1']];
const thin = (atMs = 0) => bookAt(ASKS, BIDS, atMs);

/** How an order stands: its state, what was executed, at which average, and why it ended. */
const stands = ({ status, fill, reason }: PaperOrder) => [
  ...[status, fill?.volume, fill?.price],
  ...(reason === undefined ? [] : [reason]),
];

const match = (book: PaperBook, ...quotes: PaperQuote[]) =>
  matchBook(book, MARKET, { quotes, candlesToMs: 0 });

/** A finished candle of one minute. */
function minute(atMs: number, low: string, high: string, volume: string): readonly PaperQuote[] {
  const prices = { low: decimal(low), high: decimal(high) };
  const one = { atMs, ...prices, open: prices.high, close: prices.high, volume: decimal(volume) };
  return pathOf([one], { minutes: 1, nowMs: atMs + 60_000, tick: BTC_USD.tickSize });
}

describe('an order that takes at once', () => {
  const LIMIT = { type: 'limit', price: '50010' } as const;

  it.each<[string, Partial<Order>, unknown[]]>([
    ['pays the best level alone', { volume: '0.1' }, ['closed', '0.1', '50000']],
    ['pays what the levels behind it cost', { volume: '0.3' }, ['closed', '0.3', '50006.6']],
    [
      'ends where the order book does',
      { volume: '0.9' },
      ['canceled', '0.6', '50013.3', 'Not enough volume in the order book'],
    ],
    ['takes no level beyond its limit', { ...LIMIT, volume: '0.9' }, ['open', '0.3', '50006.6']],
    [
      'IOC: ends with what there was',
      { ...LIMIT, volume: '0.9', timeInForce: 'IOC' },
      ['canceled', '0.3', '50006.6', 'Not filled at once'],
    ],
    [
      'FOK: nothing, where there is not all of it',
      { ...LIMIT, volume: '0.9', timeInForce: 'FOK' },
      ['canceled', undefined, undefined, 'Not filled at once'],
    ],
    [
      'FOK: all of it, where there is',
      { ...LIMIT, volume: '0.3', timeInForce: 'FOK' },
      ['closed', '0.3', '50006.6'],
    ],
  ])('%s', (_name, order, expected) => {
    expect(stands(placed(order, { quote: thin() }).order)).toEqual(expected);
  });

  it('sells at the bid, not at what buyers are asked', () => {
    const { order } = placed({ side: 'sell' }, { quote: thin() });
    expect(stands(order)).toEqual(['closed', '0.1', '49990']);
    const ticker = { ...quoteAt('50000', 0), bid: decimal('49990'), ask: decimal('50010') };
    expect(placed({ side: 'sell' }, { quote: ticker }).order.fill?.price).toBe('49990');
    expect(placed({}, { quote: ticker }).order.fill?.price).toBe('50010');
  });

  it('finds nobody on the other side', () => {
    const { order, book } = placed({}, { quote: bookAt([], BIDS, 0) });
    expect(stands(order)).toEqual([
      ...['canceled', undefined, undefined, 'Not enough volume in the order book'],
    ]);
    expect(book.fills).toEqual([]);
  });

  it('spends no more than the sum it names', () => {
    const { order } = placed({ volume: '10000', volumeInQuote: true }, { quote: thin() });
    expect(order.status).toBe('closed');
    expect(order.fill?.cost).toBe('9999.9998');
  });

  it('spends what it names of an order book that is too short, and loses the rest', () => {
    const { order } = placed({ volume: '40000', volumeInQuote: true }, { quote: thin() });
    expect([order.status, order.fill?.volume, order.fill?.cost]).toEqual([
      ...['canceled', '0.6', '30008'],
    ]);
  });

  it('stops where the money does, and says so', () => {
    const money = { balances: { USD: '10000' }, open: [], fills: [], forgottenMs: 0 };
    const dear: Levels = [
      ['50000', '0.1'],
      ['60000', '1'],
    ];
    const { order, book } = placed(
      { volume: '0.19' },
      { book: money, quote: bookAt(dear, BIDS, 0) },
    );
    expect(stands(order)).toEqual(['canceled', '0.18266932', '54525.6', 'Insufficient funds']);
    expect(availableOf(book, 'USD').lt('0.001')).toBe(true);
    expect(plain(availableOf(book, 'USD'))).not.toMatch(/^-/);
  });
});

describe('an order that rests', () => {
  const REST = { type: 'limit', price: '49000', volume: '0.5' } as const;

  it('is filled in parts, each with its fee, and holds less each time', () => {
    let { book } = placed(REST, { quote: thin() });
    expect(plain(availableOf(book, 'USD'))).toBe('75438.75');
    ({ book } = match(book, ...minute(60_000, '48000', '48900', '0.2')));
    expect(stands(book.open[0]!)).toEqual(['open', '0.2', '49000']);
    expect(book.open[0]).toMatchObject({
      fill: { cost: '9800', fee: '24.5', maker: true },
      hold: { asset: 'USD', amount: '14736.75' },
    });
    expect(plain(availableOf(book, 'USD'))).toBe('75438.75');
    const { ended } = match(book, ...minute(120_000, '48000', '48900', '0.4'));
    expect(ended.map(stands)).toEqual([['closed', '0.5', '49000']]);
    expect(ended[0]?.fill).toMatchObject({ cost: '24500', fee: '61.25', atMs: 180_000 });
    expect(ended[0]?.hold.amount).toBe('0');
  });

  it('shares what a candle traded with the account’s older orders', () => {
    const first = placed(REST, { quote: thin() }).book;
    const both = placed(REST, { quote: thin(), book: first, id: 'PAPER-2' }).book;
    const { book, ended } = match(both, ...minute(60_000, '48000', '48900', '0.7'));
    expect(ended.map(({ id }) => id)).toEqual(['PAPER-1']);
    expect(book.open.map(stands)).toEqual([['open', '0.2', '49000']]);
  });

  it('is not served twice by one minute: neither by the order book nor by the candle', () => {
    const cheap: Levels = [['48900', '0.1']];
    const { book } = placed(REST, { quote: thin() });
    const execAfter = (...quotes: PaperQuote[]) =>
      match(book, ...quotes).book.open[0]?.fill?.volume;
    const served = bookAt(cheap, BIDS, 70_000);
    expect(execAfter(served)).toBe('0.1');
    expect(execAfter(served, bookAt(cheap, BIDS, 119_999))).toBe('0.1');
    expect(execAfter(served, ...minute(60_000, '48000', '48900', '0.2'))).toBe('0.1');
    expect(execAfter(served, bookAt(cheap, BIDS, 120_000))).toBe('0.2');
    expect(execAfter(served, ...minute(120_000, '48000', '48900', '0.2'))).toBe('0.3');
  });

  it('is cancelled, and nothing overdrawn, where a fee that rose uses the money up', () => {
    const all = { ...REST, price: '49900', volume: '1.99' } as const;
    const { book } = placed(all, { quote: thin() });
    const fees = { taker: decimal('2'), maker: decimal('2') };
    const quotes = minute(60_000, '48000', '48900', '1');
    const part = matchBook(book, { ...MARKET, fees }, { quotes, candlesToMs: 0 });
    expect(plain(availableOf(part.book, 'USD'))).toBe('0');
    const more = minute(120_000, '48000', '48900', '1');
    const { ended } = matchBook(part.book, { ...MARKET, fees }, { quotes: more, candlesToMs: 0 });
    expect(ended.map(({ status, reason }) => [status, reason])).toEqual([
      ['canceled', 'Insufficient funds'],
    ]);
  });

  it('has the price of its parts where that is one, and else their average', () => {
    const odd = { type: 'limit', price: '49000.1', volume: '0.00030003' } as const;
    const { book } = placed(odd, { quote: thin() });
    const part = (atMs: number) => bookAt([['49000', '0.00010001']], BIDS, atMs);
    const twice = match(book, part(60_000), part(120_000)).book.open[0]!;
    // Each cost is rounded down, so that their quotient would be less.
    expect(stands(twice)).toEqual(['open', '0.00020002', '49000.1']);
    const taken = placed({ type: 'limit', price: '50010', volume: '0.5' }, { quote: thin() });
    expect(taken.order.fill).toMatchObject({ volume: '0.3', price: '50006.6', maker: false });
    const more = match(taken.book, bookAt([['50010', '0.1']], BIDS, 60_000)).book.open[0]!;
    expect(stands(more)).toEqual(['open', '0.4', '50007.5']);
    // A part of it did not rest.
    expect(more.fill?.maker).toBe(false);
    expect(twice.fill?.maker).toBe(true);
  });

  it('keeps whole units of what its rest needs: lots of a sale, the quote’s decimals of a buy', () => {
    const rested = (order: Partial<Order>) => placed({ ...REST, ...order }, { quote: thin() }).book;
    const ask = bookAt([['48000', '0.12345678']], [['47000', '1']], 60_000);
    const buys = match(rested({ volume: '0.33333333' }), ask).book.open[0]!;
    expect(buys.hold).toEqual({ asset: 'USD', amount: '10309.66084' });
    const bid = bookAt([['53000', '1']], [['52000', '0.12345678']], 60_000);
    const sells = match(rested({ side: 'sell', price: '51000' }), bid).book.open[0]!;
    expect(sells.hold).toEqual({ asset: 'BTC', amount: '0.37654322' });
  });

  it('is not served again within the minute that began with its service', () => {
    const { book } = placed(REST, { quote: thin() });
    const ask = (atMs: number) => bookAt([['48900', '0.1']], BIDS, atMs);
    const filled = (...quotes: PaperQuote[]) => match(book, ...quotes).book.open[0]?.fill?.volume;
    expect(filled(ask(60_000), ask(119_999))).toBe('0.1');
    expect(filled(ask(60_000), ask(120_000))).toBe('0.2');
  });

  it('sells no more than the account still has, and is cancelled there', () => {
    const { book } = placed({ ...REST, side: 'sell', price: '51000' }, { quote: thin() });
    const less = { ...book, balances: { ...book.balances, BTC: '0.2' } };
    const { ended, book: now } = match(less, bookAt([], [['52000', '1']], 60_000));
    expect(ended.map(stands)).toEqual([['canceled', '0.2', '51000', 'Insufficient funds']]);
    expect(now.balances['BTC']).toBe('0');
  });

  it.each<[string, Partial<Order>]>([
    ['a limit', REST],
    ['a stop', { type: 'stop-loss', price: '51000' }],
    ['a trailing stop', { type: 'trailing-stop', price: '+1000' }],
    ['a start to come', { startAtMs: 60_000 }],
  ])('is the same book where nothing happened: %s', (_name, order) => {
    const { book } = placed(order, { quote: thin() });
    expect(book.open).toHaveLength(1);
    expect(match(book, thin(1_000)).book).toBe(book);
  });
});

describe('the volume beyond a limit', () => {
  const traded = (low: string, high: string) => ({
    ...{ low: decimal(low), high: decimal(high), volume: decimal('10'), tick: decimal('1') },
  });

  it.each([
    ['buy', '100', '101', '109', '0'],
    ['buy', '100', '100', '109', '0'],
    ['buy', '100', '99', '108', '1'],
    ['buy', '100', '95', '104', '5'],
    ['buy', '100', '90', '99', '10'],
    ['buy', '100', '80', '89', '10'],
    ['buy', '100', '99', '99', '10'],
    ['sell', '100', '92', '101', '1'],
    ['sell', '100', '91', '100', '0'],
    ['sell', '100', '101', '110', '10'],
  ] as const)('%s at %s, traded from %s to %s: %s of 10', (side, limit, low, high, volume) => {
    expect(plain(tradedBeyond(traded(low, high), { side, limit: decimal(limit) }))).toBe(volume);
  });
});
