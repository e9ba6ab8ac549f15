/** What a look at a placed order writes down: once, forwards only, with the book and who is told. */
import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followOrder } from '../../../functions/core/follow/follow-order.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import type { Source } from '../../../functions/core/config.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { world } from '../order-fixture.ts';

const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;

/** A placed order that rests, and what the exchange shows of it. */
async function placed(source: Partial<Source> = {}, signal: Partial<Signal> = {}) {
  const all = world({ source });
  const ref = await all.receive({ type: 'limit', price: '49000', ...signal });
  await executeOrder(ref, all.deps);
  const now = (): OrderRow => all.store.row(ref);
  const { clientOrderId } = now();
  const shown = (): FoundOrder => {
    const [order] = all.exchange.book.get(clientOrderId) ?? [];
    if (order === undefined) throw new Error('the order is there');
    return order;
  };
  const show = (changes: Partial<FoundOrder>): void => {
    all.exchange.book.set(clientOrderId, [{ ...shown(), ...changes }]);
  };
  const fills = () => all.store.notices().filter(({ id }) => id.startsWith('fill:'));
  const book = async () => (await all.store.books.read(REF)).book;
  return { ...all, ref, now, shown, show, fills, book };
}

const part = (volume: string, cost: string, fee = '0'): Partial<FoundOrder> => {
  return { filled: decimal(volume), cost: decimal(cost), fee: decimal(fee) };
};

