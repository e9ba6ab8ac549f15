/** What an amend may make of an order, and what it has to pass for that. */
import { describe, expect, it } from 'vitest';
import type { AmendWish } from '../../../functions/core/amending.ts';
import type { Order } from '../../../functions/core/order.ts';
import { decide, ICEBERG, LIMIT, PROFITS } from './amend-case.ts';
import { STOP, STOP_LIMIT, TRAIL, type Case } from './amend-case.ts';

describe('an amend', () => {
  it.each<[string, Case, Partial<Order>, boolean]>([
    ['a lower price of a buy', { wish: { price: '49000' } }, { price: '49000' }, false],
    ['a higher price of a buy', { wish: { price: '49600' } }, { price: '49600' }, true],
    ['the price by its role', { wish: { limitPrice: '49000' } }, { price: '49000' }, false],
    ['a price off the tick', { wish: { price: '49000.07' } }, { price: '49000' }, false],
    ['a distance from the last price', { wish: { price: '-2%' } }, { price: '49000' }, false],
    ['a smaller size', { wish: { volume: '0.005' } }, { volume: '0.005' }, false],
    ['a larger size', { wish: { volume: '0.015' } }, { volume: '0.015' }, true],
    [
      'a size of too many decimals',
      { wish: { volume: '0.0050000019' } },
      { volume: '0.005' },
      false,
    ],
    [
      'a size above what is filled',
      { wish: { volume: '0.006' }, filled: '0.005' },
      { volume: '0.006' },
      false,
    ],
    [
      'a size of which take-profits are enough',
      { wish: { volume: '0.001' }, signal: PROFITS },
      { volume: '0.001' },
      false,
    ],
    ['nothing new', { wish: { volume: '0.010', price: '49500.0' } }, {}, false],
    [
      'a higher stop of a sale',
      { order: STOP, wish: { triggerPrice: '48500' } },
      { price: '48500' },
      false,
    ],
    ['a lower stop of a sale', { order: STOP, wish: { price: '47000' } }, { price: '47000' }, true],
    [
      'both prices of a stop with a limit',
      { order: STOP_LIMIT, wish: { triggerPrice: '48500', limitPrice: '-1%' } },
      { price: '48500', price2: '48015' },
      false,
    ],
    [
      'its limit alone',
      { order: STOP_LIMIT, wish: { price2: '47000' } },
      { price2: '47000' },
      true,
    ],
    [
      'the size of a trailing stop',
      { order: TRAIL, wish: { volume: '0.005' } },
      { volume: '0.005' },
      false,
    ],
    [
      'the size of an iceberg',
      { order: ICEBERG, wish: { volume: '0.012' } },
      { volume: '0.012' },
      true,
    ],
  ])('%s', (_what, asked, changes, adds) => {
    const result = decide({ ...asked, given: { balances: { USD: '10000', BTC: '1' } } });
    const order = asked.order ?? LIMIT;
    expect(result).toMatchObject({ ok: true, value: { order: { ...order, ...changes }, adds } });
  });

  it.each<[string, Case, string, RegExp]>([
    [
      'a trigger of a limit order',
      { wish: { triggerPrice: '1' } },
      'ambiguous-field',
      /no "triggerPrice"/,
    ],
    [
      'a second price of a limit order',
      { wish: { price2: '1' } },
      'ambiguous-field',
      /no "price2"/,
    ],
    [
      'two prices that differ',
      { wish: { price: '49000', limitPrice: '49100' } },
      'ambiguous-field',
      /both mean the limit/,
    ],
    [
      'a distance of a trailing stop',
      { order: TRAIL, wish: { price: '+3%' } },
      'not-supported',
      /keeps the distance/,
    ],
    [
      'a size below what is filled',
      { wish: { volume: '0.005' }, filled: '0.005' },
      'bad-size',
      /filled already.*cancel/,
    ],
    [
      'a price that take-profits were reckoned from',
      { wish: { price: '49000' }, signal: PROFITS },
      'not-supported',
      /^the order has take-profits that were reckoned from its price, .*"takeProfit" that you want/,
    ],
    [
      'a price that a stop beside take-profits was reckoned from',
      {
        order: { ...LIMIT, close: { type: 'stop-loss', price: '48000' } },
        ...{ wish: { price: '49000' }, signal: PROFITS },
      },
      'not-supported',
      /^the order has a stop that was reckoned from its price, .*"stopLoss" that you want/,
    ],
    [
      'a size of which a take-profit would be too little',
      { wish: { volume: '0.0009' }, signal: PROFITS },
      'too-small',
      /^take-profit 1 would be 10% of 0.0009 BTC/,
    ],
    ['a size below the minimum', { wish: { volume: '0.00001' } }, 'too-small', /0\.0001/],
    ['an absurd price', { wish: { price: '1' } }, 'bad-price', /10 times/],
    [
      'a trigger that would fire at once',
      { order: STOP, wish: { price: '51000' } },
      'bad-price',
      /fire at once/,
    ],
    [
      'an iceberg that would show too little',
      { order: ICEBERG, wish: { volume: '0.02' } },
      'bad-size',
      /fifteenth/,
    ],
  ])('is refused for %s', (_what, asked, code, sentence) => {
    const result = decide({ ...asked, given: { balances: { USD: '10000', BTC: '1' } } });
    expect(result).toMatchObject({ ok: false, error: { code } });
    expect(!result.ok && result.error.sentence).toMatch(sentence);
  });

  it('keeps a trigger that was passed meanwhile, when only the size changes', () => {
    const passed = { ...STOP, price: '50500' };
    expect(decide({ order: passed, wish: { volume: '0.005' } })).toMatchObject({
      ok: true,
      value: { order: { price: '50500', volume: '0.005' } },
    });
  });
});

