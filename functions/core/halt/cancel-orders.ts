/**
 * Cancels every open order of an account, as a halt asked for it. Cancelling adds no risk, so it is
 * done at least once: whatever fails comes back with its message, or is queued anew every minute,
 * until Kraken has said how many orders it cancelled. It runs under the lane of the trade key, after
 * every order that was licensed before the switch was off. One of those whose answer was lost may still
 * arrive until its deadline: then the request stays on record until a cancel ran after that. Where the
 * halt asks for it, what the account holds is sold after each.
 */
import { flatten as sellHoldings } from './flatten.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { mayStillArrive } from './open-orders.ts';
import type { CancelRequest, SwitchBoard } from './switch-board.ts';
import { cancelNotice } from '../notices/switch-notice.ts';
import { releaseLane, takeLane } from '../execute/take-lane.ts';

/** What the worker cancels with. */
export type CancelDeps = OrderDeps & { readonly board: SwitchBoard };

/** A cancel that waits longer than this is told to a person, once. */
const CANCEL_TOLD_MS = 60_000;

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
  if (configured === undefined || configured.mode === 'validate') {
    const why = configured === undefined ? 'is not in harpoon.yaml any more' : 'places nothing';
    return deps.board.cancelDone(account, request, `nothing to cancel: account ${account} ${why}`);
  }
  const desk = await deps.desk(account);
  const lane = await takeLane(desk.keyId, deps);
  if (typeof lane === 'string') throw new Error(`the trade key of ${account} is ${lane}`);
  try {
    const exchange = desk.exchange(lane);
    // Looked at before the cancel: what is settled meanwhile was there to be cancelled.
    const late = await mayStillArrive(account, request.askedAtMs, deps);
    const count = await exchange.cancelAll();
    deps.log.warn('orders-cancelled', { account, count });
    const cancelled = `${count} open ${count === 1 ? 'order' : 'orders'} cancelled ${configured.mode === 'paper' ? 'on paper' : 'at Kraken'}`;
    const round = { ...request, isEarly: late };
    const sells =
      request.flatten && (await sellHoldings(account, round, await exchange.balances(), deps));
    const outcome = sells ? `${cancelled}, ${sold(sells)}` : cancelled;
    // Told first: a crash in between cancels again, and the same notice stands.
    await deps.outbox.put(done(account, request, { outcome, late }, deps));
    if (late) return deps.log.warn('cancel-once-more', { account, count });
    await deps.board.cancelDone(account, request, outcome);
  } finally {
    await releaseLane(lane, deps);
  }
}

function sold(assets: readonly string[]): string {
  if (assets.length === 0) return 'nothing is held that could be sold';
  return `${assets.join(', ')} to be sold at the market`;
}

function done(
  account: string,
  { askedAtMs, flatten, why, by }: CancelRequest,
  { outcome, late }: { readonly outcome: string; readonly late: boolean },
  deps: CancelDeps,
) {
  const title = `Account ${account}: ${outcome}`;
  const again = late
    ? ` The answer to an order from before is missing and it may still arrive, so everything is cancelled${flatten === true ? ', and what arrived is sold,' : ''} once more within two minutes.`
    : '';
  const text = `It was asked for because: ${why}. Stops that protected a position are cancelled too: look at what the account holds.${again}`;
  const id = `${late ? 'cancelling' : 'cancelled'}:${askedAtMs}`;
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
