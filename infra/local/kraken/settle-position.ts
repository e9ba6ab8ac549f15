/**
 * The order type `settle-position`: lots are paid off with what the account owns, at what they had
 * cost and without a fee. A long one takes the quote and leaves the base, a short one the other way.
 *
 * Source: https://support.kraken.com/hc/en-us/articles/218741078 ; which `type` a settlement has is
 * not documented: that of the position, as Kraken's announcement has a long one settled by buying.
 */
import { decimal, plain, ZERO, type Decimal } from '../../../functions/core/decimal.ts';
import { orderOf } from './events.ts';
import { availableOf } from './funds.ts';
import { listedPair } from './names.ts';
import { closedBy, openLots, openVolume } from './positions.ts';
import type { ClosedLot, ExchangeState, OrderRecord } from './state.ts';
import { exchangeId, type Turn } from './turn.ts';

type Settlement = Pick<OrderRecord, 'account' | 'pair' | 'side'> & { readonly volume: Decimal };

/** Kraken's error when so much may not be settled. */
export function settleFault(state: ExchangeState, settlement: Settlement): string | undefined {
  const { account, side, volume } = settlement;
  if (openVolume(state, settlement).lt(volume)) return 'EOrder:Unknown position';
  const { base, quote } = listedPair(settlement.pair);
  const cost = lotsOf(state, settlement).reduce((sum, lot) => sum.plus(lot.cost), ZERO);
  const [asset, needed] = side === 'buy' ? [quote, cost] : [base, volume];
  return availableOf(state, account, asset).lt(needed) ? 'EOrder:Insufficient funds' : undefined;
}

/** Settles the order's volume, one trade for each lot; false when it may not any more. */
export function settleLots(turn: Turn, txid: string): boolean {
  const order = orderOf(turn.state, txid);
  const settlement = { ...order, volume: decimal(order.volume) };
  if (settleFault(turn.state, settlement) !== undefined) return false;
  for (const lot of lotsOf(turn.state, settlement)) {
    const number = turn.state.counters.fills + 1;
    turn.emit({
      kind: 'filled',
      trade: {
        ...{ id: exchangeId('T', number), number, txid, volume: lot.volume, cost: lot.cost },
        atMs: Math.max(turn.nowMs, order.openedAtMs),
        price: plain(decimal(lot.cost).div(lot.volume)),
        ...{ fee: '0', feeAsset: listedPair(order.pair).quote, feeAmount: '0', maker: false },
        margin: { leverage: order.leverage ?? '0', closed: [lot], settles: true },
      },
    });
  }
  return true;
}

function lotsOf(state: ExchangeState, { volume, ...of }: Settlement): readonly ClosedLot[] {
  const { account, pair, side } = of;
  return closedBy(openLots(state, { account, pair, side }), volume);
}
