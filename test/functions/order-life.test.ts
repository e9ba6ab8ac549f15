import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoDeliveryLog } from '../../functions/adapters/dynamo/delivery-log.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import type { OrderState } from '../../functions/core/order-state.ts';
import type { FaultSpec } from '../../infra/local/kraken/faults.ts';
import { call } from '../infra/local/kraken/raw-client.ts';
import { orderWorld } from './order-world.ts';

/** The life of one order over the real adapters, the embedded table and the simulated exchange. */
describe('an order over the real adapters', () => {
  let world: Awaited<ReturnType<typeof orderWorld>>;
  beforeAll(async () => {
    world = await orderWorld();
  });
  afterAll(async () => {
    await world.close();
  });

  const ordersOf = (clientOrderId: string) =>
    world.kraken.control.state().orders.filter(({ clOrdId }) => clOrdId === clientOrderId);

  /** Sends one order into a fault, lets six minutes pass, and says what is left. */
  async function live(fault: FaultSpec | undefined) {
    world.kraken.control.clearFaults();
    if (fault !== undefined) world.kraken.control.addFault(fault);
    const ref = await world.receive();
    await executeOrder(ref, world.execute);
    const afterwards = (await world.row(ref)).state;
    await world.minutes(6);
    const row = await world.row(ref);
    return { afterwards, row, orders: ordersOf(row.clientOrderId) };
  }

  it('is placed with the pair, side, rounded volume and client order id that were decided', async () => {
    const { row, orders } = await live(undefined);
    expect(row).toMatchObject({ state: 'placed', sends: 1 });
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({
      txid: row.exchangeOrderId,
      pair: 'XXBTZUSD',
      side: 'buy',
      volume: row.attempt?.order.volume,
    });
  });

  const faults: [string, Omit<FaultSpec, 'method'>, OrderState, OrderState, number][] = [
    ['an answer lost after placing', { kind: 'reset-after' }, 'unknown', 'placed', 1],
    ['a request lost before placing', { kind: 'reset-before' }, 'unknown', 'unplaced', 0],
    ['silence after placing', { kind: 'timeout-after', holdMs: 50 }, 'unknown', 'placed', 1],
    ['silence before placing', { kind: 'timeout-before', holdMs: 50 }, 'unknown', 'unplaced', 0],
    ['HTML 502 after placing', { kind: 'html-502-after' }, 'unknown', 'placed', 1],
    ['HTML 502 before placing', { kind: 'html-502-before' }, 'unknown', 'unplaced', 0],
    ['HTML 520 after placing', { kind: 'html-502-after', status: 520 }, 'unknown', 'placed', 1],
    ['JSON cut after placing', { kind: 'cut-json-after' }, 'unknown', 'placed', 1],
    ['JSON cut before placing', { kind: 'cut-json-before' }, 'unknown', 'unplaced', 0],
    ['HTML with status 200', { kind: 'html-200', placed: true }, 'unknown', 'placed', 1],
    ['a redirect', { kind: 'redirect-307' }, 'unknown', 'unplaced', 0],
    ['a misdirected request', { kind: 'misdirected-421' }, 'unknown', 'unplaced', 0],
    [
      'EService:Busy although placed',
      { kind: 'error', error: 'EService:Busy', placed: true },
      'unknown',
      'placed',
      1,
    ],
    ['EService:Busy', { kind: 'error', error: 'EService:Busy' }, 'unknown', 'unplaced', 0],
    ['a refusal', { kind: 'error', error: 'EOrder:Insufficient funds' }, 'rejected', 'rejected', 0],
    [
      'an unlisted error',
      { kind: 'error', error: 'EFuture:Something new' },
      'unknown',
      'unplaced',
      0,
    ],
    [
      'an invalid nonce although placed',
      { kind: 'error', error: 'EAPI:Invalid nonce', placed: true },
      'unknown',
      'placed',
      1,
    ],
  ];
  it.each(faults)('%s ends as it must', async (_name, fault, at, end, count) => {
    const { afterwards, row, orders } = await live({ method: 'AddOrder', ...fault });
    expect([afterwards, row.state]).toEqual([at, end]);
    expect(orders).toHaveLength(count);
    expect(row.sends).toBe(1);
    if (end === 'unplaced') {
      const told = await dynamoDeliveryLog(world.table).recent(1_000);
      expect(told.some(({ notice }) => notice.text.includes(row.clientOrderId))).toBe(true);
    }
    // What blocks an account after failures in a row is another test's matter.
    await world.execute.tally.placed('main', row.exchangeOrderId ?? (await anyPlaced()));
  });

  async function anyPlaced(): Promise<string> {
    const [order] = world.kraken.control.state().orders;
    return order?.txid ?? '';
  }

  it('found late, after lagging reads, is adopted and not given up', async () => {
    world.kraken.control.setReadLag(80_000);
    const { row, orders } = await live({ method: 'AddOrder', kind: 'reset-after' });
    world.kraken.control.setReadLag(0);
    expect(row.state).toBe('placed');
    expect(orders).toHaveLength(1);
  });

  it('leaves no secret in any log line', () => {
    const secrets = [world.trade.secret, world.query.secret, world.trade.key, world.query.key];
    const logged = world.log.lines.join('\n');
    expect(logged.length).toBeGreaterThan(100);
    for (const secret of secrets) expect(logged).not.toContain(secret);
  });

  it('used every nonce once, and Kraken refused none', () => {
    expect(world.kraken.control.state().counters.noncesRefused).toBe(0);
  });
});

describe('an uncertain order on a busy account', () => {
  it('is proved absent although hundreds of trades followed it', async () => {
    const world = await orderWorld();
    try {
      world.kraken.control.addFault({ method: 'AddOrder', kind: 'reset-before' });
      const ref = await world.receive();
      await executeOrder(ref, world.execute);
      await world.clock.sleep(30_000);
      const { key, secret } = world.byHand;
      for (let order = 0; order < 260; order += 1) {
        await world.clock.sleep(1_000);
        const type = order % 2 ? 'sell' : 'buy';
        const params = { pair: 'XBTUSD', ordertype: 'market', type, volume: '0.001' };
        const nonce = String(world.clock.nowMs());
        const as = { key, secret, nonce };
        expect(await call(world.kraken.url, 'AddOrder', params, as)).toMatchObject({ error: [] });
      }
      await world.minutes(5);
      expect((await world.row(ref)).state).toBe('unplaced');
    } finally {
      await world.close();
    }
  });
});