describe('a placed order', () => {
  it('that rests is looked at for ever, and nothing is written for it', async () => {
    const { clock, deps, reconcileDeps, now, store, fills } = await placed();
    const before = now();
    for (let minute = 0; minute < 3; minute += 1) {
      await clock.sleep(60_000);
      expect(await followOrders(reconcileDeps)).toEqual({ looked: 1, failed: 0 });
    }
    expect(now()).toBe(before);
    expect(fills()).toEqual([]);
    expect(await deps.orders.followed(10)).toHaveLength(1);
    expect(store.isAtRest()).toBe(false);
  });

  it('moves the book by each part, once, and ends', async () => {
    const { show, reconcileDeps, now, store, book, ref } = await placed();
    show(part('0.004', '196', '0.3'));
    await followOrders(reconcileDeps);
    await followOrders(reconcileDeps);
    expect(await book()).toMatchObject({ quantity: '0.004', cost: '196', fees: '0.3', version: 1 });
    expect(now()).toMatchObject({ state: 'placed', fill: { status: 'open', volume: '0.004' } });
    show({ ...part('0.01', '490', '0.8'), status: 'closed' });
    await followOrders(reconcileDeps);
    expect(await book()).toMatchObject({ quantity: '0.01', cost: '490', fees: '0.8', version: 2 });
    expect(now()).toMatchObject({ fill: { status: 'filled', volume: '0.01', cost: '490' } });
    expect(now()).not.toHaveProperty('dueAtMs');
    expect((await store.books.read(REF)).inFlight).toEqual([]);
    expect(
      store
        .audit(ref)
        .map(({ why }) => why)
        .slice(-2),
    ).toEqual([
      'partly filled: 0.004 traded for 196, fee 0.3',
      'filled: 0.01 traded for 490, fee 0.8',
    ]);
    expect(await followOrders(reconcileDeps)).toEqual({ looked: 0, failed: 0 });
  });

  it.each<[string, Partial<FoundOrder>]>([
    ['shows less', part('0.001', '49')],
    ['shows less of its cost', part('0.004', '49', '1')],
    ['shows less of its fee', part('0.005', '300', '0.1')],
  ])('is not taken back by a look that %s', async (_what, older) => {
    const { show, reconcileDeps, now, book } = await placed();
    show(part('0.004', '196', '0.3'));
    await followOrders(reconcileDeps);
    const [row, before] = [now(), await book()];
    show(older);
    await followOrders(reconcileDeps);
    expect(now()).toBe(row);
    expect(await book()).toEqual(before);
  });

  it('that has ended is not begun again by a late look', async () => {
    const { show, shown, reconcileDeps, deps, now, book } = await placed();
    show({ ...part('0.01', '490'), status: 'closed' });
    await followOrders(reconcileDeps);
    const row = now();
    expect(await followOrder(row, { ...shown(), status: 'open' }, deps)).toBe(row);
    const more = { ...shown(), ...part('0.02', '980') };
    expect(await followOrder(row, more, deps)).toBe(row);
    expect(await book()).toMatchObject({ quantity: '0.01' });
  });

  it('is lost to whoever wrote the same look first', async () => {
    const { show, shown, deps, now, book } = await placed();
    show(part('0.004', '196'));
    const row = now();
    await followOrder(row, shown(), deps);
    show(part('0.005', '245'));
    expect(await followOrder(row, shown(), deps)).toBe('lost');
    expect(await book()).toMatchObject({ quantity: '0.004' });
  });

  it('is held to be the order of its row', async () => {
    const { shown, deps, now } = await placed();
    const other = { ...shown(), exchangeOrderId: 'OTHER1-A-B' };
    await expect(followOrder(now(), other, deps)).rejects.toThrow('the order of its row');
    await expect(followOrder({ ...now(), state: 'unknown' }, shown(), deps)).rejects.toThrow(
      'only what is placed',
    );
  });

  it('that Kraken does not show stays followed, and what it shows of others counts', async () => {
    const { exchange, reconcileDeps, now, deps, receive, store, show } = await placed();
    const other = await receive({ type: 'limit', price: '49500' });
    await executeOrder(other, deps);
    show({ ...part('0.01', '490'), status: 'closed' });
    exchange.book.delete(store.row(other).clientOrderId);
    expect(await followOrders(reconcileDeps)).toEqual({ looked: 1, failed: 0 });
    expect(now().fill?.status).toBe('filled');
    expect(await deps.orders.followed(10)).toHaveLength(1);
  });

  it('is looked at in the next minute when Kraken cannot be asked', async () => {
    const { exchange, reconcileDeps, show, now, log } = await placed();
    show({ ...part('0.01', '490'), status: 'closed' });
    exchange.down = true;
    expect(await followOrders(reconcileDeps)).toEqual({ looked: 0, failed: 1 });
    expect(log.lines.some((line) => line.includes('orders-not-followed'))).toBe(true);
    exchange.down = false;
    await followOrders(reconcileDeps);
    expect(now().fill?.status).toBe('filled');
  });

  it.each(['cannot be written down', 'cannot be read'])(
    'that %s keeps no other of its key from being looked at',
    async (trouble) => {
      const { reconcileDeps, deps, receive, store, exchange, ref, now, log } = await placed();
      const other = await receive({ type: 'limit', price: '49500' });
      await executeOrder(other, deps);
      for (const { clientOrderId } of [now(), store.row(other)]) {
        const [order] = exchange.book.get(clientOrderId) ?? [];
        if (order === undefined) throw new Error('the order is there');
        const filled = { ...order, ...part('0.01', '490'), status: 'closed' };
        exchange.book.set(clientOrderId, [filled]);
      }
      const { orders } = reconcileDeps;
      const failing: Partial<typeof orders> =
        trouble === 'cannot be read'
          ? { read: (one) => (isIt(one) ? Promise.reject(new Error('new')) : orders.read(one)) }
          : {
              note: (row, change) =>
                isIt(row) ? Promise.reject(new Error('new')) : orders.note(row, change),
            };
      const isIt = ({ orderKey }: { orderKey: string }) => orderKey === ref.orderKey;
      const troubled = { ...reconcileDeps, orders: { ...orders, ...failing } };
      expect(await followOrders(troubled)).toEqual({ looked: 1, failed: 0 });
      expect(store.row(other).fill?.status).toBe('filled');
      expect(now().fill).toBeUndefined();
      expect(log.lines.join()).toContain(
        trouble === 'cannot be read' ? '"order-not-read"' : '"order-not-followed"',
      );
      await followOrders(reconcileDeps);
      expect(now().fill?.status).toBe('filled');
    },
  );

  it('of paper is not asked for at Kraken, nor the other way round', async () => {
    const { reconcileDeps, deps } = await placed();
    const { main } = deps.config.accounts;
    if (main === undefined) throw new Error('the account is there');
    const config = { ...deps.config, accounts: { main: { ...main, mode: 'paper' as const } } };
    expect(await followOrders({ ...reconcileDeps, config })).toEqual({ looked: 0, failed: 0 });
  });
});

