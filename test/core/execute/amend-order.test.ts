/** Carrying out an amend that a sender asked for, wherever its order stands. */
import { describe, expect, it } from 'vitest';
import { amendRef, orderOfAmend } from '../../../functions/core/execute/amends.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { ordersShown } from '../../../functions/core/order-now.ts';
import { reconcileOrders } from '../../../functions/core/reconcile/reconcile-orders.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { KEY_ID } from '../order-fixture.ts';
import { amending, LIMIT, LOST } from './amend-fixture.ts';

describe('the name of an amend in the queue', () => {
  it('leads back to its order, and no order has it', async () => {
    const row = await amending().receive();
    const { account, orderKey } = row;
    expect(orderOfAmend(amendRef(row))).toEqual({ account, orderKey });
    expect(orderOfAmend(row)).toBeUndefined();
  });
});

describe('an amend', () => {
  it('of an order at Kraken changes it with absolute values, and is told and on record', async () => {
    const { ask, placed, amend, exchange, store, last, why, waits, clock } = amending();
    const row = await placed();
    const asked = await ask(row, { price: '49000' });
    await amend(row);
    const [sent] = exchange.amends;
    expect(sent?.change).toEqual({
      ...{ volume: '0.01010101', limitPrice: '49000', deadlineMs: clock.nowMs() + 10_000 },
    });
    expect(store.row(row).amended).toMatchObject({
      now: { price: '49000' },
      asked: { before: { price: '49500' }, order: { price: '49000' }, adds: false },
      ended: { firedAtMs: asked.firedAtMs, hash: asked.hash },
    });
    const steps = store.audit(row).map((step) => step.why);
    expect(steps.slice(-2)).toEqual([
      'amend asked for: 0.01010101 at limit 49000',
      expect.stringMatching(/^amend made: 0\.01010101 at limit 49000: changed in place \(amend T/),
    ]);
    expect(why(row)).toMatch(/^amend made/);
    expect(last()).toMatchObject({
      ...{ id: `amend:${row.clientOrderId}:${asked.firedAtMs}`, urgency: 'info' },
      title: 'buy BTC/USD on main: changed',
      text: expect.stringMatching(/It is now 0\.01010101 at limit 49000\./) as string,
    });
    expect(await waits()).toBe(0);
    expect(await store.lanes.take(KEY_ID, 'next')).toMatchObject({ owner: 'next' });
    await amend(row);
    expect(exchange.amends).toHaveLength(1);
  });

  it('of an order with leverage that has rested for long changes it too', async () => {
    const { ask, placed, amend, exchange, waits, clock } = amending({
      account: { rails: undefined } as never,
    });
    const levels = { leverageBuy: [2], leverageSell: [2] };
    exchange.market.pairs = () => Promise.resolve([{ ...BTC_USD, ...levels }]);
    const row = await placed({ leverage: '2' });
    await clock.sleep(3_600_000);
    await ask(row, { price: '49000' });
    await amend(row);
    expect(exchange.amends.map(({ change }) => change.limitPrice)).toEqual(['49000']);
    expect(await waits()).toBe(0);
  });

  it('whose answer got lost goes out again with the same values, counted once', async () => {
    const { ask, placed, amend, exchange, store, waits } = amending();
    const row = await placed();
    exchange.amendFates.push({ changed: false, told: LOST }, { changed: true, told: LOST });
    await ask(row, { price: '+0.2%' });
    await amend(row);
    expect(exchange.amends.map(({ change }) => change.limitPrice)).toEqual(['50100', '50100']);
    expect(store.row(row).amended).toMatchObject({ now: { price: '50100' } });
    expect(await waits()).toBe(0);
  });

  it('that a crash left between its licence and its sending is sent with the licence’s values', async () => {
    const { ask, placed, amend, exchange, store } = amending();
    const row = await placed();
    await ask(row, { price: '49000' });
    exchange.amendFates.push({ changed: false, told: LOST });
    const orders = exchange.orders.bind(exchange);
    let calls = 0;
    exchange.orders = (ids) =>
      (calls += 1) === 1 ? orders(ids) : Promise.reject(new Error('away'));
    await amend(row);
    const asked = store.row(row).amended?.asked;
    expect(asked?.settledAtMs).toBeUndefined();
    expect(ordersShown(store.row(row), Date.now()).map(({ price }) => price)).toEqual([
      ...['49500', '49500', '49000'],
    ]);
  });

  it('of an order that has not gone out waits for it, and changes it then', async () => {
    const { receive, ask, amend, deps, shown, waits } = amending();
    const row = await receive(LIMIT);
    await ask(row, { price: '49000' });
    await amend(row);
    expect(await waits()).toBe(1);
    await executeOrder(row, deps);
    await amend(row);
    expect(await shown()).toEqual(['49000']);
  });

  it('of an order that did not go out in its time ends, told', async () => {
    const { receive, ask, amend, clock, last, waits, store } = amending();
    const row = await receive(LIMIT);
    await ask(row, { price: '49000' });
    await clock.sleep(60_000);
    await amend(row);
    expect(await waits()).toBe(0);
    expect(last()).toMatchObject({ urgency: 'warning' });
    expect(last()?.text).toMatch(/had not|has not gone out yet when the time/);
    // Whoever looks for what is due still finds the order.
    expect(store.row(row).dueAtMs).toBe(row.dueAtMs);
  });

  it('of an order of which nobody knows waits until it is known', async () => {
    const { receive, ask, amend, deps, reconcileDeps, exchange, clock, shown, waits, last } =
      amending();
    exchange.fates.push(() => ({ placed: true, told: LOST }));
    const row = await receive(LIMIT);
    await executeOrder(row, deps);
    await ask(row, { price: '49000' }, { untilMs: clock.nowMs() + 3_600_000 });
    await amend(row);
    expect(await waits()).toBe(1);
    await clock.sleep(120_000);
    await amend(row);
    expect(last()).toMatchObject({
      urgency: 'page',
      title: expect.stringMatching(/not known yet/) as string,
    });
    await reconcileOrders(reconcileDeps);
    await amend(row);
    expect(await shown()).toEqual(['49000']);
  });

  it('of an order that ended otherwise, or is filled, has nothing to change', async () => {
    const { receive, ask, amend, deps, last, exchange } = amending();
    const row = await receive();
    await executeOrder(row, deps);
    await ask(row, { volume: '0.02' });
    await amend(row);
    expect(last()?.text).toMatch(/not open at Kraken any more/);
    const gone = await receive(LIMIT);
    await deps.orders.move(gone, 'withdrawn', { why: 'taken back', atMs: 1, dueAtMs: null });
    await ask(gone, { price: '49000' });
    await amend(gone);
    expect(last()?.text).toMatch(/was withdrawn already/);
    expect(exchange.amends).toEqual([]);
  });

  it('of an order that follows from a target is refused: a new target changes it', async () => {
    const { ask, placed, amend, exchange, last, store } = amending();
    const row = await placed();
    await ask(row, { price: '49000' });
    const read = store.orders.read.bind(store.orders);
    const target = { position: 'long' } as const;
    store.orders.read = async (ref) => {
      const found = await read(ref);
      return found && { ...found, signal: { ...found.signal, target } };
    };
    await amend(row);
    expect(exchange.amends).toEqual([]);
    expect(last()?.text).toMatch(/send a new target/);
  });

  it('is refused by a rail with its numbers, and the order stays', async () => {
    const { ask, placed, amend, exchange, last, why, shown } = amending();
    const row = await placed();
    await ask(row, { volume: '1' });
    await amend(row);
    expect(exchange.amends).toEqual([]);
    expect(last()).toMatchObject({ urgency: 'warning', title: 'buy BTC/USD on main: not changed' });
    expect(last()?.text).toMatch(/maxOrder/);
    expect(why(row)).toMatch(/^amend refused: above-max-order/);
    expect(await shown()).toEqual(['49500']);
  });

  it.each([
    ['entries', '49600', 0],
    ['entries', '49400', 1],
    ['all', '49400', 0],
  ] as const)('while the switch blocks %s, to %s: %i go out', async (blocks, price, count) => {
    const { ask, placed, amend, exchange, store, waits } = amending();
    const row = await placed();
    store.setSwitch('main', blocks);
    await ask(row, { price });
    await amend(row);
    expect(exchange.amends).toHaveLength(count);
    expect(await waits()).toBe(0);
  });

  it('that Kraken refuses ends with its words; one that shows a bad key trips the switch', async () => {
    const { ask, placed, amend, exchange, last, store, clock } = amending();
    const row = await placed();
    const refused = { kind: 'refused', reason: 'EOrder:Insufficient funds', trips: false } as const;
    exchange.amendFates.push({ changed: false, told: refused });
    await ask(row, { price: '49000' });
    await amend(row);
    expect(last()?.text).toMatch(/EOrder:Insufficient funds/);
    expect(ordersShown(store.row(row), clock.nowMs() + 90_000)).toMatchObject([{ price: '49500' }]);
    expect(await store.switches.read('main')).toEqual({ kind: 'on' });
    await clock.sleep(1_000);
    exchange.amendFates.push({ changed: false, told: { ...refused, trips: true } });
    await ask(row, { price: '49000' });
    await amend(row);
    expect(await store.switches.read('main')).toMatchObject({ kind: 'off', blocks: 'all' });
  });

  it('never goes out after a newer one has ended', async () => {
    const { ask, placed, amend, exchange, store, clock, waits } = amending();
    const row = await placed();
    await clock.sleep(1_000);
    await ask(row, { price: '49000' });
    await amend(row);
    // As a table that was restored would have it: the record has forgotten the newer one.
    const older = { firedAtMs: clock.nowMs() - 500, hash: 'older' };
    store.amends.asked = async (ref) => ({
      ...{ ...ref, source: 'trend', signalId: 's', wish: { price: '48000' } },
      ...{ askedAtMs: clock.nowMs(), untilMs: clock.nowMs() + 60_000, ...older },
    });
    await amend(row);
    expect(exchange.amends).toHaveLength(1);
    expect(await waits()).toBe(0);
  });

  it('to what the order is already sends nothing and says so', async () => {
    const { ask, placed, amend, exchange, last } = amending();
    const row = await placed();
    await ask(row, { price: '49500.0' });
    await amend(row);
    expect(exchange.amends).toEqual([]);
    expect(last()?.text).toMatch(/It is so already/i);
  });

  it.each<[string, (all: ReturnType<typeof amending>) => unknown, RegExp]>([
    ['Kraken is away', ({ exchange }) => (exchange.down = true), /Kraken is away/],
    ['Kraken does not show the order', ({ exchange }) => (exchange.blind = true), /does not show/],
    ['the key is in use', ({ deps }) => deps.lanes.take(KEY_ID, 'an order'), /main is busy/],
  ])('waits while %s, and gives the lane back', async (_what, trouble, reason) => {
    const all = amending();
    const row = await all.placed();
    await all.ask(row, { price: '49000' });
    await trouble(all);
    await all.amend(row);
    expect(await all.waits()).toBe(1);
    expect(all.log.lines.join()).toMatch(reason);
    expect(all.exchange.amends).toEqual([]);
  });

  it('of an order that the table has forgotten ends', async () => {
    const { receive, ask, amend, waits } = amending();
    const row = await receive();
    const gone = { ...row, orderKey: 'f'.repeat(64) };
    await ask(gone, { price: '49000' });
    await amend(gone);
    expect(await waits()).toBe(0);
  });
});
