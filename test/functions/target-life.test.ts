/**
 * A strategy's messages to orders, fills and its book, over the embedded DynamoDB and the embedded
 * Kraken: what the book says, what the exchange holds and what the strategy claims end up the same.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { dynamoDeliveryLog } from '../../functions/adapters/dynamo/delivery-log.ts';
import type { Source } from '../../functions/core/config.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../functions/core/follow/follow-orders.ts';
import { reconcileOrders } from '../../functions/core/reconcile/reconcile-orders.ts';
import type { Stand, Target } from '../../functions/core/signal.ts';
import { decimal, plain } from '../../functions/core/decimal.ts';
import { newRow } from '../../functions/core/new-row.ts';
import { orderRow, TEST_CONFIG, TREND } from '../core/order-fixture.ts';
import { orderWorld } from './order-world.ts';

let world: Awaited<ReturnType<typeof orderWorld>>;
afterEach(() => world.close());

const FLAT: Stand = { position: 'flat' };
const long = (size: string): Stand => ({ position: 'long', size });

async function start(source: Partial<Source> = { size: { kind: 'signal' } }) {
  world = await orderWorld();
  world.kraken.control.setPrice('BTC/USD', '50000');
  const config = {
    ...TEST_CONFIG,
    sources: { trend: { ...TREND, target: true, ...source } },
  };
  const over = (deps: OrderDeps): OrderDeps => ({ ...deps, config });
  const [execute, reconcile] = [over(world.execute), over(world.reconcile)];
  const ref = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
  const work = async (): Promise<void> => {
    for (const sent of world.queue.sent.splice(0)) await executeOrder(sent.ref, execute);
  };
  return {
    ...{ execute, reconcile, work },
    /** Receives a message and carries it out, with whatever it queues. */
    say: async (stand: Stand, more: { prev?: Stand; sentAtMs?: number; id?: string } = {}) => {
      const { prev, ...rest } = more;
      const target: Target = { ...stand, ...(prev === undefined ? {} : { prev }) };
      const row = await world.receive({ target, action: 'buy', ...rest });
      await executeOrder(row, execute);
      await work();
      return world.row(row);
    },
    follow: () => followOrders(reconcile),
    book: async () => {
      const { book, inFlight } = await execute.books.read(ref);
      return { ...book, inFlight };
    },
    /** What the account holds at the exchange. */
    held: async (): Promise<string> => {
      const desk = await execute.desk('main');
      const lane = await execute.lanes.take(desk.keyId, 'test');
      if (typeof lane === 'string') throw new Error(lane);
      const balances = await desk.exchange(lane).balances();
      await execute.lanes.release(lane);
      return plain(balances.get('BTC')?.total ?? decimal('0'));
    },
  };
}

