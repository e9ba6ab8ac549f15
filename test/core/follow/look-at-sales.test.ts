/** Whose orders are looked at with the sale of a halt: of its owners, placed, and each once. */
import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { lookAtOrders } from '../../../functions/core/follow/look-at-orders.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { halted } from './halted.ts';

type Halted = Awaited<ReturnType<typeof halted>>;

const LIMIT: Partial<Signal> = {
  ...{ owner: 'other', type: 'limit', price: '49500' },
  size: { unit: 'base', amount: '0.01' },
};

/** An order of `other`, of which its worker knows (or not) that it is at Kraken. */
async function withOrder(isKnown: boolean) {
  const all = await halted('0.02', undefined, async (at) => {
    const row = await at.receive(LIMIT);
    const told = { kind: 'unknown', reason: 'lost' } as const;
    if (!isKnown) at.exchange.fates = [() => ({ placed: true, told })];
    await executeOrder(row, at.deps);
  });
  all.show({ ...all.traded('0.02', '1200', '2'), status: 'closed' });
  const row = all.store.rows().findLast(({ signal }) => signal.price === LIMIT.price);
  if (row === undefined) throw new Error('the order of other is there');
  return { ...all, row };
}

async function looked(all: Halted, rows: readonly OrderRow[]) {
  const ids: string[] = [];
  const exchange = {
    ...all.exchange,
    orders: (given: readonly string[]) => {
      ids.push(...given);
      return all.exchange.orders(given);
    },
  };
  const looks = await lookAtOrders(rows, exchange, all.deps);
  return { ids, keys: looks.map(({ row }) => row.orderKey), doubt: looks.at(-1)?.doubt };
}

describe('with the sale of a halt', () => {
  it.each([false, true])(
    'an order of an owner that rests is looked at once, also where it was asked for (%s)',
    async (isAsked) => {
      const all = await withOrder(true);
      const { row } = all;
      const sale = all.sale();
      const { ids, keys, doubt } = await looked(all, isAsked ? [row, sale] : [sale]);
      expect(keys).toEqual([row.orderKey, sale.orderKey]);
      expect(ids.filter((id) => id === row.exchangeOrderId)).toHaveLength(1);
      expect(doubt).toBeUndefined();
      expect(all.quantities()).toEqual(['0', '0', '0']);
    },
  );

  it('an order whose answer was lost is not asked for by an id that nobody knows', async () => {
    const all = await withOrder(false);
    expect(all.row.state).toBe('unknown');
    const { ids, keys, doubt } = await looked(all, [all.sale()]);
    expect(ids).toEqual([all.sale().exchangeOrderId]);
    expect(keys).toEqual([all.sale().orderKey]);
    expect(doubt).toBe('waits to be shared among the books');
  });

  it('an owner’s order that could not be looked at holds the sale up', async () => {
    const all = await withOrder(true);
    all.fill(all.row, all.traded('0.004', '198', '0'));
    const { orders } = all.deps;
    Object.assign(all.deps, {
      orders: {
        ...orders,
        note: (...given: Parameters<typeof orders.note>) =>
          given[0].orderKey === all.row.orderKey ? Promise.resolve('lost') : orders.note(...given),
      },
    });
    const { keys, doubt } = await looked(all, [all.sale()]);
    expect(keys).toEqual([all.row.orderKey, all.sale().orderKey]);
    expect(doubt).toBe('waits to be shared among the books');
    expect(all.quantities()).toEqual(['0.01', '0.01', '0']);
  });
});
