/** What a book's orders in flight become before the next order follows from the book. */
import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { settleBook } from '../../../functions/core/follow/settle-book.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Intent } from '../../../functions/core/decide/plan-target.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { world } from '../order-fixture.ts';

const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
const ENTRY = { type: 'limit', price: '49000' } as const;
const EXIT = { action: 'sell', reduceOnly: true } as const;
const PROTECTION = { ...EXIT, type: 'stop-loss', price: '40000' } as const;

/** An order in flight of which a part has traded, and who comes after it. */
async function inFlight(signal: Partial<Signal>, leaves = false, after: Partial<Signal> = {}) {
  const all = world({ source: { allow: { types: ['market', 'limit', 'stop-loss'] } } });
  const coins = { total: decimal('0.01'), available: decimal('0.01') };
  all.exchange.balance.set('BTC', coins);
  const ref = await all.receive(signal);
  await executeOrder(ref, all.deps);
  const { clientOrderId } = all.store.row(ref);
  const [order] = all.exchange.book.get(clientOrderId) ?? [];
  if (order === undefined) throw new Error('the order is placed');
  const part = { status: 'open', filled: decimal('0.001'), cost: decimal('50') };
  all.exchange.book.set(clientOrderId, [{ ...order, ...part }]);
  const next: OrderRow = all.store.row(await all.receive({ id: 'next', ...after }));
  const exchange = {
    orders: async () => all.exchange.book.get(clientOrderId) ?? [],
    openOrders: () => all.exchange.openOrders(),
    find: all.exchange.find.bind(all.exchange),
  };
  const intent = (): Intent => (leaves ? 'leaves' : 'goes-on');
  const settled = await settleBook(REF, { row: next, intent }, exchange, all.deps);
  const replaced = settled.kind === 'settled' ? settled.replaces : [];
  return { settled, replaced, order };
}

describe('an order that is still in flight', () => {
  it.each([
    ['an entry that rests', ENTRY, false],
    ['an exit at the market that has not sold all yet', EXIT, false],
    ['a stop, when the position is left', PROTECTION, true],
  ])('has to go before the next one: %s', async (_name, signal, leaves) => {
    const { replaced, order } = await inFlight(signal, leaves);
    const { exchangeOrderId, side, volume } = order;
    expect(replaced).toMatchObject([{ exchangeOrderId, side }]);
    expect(replaced[0]?.price).toBe('price' in signal ? signal.price : undefined);
    expect(replaced[0]?.rest.eq(volume.minus('0.001'))).toBe(true);
  });

  it('stays when it protects a position that stays; what traded of it is in the book', async () => {
    const { settled, replaced } = await inFlight(PROTECTION);
    // Coins that the strategy did not buy were sold: the fill is on record, and the book owes nothing.
    const book = { version: 1, quantity: '0' };
    expect(settled).toMatchObject({ kind: 'settled', view: { book } });
    expect(replaced).toEqual([]);
  });
});

describe('an order with leverage that says itself what it is', () => {
  const BESIDE = { ...EXIT, leverage: '2' } as const;

  it.each([
    ['an exit', EXIT, false],
    ['an exit, when all is left', EXIT, true],
    ['an entry', {}, false],
  ])('waits for what is about to trade at the market: %s', async (_name, signal, leaves) => {
    const { settled } = await inFlight(signal, leaves, BESIDE);
    expect(settled).toMatchObject({ kind: 'waits' });
    expect(settled.kind === 'waits' && settled.why).toMatch(/client order id \S+\) is still open$/);
  });

  it('does not wait for an order that starts later', async () => {
    const startAtMs = Date.parse('2026-11-25T00:00:00Z');
    const { settled } = await inFlight({ ...EXIT, startAtMs }, false, BESIDE);
    expect(settled.kind).toBe('settled');
  });

  it.each([
    ['an exit that waits for its price', PROTECTION],
    ['an entry that rests', ENTRY],
  ])('leaves alone what else its sender said, also when it leaves: %s', async (_name, signal) => {
    const { settled, replaced } = await inFlight(signal, true, BESIDE);
    expect(settled.kind).toBe('settled');
    expect(replaced).toEqual([]);
  });
});

describe('a row that cannot be read', () => {
  /** The reads of some rows: the first fails, the others take their time. */
  async function reads() {
    const all = world();
    for (const id of ['one', 'two', 'three']) {
      await executeOrder(await all.receive({ ...ENTRY, id }), all.deps);
    }
    let [begun, ended] = [0, 0];
    const read: typeof all.deps.orders.read = async (ref) => {
      begun += 1;
      if (begun === 1) throw new Error('the store is away');
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended += 1;
      return all.store.orders.read(ref);
    };
    return { all, read, counts: () => ({ begun, ended }) };
  }

  it('leaves no read running when the minute is over', async () => {
    const { all, read, counts } = await reads();
    const { reconcileDeps: deps } = all;
    await followOrders({ ...deps, orders: { ...deps.orders, read } });
    expect(counts()).toEqual({ begun: 3, ended: 2 });
  });

  it('leaves no read running when the book is settled', async () => {
    const { all, read, counts } = await reads();
    const { deps } = all;
    const row = all.store.row(await all.receive({ id: 'next' }));
    const settled = settleBook(REF, { row, intent: () => 'goes-on' }, all.exchange, {
      ...deps,
      orders: { ...deps.orders, read },
    });
    await expect(settled).rejects.toThrow('the store is away');
    expect(counts()).toEqual({ begun: 3, ended: 2 });
  });
});
