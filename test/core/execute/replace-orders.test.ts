/** When an order at the exchange goes for a new one: only after the new one was found fit to go out. */
import { describe, expect, it } from 'vitest';
import type { Account, Source } from '../../../functions/core/config.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { world } from '../order-fixture.ts';
import { REF, traded } from '../follow/stop-entry.ts';

const FLAT = { target: { position: 'flat' } } as const;
const STOP = { action: 'sell', reduceOnly: true, type: 'stop-loss', price: '40000' } as const;

/** A strategy that owns 0.01 BTC, all of it held by a stop that it sent. */
async function guarded(source: Partial<Source> = {}, account: Partial<Account> = {}) {
  const types = ['market', 'limit', 'stop-loss'] as const;
  const all = world({ source: { allow: { types }, size: { kind: 'signal' }, ...source }, account });
  const { exchange, store, deps, reconcileDeps } = all;
  const holds = (total: string, available: string): void => {
    exchange.balance.set('BTC', { total: decimal(total), available: decimal(available) });
  };
  const send = async (signal: Partial<Signal>): Promise<OrderRow> => {
    const ref = await all.receive({ size: { unit: 'base', amount: '0.01' }, ...signal });
    await executeOrder(ref, deps);
    return store.row(ref);
  };
  const show = async ({ clientOrderId }: OrderRow, changes: Partial<FoundOrder>): Promise<void> => {
    const [order] = exchange.book.get(clientOrderId) ?? [];
    if (order === undefined) throw new Error('the order is there');
    exchange.book.set(clientOrderId, [{ ...order, ...changes }]);
    await followOrders(reconcileDeps);
  };
  await show(await send({}), { ...traded('0.01', '500'), status: 'closed' });
  holds('0.01', '0.01');
  const stop = await send(STOP);
  holds('0.01', '0');
  const statusOf = ({ clientOrderId }: OrderRow) => exchange.book.get(clientOrderId)?.[0]?.status;
  return { ...all, holds, send, show, stop, statusOf };
}

/** What the book has on record that the sender said last. */
async function claimed(store: ReturnType<typeof world>['store']) {
  return (await store.books.read(REF)).book.claim;
}

describe('an exit of a strategy whose stop rests', () => {
  it('cancels the stop, and sells when the balance shows what it held', async () => {
    const { send, stop, statusOf, holds, store, deps, exchange } = await guarded();
    const exit = await send(FLAT);
    expect(statusOf(stop)).toBe('canceled');
    // Kraken's balances lag: it is waited for, and neither refused nor sold in part.
    expect(exit).toMatchObject({ state: 'received' });
    expect(store.audit(exit).at(-1)?.why).toContain('Kraken shows 0 BTC of the 0.01 BTC');
    holds('0.01', '0.01');
    await executeOrder(exit, deps);
    expect(store.row(exit)).toMatchObject({
      state: 'placed',
      attempt: { order: { volume: '0.01' } },
    });
    expect(exchange.received).toHaveLength(3);
  });

  it('cancels it at once where it was amended to a larger size', async () => {
    const { send, stop, statusOf, store } = await guarded();
    const read = store.orders.read.bind(store.orders);
    store.orders.read = async (ref) => {
      const row = await read(ref);
      if (row?.orderKey !== stop.orderKey || row.attempt === undefined) return row;
      const { order } = row.attempt;
      const attempt = { ...row.attempt, order: { ...order, volume: '0.004' } };
      return { ...row, attempt, amended: { now: order } };
    };
    await send(FLAT);
    expect(statusOf(stop)).toBe('canceled');
  });

  it('waits for the balance from the cancel on, however long it waited before', async () => {
    const { receive, stop, statusOf, store, deps, clock, exchange } = await guarded({
      maxAgeMs: 3_600_000,
    });
    const exit = await receive({ ...FLAT });
    exchange.mode = 'post_only';
    await executeOrder(exit, deps);
    await clock.sleep(10 * 60_000);
    exchange.mode = 'online';
    await executeOrder(exit, deps);
    expect(statusOf(stop)).toBe('canceled');
    expect(store.row(exit)).toMatchObject({ state: 'received' });
    // When reads cannot lag any more, what is not free is not there.
    await clock.sleep(90_000);
    await executeOrder(exit, deps);
    expect(store.row(exit)).toMatchObject({
      ...{ state: 'rejected', refusal: { code: 'insufficient-funds' } },
    });
  });

  it('leaves the stop where somebody else has changed its row meanwhile', async () => {
    const { receive, stop, statusOf, deps } = await guarded();
    const note: typeof deps.orders.note = async (row, change) =>
      change.set?.freedAtMs === undefined ? deps.orders.note(row, change) : 'lost';
    await executeOrder(await receive({ ...FLAT }), { ...deps, orders: { ...deps.orders, note } });
    expect(statusOf(stop)).toBe('open');
  });

  it('leaves the stop where the account is not armed any more', async () => {
    const { receive, stop, statusOf, store, deps } = await guarded();
    const switches = { ...deps.switches, read: async () => ({ kind: 'not-armed' }) as const };
    const exit = await receive({ ...FLAT });
    await executeOrder(exit, { ...deps, switches });
    expect(store.row(exit)).toMatchObject({ state: 'rejected', refusal: { code: 'not-armed' } });
    expect(statusOf(stop)).toBe('open');
  });

  it('leaves the stop where a switch blocks every order', async () => {
    const { send, stop, statusOf, store } = await guarded();
    store.setSwitch('main', 'all', 'a look first');
    const exit = await send(FLAT);
    expect(exit).toMatchObject({ state: 'suppressed' });
    expect(statusOf(stop)).toBe('open');
    // It still wants to be flat: the comparison of the books sees it.
    expect(await claimed(store)).toMatchObject({ position: 'flat' });
  });

  it('passes a switch that blocks entries, and then cancels', async () => {
    const { send, stop, statusOf, store } = await guarded();
    store.setSwitch('main', 'entries', 'a look first');
    await send(FLAT);
    expect(statusOf(stop)).toBe('canceled');
  });

  it('leaves the stop while Kraken takes no market orders', async () => {
    const { send, stop, statusOf, exchange } = await guarded();
    exchange.mode = 'post_only';
    expect(await send(FLAT)).toMatchObject({ state: 'received' });
    expect(statusOf(stop)).toBe('open');
  });

  it('leaves the stop where its own order is refused', async () => {
    const { send, stop, statusOf, show } = await guarded();
    const more = await send({ target: { position: 'long', size: '0.5' } });
    expect(more).toMatchObject({ state: 'rejected', refusal: { code: 'above-max-order' } });
    expect(statusOf(stop)).toBe('open');
    await show(stop, { status: 'canceled' });
  });
});

