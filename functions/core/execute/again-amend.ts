/**
 * An amend that went out before, and of which nobody knows yet what became of it: a look settles it, or
 * it goes out once more with the same values.
 */
import type { Amend } from './amends.ts';
import type { AmendDeps } from './amend-order.ts';
import { isCheckedOnly, type AmendSeat } from './amend-seat.ts';
import { settleAmend, type AmendEnd } from './end-amend.ts';
import { orderNow } from '../order-now.ts';
import type { AskedAmend, OrderRow } from '../order.ts';
import { SETTLE_MS } from '../protocol.ts';
import { sameOrder } from '../reconcile/same-order.ts';
import { again, type Round } from './round.ts';
import { sendAmend } from './send-amend.ts';

/** An amend that nobody could find out about in this time is a person's, who was called long ago. */
const GIVE_UP_MS = 24 * 60 * 60_000;

/** An amend that went out, and of which nobody knows yet what became of it. */
export interface GoingOut {
  readonly amend: Amend;
  readonly row: OrderRow;
  readonly asked: AskedAmend;
  readonly seat: AmendSeat;
}

/** Looks what Kraken has; sends the same once more while its time lasts. */
export async function againAmend(out: GoingOut, deps: AmendDeps): Promise<Round> {
  const { amend, row, asked, seat } = out;
  const { found, pair } = seat;
  const nowMs = deps.clock.nowMs();
  const settle = (how: AmendEnd) => settleAmend({ amend, row, how, asked }, deps);
  if (sameOrder(asked.order, found, pair).ok) {
    return settle({ kind: 'amended', why: 'Kraken shows the order as it was asked for' });
  }
  const maySend = seat.isOpen && nowMs < amend.untilMs && !isCheckedOnly(row, deps.config);
  if (maySend) {
    return sendAmend({ amend, row, seat, order: asked.order, risk: {}, adds: false, asked }, deps);
  }
  // What Kraken shows may be from before the change, as long as its reads may lag.
  if (nowMs < asked.deadlineMs + SETTLE_MS) return again('whether Kraken changed it is not known');
  const before = orderNow(row) ?? asked.before;
  if (sameOrder(before, found, pair).ok || sameOrder(asked.before, found, pair).ok) {
    return settle({ kind: 'unchanged', why: 'Kraken still shows it as it was before' });
  }
  return unseenAmend(out, 'Kraken shows neither the order as it was nor as asked', deps);
}

/** A look tells nothing, or there can be none: it is looked again for a day, and then told. */
export async function unseenAmend(
  { amend, row, asked }: Omit<GoingOut, 'seat'>,
  why: string,
  deps: AmendDeps,
): Promise<Round> {
  const giveUpAtMs = Math.max(amend.askedAtMs + GIVE_UP_MS, asked.deadlineMs + SETTLE_MS);
  if (deps.clock.nowMs() < giveUpAtMs) return again(why);
  return settleAmend({ amend, row, how: { kind: 'not-known', why }, asked }, deps);
}
