/** What an API key must be before Harpoon uses it. Source: GetApiKeyInfo; facts on nonce windows. */
import type { KeyInfo } from '../ports.ts';

/** Permissions that a key must not have: with them, whoever steals it takes the money. */
const FORBIDDEN = ['withdraw-funds', 'add-withdraw-address', 'update-withdraw-address'];

/** Permissions that each half of an account's keys needs. */
const NEEDED = {
  trade: ['query-funds', 'query-open-trades', 'query-closed-trades', 'modify-trades'],
  query: ['query-funds', 'query-open-trades', 'query-closed-trades'],
} as const;

/** Says what is wrong with a key and how to mend it; undefined when it may be used. */
export function keyFault(info: KeyInfo, half: keyof typeof NEEDED): string | undefined {
  const has = new Set(info.permissions);
  const forbidden = FORBIDDEN.filter((permission) => has.has(permission));
  if (forbidden.length > 0) {
    return `the ${half} key may ${forbidden.join(', ')}: make a new key without that permission`;
  }
  const missing = NEEDED[half].filter((permission) => !has.has(permission));
  if (missing.length > 0) {
    return `the ${half} key lacks ${missing.join(', ')}: add it in Kraken's key settings`;
  }
  if (half === 'query' && has.has('modify-trades')) {
    return 'the query key may place orders: make it query only, so that one writer remains';
  }
  if (info.nonceWindow !== '0') {
    return `the ${half} key has a nonce window of ${info.nonceWindow}: set it to 0 in Kraken's key settings, because with a window Kraken takes requests again that come late or twice`;
  }
  if (!info.seesAllTimes) {
    return `the ${half} key has a query window: clear its query start and end date, or look-ups stay empty`;
  }
  return undefined;
}
