/**
 * Cancels every open order of an account, as a halt asked for it. Cancelling adds no risk, so it is
 * done at least once: whatever fails comes back with its message, or is queued anew every minute,
 * until Kraken has said how many orders it cancelled. It runs under the lane of the trade key, after
 * every order that was licensed before the switch was off: nothing slips in behind it.
 */
import { sha256 } from './hash.ts';
import type { OrderDeps } from './order-deps.ts';
import type { OrderRef } from './order.ts';
import type { CancelRequest, SwitchBoard } from './switch-board.ts';
import { cancelNotice } from './switch-notice.ts';
import { releaseLane, takeLane } from './take-lane.ts';

/** What the worker cancels with. */
export type CancelDeps = OrderDeps & { readonly board: SwitchBoard };

/** A cancel that waits longer than this is told to a person, once. */
const CANCEL_TOLD_MS = 60_000;

/**
 * The name by which the queue speaks of an account's cancel. It has the form of an order's, and is
 * the key of no order row: those are hashes of other texts.
 */
export function cancelRef(account: string): OrderRef {
  return { account, orderKey: sha256(JSON.stringify(['cancel', account])) };
}

/** Whether the message speaks of a cancel. */
export function isCancelRef(ref: OrderRef): boolean {
  return ref.orderKey === cancelRef(ref.account).orderKey;
}

/**
 * Carries out the cancel that waits for an account. Throws when it could not be; the message then
 * comes back.
 */
export async function cancelOrders(account: string, deps: CancelDeps): Promise<void> {
  const request = await deps.board.cancelAsked(account);
  if (request === undefined) return;
  try {
    await carryOut(account, request, deps);
  } catch (error) {
    deps.log.error('cancel-failed', { account, error: String(error) });
    if (deps.clock.nowMs() >= request.askedAtMs + CANCEL_TOLD_MS) {
      await deps.outbox.put(failing(account, request, deps));
    }
    throw error;
  }
}

async function carryOut(account: string, request: CancelRequest, deps: CancelDeps): Promise<void> {
  const configured = deps.config.accounts[account];
  if (configured?.mode !== 'live') {
    const why =
      configured === undefined ? 'is not in harpoon.yaml any more' : 'does not trade live';
    return deps.board.cancelDone(account, request, `nothing to cancel: account ${account} ${why}`);
  }
  const desk = await deps.desk(account);
  const lane = await takeLane(desk.keyId, deps);
  if (typeof lane === 'string') throw new Error(`the trade key of ${account} is ${lane}`);
  try {
    const count = await desk.exchange(lane).cancelAll();
    deps.log.warn('orders-cancelled', { account, count });
    const outcome = `${count} open ${count === 1 ? 'order' : 'orders'} cancelled at Kraken`;
    // Told first: a crash in between cancels again, and the same notice stands.
    await deps.outbox.put(done(account, request, outcome, deps));
    await deps.board.cancelDone(account, request, outcome);
  } finally {
    await releaseLane(lane, deps);
  }
}

function done(account: string, request: CancelRequest, outcome: string, deps: CancelDeps) {
  const { askedAtMs, why, by } = request;
  const title = `Account ${account}: ${outcome}`;
  const text = `It was asked for because: ${why}. Stops that protected a position are cancelled too: look at what the account holds.`;
  const id = `cancelled:${askedAtMs}`;
  return cancelNotice(account, { title, text, by, id }, noticeContext(deps));
}

function failing(account: string, { askedAtMs, by }: CancelRequest, deps: CancelDeps) {
  const title = `Open orders of account ${account} could not be cancelled yet`;
  const text =
    'Harpoon goes on trying every minute; the log of execute-order says why it fails. Cancel them at Kraken by hand if it cannot wait.';
  const id = `cancel-failing:${askedAtMs}`;
  return cancelNotice(account, { title, text, by, id }, noticeContext(deps));
}

function noticeContext({ config, clock }: CancelDeps) {
  return { config, atMs: clock.nowMs() };
}
