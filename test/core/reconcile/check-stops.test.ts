/** The daily comparison of orders with an attached close, and of the close orders they left. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import { userrefOf } from '../../../functions/core/identity.ts';
import type { Order, OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { checkOrders } from '../../../functions/core/reconcile/check-orders.ts';
import { TRADED_MS } from '../../../functions/core/reconcile/check-trades.ts';
import { closeOrderOf, shownOrder } from '../../fakes/shown-order.ts';
import { orderRow, TEST_CONFIG, world } from '../order-fixture.ts';

const HOUR_MS = 3_600_000;
const ORDER: Order = {
  ...{ pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.01' },
  close: { type: 'stop-loss', price: '48000' },
};

/** A row with a stop that was sent an hour ago, its order, and the stop, which traded. */
function sent(given: { readonly state?: OrderRow['state']; readonly ageMs?: number } = {}) {
  const all = world();
  const atMs = all.clock.nowMs() - (given.ageMs ?? HOUR_MS);
  const { dueAtMs: _due, ...fresh } = orderRow({ id: 'A', sentAtMs: atMs }, TEST_CONFIG);
  const attempt = {
    ...{ token: 't', nonce: '1', keyId: 'k', fence: 1, validate: false, order: ORDER },
    ...{ deadlineMs: atMs + 10_000, preparedAtMs: atMs },
  };
  const row: OrderRow = {
    ...fresh,
    state: given.state ?? 'placed',
    exchangeOrderId: 'OA',
    attempt,
  };
  const entry: FoundOrder = {
    ...{ exchangeOrderId: 'OA', userref: userrefOf(row.orderKey), ...shownOrder(ORDER) },
    ...{ openedAtMs: atMs, status: 'closed', filled: decimal('0.01') },
  };
  const late = all.clock.nowMs() - HOUR_MS / 2;
  const stop = { ...closeOrderOf(ORDER, entry, late)!, status: 'closed', filled: decimal('0.01') };
  const check = (shown: readonly FoundOrder[], placed: readonly OrderRow[] = [row]) => {
    all.exchange.book.set('shown', [...shown]);
    all.exchange.tradedOrders = async () => shown.map(({ exchangeOrderId }) => exchangeOrderId);
    const untilMs = all.clock.nowMs() + 60_000;
    return checkOrders({ received: [row], placed, untilMs }, all.reconcileDeps);
  };
  return { row, entry, stop, check };
}

const NOTHING = { differences: [], external: [], unchecked: [] };

describe('the daily comparison', () => {
  it('finds nothing where an order with a stop is as it was sent, and its stop traded', async () => {
    const { entry, stop, check } = sent();
    expect(await check([entry, stop])).toMatchObject({ checked: 1, ...NOTHING });
  });

  it('finds an order that is there without its stop, and one under another userref', async () => {
    const { entry, check } = sent();
    const { closes: _closes, ...bare } = entry;
    expect((await check([bare])).differences).toEqual([
      expect.stringContaining('its attached close is none, and stop-loss 48000 was sent'),
    ]);
    const userref = entry.userref ?? 0;
    expect((await check([{ ...entry, userref: 5 }])).differences).toEqual([
      expect.stringContaining(`under the userref 5, and ${userref} was sent`),
    ]);
  });

  it('calls an order that was given up and traded a difference, and its stop too', async () => {
    const { entry, stop, check } = sent({ state: 'unplaced' });
    const { differences, external } = await check([entry, stop], []);
    expect(external).toEqual([]);
    expect(differences).toEqual([
      expect.stringMatching(/order id OA\).*as unplaced$/),
      expect.stringMatching(/order id OA-CLOSE\).*as unplaced$/),
    ]);
  });

  it('does not judge the stop of an order that is older than what is read', async () => {
    const { entry, stop, check } = sent({ ageMs: TRADED_MS + HOUR_MS });
    expect(await check([stop, entry], [])).toMatchObject(NOTHING);
  });

  it('names the stop of somebody else’s order as somebody else’s', async () => {
    const { entry, stop, check } = sent();
    const other = { ...entry, exchangeOrderId: 'OTHER', userref: 5 };
    const child = { ...stop, exchangeOrderId: 'OCHILD', refid: 'OTHER', userref: 5 };
    const { external } = await check([entry, child, other]);
    expect(external.map((one) => /order id (\w+)/.exec(one)?.[1])).toEqual(['OCHILD', 'OTHER']);
  });

  it('judges a stop by itself where its order cannot be read', async () => {
    const { entry, stop, check } = sent();
    const child = { ...stop, exchangeOrderId: 'OCHILD', refid: 'OGONE', userref: 5 };
    expect((await check([entry, child])).external).toHaveLength(1);
  });
});
