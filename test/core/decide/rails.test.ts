import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rails } from '../../../functions/core/config.ts';
import { decideOrder } from '../../../functions/core/decide/decide-order.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { MarketMode, PairStatus } from '../../../functions/core/market/pair.ts';
import { pairTable } from '../../../functions/core/market/pair-table.ts';
import type { RiskClaim } from '../../../functions/core/ports.ts';
import type { Refusal } from '../../../functions/core/refusal.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { decisionInput, PAIRS, TICKERS, tickerOf, type Given } from '../market-fixture.ts';

function refusalOf(given: Given): Refusal | undefined {
  const decided = decideOrder(decisionInput(given));
  return decided.ok ? undefined : decided.error;
}

function riskOf(given: Given): Omit<RiskClaim, 'atMs'> {
  const decided = decideOrder(decisionInput(given));
  if (!decided.ok) throw new Error(decided.error.sentence);
  return decided.value.risk;
}

/** 0.01 BTC at 50,000 make rails easy to read. */
const hundredth: Given = {
  size: { kind: 'base', amount: '0.01' },
  input: { tickers: new Map(TICKERS).set('BTC/USD', tickerOf('49990', '50000', '50000')) },
};
const limit = (price: string): Partial<Signal> => ({ type: 'limit', price });
const sell: Partial<Signal> = { action: 'sell' };
const leave: Partial<Signal> = { action: 'sell', reduceOnly: true };
const withTicker = (...prices: Parameters<typeof tickerOf>): NonNullable<Given['input']> => {
  return { tickers: new Map(TICKERS).set('BTC/USD', tickerOf(...prices)) };
};

interface Row extends Given {
  readonly rails: Partial<Rails>;
  readonly refused?: string;
}

describe('each rail, at its limit and just beyond', () => {
  it.each<[string, Row]>([
    ['a pair of the list', { rails: { pairs: ['BTC/USD'] } }],
    ['a pair beside the list', { rails: { pairs: ['ETH/USD'] }, refused: 'pair-not-allowed' }],
    ['an empty list', { rails: { pairs: [] }, signal: leave, refused: 'pair-not-allowed' }],
    ['an order worth maxOrder', { rails: { maxOrder: '500 USD' } }],
    ['an order worth more', { rails: { maxOrder: '499.99 USD' }, refused: 'above-max-order' }],
    [
      'a sale worth more',
      { rails: { maxOrder: '499 USD' }, signal: sell, refused: 'above-max-order' },
    ],
    [
      'a limit order is worth its limit',
      { rails: { maxOrder: '500 USD' }, signal: limit('50000.1'), refused: 'above-max-order' },
    ],
    // 500 USD are at most 500 / 1.1 EUR.
    ['maxOrder in another currency', { rails: { maxOrder: '454.54545455 EUR' } }],
    ['and beyond', { rails: { maxOrder: '454.54545454 EUR' }, refused: 'above-max-order' }],
    [
      'maxOrder in a currency without price',
      { rails: { maxOrder: '9 FOO' }, refused: 'no-market-data' },
    ],
    [
      'maxPosition in a currency without price',
      { rails: { maxPosition: '9 FOO' }, refused: 'no-market-data' },
    ],
    [
      'maxDaily in a currency without price',
      { rails: { maxDaily: '9 FOO' }, refused: 'no-market-data' },
    ],
    // 0.1 BTC are held; with 0.01 more they are worth 5,500.
    ['a position of maxPosition', { rails: { maxPosition: '5500 USD' } }],
    ['a larger position', { rails: { maxPosition: '5499.99 USD' }, refused: 'above-max-position' }],
    ['a sale never makes one', { rails: { maxPosition: '1 USD' }, signal: sell }],
    [
      'what is held is worth the market price, not a low limit',
      { rails: { maxPosition: '5499 USD' }, signal: limit('40000'), refused: 'above-max-position' },
    ],
    [
      'or a high limit',
      { rails: { maxPosition: '5500 USD' }, signal: limit('50001'), refused: 'above-max-position' },
    ],
    [
      'a spread of maxSpread',
      { rails: { maxSpread: '1' }, input: withTicker('49750', '50250', '50000') },
    ],
    [
      'a wider spread',
      {
        rails: { maxSpread: '1' },
        input: withTicker('49749', '50251', '50000'),
        refused: 'spread-too-wide',
      },
    ],
    [
      'nobody bids',
      {
        rails: { maxSpread: '1' },
        input: withTicker('0', '50000', '50000'),
        refused: 'no-market-data',
      },
    ],
    [
      'nobody asks',
      {
        ...{ rails: { maxSpread: '1' }, signal: limit('50000') },
        ...{ input: withTicker('50000', '0', '50000'), refused: 'no-market-data' },
      },
    ],
    ['a limit at maxPriceDeviation', { rails: { maxPriceDeviation: '2' }, signal: limit('51000') }],
    ['as far below', { rails: { maxPriceDeviation: '2' }, signal: limit('49000') }],
    [
      'beyond it',
      { rails: { maxPriceDeviation: '2' }, signal: limit('51000.1'), refused: 'price-deviates' },
    ],
    [
      'as far below',
      { rails: { maxPriceDeviation: '2' }, signal: limit('48999.9'), refused: 'price-deviates' },
    ],
    [
      'a sale below it',
      {
        rails: { maxPriceDeviation: '2' },
        signal: { ...sell, ...limit('48000') },
        refused: 'price-deviates',
      },
    ],
    [
      'a market order near what was seen',
      { rails: { maxPriceDeviation: '2' }, signal: { seenPrice: '49500' } },
    ],
    [
      'a market order far from what was seen',
      {
        rails: { maxPriceDeviation: '2' },
        signal: { seenPrice: '45000' },
        refused: 'price-deviates',
      },
    ],
    [
      'what was seen, when nothing was traded yet',
      {
        ...{ rails: { maxPriceDeviation: '2' }, signal: { seenPrice: '50000' } },
        ...{ input: withTicker('49990', '50000', '0'), refused: 'no-market-data' },
      },
    ],
    [
      'what was seen on another chart says nothing',
      {
        rails: { maxPriceDeviation: '2' },
        signal: { seenPrice: '45000', symbol: 'BINANCE:BTCUSDT' },
      },
    ],
  ])('%s', (_name, { refused, ...given }) => {
    expect(refusalOf({ ...hundredth, ...given })?.code).toBe(refused);
  });

  it.each([
    ['the limit price, 52000,', limit('52000')],
    ['the price that the sender saw, 52000,', { seenPrice: '52000' }],
  ])('says that it is %s which is too far away', (words, signal) => {
    const rails = { maxPriceDeviation: '2' };
    expect(refusalOf({ ...hundredth, rails, signal })?.sentence).toContain(words);
  });
});

