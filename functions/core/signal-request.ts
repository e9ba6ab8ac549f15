/**
 * The request of a sender, free of the gateway's form, and the checks that need nothing but the
 * request itself. Also the port that says whether a request may speak for a source.
 */
import type { Source } from './config.ts';
import { refusal, type Refusal } from './refusal.ts';
import { err, ok, type Result } from './result.ts';

/** A request as it arrived; nothing in it is trusted. */
export interface SignalRequest {
  readonly method: string;
  /** From `/hook/{source}/{token}`; undefined for every other path. */
  readonly hook: { readonly source: string; readonly token: string } | undefined;
  /** Headers; empty when absent. */
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly signature: SignatureHeaders;
  /** Address of the sender as the gateway saw it, never from a header. */
  readonly address: string;
  /** Raw bytes; `undecodable` when the gateway's encoding of them is broken. */
  readonly body: Uint8Array | 'too-large' | 'undecodable';
}

/** Headers of a signed message; empty when absent. Source: Standard Webhooks 1.0.0. */
export interface SignatureHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** Says who may speak for a source. */
export interface SourceGuard {
  /**
   * Whether path token and address are those of the source; undefined for every cause of a
   * refusal. Throws when the source's secrets cannot be read.
   */
  admit(attempt: {
    readonly source: string;
    readonly token: string;
    readonly address: string;
  }): Promise<AdmittedSource | undefined>;
}

/** A source of harpoon.yaml with its name. */
export interface NamedSource {
  readonly name: string;
  readonly source: Source;
}

/** A source whose token and address were right; its message is still to be checked. */
export interface AdmittedSource extends NamedSource {
  /** Which of the secrets of now the text equals, counted from 0; undefined when none. */
  matchSecret(text: string | undefined, nowMs: number): number | undefined;
  /** Whose signature the raw bytes carry; undefined when nobody's that is accepted now. */
  matchSignature(
    headers: SignatureHeaders,
    body: Uint8Array,
    nowMs: number,
  ): SignedMessage | undefined;
}

/** What a signature vouches for beside the body. */
export interface SignedMessage {
  readonly id: string;
  readonly atMs: number;
  /** Which secret signed, counted from 0. */
  readonly secretIndex: number;
}

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

/** The body as text: strict UTF-8, nothing replaced, nothing dropped. */
export function bodyText(body: SignalRequest['body']): Result<string, Refusal> {
  if (typeof body !== 'string') {
    try {
      return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
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
