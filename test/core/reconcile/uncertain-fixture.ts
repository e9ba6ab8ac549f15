/** One order that was sent and whose outcome is not known, and looks at it at chosen times. */
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import type { Source } from '../../../functions/core/config.ts';
import type { Attempt, OrderRow } from '../../../functions/core/order.ts';
import type { Exchange, PlaceOutcome } from '../../../functions/core/ports.ts';
import { settleUncertain } from '../../../functions/core/reconcile/settle-uncertain.ts';
import { world } from '../order-fixture.ts';

/** Kraken's answer got lost. */
export const RESET: PlaceOutcome = { kind: 'unknown', reason: 'connection reset' };

/** Kraken says that its engine never saw the order. */
export const EARLY: PlaceOutcome = {
  kind: 'refused-before-engine',
  reason: 'EAPI:Rate limit exceeded',
};

/** What a person says who settles one by hand. */
export const WORD = { by: 'ann', why: 'looked at Kraken' };

/** What differs from an order whose answer got lost and which Kraken does not have. */
export interface Uncertain {
  readonly placed?: boolean;
  readonly told?: PlaceOutcome;
  readonly source?: Partial<Source>;
  /** Time between the receipt and the sending. */
  readonly waitedMs?: number;
}

/** Sends the order; times are counted from then on. */
export async function uncertain({ placed = false, told = RESET, ...rest }: Uncertain = {}) {
  const all = world(rest.source === undefined ? {} : { source: rest.source });
  const { clock, store, exchange } = all;
  exchange.fates = [() => ({ placed, told })];
  const ref = await all.receive();
  clock.advance(rest.waitedMs ?? 0);
  const sentAtMs = clock.nowMs();
  await executeOrder(ref, all.deps);
  const row = (): OrderRow => store.row(ref);
  const attempt = row().attempt as Attempt;
  const open = async (): Promise<Exchange> => (await all.reconcileDeps.desk('main')).exchange(NONE);
  /** Looks at the row so many milliseconds after the sending; how long it is to rest then. */
  const settleAt = async (ms: number): Promise<number | undefined> => {
    clock.advance(sentAtMs + ms - clock.nowMs());
    await settleUncertain(row(), open, all.deps);
    const { dueAtMs } = row();
    return dueAtMs === undefined ? undefined : dueAtMs - sentAtMs;
  };
  const whys = (): readonly string[] => store.audit(ref).map(({ why }) => why);
  return { ...all, ref, row, attempt, open, settleAt, sentAtMs, whys };
}

/** The exchange in memory looks at no lane. */
const NONE = { keyId: '', owner: '', fence: 0, untilMs: 0, nextNonce: () => '0' };
