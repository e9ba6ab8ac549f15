/** One run of reconcile-orders: which rows it touches, and how it uses the query key. */
import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import type { OrderRef, OrderRow } from '../../../functions/core/order.ts';
import { PREPARED_STALE_MS, REQUEUE_MS } from '../../../functions/core/protocol.ts';
import { reconcileOrders } from '../../../functions/core/reconcile/reconcile-orders.ts';
import { KEY_ID, world } from '../order-fixture.ts';
import { RESET, uncertain } from './uncertain-fixture.ts';

describe('a row of the due list', () => {
  it.each(['not due any more', 'settled', 'gone'])('that is %s is left alone', async (what) => {
    const { deps, receive, reconcileDeps, store, queue, clock } = world();
    const row = await receive();
    if (what === 'settled') await executeOrder(row, deps);
    const ref: OrderRef = what === 'gone' ? { account: 'main', orderKey: 'none' } : row;
    const before = store.rows();
    clock.advance(REQUEUE_MS - 1);
    const due = async () => [ref];
    const orders = { ...store.orders, due };
    expect(await reconcileOrders({ ...reconcileDeps, orders })).toEqual({ looked: 1, failed: 0 });
    expect(store.rows()).toEqual(before);
    expect(queue.sent).toEqual([]);
  });

  it('is read once, and nothing else is', async () => {
    const { receive, reconcileDeps, store, clock } = world();
    const row = await receive();
    clock.advance(REQUEUE_MS);
    const reads: OrderRef[] = [];
    const read = async (ref: OrderRef): Promise<OrderRow | undefined> => {
      reads.push(ref);
      return store.orders.read(ref);
    };
    await reconcileOrders({ ...reconcileDeps, orders: { ...store.orders, read } });
    expect(reads).toEqual([{ account: 'main', orderKey: row.orderKey }]);
  });

  it('that waits says why: as before, or that nobody took it', async () => {
    const { receive, reconcileDeps, store, clock } = world({ source: { maxAgeMs: 600_000 } });
    const [fresh, tried] = [await receive(), await receive()];
    const change = { why: '', atMs: 0, dueAtMs: 0, set: { outcome: 'Kraken is away' } };
    await store.orders.note(tried, change);
    clock.advance(REQUEUE_MS);
    await reconcileOrders(reconcileDeps);
    const outcomes = [fresh, tried].map((row) => store.row(row).outcome);
    expect(outcomes).toEqual(['no worker took it in time', 'Kraken is away']);
  });

  it('that waits expires in the moment in which it may not go any more', async () => {
    const { receive, reconcileDeps, store, clock } = world();
    const row = await receive();
    clock.advance(60_000);
    await reconcileOrders(reconcileDeps);
    expect(store.row(row).state).toBe('expired');
  });

  it('that is prepared belongs to its worker until that must be dead', async () => {
    const { deps, receive, reconcileDeps, store, clock } = world();
    const row = await receive();
    const prepare = store.orders.prepare.bind(store.orders);
    const orders = {
      ...store.orders,
      prepare: async (...[given, preparation]: Parameters<typeof prepare>) =>
        prepare(given, { ...preparation, dueAtMs: 0 }),
      move: async () => Promise.reject(new Error('the worker died')),
    };
    await executeOrder(row, { ...deps, orders });
    const preparedAtMs = store.row(row).attempt?.preparedAtMs ?? 0;
    const states = [];
    for (const ms of [PREPARED_STALE_MS - 1, PREPARED_STALE_MS]) {
      clock.advance(preparedAtMs + ms - clock.nowMs());
      await reconcileOrders(reconcileDeps);
      states.push(store.row(row).state);
    }
    expect(states).toEqual(['prepared', 'placed']);
  });

  it('whose outcome is unknown is looked up at once', async () => {
    const { reconcileDeps, row, clock } = await uncertain({ placed: true });
    clock.advance(1);
    await reconcileOrders(reconcileDeps);
    expect(row().state).toBe('placed');
  });
});

describe('the query key', () => {
  it.each([
    ['not-armed', 'the query key of main is not armed: run npm run arm -- main'],
    ['busy', 'the query key of main is in use'],
  ] as const)('that is %s asks nothing of Kraken', async (answer, why) => {
    const { reconcileDeps, whys, row, exchange } = await uncertain({ placed: true });
    let asked = 0;
    const find = exchange.find.bind(exchange);
    const query = { ...(await reconcileDeps.desk('main')).exchange({} as never) };
    query.find = async (...input) => {
      asked += 1;
      return find(...input);
    };
    const lanes = { ...reconcileDeps.lanes, take: async () => answer };
    const desk = async () => ({ ...(await reconcileDeps.desk('main')), exchange: () => query });
    await reconcileOrders({ ...reconcileDeps, lanes, desk });
    expect(asked).toBe(0);
    expect(row().state).toBe('unknown');
    expect(whys().at(-1)).toBe(why);
  });

  it.each([true, false])('is given back; good key: %s', async (good) => {
    const { reconcileDeps, exchange } = await uncertain({ placed: true });
    if (!good) exchange.info = { ...exchange.info, seesAllTimes: false };
    await reconcileOrders(reconcileDeps);
    expect(await reconcileDeps.lanes.take(KEY_ID, 'another')).toMatchObject({ owner: 'another' });
  });

  it('is not used for longer than its lane lasts when Kraken is slow', async () => {
    const { deps, receive, reconcileDeps, exchange, clock, store } = world();
    exchange.fates = Array.from({ length: 6 }, () => () => ({ placed: true, told: RESET }));
    deps.tally.failed = async () => 1;
    const refs: OrderRow[] = [];
    for (let order = 0; order < 6; order += 1) {
      const ref = await receive();
      await executeOrder(ref, deps);
      refs.push(ref);
    }
    const slow = { ...(await reconcileDeps.desk('main')).exchange({} as never) };
    const find = exchange.find.bind(exchange);
    slow.find = async (...input) => {
      clock.advance(6_000);
      return find(...input);
    };
    const desk = async () => ({ ...(await reconcileDeps.desk('main')), exchange: () => slow });
    await reconcileOrders({ ...reconcileDeps, desk });
    // They begin after 0, 6 and 12 s.
    expect(refs.filter((ref) => store.row(ref).state === 'placed')).toHaveLength(3);
  });

  it('that fails for one row is in the log with the row', async () => {
    const { receive, reconcileDeps, queue, clock, log } = world();
    const row = await receive();
    queue.fail(1);
    clock.advance(REQUEUE_MS);
    await reconcileOrders(reconcileDeps);
    const line = `"row-not-reconciled","account":"main","orderKey":"${row.orderKey}","error":`;
    expect(log.lines.join()).toContain(line);
  });
});
