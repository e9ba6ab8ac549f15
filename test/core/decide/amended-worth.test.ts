/** What an order is worth that an amend is decided for, and what of it stays as it is. */
import { describe, expect, it } from 'vitest';
import { pairTable } from '../../../functions/core/market/pair-table.ts';
import type { Order } from '../../../functions/core/order.ts';
import { pairNamed } from '../market-fixture.ts';
import { decide, ICEBERG, LIMIT, RAILS, STOP, STOP_LIMIT, TRAIL, type Case } from './amend-case.ts';

/** A market buy that waits for its start. */
const STARTS: Order = {
  ...{ pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.01', startAtMs: 60_000 },
};
const BUYS = { side: 'buy' } as const;
const RICH = { balances: { USD: '100000', BTC: '1' } };

const codeOf = (asked: Case): string => {
  const decided = decide(asked);
  return decided.ok ? 'passes' : decided.error.code;
};

describe('a larger size by 0.002 BTC', () => {
  it.each<[string, Order, string]>([
    ['of a stop at its trigger', STOP, '96'],
    ['of a sale with a limit below its trigger at the trigger', STOP_LIMIT, '96'],
    [
      'of a sale with a limit above its trigger at the limit',
      { ...STOP_LIMIT, price2: '48100' },
      '96.2',
    ],
    [
      'of a buy with a limit below its trigger at the limit',
      { ...STOP_LIMIT, ...BUYS, price: '51000', price2: '50500' },
      '101',
    ],
    [
      'of a buy with a limit above its trigger at the limit',
      { ...STOP_LIMIT, ...BUYS, price: '51000', price2: '51500' },
      '103',
    ],
    ['of a trailing sale at the last price', TRAIL, '100'],
    ['of a trailing buy where it would trigger first', { ...TRAIL, ...BUYS }, '102'],
    ['of a market order that waits for its start at the market', STARTS, '100.0002'],
    ['of an iceberg at its limit', { ...ICEBERG, displayVolume: '0.002' }, '99'],
  ])('is counted: %s', (_what, order, add) => {
    expect(decide({ order, wish: { volume: '0.012' }, given: RICH })).toEqual({
      ok: true,
      value: {
        ...{ order: { ...order, volume: '0.012' }, adds: true },
        risk: { notional: { add, cap: '5000' }, count: { cap: 20 } },
      },
    });
  });

  it('of a sale is counted whole, though its price falls as well', () => {
    const order = { ...LIMIT, side: 'sell', price: '50500' } as const;
    const wish = { volume: '0.012', price: '50400' };
    expect(decide({ order, wish, given: RICH })).toMatchObject({
      value: { risk: { notional: { add: '100.8' } } },
    });
  });

  it('is not counted where no rail counts it', () => {
    const wish = { volume: '0.012' };
    expect(decide({ wish, given: { rails: null } })).toMatchObject({ value: { risk: {} } });
    expect(decide({ wish, given: { rails: { maxOrder: '1000 USD' } } })).toEqual({
      ...{ ok: true, value: { order: { ...LIMIT, ...wish }, adds: true, risk: {} } },
    });
  });

  it.each<[string, Order, string]>([
    ['a limit', LIMIT, 'price-deviates'],
    ['an iceberg', { ...ICEBERG, displayVolume: '0.002' }, 'price-deviates'],
    ['a stop, which is far from the market by its nature', STOP, 'passes'],
    ['a stop with a limit', STOP_LIMIT, 'passes'],
  ])('is held by the distance from the market: %s', (_what, order, code) => {
    const rails = { maxPriceDeviation: '0.5' };
    expect(codeOf({ order, wish: { volume: '0.012' }, rails, given: RICH })).toBe(code);
  });
});

describe('an amend', () => {
  it('of a market order that waits for its start changes its size alone, either way', () => {
    const given = { ...RICH, rails: { maxOrder: '1000 USD' } };
    const smaller = decide({ order: STARTS, wish: { volume: '0.005' }, given });
    expect(smaller).toEqual({
      ...{ ok: true, value: { order: { ...STARTS, volume: '0.005' }, adds: false, risk: {} } },
    });
    // What the larger size costs more is free, and no more than that.
    const enough = { balances: { USD: '100.5' } };
    expect(codeOf({ order: STARTS, wish: { volume: '0.012' }, given: enough })).toBe('passes');
  });

  it.each<[string, Order]>([
    ['distance', { ...TRAIL, price: '+50.05' }],
    ['distances', { ...TRAIL, type: 'trailing-stop-limit', price: '+50.05', price2: '-20.05' }],
  ])(
    'keeps the %s of a trailing stop, though the tick may be another one by now',
    (_what, order) => {
      const decided = decide({ order, wish: { volume: '0.005' } });
      expect(decided).toMatchObject({ ok: true, value: { order: { ...order, volume: '0.005' } } });
    },
  );

  it('keeps when the order starts and ends, its stop, and how long it rests', () => {
    const order: Order = {
      ...{ ...LIMIT, startAtMs: 60_000, expireAtMs: 120_000, timeInForce: 'GTD' },
      close: { type: 'stop-loss', price: '48000' },
    };
    expect(decide({ order, wish: { volume: '0.005' } })).toEqual({
      ...{ ok: true, value: { order: { ...order, volume: '0.005' }, adds: false, risk: {} } },
    });
  });

  it('moves the price of an order that would be too small by now', () => {
    const order = { ...LIMIT, volume: '0.00005' };
    expect(decide({ order, wish: { price: '49000' } })).toMatchObject({
      ...{ ok: true, value: { order: { volume: '0.00005', price: '49000' } } },
    });
  });

  it('shows what is filled and what was asked for, where nothing would be left', () => {
    expect(decide({ wish: { volume: '0.005' }, filled: '0.006' })).toMatchObject({
      error: { code: 'bad-size', numbers: { filled: '0.006', volume: '0.005' } },
    });
  });

  it.each<[string, Case, string]>([
    [
      'where the symbol means no pair',
      { wish: { price: '49000' }, signal: { symbol: 'KRAKEN:NOSUCHUSD' } },
      'unknown-pair',
    ],
    [
      'of what follows the market, where no price is known',
      { order: TRAIL, wish: { volume: '0.012' }, given: { input: { tickers: new Map() } } },
      'no-market-data',
    ],
  ])('is refused %s', (_what, asked, code) => {
    expect(codeOf(asked)).toBe(code);
  });
});

describe('an amend of an order with leverage', () => {
  const levels = { leverageBuy: [2], leverageSell: [2] };
  const pairs = pairTable([{ ...pairNamed('BTC/USD'), ...levels }]);
  const on = (rails: Case['rails'], wish: Case['wish']): string =>
    codeOf({
      wish,
      signal: { leverage: '2' },
      rails: { ...RAILS, ...rails },
      given: { input: { pairs } },
    });

  it('adds nothing where a rail cannot see what is open on margin, and may still take away', () => {
    expect(on({ maxPosition: '50000 USD' }, { volume: '0.012' })).toBe('not-supported');
    expect(on({ maxPosition: '50000 USD' }, { volume: '0.008' })).toBe('passes');
    expect(on({}, { volume: '0.012' })).toBe('passes');
  });
});