describe('the daily loss', () => {
  // 10,000 USD and 0.1 BTC at the bid of 49,990: 14,999 USD.
  const rails = { maxDailyLoss: '200 USD' };
  const after = (start: string): Given => ({
    ...{ ...hundredth, rails },
    input: { ...hundredth.input, equityAtDayStart: decimal(start) },
  });

  it.each([
    ['a gain', '14000', undefined],
    ['no change', '14999', undefined],
    ['the whole loss allowed', '15199', undefined],
    ['a cent more', '15199.01', 'daily-loss-reached'],
  ])('%s', (_name, start, code) => {
    expect(refusalOf(after(start))?.code).toBe(code);
  });

  it('does not stop an order that leaves a position', () => {
    expect(refusalOf({ ...after('20000'), signal: leave })).toBeUndefined();
  });

  it('is not there before the first order of the day, which says the equity', () => {
    const decided = decideOrder(decisionInput({ ...hundredth, rails }));
    expect(decided.ok && decided.value.equity?.toFixed()).toBe('14999');
  });

  it('says the equity of an order that leaves, too', () => {
    const decided = decideOrder(decisionInput({ ...hundredth, rails, signal: leave }));
    expect(decided.ok && decided.value.equity?.toFixed()).toBe('14999');
  });

  it('takes no new risk while the equity is not known, and lets leave', () => {
    const balances = { USD: '10000', BTC: '0.1', SOL: '1' };
    const tickers = new Map(hundredth.input?.tickers);
    tickers.delete('SOL/USD');
    const given = { ...hundredth, rails, balances, input: { tickers } };
    expect(refusalOf(given)?.code).toBe('no-market-data');
    expect(refusalOf({ ...given, signal: leave })).toBeUndefined();
  });
});

