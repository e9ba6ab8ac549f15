/**
 * Carries out a recall: an order that waits never goes out, one that is at Kraken is cancelled, and
 * one of which nobody knows is waited for until it is known. Cancelling adds no risk, so it is done
 * at least once, until it is settled what became of the order.
 */
import type { OrderDeps } from './order-deps.ts';
import { recalledNotice } from '../notices/order-notice.ts';
import { isUncertain, isWaiting } from '../order-state.ts';
import type { OrderRef, OrderRow } from '../order.ts';
import { waitsLong } from './queue-again.ts';
import type { Recall, Recalls } from './recalls.ts';
import { withdraw } from './record-outcome.ts';
import { assert } from '../result.ts';
import { again, DONE, INVOCATION_MS, ROUND_PAUSE_MS, ROUNDS_MAX, type Round } from './round.ts';
import { secondLegOf } from './second-leg.ts';
import { releaseLane, takeLane } from './take-lane.ts';

/** What the worker recalls with. */
export type RecallDeps = OrderDeps & { readonly recalls: Recalls };

/** A round waits for the lane, and then for Kraken. None is begun with less time than this. */
const ROUND_MS = 8_000;

/** A recall that could not be carried out for so long is told, once. */
const TOLD_MS = 60_000;

/** An order that nobody could find out about in this time is a person's, who was called long ago. */
const GIVE_UP_MS = 24 * 60 * 60_000;

/**
 * Carries out the recall of an order, if one waits. Returns when its message may be deleted: it is
 * settled, or the minute's job hands it over again. Throws when the store stays away; the message then
 * comes back. Nothing is begun that could not end before `untilMs`.
 */
export async function recallOrder(
  ref: OrderRef,
  deps: RecallDeps,
  untilMs = deps.clock.nowMs() + INVOCATION_MS,
): Promise<void> {
  const recall = await deps.recalls.asked(ref);
  if (recall === undefined) return;
  const { clock } = deps;
  let why = 'too little time in the invocation';
  for (let round = 1; round <= ROUNDS_MAX && clock.nowMs() + ROUND_MS <= untilMs; round += 1) {
    const row = await deps.orders.read(ref);
    // A table that was restored from a backup may have forgotten the order.
    if (row === undefined) return end(recall, undefined, 'the table has no such order', deps);
    const ended = await carryOut(recall, row, deps).catch((error: unknown) => again(String(error)));
    if (ended.kind === 'done') return;
    why = ended.why;
    // The orders of the same key wait behind this one.
    if (waitsLong(recall.askedAtMs, deps)) break;
    await clock.sleep(ROUND_PAUSE_MS * round);
  }
  await later(recall, why, deps);
}

async function carryOut(recall: Recall, row: OrderRow, deps: RecallDeps): Promise<Round> {
  const { state } = row;
  if (isWaiting(state)) {
    const withdrawn = await withdraw(row, recall.because, deps);
    if (withdrawn.kind !== 'done') return withdrawn;
  }
  const behind = await withdrawEntry(row, recall, deps);
  if (behind.kind !== 'done') return behind;
  if (isWaiting(state)) {
    await deps.recalls.done(recall);
    return DONE;
  }
  if (isUncertain(state)) {
    if (deps.clock.nowMs() < recall.askedAtMs + GIVE_UP_MS) return again(`its order is ${state}`);
    await end(recall, row, 'whether Kraken has it could not be found out in a day', deps);
    return DONE;
  }
  if (state !== 'placed') {
    if (!(await isNoted(row, deps))) return again('its order has just changed');
    await end(recall, row, `it was ${state} already`, deps);
    return DONE;
  }
  const count = await cancelAtKraken(row, deps);
  const what =
    count === 0
      ? 'it was not open at Kraken any more: filled, cancelled or expired before'
      : 'cancelled at Kraken; what was filled before stays';
  await end(recall, row, what, deps);
  return DONE;
}

/** The entry behind an exit is of the same signal: where it waits still, it goes out as little. */
async function withdrawEntry(row: OrderRow, recall: Recall, deps: RecallDeps): Promise<Round> {
  if (row.signal.target === undefined) return DONE;
  const entry = await deps.orders.read(secondLegOf(row));
  if (entry === undefined || !isWaiting(entry.state)) return DONE;
  return withdraw(entry, recall.because, deps);
}

/** One that a person called absent may turn up: who is told of that has to know of the cancel. */
async function isNoted(row: OrderRow, { orders, clock }: RecallDeps): Promise<boolean> {
  const { settled, dueAtMs } = row;
  if (settled?.says !== 'absent' || settled.recalled === true || dueAtMs === undefined) return true;
  const why = 'a cancel was asked for; it is not carried out, as the order was called absent';
  const set = { settled: { ...settled, recalled: true } } as const;
  return (await orders.note(row, { why, atMs: clock.nowMs(), set, dueAtMs })) !== 'lost';
}

async function cancelAtKraken({ account, exchangeOrderId }: OrderRow, deps: RecallDeps) {
  assert(exchangeOrderId !== undefined, 'a placed order has an id of Kraken');
  const desk = await deps.desk(account);
  const lane = await takeLane(desk.keyId, deps);
  if (typeof lane === 'string') throw new Error(`the trade key of ${account} is ${lane}`);
  try {
    return await desk.exchange(lane).cancel(exchangeOrderId);
  } finally {
    await releaseLane(lane, deps);
  }
}

/** Told first: a crash in between recalls again, and the same notice stands. */
async function end(
  recall: Recall,
  row: OrderRow | undefined,
  what: string,
  deps: RecallDeps,
): Promise<void> {
  const { account, orderKey } = recall;
  deps.log.info('order-recalled', { account, orderKey, what });
  if (row !== undefined) {
    const told = { what, isSettled: true, because: recall.because };
    await deps.outbox.put(recalledNotice(row, told, context(deps)));
  }
  await deps.recalls.done(recall);
}

/** The minute's job hands it over again; a person hears of it when that goes on. */
async function later(recall: Recall, why: string, deps: RecallDeps): Promise<void> {
  const { account, orderKey, askedAtMs, because } = recall;
  deps.log.warn('recall-waits', { account, orderKey, why });
  if (deps.clock.nowMs() < askedAtMs + TOLD_MS) return;
  const row = await deps.orders.read(recall);
  if (row === undefined) return;
  const told = { what: why, isSettled: false, because };
  await deps.outbox.put(recalledNotice(row, told, context(deps)));
}

function context({ config, clock }: RecallDeps) {
  return { config, atMs: clock.nowMs() };
}
