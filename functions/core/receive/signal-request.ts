/**
 * The request of a sender, free of the gateway's form, and the checks that need nothing but the
 * request itself. Also the port that says whether a request may speak for a source.
 */
import type { Source } from '../config.ts';
import type { JsonObject } from '../message/message.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';

/** A request as it arrived; nothing in it is trusted. */
export interface SignalRequest {
  readonly method: string;
  /** From `/hook/{source}/{token}`; undefined for every other path. */
  readonly hook: { readonly source: string; readonly token: string } | undefined;
  /** Headers; empty when absent. */
  readonly contentType: string;
  readonly contentEncoding: string;
  /** Of the other headers those that a configured way to sign reads, by lower-case name. */
  readonly headers: ProofHeaders;
  /** Address of the sender as the gateway saw it, never from a header. */
  readonly address: string;
  /** Raw bytes; `undecodable` when the gateway's encoding of them is broken. */
  readonly body: Uint8Array | 'too-large' | 'undecodable';
}

/** Headers that may prove something, by lower-case name; absent when they were not sent. */
export type ProofHeaders = ReadonlyMap<string, string>;

/** Says who may speak for a source. */
export interface SourceGuard {
  /**
   * Whether path token and address are those of the source, or which check failed. Throws when
   * the source's secrets cannot be read.
   */
  admit(attempt: {
    readonly source: string;
    readonly token: string;
    readonly address: string;
  }): Promise<Result<AdmittedSource, FailedCheck>>;
}

/** A source of harpoon.yaml with its name. */
export interface NamedSource {
  readonly name: string;
  readonly source: Source;
}

/** A source whose token and address were right; its message is still to be checked. */
export interface AdmittedSource extends NamedSource {
  /**
   * Where a message's proof stands: in the request, to be checked over the raw bytes before
   * anything reads them, or in a field of the message.
   */
  readonly proofIn: 'request' | 'message';
  /** Who vouches for the message, or which check failed. */
  prove(evidence: Evidence, nowMs: number): Result<Proof, FailedCheck>;
  /** Whether the message carries a halt secret, and which; absent: the source has none. */
  proveHalt?(root: JsonObject, nowMs: number): Result<number, FailedCheck>;
}

/** What a sender brings to prove itself. */
export interface Evidence {
  readonly headers: ProofHeaders;
  /** The raw bytes. */
  readonly body: Uint8Array;
  /** The message; absent while the body is unread. */
  readonly root?: JsonObject;
}

/** What was proved. */
export interface Proof {
  /** Which of the source's secrets proved it, counted from 0. */
  readonly secretIndex: number;
  /** What the signature vouches for beside the body; absent where it covers the body alone. */
  readonly signed?: SignedEnvelope;
}

/** Id and time that were signed with a message. */
export interface SignedEnvelope {
  /** Absent where the scheme signs no id. */
  readonly id?: string;
  readonly atMs: number;
}

/** Which check of a sender failed: for the log alone, as every answer is the same. */
export type FailedCheck =
  | 'token-form'
  | 'unknown-source'
  | 'wrong-token'
  | 'wrong-address'
  | 'header-missing'
  | 'header-malformed'
  | 'field-missing'
  | 'signed-time-too-far'
  | 'no-secret-matches'
  | 'secret-out-of-time';

/** Largest body, decoded. TradingView's messages are far below; a larger one is no signal. */
export const BODY_BYTES_MAX = 16 * 1_024;

const MEDIA_TYPES = new Set(['application/json', 'text/plain']);

/** What is wrong with the request whoever sent it; undefined when it may be looked at. */
export function refusalAtDoor(request: SignalRequest): Refusal | undefined {
  if (request.hook === undefined) return refusal('not-found', 'there is nothing here.');
  if (request.method !== 'POST') return refusal('method-not-allowed', 'send a POST request.');
  if (!isAcceptedType(request.contentType)) {
    return refusal(
      'unsupported-media',
      'send the header content-type: application/json (or text/plain), in UTF-8.',
    );
  }
  if (!['', 'identity'].includes(request.contentEncoding.trim().toLowerCase())) {
    return refusal('unsupported-media', 'send the message without content-encoding.');
  }
  if (request.body === 'too-large') {
    return refusal('too-large', `send a message of at most ${BODY_BYTES_MAX} bytes.`);
  }
  return undefined;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The body as text: strict UTF-8, nothing replaced, nothing dropped. */
export function bodyText(body: SignalRequest['body']): Result<string, Refusal> {
  if (typeof body !== 'string') {
    try {
      return ok(UTF8.decode(body));
    } catch {
      // Falls through: the bytes are not UTF-8.
    }
  }
  return err(refusal('unreadable-body', 'the message is not valid UTF-8: send it as UTF-8 text.'));
}

function isAcceptedType(contentType: string): boolean {
  const [media = '', ...parameters] = contentType.toLowerCase().split(';');
  if (!MEDIA_TYPES.has(media.trim())) return false;
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=');
    return name.trim() !== 'charset' || /^"?utf-?8"?$/.test(value.trim());
  });
}
