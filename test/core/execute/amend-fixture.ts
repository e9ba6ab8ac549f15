/** Orders that rest, and amends that are asked for and carried out. */
import type { AmendWish } from '../../../functions/core/amending.ts';
import type { Account } from '../../../functions/core/config.ts';
import { amendOrder } from '../../../functions/core/execute/amend-order.ts';
import type { Amend } from '../../../functions/core/execute/amends.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { MAIN, world } from '../order-fixture.ts';

/** An entry that rests. */
export const LIMIT = { type: 'limit', price: '49500' } as const;
/** What is known of a call whose answer got lost. */
export const LOST = { kind: 'unknown', reason: 'no answer' } as const;

/** A world in which orders rest and are amended. */
export function amending(changes: Parameters<typeof world>[0] = {}) {
  const all = world(changes);
  const deps = { ...all.deps, amends: all.store.amends };
  let count = 0;
  const ask = async (row: OrderRow, wish: AmendWish, more: Partial<Amend> = {}) => {
    count += 1;
    const { account, orderKey, signal } = row;
    const askedAtMs = all.clock.nowMs();
    const names = { account, orderKey, source: signal.source, signalId: signal.id };
    const times = { firedAtMs: askedAtMs, askedAtMs, untilMs: askedAtMs + 60_000 };
    const amend = { ...names, ...times, hash: `hash-${count}`, wish, ...more };
    await all.store.amends.ask(amend);
    return amend;
  };
  const placed = async (more: Partial<Signal> = {}) => {
    const row = await all.receive({ ...LIMIT, ...more });
    await executeOrder(row, all.deps);
    return row;
  };
  const waits = async () => (await all.store.amends.waiting(10)).length;
  const last = () => all.store.notices().at(-1);
  const why = (row: OrderRow) => all.store.audit(row).at(-1)?.why;
  const amend = (row: OrderRow) => amendOrder(row, deps);
  const setMode = (mode: Account['mode']) =>
    Object.assign(deps, {
      config: { ...all.config, accounts: { main: { ...MAIN, mode } } },
    });
  const shown = async () => (await all.exchange.openOrders()).map(({ price }) => price?.toFixed());
  return { ...all, deps, ask, placed, waits, last, why, amend, setMode, shown };
}
