/**
 * The only ways in which the state changes. An event is a fact with all its numbers in it: applying
 * the same events to the same state gives the same state, whatever the code that made them does now.
 */
import { decimal, plain, type Decimal } from '../../../functions/core/decimal.ts';
import type { MarketMode } from '../../../functions/core/market/pair.ts';
import { assert, unreachable } from '../../../functions/core/result.ts';
import { recordPublicTrade } from './candles.ts';
import { ASSETS, type ListedStatus } from './catalogue.ts';
import { listedPair } from './names.ts';
import { applyMargin } from './positions.ts';
import type {
  AccountRecord,
  ExchangeState,
  KeyRecord,
  MarketRecord,
  OrderRecord,
  TradeRecord,
} from './state.ts';

/** A fact about the exchange. */
export type ExchangeEvent =
  | { readonly kind: 'key'; readonly key: KeyRecord }
  | { readonly kind: 'nonce'; readonly key: string; readonly nonce: string; readonly atMs: number }
  | { readonly kind: 'auth-refused'; readonly what: 'key' | 'signature' | 'nonce' }
  | {
      readonly kind: 'balance';
      readonly account: string;
      readonly asset: string;
      readonly amount: string;
    }
  | ({ readonly kind: 'quote'; readonly pair: string; readonly atMs: number } & Quote)
  | { readonly kind: 'mode'; readonly mode: MarketMode }
  | { readonly kind: 'pair-status'; readonly pair: string; readonly status: ListedStatus | null }
  | { readonly kind: 'opened'; readonly order: OrderRecord }
  /** The start of a pending order came. */
  | { readonly kind: 'started'; readonly txid: string }
  | { readonly kind: 'trailed'; readonly txid: string; readonly peak: string }
  | {
      readonly kind: 'triggered';
      readonly txid: string;
      readonly atMs: number;
      readonly limit: string | null;
    }
  /** An open order was changed in place; what is absent stayed as it was. */
  | {
      readonly kind: 'amended';
      readonly txid: string;
      readonly set: Partial<
        Pick<OrderRecord, 'volume' | 'price' | 'price2' | 'holdPrice' | 'limit' | 'text'>
      >;
    }
  | { readonly kind: 'filled'; readonly trade: TradeRecord }
  | {
      readonly kind: 'closed';
      readonly txid: string;
      readonly status: 'closed' | 'canceled' | 'expired';
      readonly reason: string | null;
      readonly atMs: number;
    }
  | { readonly kind: 'ticked' };

/** Best prices of a pair and the volume that may be taken at them; null: any volume. */
export interface Quote {
  readonly bid: string;
  readonly ask: string;
  readonly last: string;
  readonly liquidity: string | null;
}

/** Changes the state by one event. */
export function applyEvent(state: ExchangeState, event: ExchangeEvent): void {
  switch (event.kind) {
    case 'key':
      state.keys.set(event.key.key, { ...event.key });
      accountOf(state, event.key.account);
      return;
    case 'nonce':
      return useNonce(state, event);
    case 'auth-refused':
      return countRefusal(state, event.what);
    case 'balance':
      accountOf(state, event.account).balances.set(event.asset, event.amount);
      return;
    case 'quote':
      return setQuote(state, event);
    case 'mode':
      state.mode = event.mode;
      return;
    case 'pair-status':
      marketOf(state, event.pair).status = event.status;
      return;
    case 'opened':
      state.orders.set(event.order.txid, { ...event.order, trades: [...event.order.trades] });
      state.open.add(event.order.txid);
      state.counters.ordersPlaced += 1;
      return;
    case 'started':
      orderOf(state, event.txid).status = 'open';
      return;
    case 'trailed':
      orderOf(state, event.txid).peak = event.peak;
      return;
    case 'triggered': {
      const order = orderOf(state, event.txid);
      assert(order.triggeredAtMs === undefined, 'an order triggers once');
      order.triggeredAtMs = event.atMs;
      if (event.limit !== null) order.limit = event.limit;
      return;
    }
    case 'amended':
      assert(state.open.has(event.txid), 'only an open order is amended');
      Object.assign(orderOf(state, event.txid), event.set);
      return;
    case 'filled':
      return fill(state, event.trade);
    case 'closed':
      return close(state, event);
    case 'ticked':
      state.counters.ticks += 1;
      return;
    default:
      return unreachable(event);
  }
}

/** The account, made when it is new. */
export function accountOf(state: ExchangeState, name: string): AccountRecord {
  const known = state.accounts.get(name);
  if (known !== undefined) return known;
  const fresh: AccountRecord = { balances: new Map(), closed: [], trades: [] };
  state.accounts.set(name, fresh);
  return fresh;
}

