/** What a halt sold is taken out of books only when all that they traded before is in them. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { lookAtOrders } from '../../../functions/core/follow/look-at-orders.ts';
import { SHARE_WAIT_MS } from '../../../functions/core/follow/share-sale.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { settlePlaced } from '../../../functions/core/reconcile/settle-by-hand.ts';
import { halted } from './halted.ts';

type Halted = Awaited<ReturnType<typeof halted>>;
type Before = NonNullable<Parameters<typeof halted>[2]>;

/** `other` sells what it owns, and nobody has looked. */
const exit: Before = async (at) => {
  at.exchange.balance.set('BTC', { total: decimal('0.02'), available: decimal('0.02') });
  const row = await at.receive({ action: 'sell', owner: 'other', size: BASE, reduceOnly: true });
  await executeOrder(row, at.deps);
  at.fill(row, { ...at.traded('0.01', '600', '1'), status: 'closed' });
};

/** `other` buys once more, and nobody has looked. */
const entry: Before = async (at) => {
  const row = await at.receive({ owner: 'other', size: BASE });
  await executeOrder(row, at.deps);
  at.fill(row, { ...at.traded('0.01', '600', '1'), status: 'closed' });
};

const BASE = { unit: 'base', amount: '0.01' } as const;

/** What the sale sold, which has ended. */
const sold = (all: Halted, volume: string): void => {
  all.show({ ...all.traded(volume, '1200', '2'), status: 'closed' });
};

const last = ({ store }: Halted): OrderRow => {
  const row = store.rows().findLast(({ signal }) => signal.owner === 'other');
  if (row === undefined) throw new Error('the order of other is there');
  return row;
};

/** Kraken’s lists without the order of a row. */
const without = (all: Halted, row: OrderRow) => {
  const kept = (orders: readonly FoundOrder[]) =>
    orders.filter(({ exchangeOrderId }) => exchangeOrderId !== row.exchangeOrderId);
  const { exchange } = all;
  return {
    orders: async (ids: readonly string[]) => kept(await exchange.orders(ids)),
    openOrders: async () => kept(await exchange.openOrders()),
    find: async (...given: Parameters<typeof exchange.find>) => kept(await exchange.find(...given)),
  };
};

describe('before the sale of a halt is shared', () => {
  it.each<[string, Before, string]>([
    ['exit of an owner that nobody has seen', exit, '0.01'],
    ['entry of an owner that nobody has seen', entry, '0.03'],
  ])('an %s is in its book', async (_what, before, volume) => {
    const all = await halted(volume, undefined, before);
    sold(all, volume);
    await all.follow();
    expect(all.quantities()).toEqual(['0', '0', '0']);
    expect(all.sale().fill?.status).toBe('filled');
  });

  it('a stop that fired just before the halt is found, and in its book', async () => {
    const all = await halted('0.02', undefined, async (at) => {
      const volume = '0.0099999';
      const stop = { type: 'stop-loss', price: '45000' } as const;
      Object.assign(at.config.sources['trend'] ?? {}, {
        allow: { types: ['market', 'stop-loss'] },
      });
      const row = await at.receive({ owner: 'other', stop });
      await executeOrder(row, at.deps);
      at.fill(row, { ...at.traded(volume, '500', '1'), status: 'closed' });
      const { exchangeOrderId = '' } = at.store.row(row);
      const key = `close of ${exchangeOrderId}`;
      const [order] = at.exchange.book.get(key) ?? [];
      if (order === undefined) throw new Error('the stop is there');
      at.exchange.book.set(key, [{ ...order, ...at.traded(volume, '450', '1'), status: 'closed' }]);
    });
    sold(all, '0.02');
    await all.follow();
    expect(all.quantities()).toEqual(['0', '0', '0']);
    expect(last(all).closes?.orders).toHaveLength(1);
  });

  it('an order of an owner is looked at whose turn it was not', async () => {
    const all = await halted('0.01', undefined, exit);
    sold(all, '0.01');
    const looks = await lookAtOrders([all.sale()], all.exchange, all.deps);
    expect(looks.map(({ row }) => row.orderKey)).toEqual([last(all).orderKey, all.sale().orderKey]);
    expect(all.quantities()).toEqual(['0', '0', '0']);
  });

  it('an order of an owner that Kraken does not show yet is waited for', async () => {
    const all = await halted('0.01', undefined, exit);
    sold(all, '0.01');
    const before = all.sale();
    const hidden = without(all, last(all));
    const looks = await lookAtOrders([all.sale()], hidden, all.deps);
    expect(looks.at(-1)?.doubt).toBe('waits to be shared among the books');
    expect(all.sale()).toEqual(before);
    const said = all.log.lines.find((line) => line.includes('sale-not-shared'));
    expect(said).toContain(`"waitsFor":"${last(all).clientOrderId}"`);
    await all.follow();
    expect(all.quantities()).toEqual(['0', '0', '0']);
  });

  it('nothing is guessed when there was no time left to look at its owners', async () => {
    const all = await halted('0.01', undefined, exit);
    sold(all, '0.01');
    let asked = 0;
    const looks = await lookAtOrders([all.sale()], all.exchange, all.deps, () => asked++ === 0);
    expect(looks.map(({ row }) => row.orderKey)).toEqual([all.sale().orderKey]);
    expect(all.quantities()).toEqual(['0.01', '0.01', '0']);
    expect(await lookAtOrders([all.sale()], all.exchange, all.deps, () => false)).toEqual([]);
  });

  it('an order that rests and is shown holds nothing up', async () => {
    const all = await halted('0.02', undefined, async (at) => {
      const row = await at.receive({ owner: 'other', type: 'limit', price: '49500', size: BASE });
      await executeOrder(row, at.deps);
    });
    expect(last(all).state).toBe('placed');
    sold(all, '0.02');
    await all.follow();
    expect(last(all).fill).toBeUndefined();
    expect(all.quantities()).toEqual(['0', '0', '0']);
  });
});

