/** Carrying out a cancel that a sender asked for, wherever its order stands. */
import { describe, expect, it } from 'vitest';
import { ExchangeError } from '../../../functions/core/exchange-error.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { recallOrder } from '../../../functions/core/execute/recall-order.ts';
import { recallRef, orderOfRecall } from '../../../functions/core/execute/recalls.ts';
import { recordSecondLeg, secondLegOf } from '../../../functions/core/execute/second-leg.ts';
import { KEY_ID } from '../order-fixture.ts';
import { LIMIT, recalling } from './recall-fixture.ts';

describe('the name of a recall in the queue', () => {
  it('leads back to its order, and no order has it', async () => {
    const row = await recalling().receive();
    const { account, orderKey } = row;
    expect(orderOfRecall(recallRef(row))).toEqual({ account, orderKey });
    expect(orderOfRecall(row)).toBeUndefined();
  });
});

describe('a recall', () => {
  it('of an order that waits ends it, and it never goes out', async () => {
    const { receive, ask, recall, deps, store, exchange, waits, titles } = recalling();
    const row = await receive();
    await ask(row);
    await recall(row);
    expect(store.row(row)).toMatchObject({
      ...{ state: 'withdrawn', outcome: 'its sender cancelled it before it went out' },
    });
    expect(await waits()).toBe(0);
    await executeOrder(row, deps);
    expect(exchange.received).toEqual([]);
    expect(titles()).toEqual(['buy KRAKEN:XBTUSD on main: taken back before it went out']);
  });

  it('of an order at Kraken cancels that one and leaves the others alone', async () => {
    const { receive, ask, recall, deps, open, waits, store, clock } = recalling();
    const [row, other] = [await receive(LIMIT), await receive(LIMIT)];
    for (const each of [row, other]) await executeOrder(each, deps);
    expect(await open()).toBe(2);
    await ask(row);
    await recall(row);
    expect(await open()).toBe(1);
    expect((await deps.desk('main')).keyId).toBe(KEY_ID);
    expect(await waits()).toBe(0);
    expect(store.row(row).state).toBe('placed');
    expect(store.notices().at(-1)).toMatchObject({
      id: `recalled:${row.clientOrderId}`,
      urgency: 'info',
      title: 'buy BTC/USD on main: its sender asked for a cancel',
      text: 'Cancelled at Kraken; what was filled before stays.',
      atMs: clock.nowMs(),
    });
  });

  it.each([
    ['waits', 'withdrawn'],
    ['is filled', 'placed'],
  ])('of an exit that %s takes the entry behind it back too', async (what, state) => {
    const { receive, ask, recall, deps, store, exchange, waits } = recalling();
    const row = await receive({ target: { position: 'long', size: '0.01' } });
    if (what === 'is filled') await executeOrder(row, deps);
    await recordSecondLeg(row, deps);
    const entry = store.row(secondLegOf(row));
    await ask(row);
    await recall(row);
    expect(store.row(row)).toMatchObject({ state });
    expect(store.row(entry)).toMatchObject({
      ...{ state: 'withdrawn', outcome: 'its sender cancelled it before it went out' },
    });
    expect(await waits()).toBe(0);
    const sent = exchange.received.length;
    await executeOrder(entry, deps);
    expect(exchange.received).toHaveLength(sent);
  });

  it('is not over while somebody else moves the entry behind it', async () => {
    const { receive, ask, recall, deps, store, waits } = recalling();
    const row = await receive({ target: { position: 'long', size: '0.01' } });
    await recordSecondLeg(row, deps);
    const move = store.orders.move.bind(store.orders);
    let moves = 0;
    store.orders.move = (of, to, change) =>
      (moves += 1) === 2 ? Promise.resolve('lost') : move(of, to, change);
    await ask(row);
    await recall(row);
    expect(store.row(secondLegOf(row))).toMatchObject({ state: 'withdrawn' });
    expect(await waits()).toBe(0);
  });

  it('of an order that is filled says that nothing was open any more', async () => {
    const { receive, ask, recall, deps, store } = recalling();
    const row = await receive();
    await executeOrder(row, deps);
    await ask(row);
    await recall(row);
    expect(store.notices().at(-1)?.text).toBe(
      'It was not open at Kraken any more: filled, cancelled or expired before.',
    );
  });

  it('of an order of which nobody knows waits until it is known', async () => {
    const { receive, ask, recall, deps, reconcileDeps, exchange, clock, store, open, waits } =
      recalling();
    exchange.fates.push(() => ({ placed: true, told: { kind: 'unknown', reason: 'no answer' } }));
    const row = await receive(LIMIT);
    await executeOrder(row, deps);
    await ask(row);
    await recall(row);
    expect(await open()).toBe(1);
    expect(await waits()).toBe(1);
    await clock.sleep(60_000);
    await recall(row);
    expect(store.notices().at(-1)).toMatchObject({
      ...{ id: `recall-waits:${row.clientOrderId}`, urgency: 'page' },
      title: 'buy BTC/USD on main: could not be cancelled yet',
    });
    const { reconcileOrders } =
      await import('../../../functions/core/reconcile/reconcile-orders.ts');
    await reconcileOrders(reconcileDeps);
    expect(store.row(row).state).toBe('placed');
    await recall(row);
    expect(await open()).toBe(0);
    expect(await waits()).toBe(0);
  });

  it('is given up after a day when nobody could find out, which a person was told', async () => {
    const { receive, ask, recall, deps, exchange, clock, store, waits } = recalling();
    exchange.fates.push(() => ({ placed: false, told: { kind: 'unknown', reason: 'no answer' } }));
    const row = await receive(LIMIT);
    await executeOrder(row, deps);
    await ask(row);
    await clock.sleep(24 * 60 * 60_000);
    await recall(row);
    expect(await waits()).toBe(0);
    expect(store.notices().at(-1)?.text).toMatch(/could not be found out in a day/);
  });

  it.each<[string, (all: ReturnType<typeof recalling>) => unknown, RegExp]>([
    ['Kraken is away', ({ exchange }) => (exchange.down = true), /Kraken is away/],
    [
      'Kraken refuses the cancel',
      ({ exchange }) => {
        const refused = new ExchangeError('EAPI:Invalid key', { retryable: false });
        exchange.cancel = () => Promise.reject(refused);
      },
      /EAPI:Invalid key/,
    ],
    [
      'the key is in use',
      ({ deps }) => deps.lanes.take(KEY_ID, 'an order'),
      /trade key of main is busy/,
    ],
  ])('goes on when %s', async (_what, trouble, why) => {
    const all = recalling();
    const row = await all.receive(LIMIT);
    await executeOrder(row, all.deps);
    await all.ask(row);
    await trouble(all);
    await all.recall(row);
    expect(await all.waits()).toBe(1);
    expect(all.log.lines.join()).toMatch(why);
  });

  it('gives the lane back, whatever happens', async () => {
    const { receive, ask, recall, deps, exchange } = recalling();
    const row = await receive(LIMIT);
    await executeOrder(row, deps);
    await ask(row);
    exchange.down = true;
    await recall(row);
    expect(await deps.lanes.take(KEY_ID, 'next')).toMatchObject({ owner: 'next' });
  });

  it('asks Kraken for nothing when nobody waits for it', async () => {
    const { receive, recall, deps, exchange, titles } = recalling();
    const row = await receive(LIMIT);
    await executeOrder(row, deps);
    exchange.cancel = () => Promise.reject(new Error('asked'));
    await recall(row);
    expect(titles()).toHaveLength(1);
  });

  it('of an order that the table has forgotten ends', async () => {
    const { receive, ask, deps, waits } = recalling();
    const row = await receive();
    const gone = { ...row, orderKey: 'f'.repeat(64) };
    await ask(gone);
    await recallOrder(gone, deps);
    expect(await waits()).toBe(0);
  });
});
