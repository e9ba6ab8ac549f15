/**
 * Signed messages as Standard Webhooks 1.0.0 defines them: HMAC-SHA256 over `id.timestamp.body`
 * with the raw bytes of the body, in up to five signatures so that a sender can rotate its secret.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { assert } from '../../core/result.ts';
import type { SignatureHeaders } from '../../core/signal-request.ts';

/** How far the time that was signed may lie from ours, as the libraries of the standard have it. */
export const TOLERANCE_MS = 300_000;

/** More signatures than this are an attempt to make us work. */
const SIGNATURES_MAX = 5;

/** The id must not hold the point that separates it from the time. */
const ID = /^[\x21-\x2d\x2f-\x7e]{1,128}$/;
const TIMESTAMP = /^[1-9][0-9]{9}$/;
const V1 = /^v1,([A-Za-z0-9+/]{43}=)$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** A message that may be checked: its headers have the form that the standard gives them. */
export interface Claim {
  readonly id: string;
  readonly atMs: number;
  readonly signed: Buffer;
  readonly signatures: readonly Buffer[];
}

/** Reads the headers; undefined when they are malformed, old, early or too many. */
export function readClaim(
  headers: SignatureHeaders,
  body: Uint8Array,
  nowMs: number,
): Claim | undefined {
  const { id, timestamp } = headers;
  if (!ID.test(id) || !TIMESTAMP.test(timestamp)) return undefined;
  const atMs = Number(timestamp) * 1_000;
  if (Math.abs(nowMs - atMs) > TOLERANCE_MS) return undefined;
  const listed = headers.signature.split(' ', SIGNATURES_MAX + 1);
  if (listed.length > SIGNATURES_MAX) return undefined;
  // Other versions in the list are for receivers that know them.
  const signatures = listed.flatMap((one) => {
    const base64 = V1.exec(one)?.[1];
    return base64 === undefined ? [] : [Buffer.from(base64, 'base64')];
  });
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return { id, atMs, signed, signatures };
}

/** Whether one of the claim's signatures was made with the key. Looks at all of them. */
export function isSignedWith(claim: Claim, key: Buffer): boolean {
  const expected = createHmac('sha256', key).update(claim.signed).digest();
  return claim.signatures.map((signature) => timingSafeEqual(signature, expected)).includes(true);
}

/** The key in a `whsec_` secret: 24 to 64 random bytes. Throws when the secret is not of the form. */
export function signingKey(secret: string): Buffer {
  const base64 = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  const key = Buffer.from(base64, 'base64');
  const isKey = BASE64.test(base64) && key.length >= 24 && key.length <= 64;
  assert(isKey, 'a signing secret is whsec_ and the base64 of 24 to 64 bytes');
  return key;
}
