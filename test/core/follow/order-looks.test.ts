/** What one look at one placed order hands to the table. */
import { describe, expect, it } from 'vitest';
import { followOrder } from '../../../functions/core/follow/follow-order.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { RowChange } from '../../../functions/core/ports.ts';
import { halted } from './halted.ts';
import { stopEntry, traded } from './stop-entry.ts';

/** An order of which 0.004 has traded, and what a look at it writes. */
async function started() {
  const all = await stopEntry();
  all.show(traded('0.004', '196', '0.3'));
  const changes: RowChange[] = [];
  const { orders } = all.deps;
  const note: typeof orders.note = async (row, change) => {
    changes.push(change);
    return { ...row, ...change.set };
  };
  const deps = { ...all.deps, orders: { ...orders, note } };
  const look = (row: OrderRow) => followOrder(row, all.parent(), deps);
  return { ...all, changes, look };
}

describe('a look at a placed order', () => {
  it.each<[string, string, string, string]>([
    ['amount', '0.001', '196', '0.3'],
    ['cost', '0.004', '49', '0.3'],
    ['fee', '0.004', '196', '0.1'],
  ])('that shows a smaller %s than is on record says nothing', async (_what, ...older) => {
    const { look, now, show, changes } = await started();
    const row = await look(now());
    if (typeof row === 'string') throw new Error(row);
    show(traded(...older));
    expect(await look(row)).toBe(row);
    expect(changes).toHaveLength(1);
  });

  it.each([true, false])('leaves it due as it was (%s), or from now on', async (wasDue) => {
    const { look, now, clock, changes } = await started();
    const { dueAtMs, ...bare } = now();
    await clock.sleep(60_000);
    await look(wasDue && dueAtMs !== undefined ? { ...bare, dueAtMs } : bare);
    expect(changes.map((change) => change.dueAtMs)).toEqual([wasDue ? dueAtMs : clock.nowMs()]);
  });

  it('tells nobody of a part where the source does not wish it', async () => {
    const { look, now, changes } = await started();
    await look(now());
    expect(changes).toHaveLength(1);
    expect(changes[0]).not.toHaveProperty('notice');
  });

  it('is logged with what traded so far', async () => {
    const { look, now, log, ref } = await started();
    await look(now());
    const said = log.lines.find((line) => line.includes('"order-followed"'));
    expect(said).toContain(`"account":"main","orderKey":"${ref.orderKey}"`);
    expect(said).toContain('"status":"open","volume":"0.004"');
  });

  it('is at what was licensed', async () => {
    const { look, now } = await started();
    const { attempt: _none, ...row } = now();
    await expect(look(row)).rejects.toThrow('a placed order was licensed');
  });
});

it('a sale that waits for very many orders names as many as a line of the log takes', async () => {
  const all = await halted();
  all.show({ ...all.traded('0.02', '1200', '2'), status: 'closed' });
  const waiting = Array.from({ length: 30 }, (_, at): OrderRow => {
    return { ...all.sale(), orderKey: `waits-${at}` };
  });
  const { books, orders } = all.deps;
  const inFlight = waiting.map(({ orderKey }) => orderKey);
  const looked = await followOrder(all.sale(), all.shown(), {
    ...all.deps,
    books: { ...books, read: async (ref) => ({ ...(await books.read(ref)), inFlight }) },
    orders: {
      ...orders,
      read: async ({ orderKey }) => waiting.find((row) => row.orderKey === orderKey),
    },
  });
  expect(looked).toBe('put-off');
  const said = all.log.lines.find((line) => line.includes('"sale-not-shared"')) ?? '{}';
  expect(JSON.parse(said)).toMatchObject({ account: 'main', orderKey: all.sale().orderKey });
  expect((JSON.parse(said) as { readonly waitsFor: string }).waitsFor).toHaveLength(500);
});
