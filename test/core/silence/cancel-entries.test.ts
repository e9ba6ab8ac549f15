/** Which orders of a source that fell silent are recalled, what is read for that, and what is logged. */
import { describe, expect, it } from 'vitest';
import type { TimeSpan } from '../../../functions/core/day-book.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { orderOfRecall } from '../../../functions/core/execute/recalls.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { cancelEntries } from '../../../functions/core/silence/cancel-entries.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { dayBookOf } from '../../fakes/day-book.ts';
import { world } from '../order-fixture.ts';

const DAY_MS = 24 * 3_600_000;
const LIMIT = { type: 'limit', price: '49500' } as const;
const SILENT = { source: 'trend', account: 'main' } as const;

/** Cancels in a world where one entry rests; `change`: what the index of received signals shows. */
async function silence(change: (all: readonly OrderRow[]) => readonly Partial<OrderRow>[] = same) {
  const all = world({ source: { maxAgeMs: DAY_MS } });
  const { store, deps, queue, clock } = all;
  const spans: TimeSpan[] = [];
  const book = dayBookOf({ ...store, rows: () => change(store.rows()) as readonly OrderRow[] });
  const seen = { isWhole: true };
  const dayBook = {
    received: async (span: TimeSpan) => {
      spans.push(span);
      return { ...(await book.received(span)), ...seen };
    },
  };
  const place = async (signal: Partial<Signal> = LIMIT) => {
    const row = await all.receive(signal);
    await executeOrder(row, deps);
    return store.row(row);
  };
  const entry = await place();
  queue.sent.splice(0);
  const cancel = () =>
    cancelEntries(SILENT, { ...all.reconcileDeps, dayBook, recalls: store.recalls });
  const recalled = () => queue.sent.flatMap(({ ref }) => orderOfRecall(ref)?.orderKey ?? []);
  return { ...all, entry, place, cancel, recalled, spans, seen, nowMs: () => clock.nowMs() };
}

function same(rows: readonly OrderRow[]): readonly OrderRow[] {
  return rows;
}

describe('the entries of a silent source', () => {
  it('are asked for one by one, counted and logged', async () => {
    const { place, entry, cancel, recalled, log } = await silence();
    const other = await place();
    expect(await cancel()).toBe(2);
    expect(recalled().sort()).toEqual([entry.orderKey, other.orderKey].sort());
    expect(log.of('entries-cancelled')).toMatchObject([{ ...SILENT, asked: 2 }]);
    expect(log.of('entries-not-all-seen')).toEqual([]);
  });

  it('are not those of another account, though a row of it has the name', async () => {
    const elsewhere = (rows: readonly OrderRow[]) => rows.map((row) => ({ ...row, account: 'b' }));
    const { cancel, recalled } = await silence(elsewhere);
    expect([await cancel(), recalled()]).toEqual([0, []]);
  });

  it('are not what has ended by the time that its row is read', async () => {
    const { cancel, recalled, store, entry } = await silence();
    const read = store.orders.read.bind(store.orders);
    store.orders.read = async (ref) => ({ ...((await read(ref)) ?? entry), state: 'unplaced' });
    expect([await cancel(), recalled()]).toEqual([0, []]);
  });

  it('are not what a restored table has forgotten', async () => {
    const { cancel, recalled, store } = await silence();
    store.orders.read = () => Promise.resolve(undefined);
    expect([await cancel(), recalled()]).toEqual([0, []]);
  });

  it('are told to be fewer than there may be where the index shows not all', async () => {
    const { cancel, log, seen } = await silence();
    seen.isWhole = false;
    expect(await cancel()).toBe(1);
    expect(log.of('entries-not-all-seen')).toMatchObject([{ account: 'main' }]);
  });
});

describe('what is read for that', () => {
  it('begins a day before the oldest order that is open, and ends with now', async () => {
    const { cancel, spans, clock, entry, nowMs } = await silence();
    await clock.sleep(3 * DAY_MS);
    await cancel();
    const openedAtMs = entry.attempt?.preparedAtMs ?? 0;
    expect(spans).toEqual([{ fromMs: openedAtMs - DAY_MS, untilMs: nowMs() + 1 }]);
  });

  it('goes back thirty days at most', async () => {
    const { cancel, spans, clock, nowMs } = await silence();
    await clock.sleep(40 * DAY_MS);
    await cancel();
    expect(spans).toEqual([{ fromMs: nowMs() - 30 * DAY_MS, untilMs: nowMs() + 1 }]);
  });

  it('is a day where nothing is open', async () => {
    const { cancel, spans, exchange, nowMs } = await silence();
    exchange.book.clear();
    expect(await cancel()).toBe(0);
    expect(spans).toEqual([{ fromMs: nowMs() - DAY_MS, untilMs: nowMs() + 1 }]);
  });
});
