/**
 * Whether the account can pay for an order: a buy needs its cost and a reserve for the fee, a sale
 * what it sells. Kraken would refuse it too, but without the numbers.
 */
import { decimal, HUNDRED, plain, roundDown, roundUp, ZERO, type Decimal } from '../decimal.ts';
import type { Balances } from './equity.ts';
import type { Pair } from '../market/pair.ts';
import { refusal, type Refusal } from '../refusal.ts';
import type { Action } from '../signal.ts';

/**
 * Kept back for the fee when an order buys, in percent of its cost. It is the taker fee of the
 * first tier, which no account exceeds; on a buy Kraken takes the fee in the quote currency.
 * Source: https://www.kraken.com/features/fee-schedule
 */
export const FEE_RESERVE_PERCENT = decimal('0.40');

const WITH_FEE = HUNDRED.plus(FEE_RESERVE_PERCENT);

/** What is free of an asset. */
export function freeOf(asset: string, balances: Balances): Decimal {
  return balances.get(asset)?.available ?? ZERO;
}

/**
 * The largest cost of a buy that leaves enough for the fee; zero when nothing is free. What is free
 * beyond the decimals of costs does not count: an exchange that rounds up what it holds would not
 * have enough (docs/doubts.md).
 */
export function largestCost({ quote, costDecimals }: Pair, balances: Balances): Decimal {
  const spendable = roundDown(freeOf(quote, balances), costDecimals);
  return spendable.gt('0') ? spendable.times(HUNDRED).div(WITH_FEE) : ZERO;
}

/** Why the account cannot pay for the order; undefined when it can. */
export function fundsRefusal(
  order: {
    readonly side: Action;
    readonly pair: Pair;
    readonly volume: Decimal;
    readonly notional: Decimal;
    readonly leverage?: string | undefined;
  },
  balances: Balances,
): Refusal | undefined {
  const { side, pair, volume, notional, leverage } = order;
  // What may stand as collateral, and for how much, only Kraken knows.
  if (leverage !== undefined) return undefined;
  const asset = side === 'buy' ? pair.quote : pair.base;
  const available = freeOf(asset, balances);
  const decimals = side === 'buy' ? pair.costDecimals : pair.lotDecimals;
  const needed = roundUp(side === 'buy' ? notional.times(WITH_FEE).div(HUNDRED) : volume, decimals);
  if (available.gte(needed)) return undefined;
  const most = roundDown(side === 'buy' ? largestCost(pair, balances) : available, decimals);
  const fee = side === 'buy' ? ` with ${plain(FEE_RESERVE_PERCENT)} % for the fee` : '';
  const remedy = most.gt('0')
    ? `send a size of at most ${plain(most)} ${asset}, or add funds.`
    : 'add funds.';
  const shown = { available: plain(available), needed: plain(needed) };
  const sentence = `the order needs ${shown.needed} ${asset}${fee} and ${shown.available} ${asset} are free: ${remedy}`;
  return refusal('insufficient-funds', sentence, {
    ...shown,
    wouldPass: plain(most.gt('0') ? most : ZERO),
  });
}