describe('closing is not opening', () => {
  const tight: Partial<Rails> = {
    ...{ maxOrder: '1 USD', maxPosition: '1 USD', maxDaily: '1 USD', maxOrdersPerHour: 1 },
    ...{ maxDailyLoss: '1 USD', maxSpread: '0.0001', maxPriceDeviation: '0.0001' },
  };
  const lost = { ...hundredth.input, equityAtDayStart: decimal('99999') };
  const closing: [string, Partial<Signal>][] = [
    ['reduceOnly', leave],
    ['the strategy ends flat', { ...sell, marketPosition: 'flat' }],
    ['the strategy stays long', { ...sell, marketPosition: 'long' }],
    ['a limit far from the market', { ...leave, ...limit('90000') }],
    ['another price was seen', { ...leave, seenPrice: '1' }],
  ];

  it.each(closing)(
    'no limit against new risk stops it, and nothing is counted: %s',
    (_name, signal) => {
      const given = { ...hundredth, rails: tight, input: lost, signal };
      expect(refusalOf(given)).toBeUndefined();
      expect(riskOf(given)).toEqual({});
    },
  );

  it.each<[string, Given, string]>([
    ['a pair that is not allowed', { rails: { pairs: [] } }, 'pair-not-allowed'],
    ['a price that is a mistake', { signal: { ...leave, ...limit('100') } }, 'bad-price'],
    ['nothing to sell', { balances: { USD: '10000' } }, 'insufficient-funds'],
    ['maintenance', { input: { mode: 'maintenance' } }, 'pair-not-trading'],
  ])('but this does: %s', (_name, given, code) => {
    expect(refusalOf({ ...hundredth, signal: leave, ...given })?.code).toBe(code);
  });

  it('a plain sale is an order like any other', () => {
    expect(refusalOf({ ...hundredth, rails: tight, signal: sell })?.code).toBe('above-max-order');
  });
});

describe('what is counted inside the claim', () => {
  it.each<[string, Partial<Rails>, Omit<RiskClaim, 'atMs'>]>([
    ['nothing', {}, {}],
    ['the hour', { maxOrdersPerHour: 20 }, { count: { cap: 20 } }],
    ['the day', { maxDaily: '5000 USD' }, { notional: { add: '500', cap: '5000' } }],
    // Rounded up: 500 / 1.1 EUR.
    [
      'the day in euros',
      { maxDaily: '5000 EUR' },
      { notional: { add: '454.54545455', cap: '5000' } },
    ],
    [
      'both',
      { maxDaily: '500.5 USD', maxOrdersPerHour: 1 },
      { notional: { add: '500', cap: '500.5' }, count: { cap: 1 } },
    ],
  ])('%s', (_name, rails, risk) => {
    expect(riskOf({ ...hundredth, rails })).toEqual(risk);
  });

  it('an account without rails has no limits and counts nothing', () => {
    expect(riskOf({ ...hundredth, rails: null })).toEqual({});
    expect(
      refusalOf({ ...hundredth, rails: null, input: withTicker('1', '50000', '25000') }),
    ).toBeUndefined();
  });

  it('is never less than what is traded, and short enough to be counted exactly', () => {
    const sizes = fc
      .bigInt({ min: 10n ** 6n, max: 10n ** 11n })
      .map((n) => decimal(`${n}e-12`).toFixed());
    fc.assert(
      fc.property(sizes, fc.constantFrom('USD', 'EUR', 'BTC'), (amount, currency) => {
        const given: Given = {
          size: { kind: 'base', amount },
          rails: { maxDaily: `1 ${currency}` },
        };
        const decided = decideOrder(decisionInput({ ...given, balances: { USD: '100000000' } }));
        if (!decided.ok) {
          expect(decided.error.code).toBe('too-small');
          return;
        }
        const { risk, order, decision } = decided.value;
        const { add } = risk.notional ?? expect.unreachable();
        const bid = { USD: '1', EUR: '1.1', BTC: '49999.9' }[currency] ?? '0';
        const cost = decimal(order.volume).times(decision.atPrice);
        expect(decimal(add).times(bid).gte(cost)).toBe(true);
        expect(decimal(add).minus('0.00000001').times(bid).lt(cost)).toBe(true);
        expect(add.replace('.', '').length).toBeLessThanOrEqual(38);
      }),
    );
  });
});

