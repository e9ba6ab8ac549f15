/**
 * Looks at the kill switches once a minute: turns what a message asked to turn and no worker did,
 * says in the log which of them block, for whoever counts it, and queues cancels again whose message
 * got lost.
 */
import { applyHalt, type ApplyHaltDeps } from './halt-requests.ts';
import { queueCancel } from './halt-trading.ts';
import { EVERY_ACCOUNT, scopeName, switchOf } from './switch-board.ts';

/** A cancel that waits longer than this has lost its message, or its worker. */
const QUEUE_AGAIN_MS = 60_000;

/** Looks once. */
export async function watchSwitches(deps: ApplyHaltDeps): Promise<void> {
  const { board, config, clock, log } = deps;
  for (const source of Object.keys(config.sources)) await applyHalt(source, deps);
  const accounts = Object.keys(config.accounts);
  for (const scope of [EVERY_ACCOUNT, ...accounts.map(switchOf)]) {
    const state = await board.read(scope);
    if (state === undefined || state.blocks === 'nothing') continue;
    const { blocks, by, why } = state;
    log.warn('switch-blocks', { scope: scopeName(scope), blocks, by, why });
  }
  for (const account of accounts) {
    const nowMs = clock.nowMs();
    const asked = await board.cancelAsked(account);
    if (asked === undefined || nowMs < asked.askedAtMs + QUEUE_AGAIN_MS) continue;
    // One message a minute, whatever runs twice.
    const minute = Math.floor(nowMs / 60_000);
    await queueCancel(account, `cancel-${account}-${asked.askedAtMs}-${minute}`, deps);
  }
}
