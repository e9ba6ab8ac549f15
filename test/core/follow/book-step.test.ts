/** What is sold on spot beyond the book: whose it was, and what the book says afterwards. */
import { describe, expect, it } from 'vitest';
import { replay } from '../../../functions/core/book.ts';
import type { Source } from '../../../functions/core/config.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { rebuildBook } from '../../../functions/core/follow/rebuild-book.ts';
import {
  DEADLINE_MS,
  GIVE_UP_MS,
  SETTLE_MS,
  SWEEP_GAP_MS,
} from '../../../functions/core/protocol.ts';
import { settleAbsent } from '../../../functions/core/reconcile/settle-by-hand.ts';
import { bookOrders } from '../../../operator/cli/book-orders.ts';
import { uncertain } from '../reconcile/uncertain-fixture.ts';
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

describe('what a book owes for a purchase that nobody knows of', () => {
  /** It went out and its answer was lost; a sale of other coins fills meanwhile. */
  async function owing(source: Partial<Source> = {}) {
    const all = await uncertain({ source: { allow: { types: ['market', 'limit'] }, ...source } });
    all.exchange.balance.set('BTC', { total: decimal('0.5'), available: decimal('0.5') });
    const send = async (signal: Partial<Signal>): Promise<OrderRow> => {
      const ref = await all.receive(signal);
      await executeOrder(ref, all.deps);
      return all.store.row(ref);
    };
    const becomes = async (
      { clientOrderId }: OrderRow,
      changes: Partial<FoundOrder>,
    ): Promise<void> => {
      const [order] = all.exchange.book.get(clientOrderId) ?? [];
      if (order === undefined) throw new Error('the order is there');
      all.exchange.book.set(clientOrderId, [{ ...order, ...changes }]);
      await followOrders(all.reconcileDeps);
    };
    const view = () => all.store.bookRow(REF);
    await becomes(await send(SALE), { ...traded('0.01', '500', '1'), status: 'closed' });
    expect(view()).toMatchObject({ book: { quantity: '-0.01' }, inFlight: [all.ref.orderKey] });
    return { ...all, send, becomes, view };
  }

  const FREE = { book: { quantity: '0', cost: '0', result: '-1', version: 2 }, inFlight: [] };

  it.each<[string, (at: Awaited<ReturnType<typeof owing>>) => Promise<unknown>]>([
    [
      'is proved absent',
      async ({ settleAt }) => {
        await settleAt(DEADLINE_MS + SETTLE_MS);
        await settleAt(DEADLINE_MS + SETTLE_MS + SWEEP_GAP_MS);
      },
    ],
    [
      'is called absent by a person',
      async ({ settleAt, exchange, row, deps }) => {
        exchange.down = true;
        await settleAt(GIVE_UP_MS);
        exchange.down = false;
        await settleAbsent(row(), { by: 'ann', why: 'looked' }, deps);
      },
    ],
  ])('is not owed any more when it %s, and what is bought then is owned', async (_how, ends) => {
    const all = await owing();
    await ends(all);
    expect(all.row().state).toBe('unplaced');
    expect(all.view()).toMatchObject(FREE);
    const { book, entries } = all.view();
    expect(replay(REF, entries)).toEqual(book);
    expect(entries.at(-1)).toMatchObject({ volume: '0', orderKey: all.ref.orderKey });
    const { findings, moves } = rebuildBook(
      book,
      entries,
      all.store.rows().flatMap((row) => bookOrders(row, { ref: REF, shown: new Map() }, 1)),
      1,
    );
    expect(findings.filter(({ kind }) => kind !== 'not-shown')).toEqual([]);
    expect(moves).toEqual([]);
    expect(findings).not.toContainEqual(expect.objectContaining({ orderKey: all.ref.orderKey }));
    all.store.setSwitch('main', 'nothing', 'lifted');
    await all.becomes(await all.send({}), { ...traded('0.01', '500'), status: 'closed' });
    expect(all.view().book).toMatchObject({ quantity: '0.01', cost: '500' });
  });

  it('is not owed any more when it is licensed once more and refused', async () => {
    const all = await owing({ onUnplaced: 'resend', maxAgeMs: 3_600_000 });
    await all.settleAt(DEADLINE_MS + SETTLE_MS);
    await all.settleAt(DEADLINE_MS + SETTLE_MS + SWEEP_GAP_MS);
    expect(all.row().state).toBe('queued');
    all.exchange.fates = [
      () => ({ placed: false, told: { kind: 'refused', reason: 'EOrder:No', trips: false } }),
    ];
    await executeOrder(all.row(), all.deps);
    expect(all.row().state).toBe('rejected');
    expect(all.view()).toMatchObject(FREE);
  });

  it('is owed on while another order is in flight that may have bought it', async () => {
    const all = await owing();
    await all.send(REST);
    await all.settleAt(DEADLINE_MS + SETTLE_MS);
    await all.settleAt(DEADLINE_MS + SETTLE_MS + SWEEP_GAP_MS);
    expect(all.row().state).toBe('unplaced');
    expect(all.view().book).toMatchObject({ quantity: '-0.01', version: 1 });
    expect(all.view().inFlight).toHaveLength(1);
  });
});
