/** What is sold on spot beyond the book: whose it was, and what the book says afterwards. */
import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { world } from '../order-fixture.ts';
import { REF, traded } from './stop-entry.ts';

const REST = { type: 'limit', price: '49000' } as const;
const SALE = { action: 'sell', reduceOnly: true } as const;

async function trading() {
  const all = world({ source: { allow: { types: ['market', 'limit'] } } });
  all.exchange.balance.set('BTC', { total: decimal('0.5'), available: decimal('0.5') });
  return {
    send: async (signal: Partial<Signal>): Promise<OrderRow> => {
      const ref = await all.receive(signal);
      await executeOrder(ref, all.deps);
      return all.store.row(ref);
    },
    /** The exchange shows of the order this, and everything is looked at. */
    becomes: async ({ clientOrderId }: OrderRow, changes: Partial<FoundOrder>): Promise<void> => {
      const [order] = all.exchange.book.get(clientOrderId) ?? [];
      if (order === undefined) throw new Error('the order is there');
      all.exchange.book.set(clientOrderId, [{ ...order, ...changes }]);
      await followOrders(all.reconcileDeps);
    },
    book: async () => (await all.store.books.read(REF)).book,
  };
}

describe('a sale on spot of more than the strategy bought', () => {
  it('leaves the book at nothing, and what is bought later is the strategy’s whole', async () => {
    const { send, becomes, book } = await trading();
    await becomes(await send(SALE), { ...traded('0.01', '500', '1'), status: 'closed' });
    expect(await book()).toMatchObject({ quantity: '0', cost: '0', version: 1 });
    await becomes(await send({}), { ...traded('0.002', '100'), status: 'closed' });
    expect(await book()).toMatchObject({ quantity: '0.002', cost: '100' });
  });

  it('waits for a purchase that was on its way and is seen later', async () => {
    const { send, becomes, book } = await trading();
    const bought = await send(REST);
    await becomes(await send(SALE), { ...traded('0.01', '500'), status: 'closed' });
    expect(await book()).toMatchObject({ quantity: '-0.01' });
    await becomes(bought, { ...traded('0.01', '490'), status: 'closed' });
    expect(await book()).toMatchObject({ quantity: '0', cost: '0', result: '10' });
  });

  it('owes nothing any more when that purchase ends without a trade', async () => {
    const { send, becomes, book } = await trading();
    const rests = await send(REST);
    await becomes(await send(SALE), { ...traded('0.01', '500'), status: 'closed' });
    await becomes(rests, { status: 'canceled' });
    expect(await book()).toMatchObject({ quantity: '0', cost: '0', version: 2 });
    await becomes(await send({}), { ...traded('0.002', '100'), status: 'closed' });
    expect(await book()).toMatchObject({ quantity: '0.002' });
  });
});
