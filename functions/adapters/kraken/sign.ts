/**
 * Builds and signs the body of a private call. What is signed is byte for byte what is sent.
 * Source: https://docs.kraken.com/api/docs/guides/spot-rest-auth
 */
import { createHmac, createSecretKey, hash } from 'node:crypto';
import type { Secret } from '../../core/secret.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What a signature covers. */
export interface Signable {
  /** URI path, `/0/private/AddOrder`, without host and query. */
  readonly path: string;
  /** The nonce that the body holds, as decimal text. */
  readonly nonce: string;
  /** The body exactly as it is sent, form or JSON. */
  readonly body: string;
}

/** Fields of a form body; an undefined value is left out. */
export type Form = Readonly<Record<string, string | undefined>>;

/**
 * Makes the signer of one API key; the key is decoded once. The signature is
 * base64(HMAC-SHA-512(secret, path + SHA-256(nonce + body))). Throws when the private key is not
 * base64, because Kraken would answer every call with `EAPI:Invalid signature`.
 */
export function signer(secret: Secret): (signable: Signable) => string {
  if (!BASE64.test(secret.reveal())) {
    throw new TypeError('the private key is not base64; copy it again from Kraken, without blanks');
  }
  const key = createSecretKey(secret.reveal(), 'base64');
  return ({ path, nonce, body }) =>
    createHmac('sha512', key)
      // One character for each byte: a path is ASCII, and a digest in `binary` is a byte string.
      .update(path + hash('sha256', nonce + body, 'binary'), 'latin1')
      .digest('base64');
}

/**
 * A form body (`application/x-www-form-urlencoded`) with everything outside RFC 3986's unreserved
 * characters in percent form. A plus sign becomes `%2B`: left alone, Kraken reads it as a blank.
 */
export function encodeForm(form: Form): string {
  let body = '';
  for (const name in form) {
    const value = form[name];
    if (value === undefined) continue;
    if (body !== '') body += '&';
    body += encode(name) + '=' + encode(value);
  }
  return body;
}

/** RFC 3986's unreserved characters: nearly every field of an order has no others. */
const UNRESERVED = /^[A-Za-z0-9._~-]*$/;

function encode(text: string): string {
  if (UNRESERVED.test(text)) return text;
  // encodeURIComponent keeps !'()* as they are, which RFC 3986 reserves.
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
