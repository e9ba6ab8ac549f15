/** HMAC-SHA256 over raw bytes, compared in constant time, and the forms of keys and times. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { assert } from '../../core/result.ts';

/** How far the time that was signed may lie from ours, as Stripe and Standard Webhooks have it. */
export const TOLERANCE_MS = 300_000;

/** Unix seconds. */
const TIMESTAMP = /^[1-9][0-9]{9}$/;
const HEX_SHA256 = /^[0-9a-fA-F]{64}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const BASE64_SECRET = 'base64:';

/** Least bytes of a key that is written in base64. */
const KEY_BYTES_MIN = 16;

/** Whether one of the signatures, of 32 bytes each, was made with the key. Looks at all of them. */
export function isSigned(
  signatures: readonly Buffer[],
  signed: readonly Uint8Array[],
  key: Buffer,
): boolean {
  // One character for each byte: of bytes, Node 24 first makes a key object, which takes four times
  // as long as the HMAC of a short message.
  const hmac = createHmac('sha256', key.toString('latin1'), { encoding: 'latin1' });
  for (const part of signed) hmac.update(part);
  const expected = hmac.digest();
  return signatures.map((one) => timingSafeEqual(one, expected)).includes(true);
}

/** A signature in hex digits; undefined when it is none. */
export function hexSignature(text: string): Buffer | undefined {
  return HEX_SHA256.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** Unix seconds as milliseconds; undefined when the text is not ten digits. */
export function signedTimeMs(text: string): number | undefined {
  return TIMESTAMP.test(text) ? Number(text) * 1_000 : undefined;
}

/** Whether a signed time may still be accepted; later, whoever overheard a message could send it. */
export function isNear(atMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - atMs) <= TOLERANCE_MS;
}

/**
 * The key in a secret: its text as it stands, as Stripe and GitHub use theirs, or the bytes behind
 * `base64:` for senders that decode theirs. Throws when those are not base64, or too few.
 */
export function textKey(secret: string): Buffer {
  if (!secret.startsWith(BASE64_SECRET)) return Buffer.from(secret, 'utf8');
  const base64 = secret.slice(BASE64_SECRET.length);
  const key = Buffer.from(base64, 'base64');
  const isKey = BASE64.test(base64) && key.length >= KEY_BYTES_MIN;
  assert(isKey, `a secret that begins with base64: goes on in base64, of at least 16 bytes`);
  return key;
}
