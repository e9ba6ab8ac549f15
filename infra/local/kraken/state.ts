/**
 * Everything the exchange remembers: plain data, decimals as text, times as epoch milliseconds.
 * It changes by events alone (events.ts), so that a journal of events brings it back.
 */
import type { MarketMode } from '../../../functions/core/market/pair.ts';
import type { OrderType } from '../../../functions/core/signal.ts';
import type { ListedStatus } from './catalogue.ts';

/** An API key. Several keys may belong to one account. */
export interface KeyRecord {
  readonly key: string;
  /** Base64, as Kraken hands it out. */
  readonly secret: string;
  readonly account: string;
  readonly permissions: readonly string[];
  /** In units of the nonce; 0: every nonce must be above the last. */
  readonly nonceWindow: string;
  /** The key sees nothing before and after these unix seconds; 0: no limit. */
  readonly queryFrom: number;
  readonly queryTo: number;
  readonly createdAtMs: number;
  /** Highest nonce accepted so far. */
  nonce: string;
  lastUsedAtMs: number;
}

/** What belongs to one person. */
export interface AccountRecord {
  /** Amounts by asset id. */
  readonly balances: Map<string, string>;
  /** Order ids, oldest closing first. */
  readonly closed: string[];
  /** Trade ids, oldest first. */
  readonly trades: string[];
}

/** How an order stands; pending: its start has not come. */
export type OrderStatus = 'pending' | 'open' | 'closed' | 'canceled' | 'expired';

/** An attached close order, as its parent keeps it; prices as those of an order. */
export interface CloseRecord {
  readonly type: OrderType;
  readonly price: string;
  readonly price2?: string;
}

/** An order. Volumes are in base units, `cost` and `fee` in quote units. */
export interface OrderRecord {
  readonly txid: string;
  readonly account: string;
  readonly pair: string;
  readonly side: 'buy' | 'sell';
  readonly type: OrderType;
  volume: string;
  /** Limit or trigger; the distance of a trailing stop, `+50` or `+2%`; `0` for a market order. */
  price: string;
  /** The limit behind a trigger, or its distance. */
  price2?: string;
  readonly trigger?: 'last' | 'index';
  readonly displayVolume?: string;
  /** The price by which a buy that waits for its trigger holds funds. */
  holdPrice?: string;
  readonly startsAtMs?: number;
  readonly flags: readonly string[];
  readonly timeInForce: TimeInForce;
  /** Absent: spot. */
  readonly leverage?: string;
  /** It only closes what is open, and opens nothing. */
  readonly reduceOnly?: true;
  readonly userref: number | null;
  readonly clOrdId: string | null;
  /** What each fill opens. */
  readonly close?: CloseRecord;
  /** The order whose fill opened this one. */
  readonly refid?: string;
  /** Kraken's one-line description. */
  text: string;
  /** When it reached the matching engine. */
  readonly openedAtMs: number;
  readonly expiresAtMs: number | null;
  /** The best price that a trailing stop saw. */
  peak?: string;
  /** When its trigger was reached, and the limit it has since; no limit: it takes what there is. */
  triggeredAtMs?: number;
  limit?: string;
  status: OrderStatus;
  reason: string | null;
  closedAtMs: number | null;
  executed: string;
  cost: string;
  fee: string;
  readonly trades: string[];
}

/** How long an order may rest. */
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTD';

/** One fill of an order. `fee` is in quote units; what was debited is `feeAmount` of `feeAsset`. */
export interface TradeRecord {
  readonly id: string;
  readonly number: number;
  readonly txid: string;
  readonly atMs: number;
  readonly price: string;
  readonly volume: string;
  readonly cost: string;
  readonly fee: string;
  readonly feeAsset: string;
  readonly feeAmount: string;
  readonly maker: boolean;
  /** Absent: spot. */
  readonly margin?: MarginEffect;
}

/**
 * What a fill does to positions. Base and quote do not change hands for the account; its quote
 * balance moves by what was won or lost, and by the fee.
 */