describe('an entry of which nobody knows whether it is at Kraken', () => {
  /** `other` has bought once more; the answer was lost, and a person is called. */
  const lost: Before = async (at) => {
    const row = await at.receive({ owner: 'other', size: BASE });
    at.exchange.fates = [() => ({ placed: true, told: { kind: 'unknown', reason: 'lost' } })];
    await executeOrder(row, at.deps);
    at.fill(row, { ...at.traded('0.01', '600', '1'), status: 'closed' });
    const atMs = at.clock.nowMs();
    const change = { why: 'not known', atMs, dueAtMs: atMs };
    await at.deps.orders.move(at.store.row(row), 'needs-human', change);
  };

  it('holds the sale up until it is adopted, and all is in the books', async () => {
    const all = await halted('0.03', undefined, lost);
    sold(all, '0.03');
    await all.follow();
    expect(all.sale().fill).toBeUndefined();
    expect(all.quantities()).toEqual(['0.01', '0.01', '0']);
    const [order] = all.exchange.book.get(last(all).clientOrderId) ?? [];
    await settlePlaced(last(all), order as FoundOrder, { by: 'ada', why: 'seen' }, all.deps);
    await all.follow();
    expect(all.quantities()).toEqual(['0', '0', '0']);
  });

  it('holds it up for an hour; then it is shared as things stand, and a person is told', async () => {
    const all = await halted('0.03', undefined, lost);
    sold(all, '0.03');
    const { preparedAtMs = 0 } = all.sale().attempt ?? {};
    all.clock.advance(preparedAtMs + SHARE_WAIT_MS - 1 - all.clock.nowMs());
    await all.follow();
    expect(all.quantities()).toEqual(['0.01', '0.01', '0']);
    all.clock.advance(1);
    await all.follow();
    expect(all.quantities()).toEqual(['0', '0', '0']);
    const told = all.store.notices().findLast(({ id }) => id.startsWith('fill:'));
    expect(told).toMatchObject({ urgency: 'page' });
    expect(told?.title).toMatch(/taken out of books that may not be right$/);
    expect(told?.text).toContain(`${last(all).clientOrderId} of other (needs-human)`);
    expect(told?.text).toContain('The strategy other owns no BTC now.');
    expect(all.sale().shares?.map(({ volume }) => volume)).toEqual(['0.01', '0.01']);
  });
});
