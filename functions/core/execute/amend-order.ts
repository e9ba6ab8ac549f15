/**
 * Carries out an amend: changes an order that rests at Kraken to what its sender asked for. What is
 * asked stands on the row before it goes out, with absolute values, so it may go out again until it is
 * settled; never after its time, which every copy carries as its deadline. A newer amend goes out when
 * no copy of an older one can arrive any more.
 */
import type { Amend, Amends } from './amends.ts';
import { againAmend, unseenAmend } from './again-amend.ts';
import { openSeat } from './amend-seat.ts';
import { firstAmend } from './first-amend.ts';
import { endAmend, isEnded, tellWaiting, type AmendEnd } from './end-amend.ts';
import type { OrderDeps } from './order-deps.ts';
import { isUncertain, isWaiting } from '../order-state.ts';
import type { OrderRef, OrderRow } from '../order.ts';
import { LANE_REST_MS } from '../protocol.ts';
import { again, DONE, INVOCATION_MS, ROUND_PAUSE_MS, ROUNDS_MAX, type Round } from './round.ts';
import { releaseLane } from './take-lane.ts';

/** What the worker amends with. */
export type AmendDeps = OrderDeps & { readonly amends: Amends };

/**
 * Carries out the amend of an order, if one waits. Returns when its message may be deleted: it is
 * settled, or the minute's job hands it over again. Throws when the store stays away.
 */
export async function amendOrder(
  ref: OrderRef,
  deps: AmendDeps,
  untilMs = deps.clock.nowMs() + INVOCATION_MS,
): Promise<void> {
  const { clock, amends, orders } = deps;
  let why = 'too little time in the invocation';
  let amend = await amends.asked(ref);
  for (let round = 1; round <= ROUNDS_MAX && clock.nowMs() + LANE_REST_MS < untilMs; round += 1) {
    if (amend === undefined) return;
    const row = await orders.read(ref);
    // A table that was restored from a backup may have forgotten the order.
    if (row === undefined) return amends.done(amend);
    const ended = await carryOut(amend, row, deps).catch((error: unknown) =>
      again(error instanceof Error ? error.message : String(error)),
    );
    if (ended.kind === 'done') return;
    why = ended.why;
    // The orders of the same key wait behind this one: what only time can settle is left to time.
    if (row.state !== 'placed') break;
    await clock.sleep(ROUND_PAUSE_MS * round);
    amend = await amends.asked(ref);
  }
  if (amend !== undefined) await tellWaiting(amend, why, deps);
}

async function carryOut(amend: Amend, row: OrderRow, deps: AmendDeps): Promise<Round> {
  // Ended before, by a worker that died before it could say so; or a newer one has ended.
  if (isEnded(row, amend)) {
    await deps.amends.done(amend);
    return DONE;
  }
  const { state } = row;
  const end = (how: AmendEnd): Promise<Round> => endAmend({ amend, row, how }, deps);
  if (isWaiting(state) || isUncertain(state)) {
    const what = isWaiting(state) ? 'has not gone out yet' : 'may or may not be at Kraken';
    if (deps.clock.nowMs() < amend.untilMs) return again(`its order ${what}`);
    return end({ kind: 'too-late', why: `its order ${what} when the time of the amend was over` });
  }
  if (state !== 'placed') return end({ kind: 'not-open', why: `its order was ${state} already` });
  const asked = row.amended?.asked;
  const isGoingOut = asked?.firedAtMs === amend.firedAtMs && asked.hash === amend.hash;
  if (!isGoingOut && deps.clock.nowMs() >= amend.untilMs) {
    return end({ kind: 'too-late', why: 'its time was over before it could go out' });
  }
  const seat = await openSeat(row, deps);
  if (seat.kind === 'unavailable') {
    return isGoingOut ? unseenAmend({ amend, row, asked }, seat.why, deps) : again(seat.why);
  }
  try {
    if (isGoingOut) return await againAmend({ amend, row, asked, seat }, deps);
    return await firstAmend({ amend, row, seat }, deps);
  } finally {
    await releaseLane(seat.lane, deps);
  }
}
