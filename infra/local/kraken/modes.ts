/**
 * What the system's and the pair's mode let through. Effects of the system modes:
 * https://docs.kraken.com/api/docs/rest-api/get-system-status ; what a pair in limit_only or
 * reduce_only refuses, and in which words, is a guess.
 */
import type { MarketMode } from '../../../functions/core/pair.ts';
import type { OrderRequest } from './add-order-arguments.ts';
import type { ListedStatus } from './catalogue.ts';

/** Kraken's error when the modes forbid this order. */
export function modeRefusal(
  system: MarketMode,
  pair: ListedStatus | null,
  order: Pick<OrderRequest, 'type' | 'side' | 'flags'>,
): string | undefined {
  if (system === 'maintenance') return 'EService:Unavailable';
  const modes = [system, pair];
  const refuse = (mode: string): string => `EService:Market in ${mode} mode`;
  if (modes.includes('cancel_only')) return refuse('cancel_only');
  if (modes.includes('post_only') && !order.flags.includes('post')) return refuse('post_only');
  if (modes.includes('limit_only') && order.type !== 'limit') return refuse('limit_only');
  if (modes.includes('reduce_only') && order.side === 'buy') return refuse('reduce_only');
  return undefined;
}

/** Cancels go on in every mode but maintenance. */
export function cancelRefusal(system: MarketMode): string | undefined {
  return system === 'maintenance' ? 'EService:Unavailable' : undefined;
}

/** Nothing trades while only cancels, or only resting orders, are taken. */
export function trades(system: MarketMode, pair: ListedStatus | null): boolean {
  const halted = ['maintenance', 'cancel_only', 'post_only'];
  return !halted.includes(system) && !halted.includes(pair ?? 'online');
}
