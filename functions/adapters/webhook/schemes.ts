/** Which scheme a source's `auth` asks for, and the headers that all of them need. */
import type { Auth, Config } from '../../core/config.ts';
import { fieldToken, headerToken, tradingview } from './fixed-secret.ts';
import { github } from './github.ts';
import type { Scheme } from './scheme.ts';
import { standardWebhooks } from './standard-webhooks.ts';
import { stripe } from './stripe.ts';

/** The scheme of a source. */
export function schemeOf(auth: Auth): Scheme {
  if (auth === 'tradingview') return tradingview;
  if (auth === 'standard-webhooks') return standardWebhooks;
  if (auth.kind === 'stripe') return stripe(auth.header);
  if (auth.kind === 'github') return github(auth.header);
  return 'header' in auth ? headerToken(auth.header) : fieldToken(auth.field);
}

/** Names of the headers that prove something to one of the sources, in lower case. */
export function proofHeaders(config: Config): ReadonlySet<string> {
  return new Set(Object.values(config.sources).flatMap(({ auth }) => schemeOf(auth).headers));
}
