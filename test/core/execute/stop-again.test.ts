/** What an exit leaves of a position has its stop again, whatever came of the exit. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import type { OrderRef, OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { stoppedPosition, traded } from '../follow/stop-entry.ts';

const FLAT = { position: 'flat', prev: { position: 'long', size: '0.01' } } as const;

/** A position of 0.01 whose stop was cancelled for an exit that has gone out. */
async function leaving() {
  const all = await stoppedPosition();
  const exit = await all.receive({ target: FLAT, ...{ action: 'sell', type: 'market' } });
  await executeOrder(exit, all.deps);
  await followOrders(all.reconcileDeps);
  all.free('0.01');
  await executeOrder(exit, all.deps);
  const guard = (): OrderRow => {
    const row = all.store.rows().find(({ signal }) => signal.covers?.orderKey === exit.orderKey);
    if (row === undefined) throw new Error('the guard is recorded');
    return row;
  };
  const becomes = async (ref: OrderRef, changes: Partial<FoundOrder>): Promise<void> => {
    const { clientOrderId } = all.store.row(ref);
    const [order] = all.exchange.book.get(clientOrderId) ?? [];
    if (order === undefined) throw new Error('the order is there');
    all.exchange.book.set(clientOrderId, [{ ...order, ...changes }]);
    await followOrders(all.reconcileDeps);
  };
  return { ...all, exit, guard, becomes };
}

/** A later entry of 0.005, which brings a stop of its own. */
async function enterAgain(at: Awaited<ReturnType<typeof leaving>>): Promise<void> {
  const more = await at.receive({
    target: { position: 'long', size: '0.015', prev: { position: 'flat' } },
    ...{ action: 'buy', type: 'market', stop: { type: 'stop-loss', price: '46000' } },
  });
  await executeOrder(more, at.deps);
  const added = { side: 'buy', volume: '0.005', close: { type: 'stop-loss', price: '46000' } };
  expect(at.store.row(more)).toMatchObject({ state: 'placed', attempt: { order: added } });
  await at.becomes(more, { ...traded('0.005', '250'), status: 'closed' });
}

describe('a position that its strategy leaves', () => {
  it('has no stop beside the exit, and none after all is sold', async () => {
    const at = await leaving();
    expect(at.exchange.book.get('OSTOP')?.[0]).toMatchObject({ status: 'canceled' });
    const order = { side: 'sell', volume: '0.01', type: 'market' };
    expect(at.store.row(at.exit)).toMatchObject({ state: 'placed', attempt: { order } });
    await at.becomes(at.exit, { ...traded('0.01', '500'), status: 'closed' });
    await executeOrder(at.guard(), at.deps);
    expect(at.guard()).toMatchObject({ state: 'unneeded' });
    expect((await at.view()).book).not.toHaveProperty('since');
  });

  it.each([
    ['some', '0.006', '0.004'],
    ['nothing', '0', '0.01'],
  ])('has its stop again for the rest where %s of the exit trades', async (_what, sold, rest) => {
    const at = await leaving();
    const worth = decimal(sold).times('50000').toFixed();
    await at.becomes(at.exit, { ...traded(sold, worth), status: 'canceled' });
    await executeOrder(at.guard(), at.deps);
    expect(at.guard()).toMatchObject({
      state: 'placed',
      attempt: { order: { side: 'sell', type: 'stop-loss', price: '45000', volume: rest } },
    });
  });

  it('has it again for all of it where what is free shows late', async () => {
    const at = await leaving();
    at.free('0');
    // Long after the stop went, and a moment after the exit did.
    await at.clock.sleep(10 * 60_000);
    await at.becomes(at.exit, { ...traded('0', '0'), status: 'canceled' });
    await executeOrder(at.guard(), at.deps);
    expect(at.guard()).toMatchObject({ state: 'received' });
    expect(at.store.audit(at.guard()).at(-1)?.why).toMatch(/0 BTC of the 0.01 BTC .* as free/);
    at.free('0.01');
    await executeOrder(at.guard(), at.deps);
    expect(at.guard()).toMatchObject({ state: 'placed', attempt: { order: { volume: '0.01' } } });
  });

  it('is told where what it held is not there, once that cannot show late any more', async () => {
    const at = await leaving();
    at.free('0');
    await at.becomes(at.exit, { ...traded('0', '0'), status: 'canceled' });
    await at.clock.sleep(90_000);
    await executeOrder(at.guard(), at.deps);
    const refusal = { code: 'insufficient-funds' };
    expect(at.guard()).toMatchObject({ state: 'rejected', refusal });
  });

  it('has it again though a later entry has brought a stop of its own', async () => {
    const at = await leaving();
    await at.becomes(at.exit, { ...traded('0', '0'), status: 'canceled' });
    await enterAgain(at);
    await executeOrder(at.guard(), at.deps);

    expect(at.guard()).toMatchObject({
      state: 'placed',
      attempt: { order: { side: 'sell', type: 'stop-loss', price: '45000', volume: '0.01' } },
    });
    expect((await at.view()).book).toMatchObject({ quantity: '0.015' });
  });

  it('has it less all other stops by a row of a version that did not tell them apart', async () => {
    const at = await leaving();
    await at.becomes(at.exit, { ...traded('0', '0'), status: 'canceled' });
    await enterAgain(at);
    const { orders } = at.deps;
    const read: typeof orders.read = async (ref) => {
      const row = await orders.read(ref);
      if (row?.signal.covers === undefined) return row;
      const { of: _of, ...covers } = row.signal.covers;
      return { ...row, signal: { ...row.signal, covers } };
    };
    await executeOrder(at.guard(), { ...at.deps, orders: { ...orders, read } });
    expect(at.guard()).toMatchObject({ state: 'placed', attempt: { order: { volume: '0.005' } } });
  });
});
