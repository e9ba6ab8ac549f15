/** How the exchange writes things: which keys, which decimals, what is a number and what is text. */
import { decimal, roundDown, ZERO, type Decimal } from '../../../functions/core/decimal.ts';
import { isTriggerType } from '../../../functions/core/paper/paper-rules.ts';
import { dayFigures } from './candles.ts';
import { ASSETS, type ListedPair } from './catalogue.ts';
import { MAKER_FEE_PERCENT, TAKER_FEE_PERCENT } from './funds.ts';
import { LEVERAGE, POSITION_LIMIT } from './margin.ts';
import { listedPair } from './names.ts';
import { closeLine, writtenPrice } from './order-words.ts';
import { triggerOf } from './triggers.ts';
import type {
  ExchangeState,
  MarketRecord,
  OrderRecord,
  PositionRecord,
  TradeRecord,
} from './state.ts';

/** Unix seconds with a fraction, as order times are written. */
export function seconds(atMs: number): number {
  return atMs / 1000;
}

/** An entry of AssetPairs. */
export function pairEntry(pair: ListedPair, market: MarketRecord): Record<string, unknown> {
  return {
    altname: pair.altname,
    wsname: pair.wsname,
    aclass_base: 'currency',
    base: pair.base,
    aclass_quote: 'currency',
    quote: pair.quote,
    execution_venue: 'international',
    lot: 'unit',
    cost_decimals: pair.costDecimals,
    pair_decimals: pair.priceDecimals,
    lot_decimals: pair.lotDecimals,
    lot_multiplier: 1,
    leverage_buy: pair.marginable ? LEVERAGE : [],
    leverage_sell: pair.marginable ? LEVERAGE : [],
    fees: [[0, Number(TAKER_FEE_PERCENT)]],
    fees_maker: [[0, Number(MAKER_FEE_PERCENT)]],
    fee_volume_currency: 'ZUSD',
    margin_call: 80,
    margin_stop: 40,
    ordermin: pair.orderMin.toFixed(),
    costmin: pair.costMin.toFixed(),
    tick_size: pair.tickSize.toFixed(),
    ...(market.status === null ? {} : { status: market.status }),
    ...(pair.marginable
      ? { long_position_limit: POSITION_LIMIT.buy, short_position_limit: POSITION_LIMIT.sell }
      : {}),
  };
}

/** The ticker of a pair: text everywhere but in the trade counts, and no time. */
export function tickerEntry(
  pair: ListedPair,
  market: MarketRecord,
  nowMs: number,
): Record<string, unknown> {
  const price = (text: string): string => decimal(text).toFixed(pair.wireDecimals);
  const { today, day } = dayFigures(market, nowMs);
  const side = (at: string, there: string | null): readonly string[] => [
    price(at),
    roundDown(decimal(there ?? '1'), 0).toFixed(),
    decimal(there ?? '1').toFixed(3),
  ];
  return {
    a: side(market.ask, market.liquidity.ask),
    b: side(market.bid, market.liquidity.bid),
    c: [price(market.last), decimal(market.trades.at(-1)?.volume ?? '0').toFixed(pair.lotDecimals)],
    v: [today.volume.toFixed(8), day.volume.toFixed(8)],
    p: [today.vwap.toFixed(pair.wireDecimals), day.vwap.toFixed(pair.wireDecimals)],
    t: [today.trades, day.trades],
    l: [today.low.toFixed(pair.wireDecimals), day.low.toFixed(pair.wireDecimals)],
    h: [today.high.toFixed(pair.wireDecimals), day.high.toFixed(pair.wireDecimals)],
    o: today.open.toFixed(pair.wireDecimals),
  };
}

