/**
 * Matching against the price path. The market on the other side is the quoted bid and ask, with all
 * the volume in the world or with a set liquidity; the accounts' own orders do not move it and do
 * not meet each other. By which rules orders meet prices is shared with paper accounts.
 */
import { decimal, min, plain, type Decimal } from '../../../functions/core/decimal.ts';
import type { Ticker } from '../../../functions/core/market/pair.ts';
import * as rules from '../../../functions/core/paper/paper-rules.ts';
import { openClose } from './close-orders.ts';
import { balanceOf, marketOf, orderOf } from './events.ts';
import { fillCost, type FillCost } from './funds.ts';
import { fillable, marginEffect, oversized } from './margin-orders.ts';
import { trades } from './modes.ts';
import { listedPair } from './names.ts';
import { against } from './positions.ts';
import { settleLots } from './settle-position.ts';
import type { MarginEffect, MarketRecord, OrderRecord, TradeRecord } from './state.ts';
import { isWaiting, limitOf, triggerIfReached } from './triggers.ts';
import { exchangeId, type Turn } from './turn.ts';

const NOTHING = decimal('0');
/** Why an order that only reduces loses its rest. */
const POSITION_CLOSED = 'Reduce only:Position is closed';

/** The price that a taker of this side meets. */
export function takingPrice(market: MarketRecord, side: 'buy' | 'sell'): Decimal {
  return rules.takingPrice(tickerOf(market), side);
}

/** Whether a limit would trade at once. */
export function crosses(
  market: MarketRecord,
  limit: { readonly side: 'buy' | 'sell'; readonly price: Decimal },
): boolean {
  return rules.crosses(tickerOf(market), limit);
}

function tickerOf({ ask, bid, last }: MarketRecord): Ticker {
  return { ask: decimal(ask), bid: decimal(bid), last: decimal(last) };
}

/** The volume that the market gives on the side that this order takes; undefined: any. */
export function liquidityFor(market: MarketRecord, side: 'buy' | 'sell'): Decimal | undefined {
  const there = side === 'buy' ? market.liquidity.ask : market.liquidity.bid;
  return there === null ? undefined : decimal(there);
}

/** Lets a new, just opened order take what it can, and settles what becomes of its rest. */
export function takeAtOnce(turn: Turn, txid: string): void {
  triggerIfReached(turn, txid);
  const order = orderOf(turn.state, txid);
  if (isWaiting(order)) return;
  if (order.type === 'settle-position') {
    const settled = settleLots(turn, txid);
    const why = { status: 'canceled', reason: 'Unknown position' } as const;
    closeOrder(turn, txid, settled ? { status: 'closed', reason: null } : why);
    return cancelOversized(turn, { ...order, side: against(order.side) });
  }
  const market = marketOf(turn.state, order.pair);
  const limit = limitOf(order);
  const takes = limit === undefined || crosses(market, { side: order.side, price: limit });
  const there = liquidityFor(market, order.side);
  const whole = there === undefined || there.gte(order.volume);
  if (takes && (whole || order.timeInForce !== 'FOK')) {
    fillUpTo(turn, txid, { price: takingPrice(market, order.side), maker: false });
  }
  const now = orderOf(turn.state, txid);
  if (now.status !== 'open') return;
  const rests = limit !== undefined && (now.timeInForce === 'GTC' || now.timeInForce === 'GTD');
  if (!rests) closeOrder(turn, txid, { status: 'canceled', reason: 'Not filled at once' });
}

/**
 * Triggers and fills the orders of a pair that its prices now reach: resting ones first, better
 * prices before worse and older before newer, then those that were just triggered.
 */
export function matchResting(turn: Turn, pair: string): void {
  const market = marketOf(turn.state, pair);
  const open = [...turn.state.open]
    .map((txid) => orderOf(turn.state, txid))
    .filter((order) => order.pair === pair && order.openedAtMs <= turn.nowMs);
  const reached = open
    .filter((order) => !isWaiting(order))
    .map((order) => ({ order, price: limitOf(order) }))
    .flatMap(({ order, price }) => (price === undefined ? [] : [{ order, price }]))
    .filter(({ order: { side }, price }) => crosses(market, { side, price }))
    .sort((a, b) => a.price.cmp(b.price) * (a.order.side === 'buy' ? -1 : 1));
  for (const { order, price } of reached) {
    // One before it may have closed the position that it was to reduce, and taken it from the book.
    if (order.status === 'open') fillUpTo(turn, order.txid, { price, maker: true });
  }
  for (const { txid, status } of open) {
    if (status === 'open' && triggerIfReached(turn, txid)) takeAtOnce(turn, txid);
  }
}

