import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rails, Size } from '../../../functions/core/config.ts';
import { decideOrder, pairsNeeded } from '../../../functions/core/decide/decide-order.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { FEE_RESERVE_PERCENT } from '../../../functions/core/decide/funds.ts';
import type { Order } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { REFUSALS } from '../../../functions/core/refusal.ts';
import { sameOrder } from '../../../functions/core/reconcile/same-order.ts';
import type { Signal, SignalSize } from '../../../functions/core/signal.ts';
import {
  balancesOf,
  decisionInput,
  pairNamed,
  PAIRS,
  TICKERS,
  type Given,
} from '../market-fixture.ts';

const RAILS: Partial<Rails> = {
  ...{ maxOrder: '1000 USD', maxPosition: '20000 USD', maxDaily: '5000 USD', maxOrdersPerHour: 20 },
  ...{ maxDailyLoss: '200 USD', maxSpread: '0.5', maxPriceDeviation: '2' },
};

describe('a decision', () => {
  it('holds the order, the reasons, and what is to be counted', () => {
    expect(decideOrder(decisionInput({ rails: RAILS }))).toStrictEqual({
      ok: true,
      value: {
        order: { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.00999998' },
        decision: {
          pair: 'BTC/USD',
          pairReason: 'KRAKEN:BTCUSD is BTC and USD, the assets of BTC/USD',
          steps: [
            { step: 'at the ask', value: '50000.1 USD' },
            { step: 'size from', value: 'the source in harpoon.yaml' },
            { step: 'size', value: '500 USD' },
            { step: 'divided by 50000.1', value: '0.00999998 BTC' },
            { step: 'rounded down to 8 decimals', value: '0.00999998 BTC' },
            { step: 'value', value: '499.99999 USD' },
          ],
          notional: '500',
          counted: '500',
          atPrice: '50000.1',
          reducing: false,
        },
        risk: { notional: { add: '500', cap: '5000' }, count: { cap: 20 } },
        equity: decimal('14999.99'),
      },
    });
  });

  it.each<[string, Partial<Signal>, Partial<Order>]>([
    ['a market sale', { action: 'sell' }, { side: 'sell', type: 'market' }],
    [
      'a limit',
      { type: 'limit', price: '49999.99', timeInForce: 'IOC' },
      { type: 'limit', price: '49999.9', timeInForce: 'IOC' },
    ],
    [
      'a post-only limit',
      { type: 'limit', price: '49000', postOnly: true },
      { type: 'limit', price: '49000', postOnly: true },
    ],
    [
      'a trigger by the index',
      { type: 'stop-loss', action: 'sell', price: '49000', trigger: 'index' },
      { type: 'stop-loss', price: '49000', trigger: 'index' },
    ],
    ['which own order gives way', { selfTrade: 'cancel-both' }, { selfTrade: 'cancel-both' }],
    ['another pair', { symbol: 'KRAKEN:DOGEUSD' }, { pair: 'XDGUSD', volume: '4995.004995' }],
    ['a mapped chart', { symbol: 'BINANCE:BTCUSDT' }, { pair: 'XBTUSD' }],
  ])('becomes the order of %s', (_name, signal, order) => {
    const decided = decideOrder(decisionInput({ signal }));
    expect(decided).toMatchObject({ ok: true, value: { order } });
  });

  it('sends nothing that was not asked for', () => {
    const decided = decideOrder(decisionInput({ rails: null }));
    expect(decided).toMatchObject({ ok: true });
    expect(decided.ok && decided.value.order).toStrictEqual({
      ...{ pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.00999998' },
    });
    expect(decided.ok && decided.value.decision).not.toHaveProperty('counted');
  });

  it('never sends reduceOnly, which Kraken refuses on spot', () => {
    const decided = decideOrder(decisionInput({ signal: { action: 'sell', reduceOnly: true } }));
    expect(decided.ok && decided.value).toMatchObject({ decision: { reducing: true } });
    expect(decided.ok && Object.keys(decided.value.order)).not.toContain('reduceOnly');
  });

  it.each<[string, Given, string]>([
    ['no such pair', { signal: { symbol: 'FOOBAR' } }, 'unknown-pair'],
    ['a chart of elsewhere', { signal: { symbol: 'COINBASE:BTCUSD' } }, 'foreign-chart'],
    ['futures', { signal: { symbol: 'KRAKEN:XBTUSD.PM' } }, 'not-supported'],
    ['a pair beside the rails', { rails: { pairs: ['ETH/USD'] } }, 'pair-not-allowed'],
    ['maintenance', { input: { mode: 'maintenance' } }, 'pair-not-trading'],
    ['no ticker', { input: { tickers: new Map() } }, 'no-market-data'],
    ['an end before its start', { signal: { startAtMs: 60_000, expireAtMs: 60_000 } }, 'bad-field'],
    ['a price 100 times off', { signal: { type: 'limit', price: '5000000' } }, 'bad-price'],
    ['a size below the minimum', { size: { kind: 'base', amount: '0.00001' } }, 'too-small'],
    [
      'a size below the cost',
      { size: { kind: 'quote', amount: '0.4', currency: 'USD' } },
      'too-small',
    ],
    ['more than there is', { size: { kind: 'base', amount: '1' } }, 'insufficient-funds'],
    ['more than one order may be', { size: { kind: 'base', amount: '0.1' } }, 'above-max-order'],
  ])('is a refusal for %s', (_name, given, code) => {
    expect(decideOrder(decisionInput({ rails: RAILS, ...given }))).toMatchObject({
      error: { code },
    });
  });

  it('names the first thing that is wrong: a mistaken price before the funds it would need', () => {
    const signal: Partial<Signal> = { type: 'limit', price: '5000000', symbol: 'BTC/USD' };
    const given: Given = { signal, size: { kind: 'base', amount: '1000' }, rails: RAILS };
    expect(decideOrder(decisionInput(given))).toMatchObject({ error: { code: 'bad-price' } });
  });
});

describe('the tickers that a decision needs', () => {
  const bare: Given = { rails: {}, balances: { BTC: '1', SOL: '1', FOO: '1', USD: '1' } };
  it.each<[string, Given, string[]]>([
    ['its pair', { ...bare }, ['BTC/USD']],
    ['none for a symbol that means no pair', { ...bare, signal: { symbol: 'X' } }, []],
    [
      'the currency of the size',
      { ...bare, size: { kind: 'quote', amount: '1', currency: 'EUR' } },
      ['BTC/USD', 'EUR/USD'],
    ],
    [
      'the currency of the size in the message',
      {
        ...bare,
        size: { kind: 'signal' },
        signal: { size: { unit: 'quote', amount: '1', currency: 'EUR' } },
      },
      ['BTC/USD', 'EUR/USD'],
    ],
    [
      'what is owned, for a share of it',
      { ...bare, size: { kind: 'equity', percent: '1' } },
      ['BTC/USD', 'SOL/USD'],
    ],
    [
      'the currency of the rails',
      { ...bare, rails: { maxOrder: '1 EUR' } },
      ['BTC/USD', 'EUR/USD'],
    ],
    [
      'what is owned, in the currency of the daily loss',
      { ...bare, rails: { maxDailyLoss: '1 EUR' } },
      ['BTC/USD', 'BTC/EUR', 'SOL/EUR', 'EUR/USD'],
    ],
  ])('are those of %s', (_name, given, names) => {
    expect(pairsNeeded(decisionInput(given)).map(({ name }) => name)).toEqual(names);
  });

  it('are enough: with them alone the decision is the same', () => {
    fc.assert(
      fc.property(inputs(), (input) => {
        const names = pairsNeeded(input).map(({ name }) => name);
        const tickers = new Map([...input.tickers].filter(([name]) => names.includes(name)));
        expect(decideOrder({ ...input, tickers })).toEqual(decideOrder(input));
      }),
    );
  });
});

/** Text of a decimal with the digits of money, prices or dust. */
const decimals = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: 0, max: 12 }))
  .map(([number, scale]) => decimal(`${number}e-${scale}`).toFixed());
