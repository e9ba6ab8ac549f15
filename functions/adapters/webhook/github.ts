/**
 * Messages signed as GitHub signs: one header, `sha256=` and HMAC-SHA256 in hex over the raw bytes
 * of the body. No time is signed, so a message that was overheard stays valid: its id and time must
 * stand in the body, where the signature covers them.
 * Source: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
import { err, ok } from '../../core/result.ts';
import { hexSignature, isSigned, textKey } from './hmac.ts';
import type { Scheme } from './scheme.ts';

const PREFIX = 'sha256=';

/** The scheme, reading one header. */
export function github(header: string): Scheme {
  return {
    proofIn: 'request',
    headers: [header],
    claimIn({ headers, body }) {
      const value = headers.get(header) ?? '';
      if (value === '') return err('header-missing');
      const signature = value.startsWith(PREFIX)
        ? hexSignature(value.slice(PREFIX.length))
        : undefined;
      if (signature === undefined) return err('header-malformed');
      return ok({ isOf: (secret) => isSigned([signature], [body], textKey(secret)) });
    },
  };
}