describe('an amend of an order with a stop', () => {
  const order: Order = { ...LIMIT, close: { type: 'stop-loss', price: '48000' } };

  it.each<AmendWish>([{ price: '49000' }, { price2: '49000' }, { limitPrice: '-2%' }])(
    'moves no price, which its stop was reckoned from: %j',
    (wish) => {
      const decided = decide({ order, wish });
      expect(decided.ok ? decided.value : decided.error.sentence).toMatch(/has a stop .*stopLoss/);
    },
  );

  it('changes its size, and the stop stays', () => {
    const decided = decide({ order, wish: { volume: '0.005' } });
    expect(decided).toMatchObject({ ok: true, value: { order: { ...order, volume: '0.005' } } });
  });
});

describe('what an amend adds', () => {
  it('is counted, and what is there already is not', () => {
    // 0.005 BTC more at 49500, as one order of the hour.
    expect(decide({ wish: { volume: '0.015' } })).toMatchObject({
      value: { risk: { notional: { add: '247.5', cap: '5000' }, count: { cap: 20 } } },
    });
    // 100 USD more for each of the 0.006 BTC that are left.
    expect(decide({ wish: { price: '49600' }, filled: '0.004' })).toMatchObject({
      value: { risk: { notional: { add: '0.6' } } },
    });
  });

  it('of a sale is its larger size, not its price', () => {
    const order: Order = { ...LIMIT, side: 'sell', price: '50500' };
    const given = { balances: { BTC: '1' } };
    expect(decide({ order, given, wish: { price: '50400' } })).toMatchObject({
      value: { adds: true, risk: { notional: { add: '0' } } },
    });
    expect(decide({ order, given, wish: { volume: '0.012' } })).toMatchObject({
      value: { adds: true, risk: { notional: { add: '101' } } },
    });
  });

  it('passes the rails of a new order', () => {
    const codeOf = (asked: Case) => {
      const result = decide(asked);
      return result.ok ? 'passes' : result.error.code;
    };
    expect(codeOf({ wish: { volume: '0.03' } })).toBe('above-max-order');
    expect(codeOf({ wish: { volume: '0.012' }, rails: { sides: ['sell'] } })).toBe(
      'side-not-allowed',
    );
    const far = { maxPriceDeviation: '0.5' };
    expect(codeOf({ wish: { volume: '0.012' }, rails: far })).toBe('price-deviates');
    expect(codeOf({ wish: { price: '49000' }, rails: far })).toBe('passes');
    const held = { maxPosition: '600 USD' };
    const given = { balances: { USD: '10000', BTC: '0.004' } };
    expect(codeOf({ wish: { volume: '0.012' }, rails: held, given })).toBe('above-max-position');
    // What is filled is held by now and is not counted twice.
    const filled = { wish: { volume: '0.012' }, rails: { maxPosition: '610 USD' }, given };
    expect(codeOf({ ...filled, filled: '0.004' })).toBe('passes');
    expect(codeOf(filled)).toBe('above-max-position');
  });

  it('takes no other place among the open orders', () => {
    const rails = { maxOpenOrders: 2 };
    expect(decide({ wish: { volume: '0.012' }, rails, openOrders: 2 }).ok).toBe(true);
    expect(decide({ wish: { volume: '0.012' }, rails, openOrders: 3 }).ok).toBe(false);
  });

  it('must be paid for, beside what the order holds already', () => {
    const given = { balances: { USD: '100' } };
    expect(decide({ wish: { volume: '0.012' }, given }).ok).toBe(true);
    expect(decide({ wish: { volume: '0.0121' }, given })).toMatchObject({
      ok: false,
      error: { code: 'insufficient-funds' },
    });
    expect(decide({ wish: { volume: '0.009' }, given: { balances: {} } }).ok).toBe(true);
  });

  it('of an order that only leaves a position passes the rails', () => {
    const signal = { reduceOnly: true };
    const given = { balances: { BTC: '1' } };
    const rails = { maxOrder: '100 USD', maxDaily: '100 USD' };
    expect(decide({ order: STOP, wish: { price: '47000' }, signal, given, rails })).toEqual({
      ...{ ok: true, value: { order: { ...STOP, price: '47000' }, adds: true, risk: {} } },
    });
  });

  it('is nothing on a pair that does not trade, or is not allowed any more', () => {
    const result = decide({ wish: { price: '49000' }, rails: { pairs: ['ETH/USD'] } });
    expect(result).toMatchObject({ ok: false, error: { code: 'pair-not-allowed' } });
    const closed = decide({ wish: { price: '49000' }, given: { input: { mode: 'cancel_only' } } });
    expect(closed).toMatchObject({ ok: false, error: { code: 'pair-not-trading' } });
  });
});
