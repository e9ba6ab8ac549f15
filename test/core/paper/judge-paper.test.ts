import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import type { MarketMode, Pair, PairStatus } from '../../../functions/core/market/pair.ts';
import type { Order } from '../../../functions/core/order.ts';
import {
  describeOrder,
  judgeOrder,
  type PaperCase,
} from '../../../functions/core/paper/judge-paper.ts';
import { OPEN_MAX, openingBook } from '../../../functions/core/paper/paper-book.ts';
import { isTrading } from '../../../functions/core/paper/paper-rules.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { BOOK, bookAt, MARKET, placed, quoteAt } from './paper-fixture.ts';

type Given = Partial<Omit<PaperCase, 'order' | 'pair'>> & {
  readonly pair?: Partial<Pair>;
  readonly validate?: boolean;
};

/** What becomes of an order at 50,000 USD: it is opened, or Kraken's error text. */
function judged(order: Partial<Order>, { pair = {}, validate = false, ...given }: Given = {}) {
  const sent: Order = { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.1', ...order };
  const whole = { ...BTC_USD, ...pair };
  const quote = quoteAt('50000', 0);
  const at = { ...MARKET, pair: whole, quote, mode: 'online', book: BOOK, nowMs: 0 } as const;
  return judgeOrder({ ...at, ...given, order: sent }, validate);
}

/** Kraken's error text; `taken` where there is none. */
const textOf = (order: Partial<Order>, given: Given = {}): string => {
  const verdict = judged(order, given);
  return verdict.ok ? 'taken' : verdict.error;
};

/** What it keeps from being spent. */
const holdOf = (order: Partial<Order>, given: Given = {}): string => {
  const verdict = judged(order, given);
  return verdict.ok ? `${verdict.value.hold.amount} ${verdict.value.hold.asset}` : verdict.error;
};

const SELL = { side: 'sell' } as const;
const LIMIT = { type: 'limit', price: '49000' } as const;

describe('the modes of Kraken and of a pair', () => {
  const refused = (mode: string) => `EService:Market in ${mode} mode`;

  it.each<[MarketMode, PairStatus, Partial<Order>, string]>([
    ['online', 'online', {}, 'taken'],
    ['online', 'unknown', {}, 'taken'],
    ['maintenance', 'online', LIMIT, 'EService:Unavailable'],
    ['cancel_only', 'online', LIMIT, refused('cancel_only')],
    ['online', 'cancel_only', LIMIT, refused('cancel_only')],
    ['post_only', 'online', LIMIT, refused('post_only')],
    ['online', 'post_only', { ...LIMIT, postOnly: false }, refused('post_only')],
    ['online', 'post_only', { ...LIMIT, postOnly: true }, 'taken'],
    ['online', 'limit_only', {}, refused('limit_only')],
    ['online', 'limit_only', LIMIT, 'taken'],
    ['online', 'reduce_only', {}, refused('reduce_only')],
    ['online', 'reduce_only', SELL, 'taken'],
  ])('%s, %s: %o is %s', (mode, status, order, text) => {
    expect(textOf(order, { mode, pair: { status } })).toBe(text);
  });

  it.each<[MarketMode, PairStatus | null, boolean]>([
    ['online', 'online', true],
    ['online', null, true],
    ['maintenance', null, false],
    ['online', 'unknown', true],
    ['online', 'limit_only', true],
    ['online', 'reduce_only', true],
    ['maintenance', 'online', false],
    ['cancel_only', 'online', false],
    ['online', 'cancel_only', false],
    ['post_only', 'online', false],
    ['online', 'post_only', false],
  ])('%s, %s: what is open trades: %s', (mode, status, trades) => {
    expect(isTrading(mode, status)).toBe(trades);
  });
});

describe('what Kraken refuses', () => {
  it.each<[string, Partial<Order>, string]>([
    ['the smallest volume', { volume: '0.0001' }, 'taken'],
    ['less', { volume: '0.00009999' }, 'EGeneral:Invalid arguments:volume minimum not met'],
    ['no volume', { volume: '0' }, 'EGeneral:Invalid arguments:volume'],
    ['a part of a lot', { volume: '0.000100001' }, 'EGeneral:Invalid arguments:volume'],
    ['a sum of five decimals', { volume: '10.00001', volumeInQuote: true }, 'taken'],
    [
      'a sum of six decimals',
      { volume: '10.000001', volumeInQuote: true },
      'EGeneral:Invalid arguments:volume',
    ],
    ['the smallest cost', { ...LIMIT, price: '5000', volume: '0.0001' }, 'taken'],
    ['less', { ...LIMIT, price: '4999.9', volume: '0.0001' }, 'EOrder:Cost minimum not met'],
    ['a price on the tick', { ...LIMIT, price: '49000.1' }, 'taken'],
    [
      'a price with too many decimals',
      { ...LIMIT, price: '49000.05' },
      'EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.',
    ],
    ['a percentage with many decimals', { type: 'trailing-stop', price: '+0.0625%' }, 'taken'],
    [
      'a distance with too many decimals',
      { type: 'trailing-stop', price: '+100.05' },
      'EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.',
    ],
    [
      'a second price with too many decimals',
      { type: 'stop-loss-limit', price: '51000', price2: '+10.05' },
      'EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.',
    ],
    [
      'a sale at a limit of nothing',
      { ...SELL, type: 'stop-loss-limit', price: '48000', price2: '0' },
      'EGeneral:Invalid arguments:price',
    ],
  ])('%s: %o', (_what, order, text) => {
    expect(textOf(order)).toBe(text);
  });

  it('a price between two ticks', () => {
    const pair = { tickSize: decimal('0.5') };
    expect(textOf({ ...LIMIT, price: '49000.5' }, { pair })).toBe('taken');
    expect(textOf({ ...LIMIT, price: '49000.4' }, { pair })).toBe('EOrder:Tick size check failed');
  });

  it.each<[Partial<Order>, boolean, string]>([
    [{ leverage: '3' }, true, 'taken'],
    [{ leverage: '3' }, false, 'EOrder:Cannot open position'],
    [{ leverage: '4' }, true, 'EGeneral:Invalid arguments:leverage'],
    [{ ...SELL, leverage: '3' }, true, 'EGeneral:Invalid arguments:leverage'],
    [{ ...SELL, leverage: '2' }, true, 'taken'],
  ])(
    'leverage, which the pair must know and paper does not give: %o, checked only: %s',
    (order, validate, text) => {
      const pair = { leverageBuy: [2, 3], leverageSell: [2] };
      expect(textOf(order, { pair, validate })).toBe(text);
    },
  );

  it('leverage of a pair that has none', () => {
    expect(textOf({ leverage: '2' }, { validate: true })).toBe(
      'EGeneral:Invalid arguments:leverage',
    );
  });

  it('what the account cannot pay with its fee, to the last digit', () => {
    const having = (USD: string) => ({ book: openingBook({ paper: { funds: { USD } } }) });
    expect(textOf({}, having('5020'))).toBe('taken');
    expect(textOf({}, having('5019.99999'))).toBe('EOrder:Insufficient funds');
    expect(textOf(SELL, having('5020'))).toBe('EOrder:Insufficient funds');
    // Kraken checks an order without looking at funds.
    expect(textOf({}, { ...having('0'), validate: true })).toBe('taken');
  });

  it('more open orders than Kraken keeps', () => {
    const small = { ...LIMIT, volume: '0.0001' } as const;
    const { order } = placed(small);
    const full = (count: number) => {
      const open = Array.from({ length: count }, (_, n) => ({ ...order, id: `PAPER-${n}` }));
      return { book: { ...BOOK, open } };
    };
    expect(textOf(small, full(OPEN_MAX - 1))).toBe('taken');
    expect(textOf(small, full(OPEN_MAX))).toBe('EOrder:Orders limit exceeded');
  });

  it('post-only that would take, unless it is checked only', () => {
    const takes = { type: 'limit', price: '50000', postOnly: true } as const;
    expect(textOf(takes)).toBe('EOrder:Post only order');
    expect(textOf({ ...takes, price: '49999.9' })).toBe('taken');
    expect(textOf(takes, { validate: true })).toBe('taken');
  });
});

describe('what an order keeps from being spent', () => {
  const dearer = { fees: { taker: decimal('0.4'), maker: decimal('0.5') } };

  it.each<[string, Partial<Order>, Given, string]>([
    ['a buy at the market: its cost and the taker fee', {}, {}, '5020 USD'],
    ['a sale: its volume', SELL, {}, '0.1 BTC'],
    ['a sale for a price: its volume', { ...SELL, ...LIMIT, price: '51000' }, {}, '0.1 BTC'],
    ['a limit that rests: the maker fee', LIMIT, {}, '4912.25 USD'],
    ['an iceberg is a limit', { ...LIMIT, type: 'iceberg' }, {}, '4912.25 USD'],
    ['a limit that takes: the taker fee', { ...LIMIT, price: '51000' }, {}, '5120.4 USD'],
    [
      'of two fees the dearer, as its rest may rest',
      { ...LIMIT, price: '51000' },
      dearer,
      '5125.5 USD',
    ],
    ['the same of an iceberg', { ...LIMIT, type: 'iceberg', price: '51000' }, dearer, '5125.5 USD'],
    ['a market order has no rest', {}, dearer, '5020 USD'],
    ['a limit that rests never takes', LIMIT, dearer, '4924.5 USD'],
    ['a stop: its trigger', { type: 'stop-loss', price: '51000' }, {}, '5120.4 USD'],
    [
      'a stop with a limit: its limit',
      { type: 'stop-loss-limit', price: '51000', price2: '51100' },
      {},
      '5130.44 USD',
    ],
    [
      'also where it is below the trigger',
      { type: 'stop-loss-limit', price: '51000', price2: '-100' },
      {},
      '5110.36 USD',
    ],
    [
      'a trailing stop: its first trigger',
      { type: 'trailing-stop', price: '+1000' },
      {},
      '5120.4 USD',
    ],
    ['the same in percent', { type: 'trailing-stop', price: '+2%' }, {}, '5120.4 USD'],
    [
      'a sum to spend: that sum, and the fee',
      { volume: '5000', volumeInQuote: true },
      {},
      '5020 USD',
    ],
  ])('%s', (_what, order, given, hold) => {
    expect(holdOf(order, given)).toBe(hold);
  });

  it('is reckoned for a sum at the limit, where there is one, and not at the order book', () => {
    const quote = bookAt([['50000', '1']], [['49990', '1']], 0);
    const verdict = judged({ ...LIMIT, volume: '4900', volumeInQuote: true }, { quote });
    expect(verdict).toMatchObject({ ok: true, value: { volume: '0.1' } });
  });
});

describe('the price that a smallest cost is reckoned with', () => {
  const SMALL = { volume: '0.0001', type: 'stop-loss-limit' } as const;
  const quote = quoteAt('6000', 0);

  it.each<[string, Partial<Order>, boolean]>([
    [
      'a sale: the limit, where it is above the trigger',
      { ...SELL, price: '4990', price2: '5010' },
      true,
    ],
    ['a sale: else the trigger', { ...SELL, price: '5010', price2: '4990' }, true],
    ['a sale: neither suffices', { ...SELL, price: '4990', price2: '4980' }, false],
    ['a buy: the limit alone', { price: '5010', price2: '4990' }, false],
    ['a buy: the limit suffices', { price: '4990', price2: '5010' }, true],
    ['a stop: its trigger', { ...SELL, type: 'stop-loss', price: '4990' }, false],
    [
      'a sale that trails: the market of now',
      { ...SELL, type: 'trailing-stop', price: '+2000' },
      true,
    ],
  ])('%s', (_what, order, passes) => {
    const text = textOf({ ...SMALL, ...order }, { quote });
    expect(text).toBe(passes ? 'taken' : 'EOrder:Cost minimum not met');
  });
});

describe('an order that is opened', () => {
  it('looks at the candles that begin after it', () => {
    expect(judged(LIMIT, { nowMs: 30_000 })).toMatchObject({
      value: { status: 'open', openedAtMs: 30_000, candlesFromMs: 60_000 },
    });
  });

  it('looks at none before its start', () => {
    expect(judged({ ...LIMIT, startAtMs: 90_000 }, { nowMs: 30_000 })).toMatchObject({
      value: { status: 'pending', openedAtMs: 30_000, candlesFromMs: 120_000 },
    });
  });
});

describe('the line on an order', () => {
  it.each<[Partial<Order>, string]>([
    [{}, 'paper: buy 0.1 XBTUSD @ market'],
    [LIMIT, 'paper: buy 0.1 XBTUSD @ limit 49000'],
    [{ ...SELL, type: 'stop-loss', price: '48000' }, 'paper: sell 0.1 XBTUSD @ stop loss 48000'],
    [
      { ...SELL, type: 'stop-loss-limit', price: '48000', price2: '-1%' },
      'paper: sell 0.1 XBTUSD @ stop loss 48000 -> limit -1%',
    ],
    [{ volume: '500', volumeInQuote: true }, 'paper: buy 500 (in USD) XBTUSD @ market'],
  ])('%o: %s', (order, line) => {
    const sent: Order = { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.1', ...order };
    expect(describeOrder({ order: sent, pair: BTC_USD })).toBe(line);
  });
});
