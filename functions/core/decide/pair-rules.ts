/**
 * Whether a pair may trade at all just now: the account's list of pairs, Kraken's system mode and
 * the pair's own status. They bind every order, also one that closes.
 * Source: https://docs.kraken.com/api/docs/rest-api/get-system-status and the `status` of AssetPairs.
 */
import type { Account } from '../config.ts';
import type { MarketMode, Pair, PairStatus } from '../market/pair.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { unreachable } from '../result.ts';
import { isReducing, type Signal } from '../signal.ts';

/** The rail `pairs`; an account without rails trades everything. */
export function pairNotAllowed(
  pair: Pair,
  account: Account,
  accountName: string,
): Refusal | undefined {
  const { rails } = account;
  if (rails === undefined || rails.pairs.includes(pair.name)) return undefined;
  return refusal(
    'pair-not-allowed',
    `${pair.name} is none of the pairs of account ${accountName} (${rails.pairs.join(', ')}): correct the symbol, or add the pair to the rails in harpoon.yaml.`,
  );
}

/** Why Kraken would not take the order in its present state; undefined when it would. */
export function pairNotTrading(pair: Pair, mode: MarketMode, signal: Signal): Refusal | undefined {
  for (const [what, status] of [
    ['Kraken', mode],
    [pair.name, pair.status],
  ] as const) {
    const remedy = remedyIn(status, signal);
    if (remedy === undefined) continue;
    const sentence = `${what} is in ${status} mode: ${remedy}`;
    return refusal('pair-not-trading', sentence, { mode, status: pair.status });
  }
  return undefined;
}

/** What would pass in this state; undefined when the order passes. */
function remedyIn(status: MarketMode | PairStatus, signal: Signal): string | undefined {
  const isLimit = signal.type === 'limit';
  switch (status) {
    case 'online':
    // Many rows of AssetPairs have no status; Kraken itself then says whether the pair trades.
    case 'unknown':
      return undefined;
    case 'maintenance':
    case 'cancel_only':
      return 'send a new signal when it trades again.';
    case 'post_only':
      if (isLimit && signal.postOnly === true) return undefined;
      return 'only limit orders with "postOnly": true pass.';
    case 'limit_only':
      return isLimit ? undefined : 'only orders with "type": "limit" pass.';
    case 'reduce_only':
      return isReducing(signal) ? undefined : 'only sales that say "reduceOnly": true pass.';
    default:
      return unreachable(status);
  }
}
