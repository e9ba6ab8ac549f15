/**
 * Messages signed as Stripe signs: one header, `t=1492774577,v1=5257...`, with the unix seconds of
 * signing and HMAC-SHA256 in hex over `t.body`, with the raw bytes of the body. A `v1` comes twice
 * while the sender rotates its secret; other versions are for receivers that know them.
 * Sources: https://docs.stripe.com/webhooks (verify manually), and for Kraken's own use of it
 * https://docs.kraken.com/api/docs/embed-api/embed-webhook-events
 */
import { err, ok, type Result } from '../../core/result.ts';
import type { FailedCheck } from '../../core/receive/signal-request.ts';
import { hexSignature, isNear, isSigned, signedTimeMs, textKey } from './hmac.ts';
import type { Scheme } from './scheme.ts';

/** More signatures than this are an attempt to make us work. */
const SIGNATURES_MAX = 5;
const ITEMS_MAX = 10;

/** The scheme, reading one header. */
export function stripe(header: string): Scheme {
  return {
    proofIn: 'request',
    headers: [header],
    claimIn({ headers, body }, nowMs) {
      const read = readHeader(headers.get(header));
      if (!read.ok) return read;
      const { time, atMs, signatures } = read.value;
      if (!isNear(atMs, nowMs)) return err('signed-time-too-far');
      const signed = [Buffer.from(`${time}.`), body];
      return ok({
        isOf: (secret) => isSigned(signatures, signed, textKey(secret)),
        signed: { atMs },
      });
    },
  };
}

interface SignatureHeader {
  /** As written, because it was signed as written. */
  readonly time: string;
  readonly atMs: number;
  readonly signatures: readonly Buffer[];
}

function readHeader(value: string | undefined): Result<SignatureHeader, FailedCheck> {
  if (value === undefined || value === '') return err('header-missing');
  const items = value.split(',', ITEMS_MAX + 1);
  if (items.length > ITEMS_MAX) return err('header-malformed');
  const times = items.filter((item) => item.startsWith('t=')).map((item) => item.slice(2));
  const v1 = items.filter((item) => item.startsWith('v1=')).map((item) => item.slice(3));
  // Two times are two headers that were joined: which of them was signed is not ours to guess.
  const [time, ...more] = times;
  const atMs = time === undefined ? undefined : signedTimeMs(time);
  if (time === undefined || atMs === undefined || more.length > 0) return err('header-malformed');
  const signatures = v1.flatMap((hex) => hexSignature(hex) ?? []);
  const isWhole = signatures.length === v1.length && v1.length > 0 && v1.length <= SIGNATURES_MAX;
  return isWhole ? ok({ time, atMs, signatures }) : err('header-malformed');
}