const currency = fc.constantFrom('USD', 'EUR', 'BTC', 'USDT', 'DOGE', 'FOO');
const signalSize: fc.Arbitrary<SignalSize> = fc.oneof(
  fc.record({ unit: fc.constant('base'), amount: decimals }),
  fc.record({ unit: fc.constant('quote'), amount: decimals, currency }),
  fc.record({ unit: fc.constant('percent'), amount: decimals }),
);
const size: fc.Arbitrary<Size> = fc.oneof(
  fc.record({ kind: fc.constant('base'), amount: decimals }),
  fc.record({ kind: fc.constant('quote'), amount: decimals, currency }),
  fc.record({ kind: fc.constant('equity'), percent: fc.integer({ min: 1, max: 100 }).map(String) }),
  fc.record({ kind: fc.constant('signal') }),
);
const nearby = fc.integer({ min: 500, max: 2_000 });

/** Everything that a sender, an account and a market can be. */
function inputs() {
  const signal = fc.record({
    symbol: fc.constantFrom(
      ...PAIRS.map(({ altname }) => `KRAKEN:${altname}`),
      'BINANCE:BTCUSDT',
      'NOPE',
    ),
    action: fc.constantFrom('buy', 'sell'),
    price: fc.option(fc.oneof(nearby, decimals), { nil: undefined }),
    flags: fc.constantFrom(
      {},
      { reduceOnly: true },
      { marketPosition: 'flat' },
      { postOnly: true },
    ),
    size: fc.option(signalSize, { nil: undefined }),
  });
  const amounts = fc.dictionary(
    fc.constantFrom('USD', 'BTC', 'EUR', 'DOGE', 'SOL', 'FOO'),
    decimals,
  );
  const rails = fc.constantFrom(null, {}, RAILS, {
    ...RAILS,
    maxOrder: '400 EUR',
    maxDaily: '9 FOO',
  });
  const holes = fc.subarray([...TICKERS.keys()], { minLength: TICKERS.size - 2 });
  const start = fc.option(decimals, { nil: undefined });
  return fc.record({ signal, size, amounts, rails, holes, start }).map((made) => {
    const { price, flags, size: wish, ...named } = made.signal;
    const last = TICKERS.get(pairOfSymbol(named.symbol))?.last ?? decimal('1');
    const text = typeof price === 'number' ? last.times(`${price}`).div('1000').toFixed() : price;
    return decisionInput({
      signal: {
        ...{ ...named, ...flags },
        ...(text === undefined ? { type: 'market' } : { type: 'limit', price: text }),
        ...(wish === undefined ? {} : { size: wish }),
      },
      ...{ size: made.size, rails: made.rails, balances: made.amounts },
      input: {
        tickers: new Map([...TICKERS].filter(([name]) => made.holes.includes(name))),
        ...(made.start === undefined ? {} : { equityAtDayStart: decimal(made.start) }),
      },
    });
  });
}