describe('who is told of fills', () => {
  const parts = [part('0.004', '196', '0.3'), { ...part('0.01', '490', '0.8'), status: 'closed' }];

  it.each<[Source['tellFills'], readonly string[]]>([
    [undefined, ['filled']],
    ['ends', ['filled']],
    ['all', ['partly filled', 'filled']],
    ['none', []],
  ])('%s', async (tellFills, told) => {
    const { show, reconcileDeps, fills } = await placed(tellFills ? { tellFills } : {});
    for (const each of parts) {
      show(each);
      await followOrders(reconcileDeps);
    }
    expect(fills().map(({ title }) => title)).toEqual(
      told.map((words) => `buy BTC/USD on main: ${words}`),
    );
  });

  it('hears the numbers, and what the strategy owns now', async () => {
    const { show, reconcileDeps, fills, now } = await placed();
    show({ ...part('0.01', '490', '0.8'), status: 'closed' });
    await followOrders(reconcileDeps);
    const [notice] = fills();
    expect(notice).toMatchObject({ urgency: 'info', channels: ['ops'] });
    expect(notice?.id).toBe(`fill:${now().clientOrderId}:${now().version}`);
    expect(notice?.text).toBe('The strategy trend owns 0.01 BTC now, at 49000 USD on average.');
    const facts = Object.fromEntries(
      notice?.facts?.map(({ label, value }) => [label, value]) ?? [],
    );
    expect(facts).toMatchObject({
      ...{ Filled: '0.01 BTC of 0.01020408', 'Average price': '49000 USD', Fee: '0.8 USD' },
    });
    expect(facts).not.toHaveProperty('Result so far');
  });

  it.each<[Partial<FoundOrder>, string, string, string]>([
    [{ status: 'canceled' }, 'cancelled', 'Nothing of it will trade.', 'warning'],
    [{ status: 'expired' }, 'ended unfilled at its time', 'Nothing of it will trade.', 'warning'],
    [
      { ...part('0.004', '196'), status: 'canceled' },
      'cancelled, partly filled before',
      'Nothing more of it will trade.\nThe strategy trend owns 0.004 BTC now, at 49000 USD on average.',
      'warning',
    ],
    [
      { ...part('0.004', '196'), status: 'expired' },
      'ended partly filled at its time',
      'Nothing more of it will trade.\nThe strategy trend owns 0.004 BTC now, at 49000 USD on average.',
      'warning',
    ],
  ])('hears of an order that ended without its volume: %j', async (shown, words, text, urgency) => {
    const { show, reconcileDeps, fills } = await placed();
    show(shown);
    await followOrders(reconcileDeps);
    expect(fills()).toMatchObject([{ title: `buy BTC/USD on main: ${words}`, text, urgency }]);
  });

  it('hears what an exit has made', async () => {
    const { show, reconcileDeps, deps, store, exchange, receive, fills, clock } = await placed();
    show({ ...part('0.01', '490', '1'), status: 'closed' });
    await followOrders(reconcileDeps);
    exchange.balance.set('BTC', { total: decimal('0.01'), available: decimal('0.01') });
    const exit = await receive({ action: 'sell', reduceOnly: true, sentAtMs: clock.nowMs() });
    await executeOrder({ ...exit }, { ...deps, config: bySignal(deps.config) });
    const row = store.row(exit);
    const [order] = exchange.book.get(row.clientOrderId) ?? [];
    if (order === undefined) throw new Error(row.outcome);
    const all = { filled: order.volume, cost: decimal('500'), fee: decimal('1'), status: 'closed' };
    exchange.book.set(row.clientOrderId, [{ ...order, ...all }]);
    await followOrders(reconcileDeps);
    const told = fills().at(-1);
    expect(told?.text).toBe('The strategy trend owns no BTC now.');
    expect(told?.facts).toContainEqual({
      ...{ label: 'Result so far', value: '8 USD, fees taken off' },
    });
  });
});

function bySignal(config: Awaited<ReturnType<typeof placed>>['config']) {
  const { trend } = config.sources;
  if (trend === undefined) throw new Error('the source is there');
  const size = { kind: 'position', percent: '100' } as const;
  return { ...config, sources: { trend: { ...trend, size } } };
}
