/** The daily summary over the real adapters: DynamoDB embedded, Kraken's client, the simulator. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoDayBook } from '../../functions/adapters/dynamo/day-book.ts';
import { dynamoDeliveryLog } from '../../functions/adapters/dynamo/delivery-log.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import type { Notice } from '../../functions/core/notices/notice.ts';
import { writeSummary } from '../../functions/core/notifications/write-summary.ts';
import type { FakeClock } from '../fakes/clock.ts';
import { fakeClock } from '../fakes/clock.ts';
import { orderWorld } from './order-world.ts';

const HOUR_MS = 3_600_000;

describe('the daily summary over the real adapters', () => {
  let clock: FakeClock;
  let world: Awaited<ReturnType<typeof orderWorld>>;

  beforeAll(async () => {
    clock = fakeClock();
    world = await orderWorld(clock);
  });
  afterAll(async () => world.close());

  const nextDay = async (hours = 24): Promise<Notice> => {
    clock.advance(hours * HOUR_MS);
    const { reconcile, table } = world;
    const deliveries = dynamoDeliveryLog(table);
    const config = { ...reconcile.config, summary: { atMinute: 8 * 60, channels: [] } };
    const deps = { ...reconcile, config, dayBook: dynamoDayBook(table), deliveries };
    expect(await writeSummary(deps, clock.nowMs() + 30_000)).toBe('written');
    expect(await writeSummary(deps, clock.nowMs() + 30_000)).toBe('written-before');
    const summaries = (await deliveries.recent(100)).map(({ notice }) => notice);
    const [newest] = summaries.filter(({ subject }) => subject === 'summary');
    if (newest === undefined) throw new Error('it was written');
    return newest;
  };
  const factsOf = ({ facts = [] }: Notice) =>
    Object.fromEntries(facts.map(({ label, value }) => [label, value]));

  it('has what Kraken executed, and finds that the record is right', async () => {
    clock.advance(-2 * HOUR_MS);
    const bought = await world.receive();
    const resting = await world.receive({ type: 'limit', price: '60000' });
    for (const row of [bought, resting]) await executeOrder(row, world.execute);
    clock.advance(2 * HOUR_MS);
    const facts = factsOf(await nextDay());
    const [order] = world.kraken.control.state().orders;
    expect(Number(order?.cost)).toBeGreaterThan(0);
    expect(Number(order?.fee)).toBeGreaterThan(0);
    expect(facts['Bought']).toMatch(/^[0-9.]+ USD$/);
    expect(Number.parseFloat(facts['Bought'] ?? '')).toBeCloseTo(Number(order?.cost), 4);
    expect(Number.parseFloat(facts['Fees'] ?? '')).toBeCloseTo(Number(order?.fee), 4);
    expect(facts['Signals']).toBe('2: 2 placed');
    expect(facts['Record']).toBe('checked 2 orders against Kraken, no differences');
    expect(facts['Blocked now']).toBe('nothing');
  });

  it('says which order is gone, and which is not Harpoon’s', async () => {
    const { execute } = world;
    const received = await world.receive();
    await executeOrder(received, execute);
    const real = await world.row(received);
    if (real.attempt === undefined) throw new Error('it was sent');
    // On record as placed, and not at Kraken.
    const lost = { ...real, orderKey: 'f'.repeat(64), exchangeOrderId: 'OAAAAA-AAAAA-AAAAAA' };
    await execute.orders.receive(lost, 'received');
    // Placed with the same key by somebody else.
    const desk = await execute.desk('main');
    const lane = await execute.lanes.take(desk.keyId, 'by hand');
    if (typeof lane === 'string') throw new Error(lane);
    const deadlineMs = clock.nowMs() + 10_000;
    const attempt = { ...real.attempt, nonce: lane.nextNonce(), deadlineMs };
    const byHand = await desk.exchange(lane).place(attempt, { clientOrderId: randomUUID() });
    await execute.lanes.release(lane);
    if (byHand.kind !== 'placed') throw new Error(byHand.kind);
    const notice = await nextDay(23);
    expect(factsOf(notice)['Record']).toBe(
      'checked 2 orders against Kraken, 1 difference; 1 order not Harpoon’s',
    );
    expect(notice.text).toContain('Kraken does not show it (Kraken order id OAAAAA-AAAAA-AAAAAA)');
    expect(notice.text).toContain(`(Kraken order id ${byHand.exchangeOrderId})`);
    expect(notice.urgency).toBe('warning');
  });

  it('says that Kraken could not be asked', async () => {
    world.kraken.control.addFault({
      method: 'QueryOrders',
      kind: 'error',
      error: 'EService:Busy',
      times: 50,
    });
    const notice = await nextDay();
    expect(notice.title).toContain('not all could be checked');
    expect(notice.text).toContain('EService:Busy');
  });
});