/** The market of a listed pair. */
export function marketOf(state: ExchangeState, pair: string): MarketRecord {
  const market = state.markets.get(pair);
  assert(market !== undefined, `the pair ${pair} has a market`);
  return market;
}

/** An order of the state. */
export function orderOf(state: ExchangeState, txid: string): OrderRecord {
  const order = state.orders.get(txid);
  assert(order !== undefined, `the order ${txid} exists`);
  return order;
}

/** An account's whole amount of an asset, holds included. */
export function balanceOf(state: ExchangeState, account: string, asset: string): Decimal {
  return decimal(state.accounts.get(account)?.balances.get(asset) ?? '0');
}

function useNonce(
  state: ExchangeState,
  event: { readonly key: string; readonly nonce: string; readonly atMs: number },
): void {
  const key = state.keys.get(event.key);
  assert(key !== undefined, 'a nonce belongs to a key');
  // A window admits lower nonces; the highest one seen never goes down.
  if (BigInt(event.nonce) > BigInt(key.nonce)) key.nonce = event.nonce;
  key.lastUsedAtMs = event.atMs;
}

function countRefusal(state: ExchangeState, what: 'key' | 'signature' | 'nonce'): void {
  if (what === 'key') state.counters.keysRefused += 1;
  if (what === 'signature') state.counters.signaturesRefused += 1;
  if (what === 'nonce') state.counters.noncesRefused += 1;
}

function setQuote(
  state: ExchangeState,
  event: Quote & { readonly pair: string; readonly atMs: number },
): void {
  const pair = listedPair(event.pair);
  const known = state.markets.get(event.pair);
  const market: MarketRecord = known ?? {
    ...event,
    liquidity: { bid: null, ask: null },
    status: pair.status ?? null,
    candles: new Map(),
    trades: [],
    tradeCount: 0,
  };
  const side = decimal(event.last).lt(market.last) ? 's' : 'b';
  market.bid = event.bid;
  market.ask = event.ask;
  market.last = event.last;
  market.liquidity = { bid: event.liquidity, ask: event.liquidity };
  // Every move of the price is one public trade of a fixed, small volume.
  const volume = plain(pair.orderMin.times('10'));
  recordPublicTrade(market, { price: event.last, volume, atMs: event.atMs, side });
  state.markets.set(event.pair, market);
}

function fill(state: ExchangeState, trade: TradeRecord): void {
  const order = orderOf(state, trade.txid);
  const pair = listedPair(order.pair);
  const bought = order.side === 'buy';
  order.executed = plain(decimal(order.executed).plus(trade.volume));
  order.cost = plain(decimal(order.cost).plus(trade.cost));
  order.fee = plain(decimal(order.fee).plus(trade.fee));
  order.trades.push(trade.id);
  assert(decimal(order.executed).lte(order.volume), 'no order fills beyond its volume');
  const { margin } = trade;
  if (margin === undefined || margin.settles === true) {
    move(state, order.account, pair.base, decimal(trade.volume).times(bought ? '1' : '-1'));
    move(state, order.account, pair.quote, decimal(trade.cost).times(bought ? '-1' : '1'));
  }
  if (margin !== undefined) {
    move(state, order.account, pair.quote, applyMargin(state, order, { ...trade, margin }));
  }
  move(state, order.account, trade.feeAsset, decimal(trade.feeAmount).times('-1'));
  if (margin?.settles !== true) takeLiquidity(state, order, trade);
  state.trades.set(trade.id, trade);
  accountOf(state, order.account).trades.push(trade.id);
  state.counters.fills += 1;
}

function takeLiquidity(
  state: ExchangeState,
  { pair, side }: OrderRecord,
  trade: TradeRecord,
): void {
  const market = marketOf(state, pair);
  const taken = side === 'buy' ? 'ask' : 'bid';
  const there = market.liquidity[taken];
  if (there !== null) market.liquidity[taken] = plain(decimal(there).minus(trade.volume));
}

function move(state: ExchangeState, account: string, asset: string, change: Decimal): void {
  assert(ASSETS.has(asset), `the exchange lists ${asset}`);
  accountOf(state, account).balances.set(
    asset,
    plain(balanceOf(state, account, asset).plus(change)),
  );
}

function close(state: ExchangeState, event: Extract<ExchangeEvent, { kind: 'closed' }>): void {
  const order = orderOf(state, event.txid);
  assert(state.open.has(event.txid), 'only an open order closes');
  order.status = event.status;
  order.reason = event.reason;
  order.closedAtMs = event.atMs;
  state.open.delete(event.txid);
  accountOf(state, order.account).closed.push(event.txid);
}