function pairOfSymbol(symbol: string): string {
  return PAIRS.find(({ altname }) => symbol.endsWith(`:${altname}`))?.name ?? 'BTC/USD';
}

describe('whatever comes', () => {
  it('there is an order that Kraken can take and the account can pay, or a refusal with a reason', () => {
    let draws = 0;
    let orders = 0;
    fc.assert(
      fc.property(inputs(), (input) => {
        draws += 1;
        const decided = decideOrder(input);
        if (!decided.ok) {
          expect(Object.keys(REFUSALS)).toContain(decided.error.code);
          expect(decided.error.sentence).toMatch(/^[A-Za-z0-9].*[.?]$/);
          return;
        }
        orders += 1;
        const { order, decision, risk } = decided.value;
        const pair = pairNamed(decision.pair);
        const volume = decimal(order.volume);
        const price = decimal(decision.atPrice);
        const cost = volume.times(price);

        expect(order.pair).toBe(pair.altname);
        expect(volume.eq(volume.round(pair.lotDecimals))).toBe(true);
        expect(volume.gte(pair.orderMin) && cost.gte(pair.costMin)).toBe(true);
        if (order.price !== undefined) {
          expect(order.price).toBe(decision.atPrice);
          expect(price.mod(pair.tickSize).eq('0')).toBe(true);
          const wanted = decimal(input.signal.price ?? '0');
          expect(order.side === 'buy' ? price.lte(wanted) : price.gte(wanted)).toBe(true);
        }
        const free = input.balances.get(order.side === 'buy' ? pair.quote : pair.base)?.available;
        const fee = cost.times(FEE_RESERVE_PERCENT).div('100');
        expect((order.side === 'buy' ? cost.plus(fee) : volume).lte(free ?? '0')).toBe(true);
        const { size: setting } = input.source;
        if (setting.kind === 'base') expect(volume.lte(setting.amount)).toBe(true);
        expect(decision.counted).toBe(risk.notional?.add);
      }),
      { numRuns: 3_000 },
    );
    // Enough of them are orders for the law to say something.
    expect(orders * 30).toBeGreaterThan(draws);
  });

  it('more money never makes an order of fixed size a refusal', () => {
    fc.assert(
      fc.property(decimals, decimals, decimals, (amount, free, more) => {
        const given: Given = { size: { kind: 'base', amount } };
        const richer = decimal(free).plus(more).toFixed();
        const poor = decideOrder(decisionInput({ ...given, balances: { USD: free } }));
        const rich = decideOrder(decisionInput({ ...given, balances: { USD: richer } }));
        expect(poor.ok && !rich.ok).toBe(false);
      }),
    );
  });

  it('the same facts give the same decision', () => {
    fc.assert(
      fc.property(inputs(), (input) => {
        expect(decideOrder(input)).toEqual(decideOrder({ ...input, nowMs: 1 }));
      }),
    );
  });

  it('a size that a refusal says would pass, passes', () => {
    fc.assert(
      fc.property(decimals, decimals, (amount, free) => {
        const input = (wish: string) =>
          decisionInput({
            size: { kind: 'base', amount: wish },
            balances: { USD: '100000', BTC: free },
          });
        const sell = (wish: string) => {
          const base = input(wish);
          return decideOrder({ ...base, signal: { ...base.signal, action: 'sell' } });
        };
        const first = sell(amount);
        const pass = first.ok ? undefined : first.error.numbers?.['wouldPass'];
        if (pass === undefined || pass === '0') return;
        const second = sell(pass);
        // What is free may itself be below Kraken's minimum, and the minimum above what is free.
        const both = decimal(free).gte('0.0001');
        expect(second.ok || !both).toBe(true);
      }),
    );
  });
});

