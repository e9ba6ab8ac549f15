import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import type { Order } from '../../../functions/core/order.ts';
import { isReachedBy, matchBook } from '../../../functions/core/paper/match-paper.ts';
import {
  availableOf,
  FILLS_KEPT,
  openingBook,
  withFill,
  type PaperBook,
  type PaperOrder,
} from '../../../functions/core/paper/paper-book.ts';
import { candleMinutes, pathOf, quoteNow } from '../../../functions/core/paper/paper-price.ts';
import { distanceOf } from '../../../functions/core/paper/paper-rules.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { BOOK, MARKET, placed, quoteAt } from './paper-fixture.ts';

/** The order after these prices, one a second from the first one on. */
function after(order: Partial<Order>, prices: readonly string[]): PaperOrder {
  const first = placed(order);
  const quotes = prices.map((last, at) => quoteAt(last, (at + 1) * 1_000));
  const { book, ended } = matchBook(first.book, MARKET, { quotes, candlesToMs: 0 });
  return ended[0] ?? book.open[0] ?? first.order;
}

const SELL = { side: 'sell' } as const;

describe('an order on paper', () => {
  it.each<[string, Partial<Order>, string[], string, string | undefined]>([
    ['a market order: at once', {}, [], 'closed', '50000'],
    [
      'a limit above the market: at the market',
      { type: 'limit', price: '51000' },
      [],
      'closed',
      '50000',
    ],
    ['a limit below: rests', { type: 'limit', price: '49000' }, ['49500'], 'open', undefined],
    [
      'a limit below: at its price once reached',
      { type: 'limit', price: '49000' },
      ['48000'],
      'closed',
      '49000',
    ],
    [
      'IOC that does not cross: gone',
      { type: 'limit', price: '49000', timeInForce: 'IOC' },
      [],
      'canceled',
      undefined,
    ],
    ['a stop: waits', { ...SELL, type: 'stop-loss', price: '48000' }, ['48100'], 'open', undefined],
    [
      'a stop: sells at the market behind it',
      { ...SELL, type: 'stop-loss', price: '48000' },
      ['47500'],
      'closed',
      '47500',
    ],
    [
      'a stop with a limit: rests when jumped over',
      { ...SELL, type: 'stop-loss-limit', price: '48000', price2: '47900' },
      ['47500'],
      'open',
      undefined,
    ],
    [
      'and sells when the market comes back',
      { ...SELL, type: 'stop-loss-limit', price: '48000', price2: '47900' },
      ['47500', '47950'],
      'closed',
      '47900',
    ],
    [
      'a take-profit: sells above',
      { ...SELL, type: 'take-profit', price: '52000' },
      ['51000', '52500'],
      'closed',
      '52500',
    ],
    [
      'a trailing stop: follows, then sells',
      { ...SELL, type: 'trailing-stop', price: '+1000' },
      ['53000', '52500', '52000'],
      'closed',
      '52000',
    ],
    [
      'a trailing stop to buy: follows down, then buys',
      { type: 'trailing-stop', price: '+1000' },
      ['48000', '48500', '49000'],
      'closed',
      '49000',
    ],
    [
      'a trailing stop to buy: never loosens',
      { type: 'trailing-stop', price: '+1000' },
      ['48000', '48900'],
      'open',
      undefined,
    ],
    [
      'an iceberg: as a limit',
      { type: 'iceberg', price: '49000', displayVolume: '0.01' },
      ['49500', '48000'],
      'closed',
      '49000',
    ],
    [
      'one with an end: is served before it',
      { type: 'limit', price: '49000', timeInForce: 'GTD', expireAtMs: 1_001 },
      ['48000'],
      'closed',
      '49000',
    ],
    [
      'a trailing stop: never loosens',
      { ...SELL, type: 'trailing-stop', price: '+1000' },
      ['53000', '52100'],
      'open',
      undefined,
    ],
    [
      'one with an end: expires unfilled',
      { type: 'limit', price: '49000', timeInForce: 'GTD', expireAtMs: 1_000 },
      ['48000'],
      'expired',
      undefined,
    ],
    ['one that starts later: not before', { startAtMs: 5_000 }, ['49000'], 'pending', undefined],
    [
      'one that starts later: at its time',
      { startAtMs: 2_000 },
      ['49000', '48000'],
      'closed',
      '48000',
    ],
    [
      'one that may only rest and starts where it would take: is cancelled',
      { type: 'limit', price: '49000', postOnly: true, startAtMs: 2_000 },
      ['49500', '48000'],
      'canceled',
      undefined,
    ],
    [
      'one that may only rest and starts beside the market: rests',
      { type: 'limit', price: '49000', postOnly: true, startAtMs: 2_000 },
      ['49500', '49500', '48000'],
      'closed',
      '49000',
    ],
    [
      'a stop buy that jumps beyond the money: as far as it reaches',
      { type: 'stop-loss', price: '51000', volume: '1.9' },
      ['90000'],
      'canceled',
      '90000',
    ],
  ])('%s', (_name, order, prices, status, price) => {
    const seen = after(order, prices);
    expect([seen.status, seen.fill?.price]).toEqual([status, price]);
  });

  it('pays the taker fee at once and the maker fee for what rested', () => {
    expect(after({}, []).fill).toMatchObject({ cost: '5000', fee: '20', maker: false });
    const rested = after({ type: 'limit', price: '49000' }, ['48000']);
    expect(rested.fill).toMatchObject({ cost: '4900', fee: '12.25', maker: true });
  });

  it('moves exactly what it says', () => {
    expect(placed({}).book.balances).toEqual({ USD: '94980', BTC: '1.1' });
    expect(placed(SELL).book.balances).toEqual({ USD: '104980', BTC: '0.9' });
  });

  it('keeps what it would cost from being spent', () => {
    const { book } = placed({ type: 'limit', price: '49000' });
    expect(plain(availableOf(book, 'USD'))).toBe('95087.75');
    expect(() => placed({ volume: '1.95' }, { book })).toThrow('EOrder:Insufficient funds');
  });

  it.each<[Partial<Order>, string]>([
    [{ volume: '0.00001' }, 'EGeneral:Invalid arguments:volume minimum not met'],
    [{ volume: '0.000000001' }, 'EGeneral:Invalid arguments:volume'],
    [{ type: 'limit', price: '49000.05' }, 'EOrder:Invalid price'],
    [{ type: 'limit', price: '51000', postOnly: true }, 'EOrder:Post only order'],
    [{ type: 'limit', price: '2', volume: '0.0001' }, 'EOrder:Cost minimum not met'],
    [{ type: 'settle-position', volume: '0' }, 'EOrder:Unknown position'],
    [{ leverage: '7' }, 'EGeneral:Invalid arguments:leverage'],
  ])('%o is refused in Kraken’s words', (order, text) => {
    expect(() => placed(order)).toThrow(text);
  });

  it('never makes money out of nothing, whatever the prices do', () => {
    const price = fc.integer({ min: 40_000, max: 60_000 }).map(String);
    const kind = fc.constantFrom<Partial<Order>>(
      { type: 'limit', price: '49000' },
      { ...SELL, type: 'limit', price: '51000' },
      { ...SELL, type: 'trailing-stop', price: '+500' },
      { type: 'stop-loss', price: '52000' },
    );
    fc.assert(
      fc.property(kind, fc.array(price, { maxLength: 20 }), (order, prices) => {
        const first = placed(order);
        const quotes = prices.map((last, at) => quoteAt(last, at + 1));
        const { book, ended } = matchBook(first.book, MARKET, { quotes, candlesToMs: 0 });
        const fill = ended[0]?.fill;
        const worth = decimal(book.balances['USD']!).plus(
          decimal(book.balances['BTC']!).times(fill?.price ?? '50000'),
        );
        const before = decimal('100000').plus(fill?.price ?? '50000');
        expect(plain(before.minus(worth))).toBe(fill?.fee ?? '0');
        expect(availableOf(book, 'USD').gte('0') && availableOf(book, 'BTC').gte('0')).toBe(true);
      }),
    );
  });
});

