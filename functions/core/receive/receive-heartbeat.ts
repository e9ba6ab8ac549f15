/**
 * A sign of life that came as a message: `{"action":"heartbeat","time":"{{timenow}}"}`. It trades
 * nothing. It counts for the time at which it was fired and never for later than now, so that a copy
 * of an old one proves nothing.
 */
import type { Source } from '../config.ts';
import { readMessage, withoutToken, type JsonObject } from '../message/message.ts';
import { fieldOf } from '../message/message-fields.ts';
import { HARMLESS, ownAction } from '../message/own-command.ts';
import { readTime } from '../message/read-time.ts';
import type { Answer } from './receive-signal.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { NamedSource, SignedEnvelope } from './signal-request.ts';
import { refusalOfFuture } from './signal-verdict.ts';
import type { HeardSources } from '../silence/source-watches.ts';

/** The words that say it, in small letters without blanks, dashes and underscores. */
export const HEARTBEAT_WORDS: readonly string[] = ['heartbeat', 'ping', 'alive'];

/** When a heartbeat was fired; undefined when the message is something else. */
export function heartbeatOf(
  { root, signed }: { readonly root: JsonObject; readonly signed?: SignedEnvelope },
  source: Source,
  nowMs: number,
): Result<number, Refusal> | undefined {
  if (!isHeartbeat(root, source)) return undefined;
  const message = readMessage(withoutToken(root, source.auth));
  if (!message.ok) return message;
  const { fields } = message.value;
  const strange = [...fields].find(([field]) => !HARMLESS.includes(field));
  if (strange !== undefined) {
    const sentence = `${strange[1].name} does not belong to a heartbeat, which trades nothing: leave it out, or write what is to be traded into "action".`;
    return err(refusal('ambiguous-field', sentence));
  }
  const time = fields.get('fireTime') ?? fields.get('time');
  const firedAtMs = time === undefined ? signedTime(signed) : readTime(time);
  if (!firedAtMs.ok) return firedAtMs;
  const future = refusalOfFuture({ sentAtMs: firedAtMs.value }, nowMs);
  return future === undefined ? firedAtMs : err(future);
}

/** Whether the message says that its source is alive, well or badly. */
export function isHeartbeat(root: JsonObject, { map }: Source): boolean {
  if (!HEARTBEAT_WORDS.includes(ownAction(root) ?? '')) return false;
  // What the map reads as the action is the sender's own word, whatever it means to us.
  const path = map?.action !== undefined && 'path' in map.action ? map.action.path : [];
  const [first = '', ...rest] = path;
  return rest.length > 0 || fieldOf(first) !== 'action' || !root.members.has(first);
}

function signedTime(signed: SignedEnvelope | undefined): Result<number, Refusal> {
  if (signed !== undefined) return ok(signed.atMs);
  const sentence =
    'the fire time is missing: add "time": "{{timenow}}", without which an old heartbeat would pass for a new one.';
  return err(refusal('missing-field', sentence));
}

/** Puts it on record and answers 200 `heard`. Throws when it could not; the sender sends again. */
export async function receiveHeartbeat(
  firedAtMs: number,
  { name, source }: NamedSource,
  { heard, nowMs }: { readonly heard: HeardSources; readonly nowMs: number },
): Promise<Answer> {
  const atMs = Math.min(firedAtMs, nowMs);
  if (source.heartbeat !== undefined) await heard.hear(name, atMs);
  const message =
    source.heartbeat === undefined
      ? `nothing was traded; nobody watches for it, as source ${name} has no heartbeat in harpoon.yaml.`
      : `heard, as of ${new Date(atMs).toISOString()}; nothing was traded.`;
  return { status: 200, body: { status: 'heard', message, signal: 'heartbeat', accounts: [] } };
}
