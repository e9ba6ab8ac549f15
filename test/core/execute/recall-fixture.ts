/** Orders whose senders ask for a cancel, and what carries that out. */
import type { OrderRow } from '../../../functions/core/order.ts';
import { recallOrder } from '../../../functions/core/execute/recall-order.ts';
import { world } from '../order-fixture.ts';

/** An entry that rests. */
export const LIMIT = { type: 'limit', price: '49500' } as const;

/** A world in which orders are recalled. */
export function recalling() {
  const all = world();
  const deps = { ...all.deps, recalls: all.store.recalls };
  const ask = (row: OrderRow) => {
    const { account, orderKey, signal } = row;
    const { source, id: signalId } = signal;
    const askedAtMs = all.clock.nowMs();
    return all.store.recalls.ask({ account, orderKey, source, signalId, askedAtMs });
  };
  const open = async () => (await all.exchange.openOrders()).length;
  const waits = async () => (await all.store.recalls.waiting(10)).length;
  const titles = () => all.store.notices().map(({ title }) => title);
  const recall = (row: OrderRow, untilMs?: number) => recallOrder(row, deps, untilMs);
  return { ...all, deps, ask, open, waits, titles, recall };
}
