/** The order that sells a share at a take-profit: what it asks for, and when another one may go out. */
import { describe, expect, it } from 'vitest';
import type { Fill } from '../../../functions/core/fill.ts';
import {
  hasSold,
  isRefused,
  mayTryAgain,
  RETRY_MS,
  saleKeyOf,
  saleSignal,
} from '../../../functions/core/follow/profit-sale.ts';
import type { OrderState } from '../../../functions/core/order-state.ts';
import { inFlight, type Given } from './in-flight.ts';

const fillOf = (status: Fill['status'], volume: string): Fill => {
  return { status, volume, cost: volume === '0' ? '0' : '490', fee: '0', seenAtMs: 0 };
};
const FILLED = fillOf('filled', '0.01');
const TRIED = { number: 2, tries: 3, atMs: 7 };
const SIZE = { volume: '0.005', price: '51000' };

describe('what is sold at a take-profit', () => {
  it.each<[string, Given, object]>([
    ['a sale of what was bought', { order: { side: 'buy' } }, { action: 'sell' }],
    ['a purchase of what was sold', { order: { side: 'sell' } }, { action: 'buy' }],
    [
      'with the leverage of its entry',
      { order: { side: 'sell', leverage: '3' } },
      { action: 'buy', leverage: '3' },
    ],
    ['for the strategy that owns it', { signal: { owner: 'other' } }, { owner: 'other' }],
  ])('is %s', async (_what, given, expected) => {
    const { rowOf } = await inFlight();
    const row = rowOf('entry', { ...given, fill: FILLED });
    expect(saleSignal(row, TRIED, SIZE)).toEqual({
      ...{ id: 'signal-entry#profit2.3', source: 'trend', sentAtMs: 7, symbol: row.signal.symbol },
      ...{ action: 'sell', type: 'market', reduceOnly: true },
      size: { unit: 'base', amount: '0.005' },
      takes: { orderKey: 'entry', number: 2, price: '51000' },
      ...expected,
    });
  });

  it.each([{ attempt: undefined, fill: FILLED }, { fill: undefined }])(
    'is nothing of an order that was not filled',
    async (lacks) => {
      const { rowOf } = await inFlight();
      const row = { ...rowOf('entry'), ...lacks } as never;
      expect(() => saleSignal(row, TRIED, SIZE)).toThrow('of what was filled');
    },
  );

  it('has a key of its own for each try of each take-profit', async () => {
    const { rowOf } = await inFlight();
    const row = rowOf('entry');
    const tries = [TRIED, { ...TRIED, tries: 4 }, { ...TRIED, number: 1 }];
    expect(new Set(tries.map((tried) => saleKeyOf(row, tried))).size).toBe(3);
    expect(saleKeyOf(row, { ...TRIED, atMs: 8 })).toBe(saleKeyOf(row, TRIED));
  });
});

describe('after a try', () => {
  it.each<[string, OrderState, Fill | undefined, boolean]>([
    ['of which nothing is known', 'placed', undefined, false],
    ['that rests', 'placed', fillOf('open', '0'), false],
    ['that sold some and may sell more', 'placed', fillOf('open', '0.002'), false],
    ['that ended and had sold some', 'placed', fillOf('cancelled', '0.002'), false],
    ['that sold all', 'placed', fillOf('filled', '0.005'), false],
    ['that ended and sold nothing', 'placed', fillOf('cancelled', '0'), true],
    ['that waits', 'received', undefined, false],
    ['that waits to go again', 'queued', undefined, false],
    ['that may go out now', 'prepared', undefined, false],
    ['of which nobody knows', 'unknown', undefined, false],
    ['to which a person was called', 'needs-human', undefined, false],
    ['that is not there', 'unplaced', undefined, true],
    ['that was refused', 'rejected', undefined, true],
    ['that a switch stopped', 'suppressed', undefined, true],
    ['that was taken back', 'withdrawn', undefined, true],
  ])('%s (%s) another one goes out or not, never at once', async (_what, state, fill, again) => {
    const { rowOf } = await inFlight();
    const sale = rowOf('sale', { state, receivedAtMs: 5, ...(fill === undefined ? {} : { fill }) });
    expect(mayTryAgain(sale, 5 + RETRY_MS)).toBe(again);
    expect(mayTryAgain(sale, 5 + RETRY_MS - 1)).toBe(false);
    expect(isRefused(sale)).toBe(true);
    expect(hasSold(sale)).toBe(fill !== undefined && fill.status !== 'open' && fill.volume !== '0');
  });

  it.each<OrderState>(['unneeded', 'expired'])(
    'for which the market was gone (%s) another one goes out at once',
    async (state) => {
      const { rowOf } = await inFlight();
      const sale = rowOf('sale', { state, receivedAtMs: 5 });
      expect([mayTryAgain(sale, 5), isRefused(sale)]).toEqual([true, false]);
    },
  );
});