describe('a strategy that says where it stands', () => {
  it('is followed in and out, and in parts, to the last lot', async () => {
    const { say, follow, book, held } = await start();
    const claims = ['0.01', '0.015', '0.004', '0.02'];
    for (const size of claims) {
      expect(await say(long(size))).toMatchObject({ state: 'placed' });
      await follow();
      expect(await book()).toMatchObject({ quantity: size, inFlight: [] });
      expect(await held()).toBe(size);
      await world.clock.sleep(60_000);
    }
    await say(FLAT);
    await follow();
    expect(await book()).toMatchObject({ quantity: '0', cost: '0', inFlight: [] });
    expect(await held()).toBe('0');
    expect(Number((await book()).fees)).toBeGreaterThan(0);
  });

  it('needs no look in between: the worker settles the book before it decides', async () => {
    const { say, book, follow, held } = await start();
    await say(long('0.01'));
    await say(long('0.025'), { id: 'more' });
    await say(long('0.02'), { id: 'less' });
    await follow();
    expect(await book()).toMatchObject({ quantity: '0.02', inFlight: [] });
    expect(await held()).toBe('0.02');
  });

  it('heals what was lost, doubled and came late', async () => {
    const { say, follow, book, held } = await start();
    const firstMs = world.clock.nowMs();
    await say(long('0.01'));
    await world.clock.sleep(10_000);
    // The message about 0.012 is lost; the one about 0.015 comes twice, under two ids.
    await say(long('0.015'), { prev: long('0.012') });
    const again = await say(long('0.015'), { prev: long('0.012') });
    expect(again).toMatchObject({ state: 'unneeded' });
    expect(again.outcome).toContain('holds 0.015 BTC already');
    // The lost one comes after all, with the time at which it was sent.
    const late = await say(long('0.012'), { sentAtMs: firstMs + 5_000, prev: long('0.01') });
    expect(late).toMatchObject({ state: 'unneeded' });
    expect(late.outcome).toContain('a newer message of the strategy');
    await follow();
    expect(await book()).toMatchObject({ quantity: '0.015', claim: { size: '0.015' } });
    expect(await held()).toBe('0.015');
  });

  it.each([
    [1, 2, 3],
    [1, 3, 2],
    [2, 1, 3],
    [2, 3, 1],
    [3, 1, 2],
    [3, 2, 1],
  ])(
    'is where the last of three in one second says, when they come as %i, %i, %i',
    async (...order) => {
      const { say, follow, book, held } = await start();
      const way = [long('0.01'), long('0.02'), long('0.005'), long('0.015')];
      await say(way[0]!, { prev: FLAT, id: 'before' });
      await world.clock.sleep(5_000);
      const sentAtMs = Math.floor(world.clock.nowMs() / 1_000) * 1_000;
      for (const number of order) {
        const more = { prev: way[number - 1]!, sentAtMs, id: `step-${number}` };
        const row = await say(way[number]!, more);
        const isLater = order.slice(0, order.indexOf(number)).some((before) => before > number);
        expect(row.state).toBe(isLater ? 'unneeded' : 'placed');
      }
      await follow();
      expect(await book()).toMatchObject({ quantity: '0.015', claim: { size: '0.015' } });
      expect(await held()).toBe('0.015');
    },
  );

  it('in one second of which not all have come waits, and a later second stands above it', async () => {
    const { say, execute, follow, book, held } = await start();
    const sentAtMs = world.clock.nowMs();
    await say(long('0.01'), { prev: long('0.02'), sentAtMs, id: 'one' });
    const other = await say(long('0.03'), { prev: long('0.04'), sentAtMs, id: 'other' });
    expect(other).toMatchObject({ state: 'received' });
    expect(other.outcome).toContain('bears the same second as the message (one, long 0.01)');
    await world.clock.sleep(2_000);
    await say(FLAT, { prev: long('0.03'), sentAtMs: sentAtMs + 1_000, id: 'after' });
    await executeOrder(other, execute);
    expect(await world.row(other)).toMatchObject({ state: 'unneeded' });
    await follow();
    expect(await book()).toMatchObject({ quantity: '0' });
    expect(await held()).toBe('0');
  });

  it('leaves in the second in which it entered, also as the first that it ever says', async () => {
    const { say, follow, book, held } = await start();
    const sentAtMs = world.clock.nowMs();
    const entry = { prev: FLAT, sentAtMs };
    expect(await say(long('0.01'), { ...entry, id: 'in' })).toMatchObject({ state: 'placed' });
    const exit = await say(FLAT, { prev: { position: 'long' }, sentAtMs, id: 'out' });
    expect(exit).toMatchObject({ state: 'placed' });
    await say(long('0.01'), { ...entry, id: 'in again' });
    const last = await say(FLAT, { prev: long('0.01'), sentAtMs, id: 'out again' });
    expect(last).toMatchObject({ state: 'placed' });
    await follow();
    expect(await book()).toMatchObject({ quantity: '0', claim: { position: 'flat' } });
    expect(await held()).toBe('0');
  });

  it('after an exit that was lost: the next in the second of an entry waits, and is told', async () => {
    const { say, execute, follow, book } = await start();
    await say(long('0.01'), { prev: FLAT, id: 'before' });
    await world.clock.sleep(5_000);
    const sentAtMs = world.clock.nowMs();
    await say(long('0.01'), { prev: FLAT, sentAtMs, id: 'in' });
    const target = { ...FLAT, prev: long('0.01') };
    const { signal, payloadHash } = orderRow({ id: 'out', sentAtMs, target }, TEST_CONFIG);
    const at = { receivedAtMs: sentAtMs, maxAgeMs: 60_000 };
    const exit = newRow({ account: 'main', state: 'received', signal, payloadHash, ...at });
    await execute.orders.receive(exit, 'received');
    await executeOrder(exit, execute);
    const { state, outcome } = await world.row(exit);
    expect(state).toBe('received');
    expect(outcome).toContain('the same second as the message (in, long 0.01)');
    await world.clock.sleep(130_000);
    await executeOrder(exit, execute);
    const told = await dynamoDeliveryLog(world.table).recent(100);
    expect(told.map(({ notice }) => notice.id)).toContain(`waiting:${exit.clientOrderId}`);
    // What the strategy says next stands above both.
    await say(FLAT, { sentAtMs: world.clock.nowMs(), id: 'after' });
    await executeOrder(exit, execute);
    expect(await world.row(exit)).toMatchObject({ state: 'unneeded' });
    await follow();
    expect(await book()).toMatchObject({ quantity: '0', claim: { position: 'flat' } });
  });

  it('closes only its own: what another strategy bought on the pair stays', async () => {
    const { say, execute, follow, held } = await start();
    await executeOrder(await world.receive({ action: 'buy', owner: 'other' }), {
      ...execute,
      config: TEST_CONFIG,
    });
    const others = await held();
    await say(long('0.01'));
    await say(FLAT, { id: 'out' });
    await follow();
    expect(Number(others)).toBeGreaterThan(0);
    expect(await held()).toBe(others);
  });

  it('is sized by harpoon.yaml, and its later sizes keep that scale', async () => {
    const { say, follow, book } = await start({
      size: { kind: 'quote', amount: '500', currency: 'USD' },
    });
    await say(long('2'));
    await follow();
    const opened = await book();
    expect(opened.quantity).toBe('0.00999998');
    await say(long('1'), { id: 'half' });
    await follow();
    expect((await book()).quantity).toBe('0.00499999');
    await say(long('3'), { id: 'more' });
    await follow();
    expect(Number((await book()).quantity)).toBeCloseTo(0.0149, 3);
  });

  it.each(['html-502-after', 'reset-after', 'html-502-before'] as const)(
    'waits for an order whose answer is lost (%s) before it decides again',
    async (kind) => {
      const { say, reconcile, work, follow, book, held } = await start();
      world.kraken.control.addFault({ method: 'AddOrder', kind, times: 1 });
      expect(await say(long('0.01'))).toMatchObject({ state: 'unknown' });
      const next = await say(long('0.02'), { id: 'next' });
      expect(next).toMatchObject({ state: 'received' });
      expect(next.outcome).toContain('an earlier order of the strategy is unknown');
      for (let minute = 0; minute < 5; minute += 1) {
        await reconcileOrders(reconcile);
        await work();
        await world.clock.sleep(60_000);
      }
      await follow();
      const { quantity, inFlight } = await book();
      expect(inFlight).toEqual([]);
      expect(await held()).toBe(quantity);
    },
  );
});
