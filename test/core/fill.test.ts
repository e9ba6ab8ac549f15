import { describe, expect, it } from 'vitest';
import { decimal } from '../../functions/core/decimal.ts';
import {
  averagePrice,
  fillOf,
  hasEnded,
  tradedSince,
  type Fill,
} from '../../functions/core/fill.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';

const FOUND: FoundOrder = {
  ...{ exchangeOrderId: 'O1', pair: 'XBTUSD', side: 'buy', type: 'limit', openedAtMs: 1 },
  ...{ volume: decimal('2'), status: 'open', filled: decimal('0') },
};
const SEEN: Fill = { status: 'open', volume: '1', cost: '50', fee: '0.1', seenAtMs: 1 };

describe('what traded of an order', () => {
  it.each([
    ['pending', 'open'],
    ['open', 'open'],
    ['closed', 'filled'],
    ['canceled', 'cancelled'],
    ['expired', 'expired'],
    // A word that Kraken has not had yet is no end: the order is looked at again.
    ['paused', 'open'],
  ])('of the status %s is %s', (status, expected) => {
    const fill = fillOf({ ...FOUND, status }, 5);
    expect(fill).toEqual({ status: expected, volume: '0', cost: '0', fee: '0', seenAtMs: 5 });
    expect(hasEnded(fill)).toBe(expected !== 'open');
  });

  it('is as the exchange shows it', () => {
    const found = { ...FOUND, filled: decimal('1.5'), cost: decimal('75'), fee: decimal('0.2') };
    expect(fillOf(found, 5)).toMatchObject({ volume: '1.5', cost: '75', fee: '0.2' });
  });

  it.each<[string, Fill | undefined, Partial<Fill>, readonly string[] | undefined]>([
    ['everything at the first look', undefined, {}, ['1', '50', '0.1']],
    [
      'the difference afterwards',
      SEEN,
      { volume: '1.5', cost: '80', fee: '0.2' },
      ['0.5', '30', '0.1'],
    ],
    ['nothing when nothing changed', SEEN, {}, ['0', '0', '0']],
    ['not told by a look into the past', SEEN, { volume: '0.5', cost: '25', fee: '0' }, undefined],
    [
      'not told where only the fee is of the past',
      SEEN,
      { volume: '2', cost: '99', fee: '0' },
      undefined,
    ],
  ])('since the last look is %s', (_what, before, now, expected) => {
    const traded = tradedSince(before, { ...SEEN, ...now });
    expect(traded && Object.values(traded).map(String)).toEqual(expected);
  });

  it('has an average price once something traded', () => {
    expect(averagePrice({ ...SEEN, volume: '3', cost: '100' }, 4)).toBe('33.3333');
    expect(averagePrice({ ...SEEN, volume: '0' }, 4)).toBeUndefined();
  });
});
