/**
 * Signs the body of a private call. What is signed is byte for byte what is sent.
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
