/**
 * A secret that comes along with every message, for senders that cannot sign: in a header, or in a
 * field of the message. Whoever sees one message has it, and it vouches for nothing in the body:
 * id and time must stand in the message, and the path's token stays a second secret.
 */
import { secretOf, type JsonObject } from '../../core/message/message.ts';
import { err, ok } from '../../core/result.ts';
import { sameText } from './same-text.ts';
import type { Scheme } from './scheme.ts';

/** What a header may hold without escapes; the longest secret that a source may have. */
const TOKEN = /^[\x21-\x7e]{1,256}$/;
/** Source: RFC 6750, section 2.1; RFC 9110, section 11.1 (without regard to case). */
const BEARER = /^bearer +/i;

/** The secret in a header of its own, or as `Authorization: Bearer`. */
export function headerToken(header: string): Scheme {
  return {
    proofIn: 'request',
    headers: [header],
    claimIn({ headers }) {
      const value = headers.get(header) ?? '';
      if (value === '') return err('header-missing');
      const isBearer = header === 'authorization';
      if (isBearer && !BEARER.test(value)) return err('header-malformed');
      const token = isBearer ? value.replace(BEARER, '') : value;
      if (!TOKEN.test(token)) return err('header-malformed');
      return ok({ isOf: (secret) => sameText(token, secret) });
    },
  };
}

/** The secret in a field at the top level of the message. */
export function fieldToken(field: string): Scheme {
  return messageSecret((root) => {
    const value = root.members.get(field);
    return value?.kind === 'string' ? value.value : undefined;
  });
}

/** TradingView: the field `secret` of the message, under any of its names. */
export const tradingview: Scheme = messageSecret(secretOf);

function messageSecret(find: (root: JsonObject) => string | undefined): Scheme {
  return {
    proofIn: 'message',
    headers: [],
    claimIn({ root }) {
      const text = root === undefined ? undefined : find(root);
      if (text === undefined || text === '') return err('field-missing');
      return ok({ isOf: (secret) => sameText(text, secret) });
    },
  };
}
