/** What stops give to an order that follows from a book, and the stop behind it for what it leaves. */
import { describe, expect, it } from 'vitest';
import type { RestingStop } from '../../../functions/core/resting.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { going, long, planned, plannedOrder, stopOf, taking } from './aim-fixture.ts';

/** What has to give, by name: how much, and to what it is changed. */
function room(given: Parameters<typeof planned>[0]) {
  return plannedOrder(given).makesRoom.map(({ exchangeOrderId, rest, to }) => {
    return [exchangeOrderId, plain(rest), ...(to === undefined ? [] : [to])];
  });
}

describe('of two stops of which one goes in any case', () => {
  const stops = [stopOf('A', '0.01'), stopOf('B', '0.01')];
  const at = { book: { quantity: '0.02', since: 1 }, stops, goes: [going('A')] };

  it('the other gives nothing while it is not for more than what is left', () => {
    expect(room({ ...at, signal: long('0.01') })).toEqual([]);
  });

  it('the other gives what would be sold twice', () => {
    const to = { orderKey: 'b', volume: '0.005' };
    expect(room({ ...at, signal: long('0.005') })).toEqual([['B', '0.005', to]]);
  });
});

describe('a take-profit of an entry', () => {
  const book = { quantity: '0.012', since: 3, profits: ['entry'] };

  it('is not sold where the market has left its price, unless stops gave way for it', () => {
    const given = { signal: taking(), book, bid: '50000' };
    expect(planned(given)).toMatchObject({ kind: 'unneeded' });
    expect(planned({ ...given, row: { freedAtMs: 500 } })).toMatchObject({ kind: 'planned' });
  });

  it.each<[string, Partial<RestingStop>, object, object]>([
    [
      'trigger',
      {},
      { orderKey: 'entry', volume: '0.006', trigger: '49000' },
      { type: 'stop-loss', price: '49000' },
    ],
    [
      'trigger and limit',
      { terms: { type: 'stop-loss-limit', price: '45000', price2: '44900' } },
      { orderKey: 'entry', volume: '0.006', trigger: '49000', limit: '48900' },
      { type: 'stop-loss-limit', price: '49000', price2: '48900' },
    ],
  ])(
    'moves the %s of its stop, and the stop behind the sale is there too',
    (_what, more, to, terms) => {
      const stops = [stopOf('OTHER', '0.002'), stopOf('ENTRY', '0.01', more)];
      const given = { signal: taking({ evenAt: '49000.05' }), book, stops, bid: '51000' };
      const { makesRoom, guard } = plannedOrder({ ...given, goes: [going('RESTS')] });
      expect(makesRoom.map((one) => one.to)).toEqual([to]);
      expect(guard?.terms).toStrictEqual(terms);
    },
  );
});

describe('the stop behind an order for which stops give way', () => {
  const A = stopOf('A', '0.005', {
    of: ['a', 'both'],
    terms: { type: 'stop-loss', price: '44000' },
  });
  const B = stopOf('B', '0.015', { of: ['b', 'both'] });
  const at = { signal: long('0.015'), stops: [A, B] };
  const guard = {
    ...{ volume: '0.02', side: 'sell', terms: { type: 'stop-loss', price: '45000' } },
    ...{ since: 7, of: ['a', 'both', 'b'] },
  };

  it('is for all that stops rest for, by the terms of the largest, where one of them gives', () => {
    const given = { ...at, book: { quantity: '0.02', since: 7 }, goes: [going('RESTS')] };
    expect(plannedOrder(given).guard).toStrictEqual(guard);
  });

  it('has the leverage of the position', () => {
    const given = { ...at, book: { quantity: '0.02', since: 7, leverage: '3' } };
    expect(plannedOrder(given).guard).toStrictEqual({ ...guard, leverage: '3' });
  });

  it('is by the terms of the largest where only a smaller one goes', () => {
    const stops = [A, stopOf('B', '0.01')];
    const given = { ...at, book: { quantity: '0.02', since: 7 }, stops, goes: [going('A')] };
    expect(room(given)).toEqual([]);
    expect(plannedOrder(given).guard).toMatchObject({ volume: '0.015', terms: guard.terms });
  });

  it.each([
    ['no stop gives anything', { book: { quantity: '0.03', since: 7 }, signal: long('0.02') }],
    ['nothing tells the position from the next one', { book: { quantity: '0.02' } }],
    ['no stop rests', { book: { quantity: '0.02', since: 7 }, stops: [] }],
  ])('is none where %s', (_what, more) => {
    expect(plannedOrder({ ...at, goes: [going('RESTS')], ...more })).not.toHaveProperty('guard');
  });
});

describe('an order with leverage that buys back what its book is short of', () => {
  const short = { quantity: '-0.01', cost: '500', leverage: '2', since: 7 };
  const signal: Partial<Signal> = {
    ...{ action: 'buy', leverage: '2', type: 'market' },
    size: { unit: 'base', amount: '0.01' },
  };

  it('has the stop that would buy it back give way', () => {
    const stops = [stopOf('A', '0.01', { side: 'buy' })];
    expect(room({ signal, book: short, stops })).toEqual([['A', '0.01']]);
  });

  it('leaves a stop that would sell where it is: that protects what the book knows nothing of', () => {
    const planned = plannedOrder({ signal, book: short, stops: [stopOf('A', '0.01')] });
    expect(planned.makesRoom).toEqual([]);
    expect(planned).not.toHaveProperty('guard');
  });
});

describe('a stop for what an order left without one', () => {
  /** A stop of the entry `a`, which another entry shares, and one of an entry that came since. */
  const stops = [stopOf('A', '0.003', { of: ['c', 'a'] }), stopOf('B', '0.004')];
  const covers = { orderKey: 'exit', since: 7 };

  it.each([
    ['what the stops that it stands for do not cover', '0.005', ['a'], '0.002'],
    ['not for what others cover', '0.01', ['a'], '0.003'],
    [
      'what no stop covers, where those that it stands for are not told apart',
      '0.01',
      undefined,
      '0.003',
    ],
  ])('is for %s', (_what, amount, of, expected) => {
    const signal = {
      ...({ action: 'sell', type: 'stop-loss', price: '45000', reduceOnly: true } as const),
      ...{ size: { unit: 'base', amount } as const },
      covers: { ...covers, ...(of === undefined ? {} : { of }) },
    };
    const { input } = plannedOrder({ signal, book: { quantity: '0.01', since: 7 }, stops });
    const { size } = input.signal;
    expect(decimal(size?.amount ?? '0').toFixed()).toBe(expected);
  });
});
