/**
 * Every order type from its signal to the exchange and back: an order whose answer is lost is
 * recognised by its look-up, once, and what waits is still an order that was placed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import type { Signal } from '../../functions/core/signal.ts';
import { fakeClock } from '../fakes/clock.ts';
import { orderWorld } from './order-world.ts';

/** BTC/USD stands at 60000. A source buys for 500 USD. */
const TYPES: [string, Partial<Signal>, object][] = [
  ['a market order', { type: 'market' }, { status: 'closed' }],
  ['a limit at a distance', { type: 'limit', price: '-1%' }, { price: '59400', status: 'open' }],
  [
    'an iceberg',
    { type: 'iceberg', price: '59000', displayVolume: '0.002' },
    { displayVolume: '0.002', status: 'open' },
  ],
  ['a stop-loss', { type: 'stop-loss', price: '61000' }, { price: '61000', status: 'open' }],
  ['a take-profit', { type: 'take-profit', price: '-2%' }, { price: '58800', status: 'open' }],
  [
    'a stop-loss-limit',
    { type: 'stop-loss-limit', price: '61000', price2: '+0.5%' },
    { price: '61000', price2: '61305', status: 'open' },
  ],
  [
    'a take-profit-limit',
    { type: 'take-profit-limit', price: '59000', price2: '59100' },
    { price: '59000', price2: '59100', status: 'open' },
  ],
  [
    'a trailing stop by the index',
    { type: 'trailing-stop', price: '+1%', trigger: 'index' },
    { price: '+1%', trigger: 'index', status: 'open' },
  ],
  [
    'a trailing stop with a limit',
    { type: 'trailing-stop-limit', price: '+500', price2: '+10' },
    { price: '+500', price2: '+10', status: 'open' },
  ],
];

describe('every order type', () => {
  const clock = fakeClock();
  let world: Awaited<ReturnType<typeof orderWorld>>;
  beforeAll(async () => {
    world = await orderWorld(clock);
  });
  afterAll(async () => {
    await world.close();
  });

  /** Sends one signal, lets five minutes pass, and says what became of it. */
  async function live(signal: Partial<Signal>) {
    const ref = await world.receive(signal);
    await executeOrder(ref, world.execute);
    const first = (await world.row(ref)).state;
    await world.minutes(5);
    const row = await world.row(ref);
    const { orders } = world.kraken.control.state();
    return { first, row, orders: orders.filter(({ clOrdId }) => clOrdId === row.clientOrderId) };
  }

  it.each(TYPES)('%s is placed as it was decided', async (_, signal, expected) => {
    world.kraken.control.clearFaults();
    const { row, orders } = await live(signal);
    expect(row).toMatchObject({ state: 'placed', sends: 1 });
    expect(orders).toMatchObject([{ txid: row.exchangeOrderId, side: 'buy', ...expected }]);
    expect(orders[0]?.volume).toBe(row.attempt?.order.volume);
  });

  it.each(TYPES)('%s is recognised when its answer is lost', async (_, signal, expected) => {
    world.kraken.control.clearFaults();
    world.kraken.control.addFault({ method: 'AddOrder', kind: 'reset-after' });
    const { first, row, orders } = await live(signal);
    expect([first, row.state, row.sends]).toEqual(['unknown', 'placed', 1]);
    expect(orders).toMatchObject([{ txid: row.exchangeOrderId, ...expected }]);
  });

  it('an order that starts and ends is recognised by its times', async () => {
    world.kraken.control.clearFaults();
    world.kraken.control.addFault({ method: 'AddOrder', kind: 'reset-after' });
    const nowMs = clock.nowMs();
    const times = { startAtMs: nowMs + 600_000, expireAtMs: nowMs + 7_200_000 };
    const { first, row, orders } = await live({ type: 'limit', price: '59000', ...times });
    expect([first, row.state, row.sends]).toEqual(['unknown', 'placed', 1]);
    expect(orders).toMatchObject([{ txid: row.exchangeOrderId, status: 'pending' }]);
  });

  it('a trigger that would fire at once is refused before anything is sent', async () => {
    world.kraken.control.clearFaults();
    const { row, orders } = await live({ type: 'stop-loss', price: '59000' });
    expect(row).toMatchObject({ state: 'rejected', sends: 0, refusal: { code: 'bad-price' } });
    expect(orders).toEqual([]);
  });
});
