/**
 * Orders with leverage: what they may open when they are placed and when they fill, and what only
 * reduces. An order against a position closes it first and opens with what is left; an order that
 * only reduces opens nothing, and loses its rest when the position is gone.
 *
 * Sources: https://support.kraken.com/hc/en-us/articles/202966956 (closing) and
 * https://support.kraken.com/hc/en-us/articles/7987518770708 (reduce only)
 */
import {
  decimal,
  min,
  plain,
  roundDown,
  ZERO,
  type Decimal,
} from '../../../functions/core/decimal.ts';
import { isTriggerType } from '../../../functions/core/paper/paper-rules.ts';
import { orderOf } from './events.ts';
import type { FillCost } from './funds.ts';
import { openingFault } from './margin.ts';
import { listedPair } from './names.ts';
import { against, closedBy, openLots, openVolume } from './positions.ts';
import type { ExchangeState, MarginEffect, OrderRecord } from './state.ts';
import { isWaiting, limitOf } from './triggers.ts';
import type { Turn } from './turn.ts';

/** The parts of an order that are judged here. */
export interface MarginOrder {
  readonly account: string;
  readonly pair: string;
  readonly side: 'buy' | 'sell';
  readonly type: OrderRecord['type'];
  readonly leverage: string;
  readonly reduceOnly: boolean;
  readonly volume: Decimal;
  readonly price: Decimal;
}

/** The volume that an order of this side would close. */
export function closable(
  state: ExchangeState,
  { account, pair, side }: Pick<OrderRecord, 'account' | 'pair' | 'side'>,
): Decimal {
  return openVolume(state, { account, pair, side: against(side) });
}

/** Kraken's error when an order with leverage may not be placed. */
export function marginFault({ state, rules }: Turn, order: MarginOrder): string | undefined {
  const there = closable(state, order);
  if (order.reduceOnly) return reduceFault(state, order, there);
  const volume = order.volume.minus(there);
  if (volume.lte('0')) return undefined;
  if (rules.margin === 'refused') return 'EOrder:Cannot open position';
  return openingFault(state, { ...order, volume });
}

/** One that waits for a price may be placed without a position; it is looked at when it triggers. */
function reduceFault(
  state: ExchangeState,
  { account, pair, side, type }: MarginOrder,
  there: Decimal,
): string | undefined {
  if (there.gt('0') || isTriggerType(type)) return undefined;
  const isSame = openVolume(state, { account, pair, side }).gt('0');
  return isSame ? 'EOrder:Reduce only:Non-PC' : 'EOrder:Reduce only:No position exists';
}

/** How much of the volume may fill: with `reduce_only` no more than is there to be closed. */
export function fillable(state: ExchangeState, order: OrderRecord, volume: Decimal): Decimal {
  return order.reduceOnly === true ? min(volume, closable(state, order)) : volume;
}

/** What a fill with leverage does; an error when it may not open what it would. */
export function marginEffect(
  state: ExchangeState,
  order: OrderRecord & { readonly leverage: string },
  fill: FillCost & { readonly volume: Decimal; readonly price: Decimal },
): MarginEffect | string {
  const { account, pair, side, leverage } = order;
  const lots = openLots(state, { account, pair, side: against(side) });
  const closed = closedBy(lots, fill.volume, fill.price);
  const volume = closed.reduce((rest, lot) => rest.minus(lot.volume), fill.volume);
  if (volume.lte('0')) return { leverage, closed };
  const fault = openingFault(state, { account, pair, side, leverage, volume, price: fill.price });
  if (fault !== undefined) return fault;
  const { costDecimals } = listedPair(pair);
  const share = (whole: Decimal): string =>
    plain(roundDown(whole.times(volume).div(fill.volume), costDecimals));
  const opened = { volume: plain(volume), cost: share(fill.cost), fee: share(fill.fee) };
  return { leverage, closed, opened };
}

/**
 * The orders on the book that only reduce, and for which too little is left to be reduced: those
 * with the price that is furthest from trading first, until the rest fits.
 */
export function oversized(
  state: ExchangeState,
  { account, pair, side }: Pick<OrderRecord, 'account' | 'pair' | 'side'>,
): readonly string[] {
  const resting = [...state.open]
    .map((txid) => orderOf(state, txid))
    .filter((order) => order.account === account && order.pair === pair && order.side === side)
    .filter((order) => order.reduceOnly === true && !isWaiting(order))
    .map((order) => ({ ...order, at: limitOf(order) ?? ZERO }))
    .sort((a, b) => a.at.cmp(b.at) * (side === 'buy' ? 1 : -1));
  const rest = ({ volume, executed }: OrderRecord): Decimal => decimal(volume).minus(executed);
  let wanted = resting.reduce((sum, order) => sum.plus(rest(order)), ZERO);
  const there = closable(state, { account, pair, side });
  const tooMuch: string[] = [];
  for (const order of resting) {
    if (wanted.lte(there)) break;
    tooMuch.push(order.txid);
    wanted = wanted.minus(rest(order));
  }
  return tooMuch;
}
