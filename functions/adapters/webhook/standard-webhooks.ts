/**
 * Signed messages as Standard Webhooks 1.0.0 defines them: HMAC-SHA256 over `id.timestamp.body`
 * with the raw bytes of the body, in up to five signatures so that a sender can rotate its secret.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { assert, err, ok } from '../../core/result.ts';
import { isNear, isSigned, signedTimeMs } from './hmac.ts';
import type { Scheme } from './scheme.ts';

/** More signatures than this are an attempt to make us work. */
const SIGNATURES_MAX = 5;

/** The id must not hold the point that separates it from the time. */
const ID = /^[\x21-\x2d\x2f-\x7e]{1,128}$/;
const V1 = /^v1,([A-Za-z0-9+/]{43}=)$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const HEADERS = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const;

/** The scheme; its id is the same at every attempt, so it names the signal. */
export const standardWebhooks: Scheme = {
  proofIn: 'request',
  headers: Object.values(HEADERS),
  claimIn({ headers, body }, nowMs) {
    const id = headers.get(HEADERS.id) ?? '';
    const timestamp = headers.get(HEADERS.timestamp) ?? '';
    const list = headers.get(HEADERS.signature) ?? '';
    if (id === '' || timestamp === '' || list === '') return err('header-missing');
    const atMs = signedTimeMs(timestamp);
    const signatures = signaturesIn(list);
    if (!ID.test(id) || atMs === undefined || signatures === undefined) {
      return err('header-malformed');
    }
    if (!isNear(atMs, nowMs)) return err('signed-time-too-far');
    const signed = [Buffer.from(`${id}.${timestamp}.`), body];
    return ok({
      isOf: (secret) => isSigned(signatures, signed, signingKey(secret)),
      signed: { id, atMs },
    });
  },
};

/** Our version of the signatures listed; other versions are for receivers that know them. */
function signaturesIn(list: string): readonly Buffer[] | undefined {
  const listed = list.split(' ', SIGNATURES_MAX + 1);
  if (listed.length > SIGNATURES_MAX) return undefined;
  return listed.flatMap((one) => {
    const base64 = V1.exec(one)?.[1];
    return base64 === undefined ? [] : [Buffer.from(base64, 'base64')];
  });
}

/** The key in a `whsec_` secret: 24 to 64 random bytes. Throws when the secret is not of the form. */
export function signingKey(secret: string): Buffer {
  const base64 = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  const key = Buffer.from(base64, 'base64');
  const isKey = BASE64.test(base64) && key.length >= 24 && key.length <= 64;
  assert(isKey, 'a signing secret is whsec_ and the base64 of 24 to 64 bytes');
  return key;
}