/** An order as QueryOrders, OpenOrders and ClosedOrders show it. */
export function orderEntry(order: OrderRecord, withTrades: boolean): Record<string, unknown> {
  const pair = listedPair(order.pair);
  const executed = decimal(order.executed);
  const average = executed.eq('0') ? executed : decimal(order.cost).div(executed);
  const money = (text: string): string => decimal(text).toFixed(pair.costDecimals);
  return {
    refid: order.refid ?? null,
    userref: order.userref,
    cl_ord_id: order.clOrdId,
    status: order.status,
    ...(order.closedAtMs === null ? {} : { reason: order.reason }),
    opentm: seconds(order.openedAtMs),
    ...(order.closedAtMs === null ? {} : { closetm: seconds(order.closedAtMs) }),
    starttm: Math.floor((order.startsAtMs ?? 0) / 1000),
    expiretm: Math.floor((order.expiresAtMs ?? 0) / 1000),
    descr: {
      pair: pair.altname,
      type: order.side,
      ordertype: order.type,
      price: writtenPrice(pair, order.price),
      price2: writtenPrice(pair, order.price2 ?? '0'),
      leverage: order.leverage === undefined ? 'none' : `${order.leverage}:1`,
      order: order.text,
      close: closeLine(pair, order.close),
    },
    vol: decimal(order.volume).toFixed(pair.lotDecimals),
    vol_exec: executed.toFixed(pair.lotDecimals),
    cost: money(order.cost),
    fee: money(order.fee),
    price: average.toFixed(pair.wireDecimals),
    stopprice: stopPrice(order).toFixed(pair.wireDecimals),
    limitprice: decimal(order.limit ?? '0').toFixed(pair.wireDecimals),
    misc: '',
    oflags: order.flags.join(','),
    ...(order.trigger === undefined ? {} : { trigger: order.trigger }),
    ...(withTrades && order.trades.length > 0 ? { trades: order.trades } : {}),
  };
}

/** What the order waits for; zero for the types that wait for nothing. */
function stopPrice(order: OrderRecord): Decimal {
  if (!isTriggerType(order.type)) return ZERO;
  return order.peak === undefined && /^\+/.test(order.price)
    ? ZERO
    : triggerOf(order, { last: '0' });
}

/** A trade as TradesHistory shows it; with the lot that it opened. */
export function tradeEntry(
  trade: TradeRecord,
  order: OrderRecord,
  lot: PositionRecord | undefined,
): Record<string, unknown> {
  const pair = listedPair(order.pair);
  const { margin } = trade;
  const closed = margin?.closed ?? [];
  const used = lot === undefined ? ZERO : decimal(lot.cost).div(lot.leverage);
  return {
    ordertxid: trade.txid,
    // A trade that only closes names the lot that it closed first.
    postxid: lot === undefined ? (closed[0]?.id ?? trade.id) : trade.id,
    pair: pair.id,
    time: seconds(trade.atMs),
    type: order.side,
    ordertype: order.type,
    price: decimal(trade.price).toFixed(pair.wireDecimals),
    cost: decimal(trade.cost).toFixed(pair.costDecimals),
    fee: decimal(trade.fee).toFixed(pair.costDecimals),
    vol: decimal(trade.volume).toFixed(pair.lotDecimals),
    margin: used.toFixed(pair.costDecimals),
    leverage: margin?.leverage ?? '0',
    misc: closed.length > 0 ? 'closing' : '',
    trade_id: trade.number,
    maker: trade.maker,
    ...(lot === undefined ? {} : lotEntry(lot, pair)),
  };
}

/** What became of a lot, in the trade that opened it. */
function lotEntry(lot: PositionRecord, pair: ListedPair): Record<string, unknown> {
  const money = (amount: Decimal): string => amount.toFixed(pair.costDecimals);
  if (lot.closedBy.length === 0) return { posstatus: 'open' };
  const volume = decimal(lot.closedVolume);
  const isLong = lot.side === 'buy';
  const cost = isLong
    ? decimal(lot.closedCost).plus(lot.net)
    : decimal(lot.closedCost).minus(lot.net);
  return {
    posstatus: volume.eq(lot.volume) ? 'closed' : 'open',
    cprice: cost.div(volume).toFixed(pair.wireDecimals),
    ccost: money(cost),
    cvol: volume.toFixed(pair.lotDecimals),
    cmargin: money(decimal(lot.closedCost).div(lot.leverage)),
    net: signed(decimal(lot.net), pair.costDecimals),
    trades: lot.closedBy,
  };
}

/** An amount that is won or lost: `+154.18697`, `-3.10000`. */
export function signed(amount: Decimal, decimals: number): string {
  return `${amount.lt('0') ? '' : '+'}${amount.toFixed(decimals)}`;
}

/** An amount with the decimals of its asset. */
export function amountText(asset: string, amount: string): string {
  return decimal(amount).toFixed(ASSETS.get(asset)?.decimals ?? 8);
}

/** Balances of an account by asset id, in the catalogue's order; assets never touched are left out. */
export function balancesOf(state: ExchangeState, account: string): [string, string][] {
  const balances = state.accounts.get(account)?.balances ?? new Map<string, string>();
  return [...ASSETS.keys()].flatMap((asset) => {
    const amount = balances.get(asset);
    return amount === undefined ? [] : [[asset, amount] satisfies [string, string]];
  });
}
