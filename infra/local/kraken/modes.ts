/**
 * What the system's and the pair's mode let through. Effects of the system modes:
 * https://docs.kraken.com/api/docs/rest-api/get-system-status ; what a pair in limit_only or
 * reduce_only refuses, and in which words, is a guess.
 */
import type { MarketMode } from '../../../functions/core/market/pair.ts';
import * as rules from '../../../functions/core/paper/paper-rules.ts';
import type { OrderRequest } from './add-order-arguments.ts';
import type { ListedStatus } from './catalogue.ts';

/** Kraken's error when the modes forbid this order. */
export function modeRefusal(
  system: MarketMode,
  pair: ListedStatus | null,
  { type, side, flags }: Pick<OrderRequest, 'type' | 'side' | 'flags'>,
): string | undefined {
  return rules.modeRefusal(system, pair, { type, side, postOnly: flags.includes('post') });
}

/** Cancels go on in every mode but maintenance. */
export function cancelRefusal(system: MarketMode): string | undefined {
  return system === 'maintenance' ? 'EService:Unavailable' : undefined;
}

/** Nothing trades while only cancels, or only resting orders, are taken. */
export function trades(system: MarketMode, pair: ListedStatus | null): boolean {
  return rules.isTrading(system, pair);
}