describe('an entry that rests', () => {
  it('goes for a target that is decided, and stays for one that is refused', async () => {
    const { send, statusOf } = await guarded();
    const rests = await send({ type: 'limit', price: '49500' });
    expect(await send({ target: { position: 'long', size: '0.5' } })).toMatchObject({
      state: 'rejected',
    });
    expect(statusOf(rests)).toBe('open');
    await send({ target: { position: 'long', size: '0.012' } });
    expect(statusOf(rests)).toBe('canceled');
  });
});

describe('an exit by a book that does not know yet what was bought', () => {
  it('cancels what is open and waits, and is never ended as unneeded for it', async () => {
    const { send, show, statusOf, holds, store, deps, stop, exchange, clock } = await guarded();
    await show(stop, { status: 'canceled' });
    holds('0.01', '0.01');
    const sold = await send(FLAT);
    await show(sold, { ...traded('0.01', '500'), status: 'closed' });
    const later = async (signal: Partial<Signal>): Promise<OrderRow> => {
      await clock.sleep(1_000);
      return send({ sentAtMs: clock.nowMs(), ...signal });
    };
    const entry = await later({ type: 'limit', price: '49500' });
    // Nothing is owned, and the entry could still buy: it goes before that is believed.
    expect(await later(FLAT)).toMatchObject({ state: 'unneeded' });
    expect(statusOf(entry)).toBe('canceled');
    const again = await later({ type: 'limit', price: '49500' });
    exchange.cancel = async () => 0;
    const waits = await later(FLAT);
    expect(waits).toMatchObject({ state: 'received' });
    holds('0.01', '0.01');
    await show(again, { ...traded('0.01', '495'), status: 'closed' });
    await executeOrder(waits, deps);
    expect(store.row(waits)).toMatchObject({
      state: 'placed',
      attempt: { order: { side: 'sell', volume: '0.01' } },
    });
  });

  it('stays where a switch stops the target, which is not what its strategy got', async () => {
    const { send, statusOf, store } = await guarded();
    const rests = await send({ type: 'limit', price: '49500' });
    store.setSwitch('main', 'entries', 'a look first');
    const more = await send({ target: { position: 'long', size: '0.012' } });
    expect(more).toMatchObject({ state: 'suppressed' });
    expect(statusOf(rests)).toBe('open');
    expect(await claimed(store)).toBeUndefined();
  });
});

describe('a target that a switch stops in its licence', () => {
  it.each([
    ['an exit is where its strategy wants to stand', FLAT, 'all', { position: 'flat' }],
    ['an entry is asked for anew', { target: { position: 'long', size: '0.02' } }, 'entries', null],
  ] as const)('%s', async (_what, says, blocks, claim) => {
    const { send, store, show, stop, holds } = await guarded();
    await show(stop, { status: 'canceled' });
    holds('0.01', '0.01');
    store.setSwitch('main', blocks, 'a look first');
    expect(await send(says)).toMatchObject({ state: 'suppressed' });
    if (claim === null) expect(await claimed(store)).toBeUndefined();
    else expect(await claimed(store)).toMatchObject(claim);
  });
});

describe('the entry behind an exit', () => {
  it('waits for the exit and does not cancel it', async () => {
    const { send, statusOf, show, stop, store, deps, holds } = await guarded({
      allow: { types: ['market', 'stop-loss'], leverage: '3' },
    });
    await show(stop, { status: 'canceled' });
    holds('0.01', '0.01');
    const exit = await send({ target: { position: 'short', size: '0.01' }, leverage: '2' });
    expect(exit).toMatchObject({ state: 'placed' });
    await show(exit, { status: 'open' });
    const entry = store.rows().find(({ signal }) => signal.leg !== undefined);
    if (entry === undefined) throw new Error('the second leg is on record');
    await executeOrder(entry, deps);
    expect(statusOf(exit)).toBe('open');
    expect(store.row(entry)).toMatchObject({ state: 'received' });
  });
});

describe('a message that is only checked', () => {
  it('touches no order of the account that traded for real before', async () => {
    const live = await guarded();
    const config = structuredClone(live.config);
    Object.assign(config.accounts['main'] ?? {}, { mode: 'validate' });
    const ref = await live.receive({ ...FLAT });
    await executeOrder(ref, { ...live.deps, config });
    expect(live.statusOf(live.stop)).toBe('open');
    expect(live.store.row(ref)).toMatchObject({ state: 'unneeded' });
  });
});