describe('the past of a price', () => {
  const candle = (given: Partial<Record<'open' | 'high' | 'low' | 'close' | 'volume', string>>) => {
    const all = { open: '100', high: '110', low: '95', close: '105', volume: '1', ...given };
    const { open, high, low, close, volume } = all;
    return {
      ...{ atMs: 60_000, open: decimal(open), high: decimal(high), low: decimal(low) },
      ...{ close: decimal(close), volume: decimal(volume) },
    };
  };
  const at = { minutes: 1, nowMs: 120_000, tick: decimal('1') };
  const lasts = (given: Parameters<typeof candle>[0], when = at) =>
    pathOf([candle(given)], when).map(({ last }) => plain(last));

  it('goes to the nearer extreme first', () => {
    expect(lasts({})).toEqual(['100', '95', '110', '105']);
    expect(lasts({ low: '80' })).toEqual(['100', '110', '80', '105']);
  });

  it('leaves out what did not trade and what still runs', () => {
    expect(lasts({ volume: '0' })).toEqual([]);
    expect(lasts({}, { ...at, nowMs: 119_999 })).toEqual([]);
  });

  it('fills what rests only when the price went through it', () => {
    const { book } = placed({ type: 'limit', price: '49000' });
    const through = (low: string, fromMs: number) => {
      const one = {
        ...candle({ open: '50000', high: '50001', low, close: '50000', volume: '2000' }),
        atMs: fromMs,
      };
      const quotes = pathOf([one], { minutes: 1, nowMs: fromMs + 60_000, tick: BTC_USD.tickSize });
      return matchBook(book, MARKET, { quotes, candlesToMs: 0 }).ended[0]?.fill?.price;
    };
    expect(through('49000', 60_000)).toBeUndefined();
    expect(through('48999.9', 60_000)).toBe('49000');
    // The candle began before the order was placed.
    expect(through('40000', -60_000)).toBeUndefined();
  });

  it('is read in the shortest candles that reach back far enough', () => {
    expect([1, 700, 3_500, 1e9].map((m) => candleMinutes(0, m * 60_000))).toEqual([
      1, 5, 15, 1_440,
    ]);
    // It is the time between that counts.
    expect(candleMinutes(1_000 * 60_000, 1_699 * 60_000)).toBe(1);
  });
});

