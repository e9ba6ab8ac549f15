/**
 * A cancel that came as a message: `{"action":"cancel","id":"..."}` with the id of the signal whose
 * order is to go. Whoever may trade for a source may take its own orders back, and no others. It
 * adds no risk, so it is never too old, and doing it again is harmless.
 */
import { allEnded } from '../all-ended.ts';
import type { Source } from '../config.ts';
import { readMessage, withoutToken, type JsonObject } from '../message/message.ts';
import { HARMLESS, ownAction, readSignalId } from '../message/own-command.ts';
import { isFinal } from '../order-state.ts';
import type { OrderRow } from '../order.ts';
import type { Clock, Log, OrderLog } from '../ports.ts';
import type { AccountAnswer, Answer } from './receive-signal.ts';
import { queueRecall, type QueueRecallDeps, type Recalls } from '../execute/recalls.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import { rowsOfSignal } from './rows-of-signal.ts';
import type { NamedSource } from './signal-request.ts';

/** The words that ask for it, in small letters without blanks, dashes and underscores. */
export const CANCEL_WORDS: readonly string[] = ['cancel', 'cancelorder'];

/** What receiving a cancel works with. */
export interface ReceiveRecallDeps extends QueueRecallDeps {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Log;
  readonly orderLog: Pick<OrderLog, 'read'>;
  readonly recalls: Pick<Recalls, 'ask'>;
}

/** The id of the signal that a message wants cancelled; undefined when it asks for something else. */
export function cancelledIdOf(
  given: JsonObject,
  source: Source,
): Result<string, Refusal> | undefined {
  if (!CANCEL_WORDS.includes(ownAction(given) ?? '')) return undefined;
  const message = readMessage(withoutToken(given, source.auth));
  if (!message.ok) return message;
  const { fields } = message.value;
  const strange = [...fields].find(([field]) => !HARMLESS.includes(field));
  if (strange !== undefined) {
    const sentence = `${strange[1].name} does not belong to a cancel, which takes back the whole order of one signal: leave it out. To change an order, cancel it and send a new signal.`;
    return err(refusal('ambiguous-field', sentence));
  }
  return readSignalId(fields, NO_ID);
}

const NO_ID =
  'id is missing: a cancel names the signal whose order is to go by the id that the signal had, such as "id": "entry-42"; to cancel everything send {"action": "halt", "cancel": true}.';

/**
 * Puts the recall on record for each account that has an order of the signal, and hands it to the
 * worker. Throws when something could not be stored; the sender then sends again.
 */
export async function receiveRecall(
  signalId: string,
  named: NamedSource,
  deps: ReceiveRecallDeps,
): Promise<Result<Answer, Refusal>> {
  const rows = await rowsOfSignal(signalId, named, { wish: 'cancel', orderLog: deps.orderLog });
  if (!rows.ok) return rows;
  const accounts = await allEnded(rows.value.map((row) => recall(row, deps)));
  const asked = accounts.find(({ status }) => status === 'accepted') ?? accounts[0];
  const { status, message } = asked as AccountAnswer & { status: 'accepted' | 'duplicate' };
  return ok({ status: 200, body: { status, message, signal: signalId, accounts } });
}

async function recall(row: OrderRow, deps: ReceiveRecallDeps): Promise<AccountAnswer> {
  const { account, orderKey, signal, state } = row;
  if (isFinal(state) && state !== 'placed') {
    const message = `its order is ${state} already: there is nothing to cancel.`;
    return { account, status: 'duplicate', message };
  }
  const askedAtMs = deps.clock.nowMs();
  const { source, id: signalId } = signal;
  const wish = { account, orderKey, source, signalId, askedAtMs };
  await deps.recalls.ask(wish);
  deps.log.info('cancel-asked', { account, orderKey, source, id: signalId });
  await queueRecall(wish, askedAtMs, deps);
  return { account, status: 'accepted', message: 'its order is being cancelled.' };
}
