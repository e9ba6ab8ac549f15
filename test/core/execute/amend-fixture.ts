/** Orders that rest, and amends that are asked for and carried out. */
import type { AmendWish } from '../../../functions/core/amending.ts';
import type { Account } from '../../../functions/core/config.ts';
import { amendOrder } from '../../../functions/core/execute/amend-order.ts';
import type { Amend } from '../../../functions/core/execute/amends.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { ROUND_PAUSE_MS } from '../../../functions/core/execute/round.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { LANE_REST_MS } from '../../../functions/core/protocol.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { MAIN, world } from '../order-fixture.ts';

/** An entry that rests. */
export const LIMIT = { type: 'limit', price: '49500' } as const;
/** What is known of a call whose answer got lost. */
export const LOST = { kind: 'unknown', reason: 'no answer' } as const;
/** An amend that was not made, and of which no answer came. */
export const NOT_MADE = { changed: false, told: LOST } as const;
/** Time of an invocation in which one round begins. */
export const ONE_ROUND_MS = LANE_REST_MS + 1;
/** Time of an invocation in which two rounds begin, one now and one after the first pause. */
export const TWO_ROUNDS_MS = ONE_ROUND_MS + ROUND_PAUSE_MS;

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
  const amend = (row: OrderRow, untilMs?: number) => amendOrder(row, deps, untilMs);
  /** Why it waits, as the log says it last. */
  const whyWaits = () => all.log.of('amend-waits').at(-1)?.['why'];
  const setMode = (mode: Account['mode']) =>
    Object.assign(deps, {
      config: { ...all.config, accounts: { main: { ...MAIN, mode } } },
    });
  const shown = async () => (await all.exchange.openOrders()).map(({ price }) => price?.toFixed());
  return { ...all, deps, ask, placed, waits, last, why, amend, whyWaits, setMode, shown };
}
