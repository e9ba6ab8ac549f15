/** How the stop of a position gives way to an order that sells some of it, whatever Kraken answers. */
import { describe, expect, it } from 'vitest';
import type { AmendOutcome } from '../../../functions/core/amending.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { stoppedPosition, traded } from '../follow/stop-entry.ts';

const LESS: Partial<Signal> = {
  target: { position: 'long', size: '0.004', prev: { position: 'long', size: '0.01' } },
};

/** A position of 0.01 with a stop for all of it, and a message that it shall be 0.004. */
async function shrinking(told?: AmendOutcome) {
  const all = await stoppedPosition();
  if (told !== undefined) all.exchange.amendFates.push({ changed: false, told });
  const exit = await all.receive({ ...LESS });
  await executeOrder(exit, all.deps);
  return {
    ...{ ...all, exit },
    again: () => executeOrder(exit, all.deps),
    exitNow: () => all.store.row(exit),
    stopNow: () => all.exchange.book.get('OSTOP')?.[0],
    recorded: () => all.now().closes?.orders[0],
    guard: (): OrderRow | undefined =>
      all.store.rows().find(({ signal }) => signal.covers?.orderKey === exit.orderKey),
  };
}

describe('a stop whose position shrinks', () => {
  it('is made smaller before the sale goes out, and the sale waits for what that frees', async () => {
    const at = await shrinking();
    expect(at.exchange.amends).toMatchObject([
      { exchangeOrderId: 'OSTOP', change: { volume: '0.004' } },
    ]);
    expect(at.exchange.amends[0]?.change).not.toHaveProperty('triggerPrice');
    expect(at.recorded()).toMatchObject({ size: '0.01', cut: '0.004' });
    expect(at.recorded()).not.toHaveProperty('changingUntilMs');
    expect(at.exitNow()).toMatchObject({ state: 'received' });
    at.free('0.006');
    await at.again();
    const order = { side: 'sell', volume: '0.006' };
    expect(at.exitNow()).toMatchObject({ state: 'placed', attempt: { order } });
    expect(at.exchange.amends).toHaveLength(1);
  });

  it('has a row behind it that places one for what is left bare, and mostly nothing is', async () => {
    const at = await shrinking();
    const guard = at.guard();
    expect(guard?.signal).toMatchObject({
      ...{
        id: `${at.exit.signal.id}#stop`,
        action: 'sell',
        reduceOnly: true,
        symbol: 'KRAKEN:XBTUSD',
      },
      ...{ type: 'stop-loss', price: '45000', size: { unit: 'base', amount: '0.01' } },
    });
    if (guard === undefined) throw new Error('the guard is recorded');
    expect(guard.expiresAtMs).toBeGreaterThanOrEqual(at.exit.expiresAtMs + 3_600_000);
    await executeOrder(guard, at.deps);
    expect(at.store.audit(guard).at(-1)?.why).toContain(
      'the order that it follows has not gone out',
    );
    at.free('0.006');
    await at.again();
    const sold = at.exitNow();
    const [sale] = at.exchange.book.get(sold.clientOrderId) ?? [];
    if (sale === undefined) throw new Error('the sale is there');
    at.exchange.book.set(sold.clientOrderId, [
      { ...sale, ...traded('0.006', '300'), status: 'closed' },
    ]);
    await followOrders(at.reconcileDeps);
    await executeOrder(guard, at.deps);
    expect(at.store.row(guard)).toMatchObject({ state: 'unneeded' });
    const told = at.notices().filter(({ id }) => id.includes(guard.clientOrderId));
    expect(told).toEqual([]);
  });

  it('is asked again only when a change of which nobody knows cannot be made any more', async () => {
    const at = await shrinking({ kind: 'unknown', reason: 'connection lost' });
    expect(at.exchange.amends).toHaveLength(1);
    expect(at.store.audit(at.exit).at(-1)?.why).toContain('a change of its stop was sent');
    const { changingUntilMs = 0 } = at.recorded() ?? {};
    await at.clock.sleep(changingUntilMs - at.clock.nowMs() - 5_000);
    await at.again();
    expect(at.exchange.amends).toHaveLength(1);
    await at.clock.sleep(5_000);
    await at.again();
    expect(at.exchange.amends.map(({ change }) => change.volume)).toEqual(['0.004', '0.004']);
    expect(at.recorded()).toMatchObject({ cut: '0.004' });
  });

  it('stays where Kraken refuses the change for now, and the sale waits', async () => {
    const reason = 'EService:Market in cancel_only mode';
    const at = await shrinking({ kind: 'refused', reason, trips: false });
    expect(at.stopNow()).toMatchObject({ status: 'open' });
    expect(at.exitNow()).toMatchObject({ state: 'received' });
  });

  it('goes where Kraken does not make such a change, and is placed anew for the rest', async () => {
    const reason = 'EGeneral:Invalid arguments:order_qty';
    const at = await shrinking({ kind: 'refused', reason, trips: false });
    expect(at.stopNow()).toMatchObject({ status: 'canceled' });
    await followOrders(at.reconcileDeps);
    at.free('0.01');
    await at.again();
    const sold = at.exitNow();
    expect(sold).toMatchObject({ state: 'placed', attempt: { order: { volume: '0.006' } } });
    const [sale] = at.exchange.book.get(sold.clientOrderId) ?? [];
    if (sale === undefined) throw new Error('the sale is there');
    at.exchange.book.set(sold.clientOrderId, [
      { ...sale, ...traded('0.006', '300'), status: 'closed' },
    ]);
    at.free('0.004');
    const guard = at.guard();
    if (guard === undefined) throw new Error('the guard is recorded');
    await executeOrder(guard, at.deps);
    expect(at.store.row(guard)).toMatchObject({
      state: 'placed',
      attempt: { order: { side: 'sell', type: 'stop-loss', price: '45000', volume: '0.004' } },
    });
  });

  it('stays where the key may not trade, and the account is blocked', async () => {
    const at = await shrinking({ kind: 'refused', reason: 'EAPI:Invalid key', trips: true });
    expect(at.stopNow()).toMatchObject({ status: 'open' });
    expect(await at.store.switches.read('main')).toMatchObject({ kind: 'off', blocks: 'all' });
  });

  it('that was moved by hand to a better price is known to be there', async () => {
    const at = await shrinking({ kind: 'unknown', reason: 'connection lost' });
    at.stop('OSTOP', { price: decimal('44000') });
    await followOrders(at.reconcileDeps);
    expect(at.recorded()).not.toHaveProperty('movedTo');
    at.stop('OSTOP', { price: decimal('46000') });
    await followOrders(at.reconcileDeps);
    expect(at.recorded()).toMatchObject({ movedTo: { type: 'stop-loss', price: '46000' } });
  });

  it('that is to be placed anew waits while a switch blocks everything', async () => {
    const reason = 'EGeneral:Invalid arguments:order_qty';
    const at = await shrinking({ kind: 'refused', reason, trips: false });
    await at.store.switches.trip('main', 'all', 'a test');
    at.free('0.01');
    await at.again();
    expect(at.exitNow()).toMatchObject({ state: 'suppressed' });
    const guard = at.guard();
    if (guard === undefined) throw new Error('the guard is recorded');
    await executeOrder(guard, at.deps);
    expect(at.store.row(guard)).toMatchObject({ state: 'received' });
    at.store.setSwitch('main', 'nothing');
    await executeOrder(guard, at.deps);
    expect(at.store.row(guard)).toMatchObject({
      state: 'placed',
      attempt: { order: { type: 'stop-loss', volume: '0.01' } },
    });
  });
});
