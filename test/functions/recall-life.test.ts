/** A cancel from the message to Kraken, over the embedded DynamoDB and the embedded Kraken. */
import { afterEach, describe, expect, it } from 'vitest';
import { dynamoRecalls } from '../../functions/adapters/dynamo/recalls.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import { openAtKraken } from '../../functions/core/halt/open-orders.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { recallOrder } from '../../functions/core/execute/recall-order.ts';
import { orderOfRecall, queueWaitingRecalls } from '../../functions/core/execute/recalls.ts';
import { receiveRecall } from '../../functions/core/receive/receive-recall.ts';
import { TEST_CONFIG, TREND } from '../core/order-fixture.ts';
import { orderWorld } from './order-world.ts';

const LIMIT = { type: 'limit', price: '49500' } as const;

let world: Awaited<ReturnType<typeof orderWorld>>;
afterEach(() => world.close());

async function start() {
  world = await orderWorld();
  world.kraken.control.setPrice('BTC/USD', '50000');
  const { table, clock, log, queue, execute, reconcile } = world;
  const recalls = dynamoRecalls(table);
  const deps = { config: TEST_CONFIG, clock, log, queue, recalls };
  const cancel = ({ signal }: OrderRow) =>
    receiveRecall(
      signal.id,
      { name: 'trend', source: TREND },
      { ...deps, orderLog: execute.orders },
    );
  const work = async (): Promise<void> => {
    for (const { ref } of queue.sent.splice(0)) {
      const recalled = orderOfRecall(ref);
      if (recalled === undefined) await executeOrder(ref, execute);
      else await recallOrder(recalled, { ...execute, recalls });
    }
  };
  const minute = () => queueWaitingRecalls({ ...deps, clock });
  const open = async () => (await openAtKraken('main', reconcile)).length;
  return { cancel, work, minute, open, recalls };
}

describe('a cancel by the id of its signal', () => {
  it('takes a resting order off the book, and no other', async () => {
    const { cancel, work, open, recalls } = await start();
    const [row, other] = [await world.receive(LIMIT), await world.receive(LIMIT)];
    for (const each of [row, other]) await executeOrder(each, world.execute);
    expect(await open()).toBe(2);
    expect(await cancel(row)).toMatchObject({ ok: true, value: { status: 200 } });
    await work();
    expect(await open()).toBe(1);
    expect(await recalls.waiting(10)).toEqual([]);
    // Once more changes nothing.
    await cancel(row);
    await work();
    expect(await open()).toBe(1);
  });

  it('that comes before its order went out keeps it from going out', async () => {
    const { cancel, work, open } = await start();
    const row = await world.receive(LIMIT);
    await cancel(row);
    await work();
    await executeOrder(row, world.execute);
    expect((await world.row(row)).state).toBe('withdrawn');
    expect(await open()).toBe(0);
  });

  it.each(['html-502-before', 'html-502-after', 'reset-before', 'reset-after'] as const)(
    'is carried out in the end, also after %s',
    async (kind) => {
      const { cancel, work, minute, open } = await start();
      const row = await world.receive(LIMIT);
      await executeOrder(row, world.execute);
      world.kraken.control.addFault({ method: 'CancelOrder', kind, times: 100 });
      await cancel(row);
      await work();
      world.kraken.control.clearFaults();
      await world.clock.sleep(60_000);
      await minute();
      await work();
      expect(await open()).toBe(0);
    },
  );
});
