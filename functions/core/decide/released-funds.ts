/** What an account has free once orders that hold some of it are cancelled. */
import { min, ZERO, type Decimal } from '../decimal.ts';
import type { Pair } from '../market/pair.ts';
import type { Balances } from './equity.ts';

/** An order that goes: what it may still trade, and at which price where it says one. */
export interface Released {
  readonly side: 'buy' | 'sell';
  readonly rest: Decimal;
  readonly price?: string;
}

/** The balances without what these orders of the pair hold; never more free than there is. */
export function withReleased(
  balances: Balances,
  { base, quote }: Pair,
  orders: readonly Released[],
): Balances {
  if (orders.length === 0) return balances;
  const free = new Map(balances);
  for (const { side, rest, price } of orders) {
    const asset = side === 'sell' ? base : quote;
    const held = free.get(asset);
    if (held === undefined) continue;
    // What a buy at the market holds is not known; it is on its way, and holds it for a moment.
    const amount = side === 'sell' ? rest : price === undefined ? ZERO : rest.times(price);
    free.set(asset, { ...held, available: min(held.total, held.available.plus(amount)) });
  }
  return free;
}
