/**
 * An entry with its stop from the signal to the exchange and back: one order that the exchange knows
 * by a userref alone, which is recognised or proved absent whatever happens to its answer, and whose
 * stops sum up to what was filled.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decimal, plain } from '../../functions/core/decimal.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import { userrefOf } from '../../functions/core/identity.ts';
import type { Signal, SignalStop } from '../../functions/core/signal.ts';
import type { FaultSpec } from '../../infra/local/kraken/faults.ts';
import { orderWorld } from './order-world.ts';

/** BTC/USD stands at 60000, its ask is a little above. A source buys for 500 USD. */
const STOPS: [string, SignalStop, object][] = [
  ['a stop-loss', { type: 'stop-loss', price: '58000' }, { price: '58000' }],
  [
    'a stop with a limit',
    { type: 'stop-loss-limit', price: '58000', price2: '-0.5%' },
    { price: '58000', price2: '57710' },
  ],
  ['a trailing stop', { type: 'trailing-stop', price: '+2%' }, { price: '+2%' }],
];

describe('an entry with its stop', () => {
  let world: Awaited<ReturnType<typeof orderWorld>>;
  beforeAll(async () => {
    world = await orderWorld();
  });
  afterAll(async () => {
    await world.close();
  });

  /** Sends one signal, lets minutes pass, and says what is at the exchange. */
  async function live(signal: Partial<Signal>, fault?: FaultSpec) {
    const { control } = world.kraken;
    control.clearFaults();
    if (fault !== undefined) control.addFault(fault);
    const ref = await world.receive(signal);
    await executeOrder(ref, world.execute);
    const first = (await world.row(ref)).state;
    await world.minutes(fault === undefined ? 1 : 5);
    const row = await world.row(ref);
    const orders = control
      .state()
      .orders.filter(({ userref }) => userref === userrefOf(ref.orderKey));
    const parents = orders.filter(({ refid }) => refid === undefined);
    return { first, row, parents, stops: orders.filter(({ refid }) => refid !== undefined) };
  }

  it.each(STOPS)('leaves %s at the exchange', async (_name, stop, expected) => {
    const { row, parents, stops } = await live({ stop });
    expect(row).toMatchObject({ state: 'placed', sends: 1 });
    expect(parents).toMatchObject([{ txid: row.exchangeOrderId, clOrdId: null, status: 'closed' }]);
    const [{ volume } = { volume: '' }] = parents;
    expect(stops).toMatchObject([
      {
        refid: row.exchangeOrderId,
        side: 'sell',
        type: stop.type,
        status: 'open',
        volume,
        ...expected,
      },
    ]);
  });

  it.each(STOPS)('with %s is adopted by its userref when its answer is lost', async (_, stop) => {
    const { first, row, parents, stops } = await live(
      { stop },
      { method: 'AddOrder', kind: 'reset-after' },
    );
    expect([first, row.state, row.sends]).toEqual(['unknown', 'placed', 1]);
    expect(parents).toMatchObject([{ txid: row.exchangeOrderId }]);
    expect(stops).toHaveLength(1);
  });

  it('that rests is adopted before it has opened anything', async () => {
    const signal = {
      type: 'limit',
      price: '-2%',
      stop: { type: 'stop-loss', price: '-2%' },
    } as const;
    const fault = { method: 'AddOrder', kind: 'html-502-after' } as const;
    const { first, row, parents, stops } = await live(signal, fault);
    expect([first, row.state, row.sends]).toEqual(['unknown', 'placed', 1]);
    expect(parents).toMatchObject([{ txid: row.exchangeOrderId, status: 'open' }]);
    expect(stops).toEqual([]);
  });

  it.each<[string, FaultSpec]>([
    ['its request is lost', { method: 'AddOrder', kind: 'reset-before' }],
    ['Kraken is busy', { method: 'AddOrder', kind: 'error', error: 'EService:Busy' }],
  ])('is proved absent when %s', async (_name, fault) => {
    const { first, row, parents, stops } = await live({ stop: STOPS[0]![1] }, fault);
    expect([first, row.state, row.sends]).toEqual(['unknown', 'unplaced', 1]);
    expect([...parents, ...stops]).toEqual([]);
    await world.execute.tally.placed('main', world.kraken.control.state().orders[0]?.txid ?? '');
  });

  it('filled in parts has stops that sum up to what is filled', async () => {
    const { control } = world.kraken;
    const stop = { type: 'stop-loss', price: '57000' } as const;
    const { row } = await live({ type: 'limit', price: '59000', stop });
    const quote = { bid: '58990', ask: '59000', last: '58995', liquidity: '0.003' };
    for (let fill = 0; fill < 2; fill += 1) control.setQuote('BTC/USD', quote);
    const orders = control.state().orders.filter(({ refid }) => refid === row.exchangeOrderId);
    const parent = control.state().orders.find(({ txid }) => txid === row.exchangeOrderId);
    expect(orders.length).toBe(2);
    const sum = orders.reduce((all, { volume }) => all.plus(volume), decimal('0'));
    expect(plain(sum)).toBe(parent?.executed);
    expect(parent?.status).toBe('open');
    expect((await world.row(row)).state).toBe('placed');
  });

  it('whose stop is passed already is refused before anything is sent', async () => {
    const { row, parents } = await live({ stop: { type: 'stop-loss', price: '60500' } });
    expect(row).toMatchObject({ state: 'rejected', sends: 0, refusal: { code: 'bad-price' } });
    expect(parents).toEqual([]);
  });
});