describe('the price of now', () => {
  const ticker = { last: decimal('50000'), bid: decimal('49999'), ask: decimal('50001') };
  const level = (price: string) => [{ price: decimal(price), volume: decimal('1') }];

  it('is the best of the order book', () => {
    const now = quoteNow(ticker, { bids: level('49990'), asks: level('50010') }, 5);
    expect([now.last, now.bid, now.ask].map(plain)).toEqual(['50000', '49990', '50010']);
    expect(now.atMs).toBe(5);
  });

  it('is the ticker’s on a side where nobody offers', () => {
    const now = quoteNow(ticker, { bids: [], asks: [] }, 5);
    expect([now.bid, now.ask].map(plain)).toEqual(['49999', '50001']);
  });
});

describe('the open orders of an account', () => {
  const rested = placed({ type: 'limit', price: '49000' }).book;
  const other = { ...rested.open[0]!, id: 'PAPER-2' };
  const both = {
    ...rested,
    open: [...rested.open, { ...other, order: { ...other.order, pair: 'ETHUSD' } }],
  };

  it('meet the prices of their own pair alone', () => {
    const { book, ended } = matchBook(both, MARKET, {
      quotes: [quoteAt('40000', 1)],
      candlesToMs: 0,
    });
    expect(ended.map(({ id }) => id)).toEqual(['PAPER-1']);
    expect(book.open.map(({ id }) => id)).toEqual(['PAPER-2']);
  });

  it('remember up to where their pair’s candles were looked at, and never less', () => {
    const after = (candlesToMs: number, book: PaperBook = both) =>
      matchBook(book, MARKET, { quotes: [], candlesToMs }).book;
    expect(after(600_000).open.map(({ candlesFromMs }) => candlesFromMs)).toEqual([600_000, 0]);
    expect(after(0)).toBe(both);
    const ahead = after(600_000);
    expect(after(540_000, ahead)).toBe(ahead);
  });
});

describe('whether a price is worth a look at the order book', () => {
  const open = (order: Partial<Order>) => placed(order).book.open[0]!;

  it.each<[string, Partial<Order>, string, number, boolean]>([
    ['a limit that is not reached', { type: 'limit', price: '49000' }, '49000.1', 1, false],
    ['a limit that is', { type: 'limit', price: '49000' }, '49000', 1, true],
    ['a stop that is not reached', { type: 'stop-loss', price: '51000' }, '50999.9', 1, false],
    ['a stop that is', { type: 'stop-loss', price: '51000' }, '51000', 1, true],
    [
      'a stop whose limit is jumped over',
      { type: 'stop-loss-limit', price: '51000', price2: '51000' },
      '52000',
      1,
      false,
    ],
    ['an order before its start', { startAtMs: 5_000 }, '50000', 4_999, false],
    ['an order at its start', { startAtMs: 5_000 }, '50000', 5_000, true],
  ])('%s', (_what, order, last, atMs, isWorth) => {
    expect(isReachedBy(open(order), quoteAt(last, atMs))).toBe(isWorth);
  });
});

describe('a distance of an order', () => {
  it('is never read from a price', () => {
    expect(() => distanceOf('50')).toThrow('50 is a distance');
    expect(() => distanceOf('+-50')).toThrow('+-50 is a distance');
  });
});

describe('a paper account', () => {
  it('begins with the same amount of every currency that it trades against', () => {
    const rails = { pairs: ['BTC/USD', 'ETH/EUR', 'SOL/USD'] };
    expect(openingBook({ rails }).balances).toEqual({ USD: '10000', EUR: '10000' });
    expect(openingBook({}).balances).toEqual({ USD: '10000' });
  });

  it('begins with what its settings say, and nothing else', () => {
    const funds = { BTC: '0.1', EUR: '250.5' };
    expect(openingBook({ paper: { funds }, rails: { pairs: ['BTC/USD'] } })).toEqual({
      ...{ balances: funds, open: [], fills: [], forgottenMs: 0 },
    });
    expect(openingBook({ paper: { fees: { taker: '1' } } }).balances).toEqual({ USD: '10000' });
  });

  it('says from when on it remembers its fills', () => {
    const { order } = placed(SELL);
    const fill = { volume: '0.00001', price: '1', cost: '1', fee: '0', maker: false };
    let book = BOOK;
    for (let atMs = 1; atMs <= FILLS_KEPT + 3; atMs += 1) {
      book = withFill(book, order, { ...fill, atMs }, BTC_USD).book;
    }
    expect([book.fills.length, book.forgottenMs]).toEqual([FILLS_KEPT, 3]);
  });
});
