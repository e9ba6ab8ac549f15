/**
 * What an account has, what its open orders hold, and what a fill costs. Costs and fees are rounded
 * down, so that the fills of an order never cost more than was held for it.
 */
import {
  decimal,
  roundDown,
  roundUp,
  ZERO,
  type Decimal,
} from '../../../functions/core/decimal.ts';
import { ASSETS, type ListedPair } from './catalogue.ts';
import { balanceOf } from './events.ts';
import { listedPair } from './names.ts';
import type { ExchangeState, OrderRecord } from './state.ts';

/** Fees of the first tier in percent, [volume, percent] as AssetPairs lists them. */
export const TAKER_FEE_PERCENT = '0.26';
export const MAKER_FEE_PERCENT = '0.16';

/** A share of an amount; exact. */
export function percentOf(amount: Decimal, percent: string): Decimal {
  return amount.times(percent).times('0.01');
}

/** What may be held or paid for a buy: its cost, and the fee when that is taken in the quote. */
export function buyingCost(
  pair: ListedPair,
  buy: {
    readonly volume: Decimal;
    readonly price: Decimal;
    readonly flags: readonly string[];
    readonly feePercent: string;
  },
): Decimal {
  const cost = buy.volume.times(buy.price);
  const fee = buy.flags.includes('fcib') ? ZERO : percentOf(cost, buy.feePercent);
  return roundUp(cost.plus(fee), pair.costDecimals);
}

/** What an open order holds, and of which asset. */
export function holdOf(order: OrderRecord): { readonly asset: string; readonly amount: Decimal } {
  const pair = listedPair(order.pair);
  // On margin the exchange's money trades.
  if (order.leverage !== undefined) return { asset: pair.quote, amount: ZERO };
  const volume = decimal(order.volume).minus(order.executed);
  if (order.side === 'sell') return { asset: pair.base, amount: volume };
  const { flags } = order;
  const price = decimal(order.holdPrice ?? order.price);
  // What waits for its trigger will take, and pays for that.
  const feePercent = order.holdPrice === undefined ? MAKER_FEE_PERCENT : TAKER_FEE_PERCENT;
  const amount = buyingCost(pair, { volume, price, flags, feePercent });
  return { asset: pair.quote, amount };
}

/** The sum of what the account's open orders hold of an asset. */
export function heldOf(state: ExchangeState, account: string, asset: string): Decimal {
  let held = ZERO;
  for (const txid of state.open) {
    const order = state.orders.get(txid);
    if (order === undefined || order.account !== account) continue;
    const hold = holdOf(order);
    if (hold.asset === asset) held = held.plus(hold.amount);
  }
  return held;
}

/** What the account can still spend of an asset. */
export function availableOf(state: ExchangeState, account: string, asset: string): Decimal {
  return balanceOf(state, account, asset).minus(heldOf(state, account, asset));
}

/** Cost and fee of one fill. */
export interface FillCost {
  readonly cost: Decimal;
  /** In quote units, as orders and trades report it. */
  readonly fee: Decimal;
  readonly feeAsset: string;
  readonly feeAmount: Decimal;
}

/**
 * The fee is taken in the quote, or with `fcib` in the base: from what was bought, or for a sale
 * from what is free of it; a sale that leaves too little pays in the quote after all, and so does
 * every order with leverage.
 */
export function fillCost(
  state: ExchangeState,
  order: OrderRecord,
  fill: { readonly volume: Decimal; readonly price: Decimal; readonly maker: boolean },
): FillCost {
  const pair = listedPair(order.pair);
  const percent = fill.maker ? MAKER_FEE_PERCENT : TAKER_FEE_PERCENT;
  const cost = roundDown(fill.volume.times(fill.price), pair.costDecimals);
  const fee = roundDown(percentOf(cost, percent), pair.costDecimals);
  const inQuote = { cost, fee, feeAsset: pair.quote, feeAmount: fee };
  if (!order.flags.includes('fcib') || order.leverage !== undefined) return inQuote;
  const decimals = ASSETS.get(pair.base)?.decimals ?? 8;
  const feeAmount = roundDown(percentOf(fill.volume, percent), decimals);
  const inBase = { cost, fee, feeAsset: pair.base, feeAmount };
  if (order.side === 'buy') return inBase;
  const free = availableOf(state, order.account, pair.base);
  return free.gte(feeAmount) ? inBase : inQuote;
}
