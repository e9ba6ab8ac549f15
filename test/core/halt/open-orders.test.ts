/** What a person reads who is about to go on after a halt. */
import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import {
  mayStillArrive,
  openAtKraken,
  unsettledOrders,
} from '../../../functions/core/halt/open-orders.ts';
import type { Exchange, LaneLease } from '../../../functions/core/ports.ts';
import { DEADLINE_MS, MAX_SKEW_MS } from '../../../functions/core/protocol.ts';
import { KEY_ID, world } from '../order-fixture.ts';

/** The exchange in memory takes nonces from no lane. */
const NO_LANE = undefined as unknown as LaneLease;

const LOST = () => ({ placed: true, told: { kind: 'unknown', reason: 'reset' } }) as const;

describe('what is open at Kraken', () => {
  it('is told order by order, with price, what is filled of it, and its id', async () => {
    const { deps, reconcileDeps, receive, exchange } = world();
    const limit = await receive({ type: 'limit', price: '49500' });
    await executeOrder(limit, deps);
    const stop = {
      action: 'buy',
      type: 'stop-loss-limit',
      price: '51000',
      price2: '51100',
    } as const;
    await executeOrder(await receive(stop), deps);
    const [found] = exchange.book.get(limit.clientOrderId)!;
    const filled = { ...found!, filled: found!.volume.div('2') };
    exchange.book.set(limit.clientOrderId, [filled]);
    expect(await openAtKraken('main', reconcileDeps)).toEqual([
      'buy 0.01010101 XBTUSD, limit at 49500, 0.005050505 of it filled (Kraken order id OFAKE1-AAAAA-BBBBBB)',
      'buy 0.00978473 XBTUSD, stop-loss-limit at 51000 / 51100 (Kraken order id OFAKE2-AAAAA-BBBBBB)',
    ]);
    // The query key is free again.
    expect(await deps.lanes.take(KEY_ID, 'the next one')).toMatchObject({ keyId: KEY_ID });
  });

  it('leaves the key free also when Kraken is away', async () => {
    const { reconcileDeps, deps } = world();
    const desk = await reconcileDeps.desk('main');
    const openOrders = () => Promise.reject(new Error('Kraken is away'));
    const exchange = (): Exchange => ({ ...desk.exchange(NO_LANE), openOrders });
    const away = { ...reconcileDeps, desk: async () => ({ ...desk, exchange }) };
    await expect(openAtKraken('main', away)).rejects.toThrow('Kraken is away');
    expect(await deps.lanes.take(KEY_ID, 'the next one')).toMatchObject({ keyId: KEY_ID });
  });
});

describe('orders that are not settled', () => {
  it('are told with their client order ids, for the accounts that are asked about', async () => {
    const { deps, receive, exchange } = world();
    await executeOrder(await receive({ symbol: 'KRAKEN:XBTUSD' }), deps);
    exchange.fates = [LOST];
    const hanging = await receive();
    await executeOrder(hanging, deps);
    await receive();
    expect(await unsettledOrders(['main'], deps)).toEqual([
      `buy BTC/USD on main is unknown (client order id ${hanging.clientOrderId})`,
    ]);
    expect(await unsettledOrders(['other'], deps)).toEqual([]);
  });
});

describe('an order from before a halt', () => {
  it('may arrive until its deadline by a clock that is behind, while its answer is missing', async () => {
    const { deps, receive, exchange, clock } = world();
    const beforeMs = clock.nowMs();
    const asked = (account = 'main') => mayStillArrive(account, beforeMs, deps);
    await receive();
    expect(await asked()).toBe(false);
    exchange.fates = [LOST];
    await executeOrder(await receive(), deps);
    expect([await asked(), await asked('other')]).toEqual([true, false]);
    clock.advance(beforeMs + DEADLINE_MS + MAX_SKEW_MS - 1 - clock.nowMs());
    expect(await asked()).toBe(true);
    clock.advance(1);
    expect(await asked()).toBe(false);
  });

  it('may arrive when there are too many orders to look at', async () => {
    const { deps, receive, clock } = world();
    const row = await receive();
    const orders = { ...deps.orders, due: async () => Array.from({ length: 200 }, () => row) };
    expect(await mayStillArrive('main', clock.nowMs(), { ...deps, orders })).toBe(true);
  });
});
