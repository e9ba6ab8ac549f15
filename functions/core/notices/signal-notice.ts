/** What a person is told about messages of a source that left no order of their own. */
import type { Config } from '../config.ts';
import { sha256 } from '../hash.ts';
import { commandFor } from './notice-command.ts';
import { withinLimits } from './notice-limits.ts';
import type { Notice } from './notice.ts';
import { readableSpan } from '../notifications/times.ts';
import type { OrderRow } from '../order.ts';
import type { Refusal } from '../refusal.ts';
import type { NamedSource, SignalRequest } from '../receive/signal-request.ts';

/** An authenticated message that could not be taken; the same message is told once. */
export function refusedMessageNotice(
  { name, source }: NamedSource,
  { reason, body }: { readonly reason: Refusal; readonly body: SignalRequest['body'] },
  { config, atMs }: { readonly config: Config; readonly atMs: number },
): Notice {
  const named = sha256(JSON.stringify([name, reason.code, sha256(body)]));
  // A word instead of a body says why there is none.
  const length = typeof body === 'string' ? body : `${body.length} bytes`;
  return withinLimits({
    id: `refused-${named}`,
    atMs,
    urgency: 'warning',
    channels: source.notify,
    title: `Not traded: a message of ${name} was refused (${reason.code})`,
    text: `${reason.sentence}\nNothing was recorded or traded. Correct the alert where it is made and let it fire again; until then every message of its kind is refused.`,
    facts: [
      { label: 'Source', value: name },
      { label: 'Reason', value: reason.code },
      { label: 'Message', value: length },
    ],
    command: commandFor({ kind: 'source', source: name }),
    subject: 'order',
    ...(config.zone === undefined ? {} : { zone: config.zone }),
  });
}

/** A message with the id of an earlier one and another text. `row` is what would have been written. */
export function reusedIdNotice(row: OrderRow, sentence: string, config: Config): Notice {
  const { signal, account, orderKey, payloadHash, receivedAtMs, clientOrderId } = row;
  return withinLimits({
    id: `${orderKey}-reused-${payloadHash.slice(0, 16)}`,
    atMs: receivedAtMs,
    urgency: 'page',
    channels: config.sources[signal.source]?.notify ?? [],
    title: `Not traded (id used twice): ${signal.action} ${signal.symbol} of ${signal.source} for ${account}`,
    text: `Signal ${signal.id}: ${sentence}\nThe first message stands, and this one was not traded. Place it by hand if it was meant as an order of its own.`,
    facts: [
      { label: 'Side', value: signal.action },
      { label: 'Symbol', value: signal.symbol },
      { label: 'Account', value: account },
      { label: 'Source', value: signal.source },
      { label: 'Signal age', value: readableSpan(Math.max(0, receivedAtMs - signal.sentAtMs)) },
      { label: 'Signal id', value: signal.id },
      { label: 'Client order id', value: clientOrderId },
    ],
    command: commandFor({ kind: 'order', clientOrderId }),
    subject: 'order',
    ...(config.zone === undefined ? {} : { zone: config.zone }),
  });
}
