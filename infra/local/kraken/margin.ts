/**
 * What an account may still open on margin: its collateral, the margin that its positions use, and
 * what is left. Amounts are in US dollars, by last prices.
 *
 * Sources: https://support.kraken.com/hc/en-us/articles/360030886332 (the terms) and
 * https://docs.kraken.com/api/docs/rest-api/get-trade-balance
 */
import { decimal, ZERO, type Decimal } from '../../../functions/core/decimal.ts';
import { assert } from '../../../functions/core/result.ts';
import { ASSETS, PAIRS } from './catalogue.ts';
import { balanceOf, marketOf } from './events.ts';
import { listedPair } from './names.ts';
import { marginOf, openLots, openVolume, restCost, restOf, unrealised } from './positions.ts';
import type { ExchangeState } from './state.ts';

/** What AssetPairs lists for pairs with margin. */
export const LEVERAGE = [2, 3, 4, 5];
export const POSITION_LIMIT = { buy: 250, sell: 200 };

/** How an account stands. */
export interface MarginSummary {
  /** The worth of all its balances, and of those that are collateral. */
  readonly balances: Decimal;
  readonly collateral: Decimal;
  readonly used: Decimal;
  /** What is won on what is open. */
  readonly net: Decimal;
  /** What the open positions had cost, and what they are worth. */
  readonly cost: Decimal;
  readonly value: Decimal;
  /** Collateral and what is won. */
  readonly equity: Decimal;
  /** Equity less used margin. */
  readonly free: Decimal;
}

/** Reckons it. */
export function marginSummary(state: ExchangeState, account: string): MarginSummary {
  let [balances, collateral] = [ZERO, ZERO];
  for (const { id, collateralValue } of ASSETS.values()) {
    const worth = balanceOf(state, account, id).times(dollarPrice(state, id));
    balances = balances.plus(worth);
    collateral = collateral.plus(worth.times(String(collateralValue)));
  }
  let [used, net, cost, value] = [ZERO, ZERO, ZERO, ZERO];
  for (const lot of openLots(state, { account })) {
    const last = decimal(marketOf(state, lot.pair).last);
    const rate = dollarPrice(state, listedPair(lot.pair).quote);
    used = used.plus(marginOf(lot).times(rate));
    net = net.plus(unrealised(lot, last).times(rate));
    cost = cost.plus(restCost(lot).times(rate));
    value = value.plus(restOf(lot).times(last).times(rate));
  }
  const equity = collateral.plus(net);
  return { balances, collateral, used, net, cost, value, equity, free: equity.minus(used) };
}

/** The last price of an asset in US dollars. */
export function dollarPrice(state: ExchangeState, asset: string): Decimal {
  if (asset === 'ZUSD') return decimal('1');
  const pair = [...PAIRS.values()].find(({ base, quote }) => base === asset && quote === 'ZUSD');
  assert(pair !== undefined, `${asset} trades against the dollar`);
  return decimal(marketOf(state, pair.id).last);
}

/** Kraken's error when so much may not be opened. */
export function openingFault(
  state: ExchangeState,
  opening: {
    readonly account: string;
    readonly pair: string;
    readonly side: 'buy' | 'sell';
    readonly leverage: string;
    readonly volume: Decimal;
    readonly price: Decimal;
  },
): string | undefined {
  const { account, pair, side, leverage, volume, price } = opening;
  const size = openVolume(state, { account, pair, side }).plus(volume);
  if (size.gt(String(POSITION_LIMIT[side]))) return 'EOrder:Margin position size exceeded';
  const rate = dollarPrice(state, listedPair(pair).quote);
  const needed = volume.times(price).div(leverage).times(rate);
  const { free } = marginSummary(state, account);
  return free.lt(needed) ? 'EOrder:Insufficient initial margin' : undefined;
}
