/**
 * An amend that came as a message: `{"action":"amend","id":"...","price":"98000"}` with the id of the
 * signal whose order is to change. Whoever may trade for a source may change its own orders, and no
 * others. It may add risk, so it has a fire time, grows too old, and is judged by the worker like an
 * order; of two the one that was fired later counts.
 */
import { allEnded } from '../all-ended.ts';
import type { Source } from '../config.ts';
import { amendedPrices } from '../decide/amended-prices.ts';
import { queueAmend, type Amend, type Amends, type QueueAmendDeps } from '../execute/amends.ts';
import { isEnded } from '../execute/end-amend.ts';
import { sha256 } from '../hash.ts';
import { canonicalBody, readMessage, withoutToken, type JsonObject } from '../message/message.ts';
import { ownAction } from '../message/own-command.ts';
import { readAmend, type ReadAmend } from '../message/read-amend.ts';
import { lateAmendNotice } from '../notices/amend-notice.ts';
import { isFinal } from '../order-state.ts';
import type { OrderRow } from '../order.ts';
import type { Clock, Log, OrderLog, Outbox } from '../ports.ts';
import { REDUCING_MAX_AGE_MS } from '../protocol.ts';
import type { AccountAnswer, Answer } from './receive-signal.ts';
import { REFUSALS, type Refusal } from '../refusal.ts';
import { assert, err, ok, unreachable, type Result } from '../result.ts';
import { rowsOfSignal } from './rows-of-signal.ts';
import type { NamedSource } from './signal-request.ts';
import { refusalOfFuture } from './signal-verdict.ts';
import { isReducing } from '../signal.ts';

/** The words that ask for it, in small letters without blanks, dashes and underscores. */
export const AMEND_WORDS: readonly string[] = ['amend', 'amendorder'];

/** What receiving an amend works with. */
export interface ReceiveAmendDeps extends QueueAmendDeps {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Log;
  readonly orderLog: Pick<OrderLog, 'read'>;
  readonly amends: Pick<Amends, 'ask' | 'asked'>;
  readonly outbox: Outbox;
}

/** An amend with the fingerprint of the message that it came in. */
export interface AskedChange extends ReadAmend {
  readonly hash: string;
}

/** What a message wants changed; undefined when it asks for something else. */
export function amendOf(
  given: JsonObject,
  source: Source,
  signedAtMs?: number,
): Result<AskedChange, Refusal> | undefined {
  if (!AMEND_WORDS.includes(ownAction(given) ?? '')) return undefined;
  const root = withoutToken(given, source.auth);
  const message = readMessage(root);
  if (!message.ok) return message;
  const read = readAmend(message.value, source, signedAtMs);
  return read.ok ? ok({ ...read.value, hash: sha256(canonicalBody(root)) }) : read;
}

/**
 * Puts the amend on record for each account that has an order of the signal, and hands it to the
 * worker. Throws when something could not be stored; the sender then sends again.
 */
export async function receiveAmend(
  asked: AskedChange,
  named: NamedSource,
  deps: ReceiveAmendDeps,
): Promise<Result<Answer, Refusal>> {
  const future = refusalOfFuture({ sentAtMs: asked.firedAtMs }, deps.clock.nowMs());
  if (future !== undefined) return err(future);
  const { signalId } = asked;
  const rows = await rowsOfSignal(signalId, named, { wish: 'change', orderLog: deps.orderLog });
  if (!rows.ok) return rows;
  const meant = rows.value.map(({ signal }) => amendedPrices(signal, asked.wish));
  const unclear = meant.find((one) => !one.ok);
  if (unclear?.ok === false) return unclear;
  const accounts = await allEnded(rows.value.map((row) => change(row, asked, named.source, deps)));
  const words = ['conflict', 'accepted', 'stale', 'duplicate'] as const;
  const status = words.find((word) => accounts.some((one) => one.status === word));
  assert(status !== undefined, 'every account has an answer');
  const message = accounts.find((one) => one.status === status)?.message ?? '';
  if (status === 'conflict') {
    const code = 'identity-reused';
    return ok({ status: REFUSALS[code], body: { code, message, signal: signalId, accounts } });
  }
  return ok({ status: 200, body: { status, message, signal: signalId, accounts } });
}

async function change(
  row: OrderRow,
  asked: AskedChange,
  source: Source,
  deps: ReceiveAmendDeps,
): Promise<AccountAnswer> {
  const { account, state } = row;
  if (isFinal(state) && state !== 'placed') {
    const message = `its order is ${state} already: there is nothing to change.`;
    return { account, status: 'duplicate', message };
  }
  const amend = amendFor(row, asked, source, deps.clock.nowMs());
  if (amend.askedAtMs >= amend.untilMs) return stale(row, amend, source, deps);
  const { orderKey, firedAtMs } = amend;
  const outcome = await deps.amends.ask(amend);
  deps.log.info('amend-asked', { account, orderKey, id: asked.signalId, firedAtMs, outcome });
  switch (outcome) {
    case 'older': {
      const message = 'a newer amend of its order is on record: this one changes nothing.';
      return { account, status: 'duplicate', message };
    }
    case 'clash': {
      const message =
        'another amend of its order has the same fire time, so which is the newer one is not known: send it again with a later "time".';
      return { account, status: 'conflict', message };
    }
    case 'repeated':
    case 'asked':
      // Also one that came before: its first message may have died before it was queued.
      await queueAmend(amend, amend.askedAtMs, deps);
      return outcome === 'asked'
        ? { account, status: 'accepted', message: 'its order is being changed.' }
        : { account, status: 'duplicate', message: 'this amend was received before.' };
    default:
      return unreachable(outcome);
  }
}

/** As an order's, its time is counted from the earlier of sending and receiving. */
function amendFor(
  { account, orderKey, signal }: OrderRow,
  { signalId, firedAtMs, wish, hash }: AskedChange,
  { maxAgeMs }: Source,
  askedAtMs: number,
): Amend {
  const untilMs = isReducing(signal)
    ? askedAtMs + REDUCING_MAX_AGE_MS
    : Math.min(firedAtMs, askedAtMs) + maxAgeMs;
  const names = { account, orderKey, source: signal.source, signalId };
  // By their places, so that of two names for one price the newer amend's counts.
  const prices = amendedPrices(signal, wish);
  assert(prices.ok, 'what it means was found out before');
  const { volume } = wish;
  const meant = { ...(volume === undefined ? {} : { volume }), ...prices.value };
  return { ...names, firedAtMs, hash, wish: meant, askedAtMs, untilMs };
}

/** It is not put on record; whoever reads the notices hears of it, unless it is on record already. */
async function stale(
  row: OrderRow,
  amend: Amend,
  { maxAgeMs }: Source,
  { amends, outbox, log, config }: ReceiveAmendDeps,
): Promise<AccountAnswer> {
  const { account, askedAtMs, firedAtMs } = amend;
  const waits = await amends.asked(row);
  if (isEnded(row, amend) || (waits !== undefined && waits.firedAtMs >= firedAtMs)) {
    // It came in time before: how it ends is told by itself, and it may still be made.
    return { account, status: 'duplicate', message: 'this amend or a newer one came before.' };
  }
  const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`;
  const why = `the amend was ${seconds(askedAtMs - firedAtMs)} old when it arrived; this source's limit is ${seconds(maxAgeMs)} (write {{timenow}}, not {{time}})`;
  log.warn('amend-stale', { account, orderKey: amend.orderKey, why });
  await outbox.put(lateAmendNotice(row, { amend, why }, { config, atMs: askedAtMs }));
  return { account, status: 'stale', message: `${why}.` };
}
