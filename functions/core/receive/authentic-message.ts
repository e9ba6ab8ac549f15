/**
 * From a request to a message that somebody vouches for: its proof is checked, and its text is read
 * as JSON, in the order that the way of proving asks for.
 */
import { isHalt } from './halt-message.ts';
import { readJson } from '../message/json.ts';
import type { JsonObject } from '../message/message.ts';
import type { Log } from '../ports.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { assert, err, ok, type Result } from '../result.ts';
import {
  bodyText,
  type AdmittedSource,
  type FailedCheck,
  type SignalRequest,
  type SignedEnvelope,
} from './signal-request.ts';

/** A message and who vouches for it. */
export interface AuthenticMessage {
  readonly root: JsonObject;
  readonly signed?: SignedEnvelope;
  /** It was proved by the source's halt secret alone, which is good for a halt and nothing else. */
  readonly hasHaltSecret: boolean;
}

/** One text for every cause, so that the answer teaches nothing to who guesses; the log names it. */
export function unauthenticated(check: FailedCheck): Refusal {
  return refusal('unauthenticated', 'not authenticated.', { check });
}

/** Authenticates the message and reads it. */
export function authenticMessage(
  request: SignalRequest,
  admitted: AdmittedSource,
  nowMs: number,
  log: Log,
): Result<AuthenticMessage, Refusal> {
  const ordinary = ordinaryMessage(request, admitted, nowMs, log);
  if (ordinary.ok) return ordinary;
  if (ordinary.error.code !== 'unauthenticated' || admitted.proveHalt === undefined) {
    return ordinary;
  }
  const root = readRoot(request);
  if (!root.ok || !isHalt(root.value)) return ordinary;
  const proof = admitted.proveHalt(root.value, nowMs);
  if (!proof.ok) return ordinary;
  log.info('halt-authenticated', { source: admitted.name, credential: proof.value });
  return ok({ root: root.value, hasHaltSecret: true });
}

function ordinaryMessage(
  request: SignalRequest,
  admitted: AdmittedSource,
  nowMs: number,
  log: Log,
): Result<AuthenticMessage, Refusal> {
  const { headers, body } = request;
  const evidence = typeof body === 'string' ? undefined : { headers, body };
  // A signature is checked before anything reads what it covers.
  const early =
    admitted.proofIn === 'request' && evidence !== undefined
      ? admitted.prove(evidence, nowMs)
      : undefined;
  if (early?.ok === false) return err(unauthenticated(early.error));
  const root = readRoot(request);
  if (!root.ok) return root;
  assert(evidence !== undefined, 'a message that was read has bytes');
  const proof = early ?? admitted.prove({ ...evidence, root: root.value }, nowMs);
  if (!proof.ok) return err(unauthenticated(proof.error));
  const { secretIndex, signed } = proof.value;
  log.info('message-authenticated', { source: admitted.name, credential: secretIndex });
  const envelope = signed === undefined ? {} : { signed };
  return ok({ root: root.value, hasHaltSecret: false, ...envelope });
}

function readRoot(request: SignalRequest): Result<JsonObject, Refusal> {
  const text = bodyText(request.body);
  if (!text.ok) return text;
  const json = readJson(text.value);
  if (!json.ok) {
    const { line, column, remedy } = json.error;
    return err(
      refusal(
        'unreadable-body',
        `the message is not readable at line ${line}, column ${column}: ${remedy}.`,
      ),
    );
  }
  if (json.value.kind === 'object') return ok(json.value);
  return err(
    refusal('unreadable-body', 'the message must be a JSON object, such as {"action":"buy"}.'),
  );
}
