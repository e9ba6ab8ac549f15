/** The orders of a book that is made again: an entry, and the stops that Kraken opened from it. */
import { describe, expect, it } from 'vitest';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { rebuildBook } from '../../../functions/core/follow/rebuild-book.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { GIVE_UP_MS } from '../../../functions/core/protocol.ts';
import { bookOrders, hasMoved, openIn, shownOrders } from '../../../operator/cli/book-orders.ts';
import { REF, stopEntry, traded } from '../../core/follow/stop-entry.ts';

const FILLED = { ...traded('0.01', '490', '1'), status: 'closed' };
const FIRED = { ...traded('0.01', '450', '1'), status: 'closed' };

/** Makes the book of the entry again, from so many of its entries. */
async function made(entry: Awaited<ReturnType<typeof stopEntry>>, entries?: number) {
  const { now, store, exchange, clock } = entry;
  const { book, entries: all } = store.bookRow(REF);
  const shown = await shownOrders([now()], exchange);
  const orders = bookOrders(now(), { ref: REF, shown }, clock.nowMs());
  const left = all.slice(0, entries ?? all.length);
  return { orders, live: book, ...rebuildBook(book, left, orders, clock.nowMs()) };
}

describe('an entry whose stop fired', () => {
  it('agrees with its book', async () => {
    const entry = await stopEntry();
    entry.show(FILLED);
    entry.stop('OSTOP', FIRED);
    await followOrders(entry.reconcileDeps);
    const { findings, moves, orders } = await made(entry);
    expect([findings, moves]).toEqual([[], []]);
    expect(orders).toMatchObject([
      { side: 'buy', isFollowed: false },
      { side: 'sell', closeId: 'OSTOP', isFollowed: false },
    ]);
    expect(openIn([entry.now()], REF)).toEqual([]);
  });

  it('gets the entry of its stop back, under the same name', async () => {
    const entry = await stopEntry();
    entry.show(FILLED);
    entry.stop('OSTOP', FIRED);
    await followOrders(entry.reconcileDeps);
    const { findings, moves, book, live } = await made(entry, 1);
    const { orderKey } = entry.now();
    expect(findings).toContainEqual({
      ...{ kind: 'missing', orderKey, closeId: 'OSTOP', side: 'sell' },
      ...{ volume: '0.01', cost: '450', fee: '1' },
    });
    expect(moves).toMatchObject([{ entry: { orderKey, closeId: 'OSTOP', side: 'sell' } }]);
    expect([book.quantity, book.result]).toEqual([live.quantity, live.result]);
  });

  it('that was not shown in time is found behind its userref, and booked', async () => {
    const entry = await stopEntry();
    entry.show(FILLED);
    await followOrders(entry.reconcileDeps);
    for (const ms of [GIVE_UP_MS, 60_000]) {
      await entry.clock.sleep(ms);
      await followOrders(entry.reconcileDeps);
    }
    expect(entry.now()).toMatchObject({ closes: { unseen: '0.01' } });
    entry.stop('OLATE', FIRED);
    const { book, moves } = await made(entry);
    expect(moves).toMatchObject([{ entry: { closeId: 'OLATE', volume: '0.01' } }]);
    expect(book.quantity).toBe('0');
  });
});

describe('an entry whose stop rests', () => {
  it('is open, and what its stop trades is left to its next look', async () => {
    const entry = await stopEntry();
    entry.show(FILLED);
    entry.stop('OSTOP');
    await followOrders(entry.reconcileDeps);
    expect((await made(entry)).findings).toEqual([]);
    expect(openIn([entry.now()], REF)).toEqual([entry.now().orderKey]);
    entry.stop('OSTOP', traded('0.004', '180'));
    const { findings, moves } = await made(entry);
    const { orderKey } = entry.now();
    expect(moves).toEqual([]);
    expect(findings).toEqual([
      { kind: 'ahead', orderKey, closeId: 'OSTOP', volume: '0.004', cost: '180', fee: '0' },
    ]);
  });

  it('leaves a stop that nobody has looked at yet to its next look too', async () => {
    const entry = await stopEntry();
    entry.show(traded('0.004', '196'));
    await followOrders(entry.reconcileDeps);
    entry.stop('OSTOP', { volume: decimal('0.004'), ...traded('0.004', '180'), status: 'closed' });
    const { findings, moves } = await made(entry);
    expect(moves).toEqual([]);
    expect(findings).toMatchObject([{ kind: 'ahead', closeId: 'OSTOP', volume: '0.004' }]);
  });

  it('whose stop Kraken does not show keeps what is on record', async () => {
    const entry = await stopEntry();
    entry.show(FILLED);
    entry.stop('OSTOP', traded('0.004', '180'));
    await followOrders(entry.reconcileDeps);
    entry.exchange.book.delete('OSTOP');
    const { findings, book } = await made(entry);
    expect(findings).toMatchObject([{ kind: 'not-shown', closeId: 'OSTOP' }]);
    expect(book.quantity).toBe('0.006');
  });
});

describe('what was read of a book at two times', () => {
  it('belongs together unless the book, what is in flight, or an order moved', async () => {
    const entry = await stopEntry();
    const read = () => ({ view: entry.store.bookRow(REF), rows: [entry.now()] });
    const before = read();
    expect(hasMoved(read(), before)).toBe(false);
    entry.show({ ...traded('0.004', '196') });
    await followOrders(entry.reconcileDeps);
    expect(hasMoved(read(), before)).toBe(true);
    const { view, rows } = read();
    expect(hasMoved({ view, rows }, { view: { ...view, inFlight: [] }, rows })).toBe(true);
    // It landed without a trade, which moves no book.
    const landed = rows.map((row) => ({ ...row, version: row.version + 1 }));
    expect(hasMoved({ view, rows: landed }, { view, rows })).toBe(true);
    expect(hasMoved({ view, rows: [] }, { view, rows })).toBe(true);
  });
});
