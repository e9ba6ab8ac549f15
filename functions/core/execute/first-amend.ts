/** The first time that an amend meets its order at Kraken: it is decided, and sent if it may be. */
import type { Amend } from './amends.ts';
import type { AmendDeps } from './amend-order.ts';
import { isCheckedOnly, type AmendSeat } from './amend-seat.ts';
import { decideAmend } from '../decide/decide-amend.ts';
import { endAmend, type AmendEnd } from './end-amend.ts';
import { gatherFacts } from './gather-facts.ts';
import { mayStillCome, settleEarlier } from './look-amend.ts';
import { orderNow, unsettledAmend } from '../order-now.ts';
import type { Order, OrderRow } from '../order.ts';
import { refusal } from '../refusal.ts';
import { waitsOut } from './refusals.ts';
import { assert } from '../result.ts';
import { again, type Round } from './round.ts';
import { sendAmend } from './send-amend.ts';

/** Decides and sends. */
export async function firstAmend(
  { seat, ...given }: { readonly amend: Amend; readonly row: OrderRow; readonly seat: AmendSeat },
  deps: AmendDeps,
): Promise<Round> {
  const { amend } = given;
  const row = await settleEarlier(given.row, seat, deps);
  if (row === 'lost') return again('somebody else moved the row');
  if (mayStillCome(row, deps.clock.nowMs())) return again('an earlier amend may still arrive');
  const end = (how: AmendEnd): Promise<Round> => endAmend({ amend, row, how }, deps);
  if (!seat.isOpen) {
    const why = 'it is not open at Kraken any more: filled, cancelled or expired before';
    return end({ kind: 'not-open', why });
  }
  if (row.signal.target !== undefined) {
    const sentence =
      'the order follows from a target and from what its strategy owns: send a new target instead of an amend.';
    return end({ kind: 'refused', refusal: refusal('not-supported', sentence) });
  }
  if (isCheckedOnly(row, deps.config)) {
    const sentence = `account ${row.account} is in mode validate, in which nothing is changed at Kraken: change or cancel the order there by hand, or set mode: live in harpoon.yaml and send the amend again.`;
    return end({ kind: 'refused', refusal: refusal('account-not-tradable', sentence) });
  }
  const facts = await gatherFacts(row, seat, deps);
  if (facts.kind === 'refused') return end({ kind: 'refused', refusal: facts.refusal });
  if (facts.kind !== 'gathered') return again('why' in facts ? facts.why : 'nothing was decided');
  const order = orderNow(row);
  assert(order !== undefined, 'a placed order was sent');
  const { filled } = seat.found;
  const decided = decideAmend({ ...facts.input, wish: amend.wish, order, filled });
  if (!decided.ok) {
    if (waitsOut(decided.error, row.signal)) return again(decided.error.sentence);
    return end({ kind: 'refused', refusal: decided.error });
  }
  const { order: next, adds, risk } = decided.value;
  // While an earlier change may have been made, what it would be like is no reason to send nothing.
  if (isSame(order, next) && unsettledAmend(row) === undefined) {
    return end({ kind: 'amended', why: 'it is so already, so nothing was sent' });
  }
  return sendAmend({ amend, row, seat, order: next, adds, risk }, deps);
}

function isSame(order: Order, next: Order): boolean {
  return (['volume', 'price', 'price2'] as const).every((name) => order[name] === next[name]);
}
