/**
 * An amend that went out before, and of which nobody knows yet what became of it: a look settles it, or
 * it goes out once more with the same values.
 */
import type { Amend } from './amends.ts';
import type { AmendDeps } from './amend-order.ts';
import { isCheckedOnly, type AmendSeat } from './amend-seat.ts';
import { endAmend, settleAmend, turnedDownEnd, type AmendEnd } from './end-amend.ts';
import { orderSeen } from './look-amend.ts';
import type { AskedAmend, OrderRow } from '../order.ts';
import { SETTLE_MS } from '../protocol.ts';
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
  const nowMs = deps.clock.nowMs();
  const now = orderSeen(row, seat, nowMs);
  if (now === asked.order) {
    const why = 'Kraken shows the order as it was asked for';
    return settleAmend({ amend, row, how: { kind: 'amended', why }, asked, now }, deps);
  }
  if (mayGoOut(out, deps)) {
    const { order, adds } = asked;
    return sendAmend({ amend, row, seat, order, adds, risk: {}, asked }, deps);
  }
  if (now !== undefined) {
    const why = 'Kraken shows it without the change';
    const how: AmendEnd = asked.turnedDown
      ? turnedDownEnd(asked.turnedDown)
      : { kind: 'unchanged', why };
    return settleAmend({ amend, row, how, asked, now }, deps);
  }
  if (nowMs < asked.deadlineMs + SETTLE_MS) return again('whether Kraken changed it is not known');
  return unseenAmend(out, 'Kraken shows neither the order as it was nor as asked', deps);
}

function mayGoOut({ amend, row, asked, seat }: GoingOut, { clock, config }: AmendDeps): boolean {
  const isInTime = seat.isOpen && clock.nowMs() < amend.untilMs;
  return isInTime && asked.turnedDown === undefined && !isCheckedOnly(row, config);
}

/** A look tells nothing, or there can be none: it is looked again for a day, and then told. */
export async function unseenAmend(
  { amend, row, asked }: Omit<GoingOut, 'seat'>,
  why: string,
  deps: AmendDeps,
): Promise<Round> {
  const giveUpAtMs = Math.max(amend.askedAtMs + GIVE_UP_MS, asked.deadlineMs + SETTLE_MS);
  if (deps.clock.nowMs() < giveUpAtMs) return again(why);
  // It stays unsettled on the row: any order that it may be is taken for ours.
  return endAmend({ amend, row, how: { kind: 'not-known', why } }, deps);
}
