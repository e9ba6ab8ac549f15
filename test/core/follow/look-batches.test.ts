/** How many calls a look takes: every call asks for as many orders as Kraken allows, and no more. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Fill } from '../../../functions/core/fill.ts';
import { lookAtOrders } from '../../../functions/core/follow/look-at-orders.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { IDS_PER_CALL } from '../../../functions/core/reconcile/orders-by-id.ts';
import { inFlight } from './in-flight.ts';

const PART: Fill = { status: 'open', volume: '0.001', cost: '49', fee: '0', seenAtMs: 0 };
const DONE: Fill = { ...PART, status: 'filled' };

/** Looks at rows that have so many orders each; Kraken shows the entries as they are on record. */
async function looked(counts: readonly number[], hasTime?: () => boolean) {
  const { rowOf, parent, deps } = await inFlight();
  const rows = counts.map((count, at): OrderRow => {
    const stops = Array.from({ length: Math.max(0, count - 1) }, (_, stop) => {
      return { ...PART, volume: '0', exchangeOrderId: `stop-${at}-${stop}`, size: '0.001' };
    });
    if (count === 0) return rowOf(`row-${at}`, { fill: DONE });
    return rowOf(`row-${at}`, stops.length > 0 ? { fill: PART, closes: { orders: stops } } : {});
  });
  const asked: number[] = [];
  const none = () => Promise.reject(new Error('nothing is lacking'));
  const exchange = {
    orders: async (ids: readonly string[]) => {
      asked.push(ids.length);
      return rows
        .filter(({ exchangeOrderId = '' }) => ids.includes(exchangeOrderId))
        .map(({ exchangeOrderId = '', fill }) => ({
          ...{ ...parent(), exchangeOrderId, filled: decimal(fill?.volume ?? '0') },
          cost: decimal(fill?.cost ?? '0'),
        }));
    },
    ...{ openOrders: none, find: none },
  };
  const looks = await lookAtOrders(rows, exchange, deps, hasTime);
  const names = looks.map(({ row }) => row.orderKey);
  return { asked, looks, names, keys: rows.map(({ orderKey }) => orderKey) };
}

const ones = (count: number): readonly number[] => Array.from({ length: count }, () => 1);

describe('orders of one key', () => {
  it.each<[string, readonly number[], readonly number[]]>([
    ['as many as one call takes', ones(IDS_PER_CALL), [50]],
    ['one more', ones(IDS_PER_CALL + 1), [50, 1]],
    ['with a row whose orders do not fit any more', [...ones(49), 2, 1], [49, 3]],
    ['with a row that just fits', [...ones(48), 2], [50]],
    ['with a row that has more than one call takes', [1, 51, 1], [1, 50, 1, 1]],
    ['after a row of which nothing is to be asked', [0, ...ones(50)], [50]],
    ['of which nothing is to be asked', [0, 0], []],
  ])('%s', async (_what, counts, calls) => {
    const { asked, names, keys } = await looked(counts);
    expect(asked).toEqual(calls);
    expect(names).toEqual(keys);
  });

  it('of which there was no time for all are left out, and not guessed', async () => {
    let left = 2;
    const { asked, names, keys } = await looked(ones(60), () => left-- > 0);
    expect(asked).toEqual([50]);
    expect(names).toEqual(keys.slice(0, 50));
  });

  it('of which nothing was asked count as shown', async () => {
    const { looks } = await looked([0]);
    expect(looks.map(({ isShown, doubt }) => [isShown, doubt])).toEqual([[true, undefined]]);
  });
});