export interface MarginEffect {
  readonly leverage: string;
  /** Oldest first. */
  readonly closed: readonly ClosedLot[];
  /** What is left of the fill opens a lot: its part of the fill's volume, cost and fee. */
  readonly opened?: { readonly volume: string; readonly cost: string; readonly fee: string };
  /** The lots are paid off from the balances: base and quote do change hands. */
  readonly settles?: true;
}

/** The part of a lot that a fill closed, what it had cost, and what was won by it in quote units. */
export interface ClosedLot {
  readonly id: string;
  readonly volume: string;
  readonly cost: string;
  readonly net: string;
}

/** A lot of a margin position: what one fill opened. */
export interface PositionRecord {
  /** Id of the trade that opened it. */
  readonly id: string;
  readonly txid: string;
  readonly account: string;
  readonly pair: string;
  /** `buy` is long. */
  readonly side: 'buy' | 'sell';
  readonly type: OrderType;
  readonly leverage: string;
  readonly openedAtMs: number;
  /** As it was opened. */
  readonly volume: string;
  readonly cost: string;
  readonly fee: string;
  /** What is closed of it: volume, its opening cost, what was won, and the trades that did it. */
  closedVolume: string;
  closedCost: string;
  net: string;
  readonly closedBy: string[];
}

/** A candle; `cost` is the sum of price times volume, for the average price. */
export interface Candle {
  readonly time: number;
  readonly open: string;
  high: string;
  low: string;
  close: string;
  cost: string;
  volume: string;
  count: number;
}

/** A public trade. */
export interface PublicTrade {
  readonly number: number;
  readonly price: string;
  readonly volume: string;
  readonly atMs: number;
  readonly side: 'b' | 's';
}

/** The market of one pair. */
export interface MarketRecord {
  bid: string;
  ask: string;
  last: string;
  /** Volume that can still be taken at the bid and at the ask; null: any. */
  liquidity: { bid: string | null; ask: string | null };
  status: ListedStatus | null;
  /** Candles by interval in minutes, oldest first. */
  readonly candles: Map<number, Candle[]>;
  readonly trades: PublicTrade[];
  tradeCount: number;
}

/** The whole exchange. */
export interface ExchangeState {
  readonly keys: Map<string, KeyRecord>;
  readonly accounts: Map<string, AccountRecord>;
  readonly orders: Map<string, OrderRecord>;
  /** Ids of open orders in the order of arrival. */
  readonly open: Set<string>;
  readonly trades: Map<string, TradeRecord>;
  /** Lots of margin by their id, oldest first. */
  readonly positions: Map<string, PositionRecord>;
  readonly markets: Map<string, MarketRecord>;
  mode: MarketMode;
  readonly counters: Counters;
}

/** Totals since the exchange was made. */
export interface Counters {
  keysRefused: number;
  signaturesRefused: number;
  noncesRefused: number;
  ordersPlaced: number;
  fills: number;
  ticks: number;
}

/** An exchange where nothing happened yet. */
export function emptyState(): ExchangeState {
  return {
    keys: new Map(),
    accounts: new Map(),
    orders: new Map(),
    open: new Set(),
    trades: new Map(),
    positions: new Map(),
    markets: new Map(),
    mode: 'online',
    counters: {
      keysRefused: 0,
      signaturesRefused: 0,
      noncesRefused: 0,
      ordersPlaced: 0,
      fills: 0,
      ticks: 0,
    },
  };
}

/** The state as text, for a snapshot. */
export function stateText(state: ExchangeState): string {
  return JSON.stringify(state, (_name, value: unknown) => {
    if (value instanceof Map) return { $map: [...(value as Map<unknown, unknown>)] };
    if (value instanceof Set) return { $set: [...(value as Set<unknown>)] };
    return value;
  });
}

/** Reads what stateText wrote; what an older one did not know yet is empty. */
export function parseState(text: string): ExchangeState {
  const read = JSON.parse(text, (_name, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$map' in value) return new Map(value.$map as [unknown, unknown][]);
    if ('$set' in value) return new Set(value.$set as unknown[]);
    return value;
  }) as ExchangeState;
  return { ...emptyState(), ...read };
}