/** Starts orders whose start has come, where their pair trades. What is post-only takes nothing. */
export function startDue(turn: Turn): void {
  const { state, nowMs } = turn;
  for (const txid of [...state.open]) {
    const { status, startsAtMs, pair } = orderOf(state, txid);
    if (status !== 'pending' || (startsAtMs ?? 0) > nowMs) continue;
    if (!trades(state.mode, marketOf(state, pair).status)) continue;
    turn.emit({ kind: 'started', txid });
    const { flags, side, price } = orderOf(state, txid);
    const limit = { side, price: decimal(price) };
    if (flags.includes('post') && crosses(marketOf(state, pair), limit)) {
      closeOrder(turn, txid, { status: 'canceled', reason: 'Post only order' });
    } else {
      takeAtOnce(turn, txid);
    }
  }
}

/** Ends the orders whose time is over. */
export function expireDue(turn: Turn): void {
  for (const txid of [...turn.state.open]) {
    const { expiresAtMs } = orderOf(turn.state, txid);
    if (expiresAtMs === null || expiresAtMs > turn.nowMs) continue;
    const { nowMs } = turn;
    closeOrder({ ...turn, nowMs: Math.min(nowMs, expiresAtMs) }, txid, {
      status: 'expired',
      reason: 'Order expired',
    });
  }
}

/** Closes an open order. */
export function closeOrder(
  turn: Turn,
  txid: string,
  as: { readonly status: 'closed' | 'canceled' | 'expired'; readonly reason: string | null },
): void {
  const { openedAtMs } = orderOf(turn.state, txid);
  turn.emit({ kind: 'closed', txid, ...as, atMs: Math.max(turn.nowMs, openedAtMs) });
}

function fillUpTo(
  turn: Turn,
  txid: string,
  at: { readonly price: Decimal; readonly maker: boolean },
): void {
  const order = orderOf(turn.state, txid);
  const there = liquidityFor(marketOf(turn.state, order.pair), order.side);
  const rest = decimal(order.volume).minus(order.executed);
  const offered = there === undefined ? rest : min(rest, there);
  if (offered.lte(NOTHING)) return;
  const volume = fillable(turn.state, order, offered);
  if (volume.lte(NOTHING)) {
    closeOrder(turn, txid, { status: 'canceled', reason: POSITION_CLOSED });
    return;
  }
  const cost = fillCost(turn.state, order, { volume, ...at });
  const effect = effectOf(turn, order, { ...cost, volume, price: at.price });
  if (typeof effect === 'string') {
    closeOrder(turn, txid, { status: 'canceled', reason: effect });
    return;
  }
  const number = turn.state.counters.fills + 1;
  const trade: TradeRecord = {
    id: exchangeId('T', number),
    number,
    txid,
    atMs: Math.max(turn.nowMs, order.openedAtMs),
    price: plain(at.price),
    volume: plain(volume),
    cost: plain(cost.cost),
    fee: plain(cost.fee),
    feeAsset: cost.feeAsset,
    feeAmount: plain(cost.feeAmount),
    maker: at.maker,
    ...(effect === undefined ? {} : { margin: effect }),
  };
  turn.emit({ kind: 'filled', trade });
  if (decimal(orderOf(turn.state, txid).executed).eq(order.volume)) {
    closeOrder(turn, txid, { status: 'closed', reason: null });
  } else if (volume.lt(offered)) {
    closeOrder(turn, txid, { status: 'canceled', reason: POSITION_CLOSED });
  }
  if (effect !== undefined && effect.closed.length > 0) cancelOversized(turn, order);
  const close = openClose(turn, trade);
  if (close !== undefined) takeAtOnce(turn, close);
}

/** Cancels what can no longer only reduce, on the side of an order that closed. */
function cancelOversized(turn: Turn, order: OrderRecord): void {
  for (const txid of oversized(turn.state, order)) {
    closeOrder(turn, txid, { status: 'canceled', reason: POSITION_CLOSED });
  }
}

/** What the fill does to positions, nothing on spot; the reason when it may not be. */
function effectOf(
  turn: Turn,
  order: OrderRecord,
  fill: FillCost & { readonly volume: Decimal; readonly price: Decimal },
): MarginEffect | string | undefined {
  const { leverage } = order;
  if (leverage === undefined) return canPay(turn, order, fill) ? undefined : 'Insufficient funds';
  const effect = marginEffect(turn.state, { ...order, leverage }, fill);
  return typeof effect === 'string' ? effect.replace('EOrder:', '') : effect;
}

/**
 * False when the balance was lowered by hand below what open orders hold, or the market jumped over
 * the trigger of a buy: that costs more than was held for it, and may take what another one holds.
 */
function canPay(
  turn: Turn,
  order: OrderRecord,
  fill: {
    readonly volume: Decimal;
    readonly cost: Decimal;
    readonly feeAsset: string;
    readonly feeAmount: Decimal;
  },
): boolean {
  const pair = listedPair(order.pair);
  const paid = order.side === 'buy' ? pair.quote : pair.base;
  const amount = order.side === 'buy' ? fill.cost : fill.volume;
  const fee = fill.feeAsset === paid ? fill.feeAmount : NOTHING;
  return balanceOf(turn.state, order.account, paid).gte(amount.plus(fee));
}
