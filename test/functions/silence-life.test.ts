/** A source that falls silent, over the embedded DynamoDB and the embedded Kraken. */
import { afterEach, describe, expect, it } from 'vitest';
import { dynamoDayBook } from '../../functions/adapters/dynamo/day-book.ts';
import { dynamoDeliveryLog } from '../../functions/adapters/dynamo/delivery-log.ts';
import { dynamoRecalls } from '../../functions/adapters/dynamo/recalls.ts';
import {
  dynamoHeardSources,
  dynamoSourceWatches,
} from '../../functions/adapters/dynamo/source-watches.ts';
import type { Config } from '../../functions/core/config.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import { recallOrder } from '../../functions/core/execute/recall-order.ts';
import { orderOfRecall, queueWaitingRecalls } from '../../functions/core/execute/recalls.ts';
import { openAtKraken } from '../../functions/core/halt/open-orders.ts';
import { watchSources } from '../../functions/core/silence/watch-sources.ts';
import { standing } from '../../operator/cli/source-rows.ts';
import { TEST_CONFIG, TREND } from '../core/order-fixture.ts';
import { orderWorld } from './order-world.ts';

const MINUTE_MS = 60_000;
const HEARTBEAT = { everyMs: 5 * MINUTE_MS, onSilence: 'cancel-entries' } as const;
const CONFIG: Config = {
  ...TEST_CONFIG,
  sources: { trend: { ...TREND, heartbeat: HEARTBEAT } },
};
const ENTRY = { type: 'limit', price: '49500' } as const;
const EXIT = { type: 'limit', price: '50500', action: 'sell', marketPosition: 'flat' } as const;

let world: Awaited<ReturnType<typeof orderWorld>>;
afterEach(() => world.close());

async function start() {
  world = await orderWorld();
  world.kraken.control.setPrice('BTC/USD', '50000');
  const { table, clock, queue, execute, reconcile } = world;
  const recalls = dynamoRecalls(table);
  const watches = dynamoSourceWatches(table);
  const watchDeps = {
    ...reconcile,
    config: CONFIG,
    dayBook: dynamoDayBook(table),
    recalls,
    watches,
  };
  const look = () => watchSources(watchDeps, clock.nowMs() + 25_000);
  const work = async (): Promise<void> => {
    for (const { ref } of queue.sent.splice(0)) {
      const recalled = orderOfRecall(ref);
      if (recalled === undefined) await executeOrder(ref, execute);
      else await recallOrder(recalled, { ...execute, recalls });
    }
  };
  const minutes = async (count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute += 1) {
      await clock.sleep(MINUTE_MS);
      await look();
      await queueWaitingRecalls({ config: CONFIG, recalls, queue, clock });
      await work();
    }
  };
  const place = async (signal: Parameters<typeof world.receive>[0]) => {
    const row = await world.receive(signal);
    await executeOrder(row, execute);
    return world.row(row);
  };
  const speak = () => dynamoHeardSources(table).hear('trend', clock.nowMs());
  const open = () => openAtKraken('main', reconcile);
  const titles = async () => {
    const newest = await dynamoDeliveryLog(table).recent(100);
    return newest.map(({ notice }) => notice.title).sort();
  };
  const stands = async () => standing(await watches.read('trend'), HEARTBEAT, clock.nowMs()).state;
  return { minutes, place, speak, open, titles, look, stands };
}

describe('a source that falls silent', () => {
  it('is told once, its entries go and its exits stay, and it is told when it speaks', async () => {
    const { minutes, place, speak, open, titles, look, stands } = await start();
    expect(await stands()).toBe('unwatched');
    await speak();
    await look();
    // Bought first, so that there is something to sell.
    expect((await place({})).state).toBe('placed');
    expect((await place(ENTRY)).state).toBe('placed');
    const exit = await place({ ...EXIT, size: { unit: 'position', amount: '50' } });
    expect(exit.state).toBe('placed');
    expect(await open()).toHaveLength(2);
    await minutes(4);
    await speak();
    await minutes(5);
    expect(await stands()).toBe('heard');
    expect(await open()).toHaveLength(2);
    await minutes(1);
    expect(await stands()).toBe('silent');
    expect(await open()).toEqual([expect.stringMatching(/^sell /)]);
    await minutes(5);
    const silent = (await titles()).filter((title) => /silent/.test(title));
    expect(silent).toEqual([
      'Source trend is silent',
      'buy BTC/USD on main: its source fell silent',
    ]);
    await speak();
    await minutes(2);
    expect(await titles()).toContain('Source trend is heard again');
    expect(await stands()).toBe('heard');
    expect(await open()).toEqual([expect.stringMatching(/^sell /)]);
  });

  it('has its entries cancelled in the end when Kraken could not be asked', async () => {
    const { minutes, place, speak, open, titles, look } = await start();
    await speak();
    await look();
    await place(ENTRY);
    world.kraken.control.addFault({ method: 'OpenOrders', kind: 'html-502-before', times: 100 });
    await minutes(7);
    expect(await titles()).toContain('Source trend is silent');
    world.kraken.control.clearFaults();
    await minutes(1);
    expect(await open()).toEqual([]);
  });
});
