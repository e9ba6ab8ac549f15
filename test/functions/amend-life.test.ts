/** An amend from the message to Kraken, over the embedded DynamoDB and the embedded Kraken. */
import { afterEach, describe, expect, it } from 'vitest';
import { dynamoAmends } from '../../functions/adapters/dynamo/amends.ts';
import { amendOrder } from '../../functions/core/execute/amend-order.ts';
import { orderOfAmend, queueWaitingAmends } from '../../functions/core/execute/amends.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import { readJson } from '../../functions/core/message/json.ts';
import type { JsonObject } from '../../functions/core/message/message.ts';
import { ordersShown } from '../../functions/core/order-now.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { amendOf, receiveAmend } from '../../functions/core/receive/receive-amend.ts';
import { sameOrder } from '../../functions/core/reconcile/same-order.ts';
import { TEST_CONFIG, TREND } from '../core/order-fixture.ts';
import { BTC_USD } from '../fakes/exchange.ts';
import { orderWorld } from './order-world.ts';

const LIMIT = { type: 'limit', price: '49500' } as const;
const SOURCE = { ...TREND, size: { kind: 'signal' } } as const;

let world: Awaited<ReturnType<typeof orderWorld>>;
afterEach(() => world.close());

async function start() {
  world = await orderWorld();
  world.kraken.control.setPrice('BTC/USD', '50000');
  const { table, clock, log, queue, execute } = world;
  const amends = dynamoAmends(table);
  const deps = { config: TEST_CONFIG, clock, log, queue, amends };
  const amend = async ({ signal }: OrderRow, change: object, firedAtMs = clock.nowMs()) => {
    const body = { action: 'amend', id: signal.id, time: String(firedAtMs), ...change };
    const root = readJson(JSON.stringify(body));
    if (!root.ok) throw new Error('JSON');
    const asked = amendOf(root.value as JsonObject, SOURCE);
    if (asked?.ok !== true) throw new Error(JSON.stringify(asked));
    const { orders: orderLog, outbox } = execute;
    const named = { name: 'trend', source: SOURCE };
    const answer = await receiveAmend(asked.value, named, { ...deps, orderLog, outbox });
    return answer.ok ? answer.value.body : answer.error;
  };
  const work = async (): Promise<void> => {
    for (const { ref } of queue.sent.splice(0)) {
      const amended = orderOfAmend(ref);
      if (amended === undefined) await executeOrder(ref, execute);
      else await amendOrder(amended, { ...execute, amends });
    }
  };
  const minute = async () => {
    await clock.sleep(60_000);
    await queueWaitingAmends({ ...deps, clock });
    await work();
  };
  const shown = () => {
    const { orders } = world.kraken.control.state();
    return orders.map(({ volume, price, status }) => ({ volume, price, status }));
  };
  const placed = async () => {
    const row = await world.receive(LIMIT);
    await executeOrder(row, execute);
    return row;
  };
  const isKnown = async (row: OrderRow) => {
    const { account, exchangeOrderId = '' } = await world.row(row);
    const desk = await execute.desk(account);
    const lane = await execute.lanes.take(desk.keyId, 'the test');
    if (typeof lane === 'string') throw new Error(lane);
    const [found] = await desk.exchange(lane).orders([exchangeOrderId]);
    await execute.lanes.release(lane);
    const accepted = ordersShown(await world.row(row), clock.nowMs());
    return found !== undefined && accepted.some((one) => sameOrder(one, found, BTC_USD).ok);
  };
  return { amend, work, minute, shown, placed, amends, isKnown };
}

describe('an amend by the id of its signal', () => {
  it('changes size and price of a resting order in place, and the row says so', async () => {
    const { amend, work, shown, placed, amends, isKnown } = await start();
    const row = await placed();
    expect(await amend(row, { price: '49000', size: '0.015' })).toMatchObject({
      status: 'accepted',
    });
    await work();
    expect(shown()).toEqual([{ volume: '0.015', price: '49000', status: 'open' }]);
    expect(await amends.waiting(10)).toEqual([]);
    expect(await world.row(row)).toMatchObject({
      state: 'placed',
      amended: { now: { volume: '0.015', price: '49000' } },
    });
    expect(await isKnown(row)).toBe(true);
    // The very same again, and an older one, change nothing.
    expect(await amend(row, { price: '48000' }, world.clock.nowMs() - 10_000)).toMatchObject({
      status: 'duplicate',
    });
    await work();
    expect(shown()).toMatchObject([{ price: '49000' }]);
  });

  it('passes the rails of a new order for what it adds, and none for what it takes away', async () => {
    const { amend, work, shown, placed } = await start();
    const row = await placed();
    await amend(row, { size: '0.05' });
    await work();
    // 0.05 BTC are worth more than maxOrder.
    expect(shown()).toMatchObject([{ price: '49500', status: 'open' }]);
    await world.execute.switches.trip('main', 'entries', 'by the test');
    await world.clock.sleep(1_000);
    await amend(row, { price: '49600' });
    await work();
    expect(shown()).toMatchObject([{ price: '49500' }]);
    await world.clock.sleep(1_000);
    await amend(row, { price: '49400' });
    await work();
    expect(shown()).toMatchObject([{ price: '49400' }]);
  });

  it.each([
    'html-502-before',
    'html-502-after',
    'reset-before',
    'reset-after',
    'timeout-after',
  ] as const)('is carried out once answers come again, after %s', async (kind) => {
    const { amend, work, shown, placed, amends, isKnown } = await start();
    const row = await placed();
    world.kraken.control.addFault({ method: 'AmendOrder', kind, times: 1, holdMs: 50 });
    await amend(row, { price: '49000' });
    await work();
    expect(shown()).toMatchObject([{ price: '49000', status: 'open' }]);
    expect(await isKnown(row)).toBe(true);
    expect(await amends.waiting(10)).toEqual([]);
  });

  it.each([
    ['was made', 'html-502-after', '49000'],
    ['was not made', 'html-502-before', '49500'],
  ] as const)(
    'of which no answer came within its time: a look tells that it %s',
    async (_what, kind, price) => {
      const { amend, work, minute, shown, placed, amends, isKnown } = await start();
      const row = await placed();
      world.kraken.control.addFault({ method: 'AmendOrder', kind, times: 100 });
      world.kraken.control.addFault({
        method: 'QueryOrders',
        kind: 'html-502-before',
        skip: 1,
        times: 3,
      });
      await amend(row, { price: '49000' });
      await work();
      expect(await isKnown(row)).toBe(true);
      for (let count = 0; count < 4; count += 1) await minute();
      expect(shown()).toMatchObject([{ price, status: 'open' }]);
      expect(await amends.waiting(10)).toEqual([]);
      expect(await isKnown(row)).toBe(true);
    },
  );

  it('of an order that was cancelled, or is filled, has nothing to change', async () => {
    const { amend, work, shown, placed, amends } = await start();
    const row = await placed();
    world.kraken.control.setPrice('BTC/USD', '49000');
    await amend(row, { price: '48000' });
    await work();
    expect(shown()).toMatchObject([{ price: '49500', status: 'closed' }]);
    expect(await amends.waiting(10)).toEqual([]);
  });

  it('that comes with its order goes out after it', async () => {
    const { amend, work, shown } = await start();
    const row = await world.receive(LIMIT);
    world.queue.sent.push({ ref: row, group: 'harpoon/main', dedup: row.orderKey });
    await amend(row, { price: '49000' });
    await work();
    expect(shown()).toMatchObject([{ price: '49000', status: 'open' }]);
  });
});
