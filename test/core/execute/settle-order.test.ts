/** What is read before a position is settled, what follows from it, and what its fill is in no book. */
import { describe, expect, it } from 'vitest';
import type { Source } from '../../../functions/core/config.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import type { OpenLot } from '../../../functions/core/open-lots.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { TREND, world } from '../order-fixture.ts';
import { REF, traded } from '../follow/stop-entry.ts';

const SETTLE: Partial<Signal> = {
  ...{ type: 'settle-position', leverage: '2', size: { unit: 'base', amount: '0.01' } },
};
const lot = (pair: string): OpenLot => {
  return { pair, side: 'buy', volume: decimal('0.02'), cost: decimal('800'), openedAtMs: 1 };
};

async function start(more: Readonly<Record<string, Source>> = {}) {
  const all = world({
    source: { size: { kind: 'signal' } },
    account: { rails: undefined } as never,
  });
  const { deps, exchange, reconcileDeps, store } = all;
  const levels = { leverageBuy: [2], leverageSell: [2] };
  exchange.market.pairs = () => Promise.resolve([{ ...BTC_USD, ...levels }]);
  exchange.lots = [lot('XBTEUR'), lot('XBTUSD')];
  const { trend = TREND, ...others } = { ...deps.config.sources, ...more };
  const config = { ...deps.config, sources: { ...others, trend } };
  return {
    ...{ all, exchange, store },
    send: async (signal: Partial<Signal>): Promise<OrderRow> => {
      const ref = await all.receive(signal);
      await executeOrder(ref, { ...deps, config });
      return store.row(ref);
    },
    follow: () => followOrders(reconcileDeps),
    book: async () => (await store.books.read(REF)).book,
  };
}

describe('a settlement', () => {
  it('is of what is open on its pair, and moves no book', async () => {
    const { send, exchange, follow, book, store } = await start();
    const row = await send(SETTLE);
    expect(row).toMatchObject({
      state: 'placed',
      decision: { notional: '400', atPrice: '40000', reducing: false },
      attempt: { order: { type: 'settle-position', volume: '0.01', leverage: '2' } },
    });
    const [order] = exchange.book.get(row.clientOrderId) ?? [];
    if (order === undefined) throw new Error('the order is there');
    // Which leverage is shown is not documented.
    const shown = { ...traded('0.01', '400'), status: 'closed', leverage: decimal('5') };
    exchange.book.set(row.clientOrderId, [{ ...order, ...shown }]);
    await follow();
    expect(await book()).toMatchObject({ quantity: '0', version: 0 });
    expect((await store.books.read(REF)).inFlight).toEqual([]);
    expect(store.row(row)).toMatchObject({ fill: { status: 'filled', volume: '0.01' } });
  });

  it('waits while what is open cannot be read', async () => {
    const { send, exchange } = await start();
    exchange.positions = () => Promise.reject(new Error('Kraken is away'));
    expect(await send(SETTLE)).toMatchObject({ state: 'received' });
  });

  it('is refused where nothing of its pair is open', async () => {
    const { send, exchange } = await start();
    exchange.lots = [lot('XBTEUR')];
    expect((await send(SETTLE)).refusal?.sentence).toContain('nothing of BTC/USD is open');
  });

  it('of a symbol that means no pair is refused for that, and nothing is read', async () => {
    const { send, exchange } = await start();
    exchange.positions = () => Promise.reject(new Error('nothing was to be read'));
    expect((await send({ ...SETTLE, symbol: 'NO/PAIR' })).refusal?.code).toBe('unknown-pair');
  });

  it('is refused while an order with leverage of any source of the account may move a book', async () => {
    const { send, all } = await start({ other: { ...TREND, size: { kind: 'signal' } } });
    const entry = { size: { unit: 'base', amount: '0.01' }, leverage: '2' } as const;
    const row = await send({ ...entry, source: 'other' });
    expect(row).toMatchObject({ state: 'placed' });
    expect((await send(SETTLE)).refusal?.sentence).toContain(
      `other has an order there, client order id ${row.clientOrderId}`,
    );
    expect(all.exchange.received).toHaveLength(1);
  });

  it('does not mind orders on spot, and books of other accounts', async () => {
    const other = { ...TREND, accounts: ['second'] };
    const { send } = await start({ other });
    await send({ size: { unit: 'base', amount: '0.01' } });
    expect(await send(SETTLE)).toMatchObject({ state: 'placed' });
  });
});
