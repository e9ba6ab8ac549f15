/**
 * Orders that wait: for their start, or for a price. A stop waits for the market to go against it, a
 * take-profit for it to go its way, a trailing stop for it to turn by a distance. The last price
 * triggers; there is no index here, and Kraken too falls back to the last price without one.
 */
import { decimal, plain, type Decimal } from '../../../functions/core/decimal.ts';
import {
  isReached,
  isTrailing,
  isTriggerType,
  limitBehind,
  triggerPrice,
} from '../../../functions/core/paper/paper-rules.ts';
import { marketOf, orderOf } from './events.ts';
import type { MarketRecord, OrderRecord } from './state.ts';
import type { Turn } from './turn.ts';

/** Whether the order still waits, so that nothing of it trades. */
export function isWaiting(order: OrderRecord): boolean {
  if (order.status === 'pending') return true;
  return isTriggerType(order.type) && order.triggeredAtMs === undefined;
}

/** The limit that the order trades at; undefined: it takes what there is. */
export function limitOf(order: OrderRecord): Decimal | undefined {
  if (order.type === 'limit' || order.type === 'iceberg') return decimal(order.price);
  return order.limit === undefined ? undefined : decimal(order.limit);
}

/** The price that the order waits for. */
export function triggerOf(order: OrderRecord, market: Pick<MarketRecord, 'last'>): Decimal {
  return triggerPrice(order, decimal(order.peak ?? market.last));
}

/** Follows the market and triggers the order when its price is reached; says whether it did. */
export function triggerIfReached(turn: Turn, txid: string): boolean {
  const order = orderOf(turn.state, txid);
  if (order.status !== 'open' || !isWaiting(order)) return false;
  const market = marketOf(turn.state, order.pair);
  if (isTrailing(order.type)) follow(turn, order, market);
  const trigger = triggerOf(order, market);
  if (!isReached(order, { trigger, last: decimal(market.last) })) return false;
  const limit = limitBehind(order.price2, trigger);
  const atMs = Math.max(turn.nowMs, order.openedAtMs);
  turn.emit({ kind: 'triggered', txid, atMs, limit: limit === undefined ? null : plain(limit) });
  return true;
}

function follow(turn: Turn, { txid, side, peak }: OrderRecord, { last }: MarketRecord): void {
  const isBetter =
    peak === undefined || (side === 'buy' ? decimal(last).lt(peak) : decimal(last).gt(peak));
  if (isBetter) turn.emit({ kind: 'trailed', txid, peak: last });
}
