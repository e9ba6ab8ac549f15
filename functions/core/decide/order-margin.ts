/**
 * Leverage: which the pair allows, and what cannot be guarded with it. Limits on what is held or
 * lost do not see margin positions; an order that adds risk is refused where such a limit is set,
 * rather than let past it.
 */
import type { Account } from '../config.ts';
import { decimal, parseDecimal } from '../decimal.ts';
import type { Pair } from '../market/pair.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { isReducing, type Signal } from '../signal.ts';

/** Why the order may not be placed with its leverage; undefined when it may, or has none. */
export function marginRefusal(
  signal: Signal,
  pair: Pair,
  { account, accountName }: { readonly account: Account; readonly accountName: string },
): Refusal | undefined {
  const { leverage, action } = signal;
  if (leverage === undefined) return undefined;
  const wanted = parseDecimal(leverage);
  const levels = (action === 'buy' ? pair.leverageBuy : pair.leverageSell) ?? [];
  if (!wanted.ok || !levels.some((level) => decimal(String(level)).eq(wanted.value))) {
    const allowed = levels.length === 0 ? 'none' : levels.join(', ');
    const remedy =
      levels.length === 0 ? 'leave "leverage" out' : 'write one of these, or leave "leverage" out';
    const sentence = `Kraken takes no leverage of ${leverage} for a ${action} of ${pair.name}; it takes ${allowed}: ${remedy}.`;
    return refusal('not-supported', sentence, { leverage, allowed });
  }
  // Told to only reduce, Kraken lets it open nothing.
  if (signal.reduceOnly === true || isReducing(signal)) return undefined;
  if (signal.type === 'settle-position') return settleRefusal(account, accountName);
  const blind = (['maxPosition', 'maxDailyLoss'] as const).filter(
    (rail) => account.rails?.[rail] !== undefined,
  );
  if (blind.length === 0) return undefined;
  const sentence = `${blind.join(' and ')} of account ${accountName} cannot see margin positions, so no order with leverage may open one: leave "leverage" out, write "reduceOnly": true to close one, or trade margin from an account without ${blind.join(' and ')}.`;
  return refusal('not-supported', sentence, { leverage });
}

/** What was won or lost on a position is in the equity only once it is settled. */
function settleRefusal({ rails }: Account, accountName: string): Refusal | undefined {
  if (rails?.maxDailyLoss === undefined) return undefined;
  const sentence = `maxDailyLoss of account ${accountName} sees what a margin position won or lost only once it is settled, so none is: settle it at Kraken, or from an account without maxDailyLoss.`;
  return refusal('not-supported', sentence);
}