describe('an order found at Kraken', () => {
  const market: Order = { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.5' };
  const order: Order = { ...market, type: 'limit', price: '50000' };
  const unpriced: FoundOrder = {
    ...{ exchangeOrderId: 'OUF4EM-FRGI2-MQMWZD', pair: 'XBTUSD', side: 'buy', type: 'limit' },
    ...{ volume: decimal('0.50000000'), openedAtMs: 0, status: 'open', filled: decimal('0') },
  };
  const found: FoundOrder = { ...unpriced, price: decimal('50000.0') };
  const pair = pairNamed('BTC/USD');

  it.each<[string, Partial<FoundOrder>]>([
    ['as it was sent', {}],
    ['by its id', { pair: 'XXBTZUSD' }],
    ["by Kraken's name", { pair: 'XBT/USD' }],
    ['by its name', { pair: 'btc/usd' }],
    ['partly filled', { filled: decimal('0.1'), status: 'closed' }],
  ])('is the one that was sent: %s', (_name, change) => {
    expect(sameOrder(order, { ...found, ...change }, pair)).toEqual({ ok: true, value: true });
  });

  it.each<[string, FoundOrder]>([
    ['pair', { ...found, pair: 'ETHUSD' }],
    ['side', { ...found, side: 'sell' }],
    ['type', { ...found, type: 'market' }],
    ['volume', { ...found, volume: decimal('0.50000001') }],
    ['price', { ...found, price: decimal('50000.1') }],
    ['price', unpriced],
  ])('is another one when its %s differs, which is said', (what, other) => {
    const same = sameOrder(order, other, pair);
    expect(same.ok ? '' : same.error).toContain(`its ${what} is`);
  });

  it('of type market has no price to compare', () => {
    expect(sameOrder(market, { ...unpriced, type: 'market' }, pair).ok).toBe(true);
    expect(sameOrder(market, { ...found, type: 'market' }, pair).ok).toBe(true);
  });
});

it('balances may be empty', () => {
  expect(decideOrder({ ...decisionInput(), balances: balancesOf({}) })).toMatchObject({
    error: { code: 'insufficient-funds', numbers: { available: '0' } },
  });
});