describe('the state of the market', () => {
  const plainBuy: Partial<Signal> = {};
  const post = { ...limit('49000'), postOnly: true };
  const states: [MarketMode | PairStatus, string, Partial<Signal>, boolean][] = [
    ['online', 'anything', plainBuy, true],
    ['unknown', 'anything', plainBuy, true],
    ['maintenance', 'a buy', plainBuy, false],
    ['maintenance', 'a sale that leaves', leave, false],
    ['cancel_only', 'a buy', plainBuy, false],
    ['cancel_only', 'a sale that leaves', leave, false],
    ['post_only', 'a market order', plainBuy, false],
    ['post_only', 'a limit', limit('49000'), false],
    ['post_only', 'a post-only limit', post, true],
    ['limit_only', 'a market order', plainBuy, false],
    ['limit_only', 'a limit', limit('49000'), true],
    ['reduce_only', 'a buy', plainBuy, false],
    ['reduce_only', 'a plain sale', sell, false],
    ['reduce_only', 'a sale that leaves', leave, true],
  ];

  it.each(states)('%s: %s', (status, _what, signal, passes) => {
    const code = passes ? undefined : 'pair-not-trading';
    if (!['unknown', 'limit_only', 'reduce_only'].includes(status)) {
      const mode = status as MarketMode;
      expect(refusalOf({ ...hundredth, signal, input: { mode } })?.code).toBe(code);
    }
    if (status !== 'maintenance') {
      const pairs = pairTable(PAIRS.map((pair) => ({ ...pair, status: status })));
      expect(refusalOf({ ...hundredth, signal, input: { pairs } })?.code).toBe(code);
    }
  });

  it.each<[MarketMode, string]>([
    ['post_only', '"postOnly": true'],
    ['cancel_only', 'send a new signal'],
  ])('%s says what would pass', (mode, remedy) => {
    expect(refusalOf({ ...hundredth, input: { mode } })?.sentence).toContain(remedy);
  });
});

describe('a larger limit', () => {
  const amounts = fc.integer({ min: 1, max: 20_000 });
  const percents = fc.integer({ min: 1, max: 5_000 }).map((n) => decimal(`${n}e-2`).toFixed());
  type Limit = 'maxOrder' | 'maxPosition' | 'maxDailyLoss' | 'maxSpread' | 'maxPriceDeviation';
  const two = fc.oneof(
    fc
      .tuple(fc.constantFrom<Limit>('maxOrder', 'maxPosition', 'maxDailyLoss'), amounts, amounts)
      .map(([rail, a, b]) => [rail, `${Math.min(a, b)} USD`, `${Math.max(a, b)} USD`] as const),
    fc
      .tuple(fc.constantFrom<Limit>('maxSpread', 'maxPriceDeviation'), percents, percents)
      .map(([rail, a, b]) =>
        decimal(a).lt(b) ? ([rail, a, b] as const) : ([rail, b, a] as const),
      ),
  );

  it('never refuses more', () => {
    const prices = fc.option(fc.integer({ min: 40_000, max: 60_000 }));
    fc.assert(
      fc.property(two, amounts, prices, fc.boolean(), ([rail, low, high], usd, price, sells) => {
        const signal: Partial<Signal> = {
          action: sells ? 'sell' : 'buy',
          ...(price === null ? {} : limit(String(price))),
        };
        const given: Given = {
          ...{ signal, size: { kind: 'quote', amount: String(usd), currency: 'USD' } },
          input: { ...withTicker('49000', '51000', '50000'), equityAtDayStart: decimal('25000') },
        };
        const narrow = refusalOf({ ...given, rails: { [rail]: low } });
        const wide = refusalOf({ ...given, rails: { [rail]: high } });
        expect(narrow === undefined && wide !== undefined).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

it('every refusal of a rail says which one, what it is, and how to pass', () => {
  const far = { maxPriceDeviation: '1' };
  const refusals: [Given, RegExp][] = [
    [
      { rails: { maxOrder: '100 USD' } },
      /worth 500 USD.*100 USD \(maxOrder\): send a smaller size/,
    ],
    [
      { rails: { maxPosition: '100 USD' } },
      /hold 0\.11 BTC worth 5500 USD.*100 USD \(maxPosition\)/,
    ],
    [{ rails: { maxSpread: '0.01' } }, /is 0\.021 %.*0\.01 % \(maxSpread\)/],
    [
      { rails: far, signal: limit('48000') },
      /48000, is 4 % away.*50000.*1 % \(maxPriceDeviation\)/,
    ],
    [
      {
        rails: { maxDailyLoss: '200 USD' },
        input: { ...hundredth.input, equityAtDayStart: decimal('16000') },
      },
      /lost 1001 USD.*200 USD \(maxDailyLoss\).*tomorrow/,
    ],
  ];
  for (const [given, sentence] of refusals) {
    const refused = refusalOf({ ...hundredth, ...given });
    expect(refused?.sentence).toMatch(sentence);
    expect(Object.keys(refused?.numbers ?? {}).length).toBeGreaterThan(1);
  }
});
