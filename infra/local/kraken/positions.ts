/**
 * Positions on margin. Each fill that opens makes a lot; a fill against them closes lots of the same
 * account and pair, the oldest first, whatever their leverage.
 *
 * Source: https://support.kraken.com/hc/en-us/articles/206141657 (first in, first out)
 */
import {
  decimal,
  min,
  plain,
  roundDown,
  ZERO,
  type Decimal,
} from '../../../functions/core/decimal.ts';
import { assert } from '../../../functions/core/result.ts';
import { listedPair } from './names.ts';
import type {
  ClosedLot,
  ExchangeState,
  MarginEffect,
  OrderRecord,
  PositionRecord,
  TradeRecord,
} from './state.ts';

/** Whose lots on which pair; all pairs without one, both sides without one. */
export interface LotsOf {
  readonly account: string;
  readonly pair?: string;
  readonly side?: 'buy' | 'sell';
}

/** The lots that are open, oldest first. */
export function openLots(state: ExchangeState, of: LotsOf): readonly PositionRecord[] {
  return [...state.positions.values()].filter(
    (lot) =>
      lot.account === of.account &&
      (of.pair === undefined || lot.pair === of.pair) &&
      (of.side === undefined || lot.side === of.side) &&
      restOf(lot).gt('0'),
  );
}

/** The volume of a lot that is still open. */
export function restOf({ volume, closedVolume }: PositionRecord): Decimal {
  return decimal(volume).minus(closedVolume);
}

/** What the open part of a lot had cost. */
export function restCost({ cost, closedCost }: PositionRecord): Decimal {
  return decimal(cost).minus(closedCost);
}

/** Used margin: the opening cost of what is open, by its leverage. */
export function marginOf(lot: PositionRecord): Decimal {
  return restCost(lot).div(lot.leverage);
}

/** What is won on the open part at a price, in quote units. */
export function unrealised(lot: PositionRecord, price: Decimal): Decimal {
  const value = restOf(lot).times(price);
  return lot.side === 'buy' ? value.minus(restCost(lot)) : restCost(lot).minus(value);
}

/** The open volume of an account on a pair and a side. */
export function openVolume(state: ExchangeState, of: LotsOf): Decimal {
  return openLots(state, of).reduce((sum, lot) => sum.plus(restOf(lot)), ZERO);
}

/** The other side. */
export function against(side: 'buy' | 'sell'): 'buy' | 'sell' {
  return side === 'buy' ? 'sell' : 'buy';
}

/** The parts of lots, oldest first, that a volume closes; `price` absent: at what they had cost. */
export function closedBy(
  lots: readonly PositionRecord[],
  volume: Decimal,
  price?: Decimal,
): readonly ClosedLot[] {
  const closed: ClosedLot[] = [];
  let rest = volume;
  for (const lot of lots) {
    if (rest.lte('0')) break;
    const part = min(rest, restOf(lot));
    const { costDecimals } = listedPair(lot.pair);
    const isWhole = part.eq(restOf(lot));
    const share = decimal(lot.cost).times(part).div(lot.volume);
    const cost = isWhole ? restCost(lot) : roundDown(share, costDecimals);
    const value = price === undefined ? cost : roundDown(part.times(price), costDecimals);
    const net = lot.side === 'buy' ? value.minus(cost) : cost.minus(value);
    closed.push({ id: lot.id, volume: plain(part), cost: plain(cost), net: plain(net) });
    rest = rest.minus(part);
  }
  return closed;
}

/** Closes and opens what a fill closes and opens; returns what was won, in quote units. */
export function applyMargin(
  state: ExchangeState,
  { txid, account, pair, side, type }: OrderRecord,
  trade: TradeRecord & { readonly margin: MarginEffect },
): Decimal {
  const { closed, opened, leverage } = trade.margin;
  let won = ZERO;
  for (const { id, volume, cost, net } of closed) {
    const lot = state.positions.get(id);
    assert(lot !== undefined, `the lot ${id} exists`);
    lot.closedVolume = plain(decimal(lot.closedVolume).plus(volume));
    lot.closedCost = plain(decimal(lot.closedCost).plus(cost));
    lot.net = plain(decimal(lot.net).plus(net));
    lot.closedBy.push(trade.id);
    assert(restOf(lot).gte('0'), 'no lot closes beyond its volume');
    won = won.plus(net);
  }
  if (opened !== undefined) {
    const facts = { id: trade.id, txid, account, pair, side, type, leverage };
    const nothing = { closedVolume: '0', closedCost: '0', net: '0', closedBy: [] };
    state.positions.set(trade.id, { ...facts, openedAtMs: trade.atMs, ...opened, ...nothing });
  }
  return won;
}
