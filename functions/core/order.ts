/**
 * The order row: the durable record of an intent being carried out, and what was decided and why.
 * Plain JSON, as it is stored; decimals are text, times are epoch milliseconds.
 */
import type { CloseRecord, Fill } from './fill.ts';
import type { OrderState } from './order-state.ts';
import type { Refusal } from './refusal.ts';
import type { OrderType, SelfTrade, Signal, TimeInForce } from './signal.ts';

/** Names one order row. */
export interface OrderRef {
  readonly account: string;
  readonly orderKey: string;
}

/** The types that an attached close order may have: all wait for a price. */
export type CloseType = Extract<
  OrderType,
  | 'stop-loss'
  | 'take-profit'
  | 'stop-loss-limit'
  | 'take-profit-limit'
  | 'trailing-stop'
  | 'trailing-stop-limit'
>;

const CLOSE_TYPES: readonly OrderType[] = [
  ...(['stop-loss', 'take-profit', 'stop-loss-limit'] as const),
  ...(['take-profit-limit', 'trailing-stop', 'trailing-stop-limit'] as const),
];

/** Whether an attached close order may have the type. */
export function isCloseType(type: OrderType): type is CloseType {
  return CLOSE_TYPES.includes(type);
}

/**
 * The order that Kraken itself opens in the other direction for each fill of its parent, with the
 * filled volume; from then on it is an order of its own.
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order (`close[ordertype]`)
 */
export interface CloseOrder {
  readonly type: CloseType;
  /** Trigger, a multiple of the pair's tick; a distance (`+50`, `+2%`) for trailing stops. */
  readonly price: string;
  /** Limit of the `-limit` types. */
  readonly price2?: string;
}

/** What is sent to the exchange, wire-neutral. */
export interface Order {
  /** Kraken's altname of the pair, `XBTUSD`. */
  readonly pair: string;
  readonly side: 'buy' | 'sell';
  readonly type: OrderType;
  /**
   * Base units, rounded down to the pair's lot decimals; in the quote currency when
   * `volumeInQuote`. `0` closes a margin position whole (settle-position).
   */
  readonly volume: string;
  /** `volume` is what a market buy spends (Kraken's `viqc`). */
  readonly volumeInQuote?: boolean;
  /**
   * Limit or trigger, a multiple of the pair's tick; a distance (`+50`, `+2%`) for trailing stops.
   * Absent exactly for market and settle-position.
   */
  readonly price?: string;
  /** Limit of the `-limit` types: absolute, or a distance for trailing-stop-limit. */
  readonly price2?: string;
  readonly trigger?: 'last' | 'index';
  readonly displayVolume?: string;
  readonly timeInForce?: TimeInForce;
  readonly startAtMs?: number;
  readonly expireAtMs?: number;
  readonly postOnly?: boolean;
  /** Margin only: Kraken refuses it on spot. */
  readonly reduceOnly?: boolean;
  readonly leverage?: string;
  readonly selfTrade?: SelfTrade;
  /** Is at the exchange from the moment that the order fills. */
  readonly close?: CloseOrder;
}

/** The one licence to send: written by PREPARE, used once by the invocation that wrote it. */
export interface Attempt {
  /** Unguessable name of the attempt; only its creator sends. */
  readonly token: string;
  readonly nonce: string;
  /** After this time the matching engine must refuse the order. */
  readonly deadlineMs: number;
  readonly preparedAtMs: number;
  readonly order: Order;
  /** Fingerprint of the API key that signs; never the key. */
  readonly keyId: string;
  readonly fence: number;
  /** Kraken is asked to check only (`validate=true`). */
  readonly validate: boolean;
}

/** One finding of a reconciliation sweep that saw nothing. */
export interface AbsenceSweep {
  readonly atMs: number;
  /** What served as positive control: an order known to exist, or the key's open query window. */
  readonly control: string;
}

/** A step of the size computation, for `why`. */
export interface SizeStep {
  readonly step: string;
  readonly value: string;
}

/** What was decided about the signal for this account. */
export interface Decision {
  readonly pair: string;
  /** Why the symbol means this pair. */
  readonly pairReason: string;
  readonly steps: readonly SizeStep[];
  /** Value of the order in the quote currency at the decision's price. */
  readonly notional: string;
  /** Value in the currency of the daily rail, counted by PREPARE; absent: nothing is counted. */
  readonly counted?: string;
  /** Price that the decision was made with. */
  readonly atPrice: string;
  readonly reducing: boolean;
  /** Base units for each unit of the sender's position, where the order opens one; see Book. */
  readonly perUnit?: string;
  /** It leaves the whole position of its book, but for what is too little to trade. */
  readonly leaves?: true;
  /** Where some of what the order opens is sold again; absent: nowhere. */
  readonly takeProfits?: readonly TakeProfit[];
}

/** A take-profit with its price. */
export interface TakeProfit {
  /** A multiple of the pair's tick, on the winning side of the entry. */
  readonly price: string;
  /** Percent of what the order opened. */
  readonly share: string;
}

/** The durable record of one signal for one account. */
export interface OrderRow extends OrderRef {
  /** Shape of this object; code refuses a row of another version. */
  readonly schema: 1;
  readonly state: OrderState;
  /** Counts transitions; every write is conditional on it. */
  readonly version: number;
  readonly clientOrderId: string;
  /** sha256 of the canonical body; the same id with another body is a conflict. */
  readonly payloadHash: string;
  readonly signal: Signal;
  readonly receivedAtMs: number;
  /** From here on the row may not be prepared any more. */
  readonly expiresAtMs: number;
  /** How often the order was licensed to go out; at most `licences`. */
  readonly sends: number;
  /** 1; 2 after a clean look-up showed that the first was refused before the engine. */
  readonly licences: number;
  /** When someone must look at the row again; of a placed one until nothing of it can trade. */
  readonly dueAtMs?: number;
  readonly decision?: Decision;
  readonly attempt?: Attempt;
  /** Kraken's id of the order. */
  readonly exchangeOrderId?: string;
  /** What traded of it; absent before the first look after it was placed. */
  readonly fill?: Fill;
  /** Of a sale of a halt that flattens: what strategies' books lost by it; absent: nothing yet. */
  readonly shares?: readonly BookShare[];
  /** The close orders that Kraken opened from its fills; absent: none is known. */
  readonly closes?: CloseRecord;
  /** What became of its take-profits; absent: none was reached. */
  readonly profits?: ProfitRecord;
  /** What a person said became of it, where Harpoon could not tell; absent: nobody had to. */
  readonly settled?: Settlement;
  /** When orders were cancelled to make room for it: what they held shows free some time later. */
  readonly freedAtMs?: number;
  /** Kraken's words for the order, or why it is where it is. */
  readonly outcome?: string;
  readonly refusal?: Refusal;
  /** Whether Kraken's answer said that the order was refused before the engine saw it. */
  readonly refusedBeforeEngine?: boolean;
  readonly absences?: readonly AbsenceSweep[];
  /** What became of the amends of a placed order; absent: none came. */
  readonly amended?: AmendRecord;
  /** Hash of the newest audit entry of this row. */
  readonly auditHash: string;
}

/** What one strategy's book lost by a sale that was not its own, in all; decimal text. */
export interface BookShare {
  readonly source: string;
  /** Base units, and what they brought and cost in fees, in the quote currency. */
  readonly volume: string;
  readonly cost: string;
  readonly fee: string;
}

/** A person's word on an order of which Harpoon could not tell whether the exchange has it. */
export interface Settlement {
  readonly says: 'placed' | 'absent';
  /** Who says so; a name for the record, not proved. */
  readonly by: string;
  readonly why: string;
  readonly atMs: number;
  /** A cancel waited for it, or came after: it ended with this word. */
  readonly recalled?: true;
}

/** The take-profits of an order that were reached. */
export interface ProfitRecord {
  readonly tries: readonly ProfitTry[];
  /** None comes any more: all have sold, or the position was left. */
  readonly ended?: true;
  /** A person was told that its source is not configured any more, so that nothing sells at them. */
  readonly orphaned?: true;
}

/** One take-profit that was reached, and the newest order that was recorded to sell its share. */
export interface ProfitTry {
  /** Which one, from 1 on. */
  readonly number: number;
  /** How many orders were recorded for it. */
  readonly tries: number;
  /** When the newest was. */
  readonly atMs: number;
  /** It has sold. */
  readonly done?: true;
}

/**
 * The amends of an order on its row: what was asked is here before it goes out, so that whatever
 * Kraken then shows, the old order or the new one, is known.
 */
export interface AmendRecord {
  /** The order as the exchange confirmed it last; absent: as it was sent. */
  readonly now?: Order;
  /** The newest change that was licensed to go out. */
  readonly asked?: AskedAmend;
  /** The newest amend that was carried out or ended otherwise: neither it nor an older one begins. */
  readonly ended?: AmendName;
}

/** Names one amend of an order. */
export interface AmendName {
  /** When its sender fired it: a newer one stands above an older one. */
  readonly firedAtMs: number;
  /** sha256 of the message that asked for it. */
  readonly hash: string;
}

/** A change that was licensed to go out, at least once, always with the same values. */
export interface AskedAmend extends AmendName {
  /** The order as it is to be. */
  readonly order: Order;
  /** The order that the exchange had before, and was known to have. */
  readonly before: Order;
  /** What earlier changes asked for that nobody settled, oldest first: it may have any of them too. */
  readonly earlier?: readonly Order[];
  /** Whether it adds risk: a switch that blocks entries then stops it. */
  readonly adds: boolean;
  readonly licensedAtMs: number;
  /** After this time the matching engine must refuse the change, as often as it was sent. */
  readonly deadlineMs: number;
  /**
   * How the exchange turned down a copy after the first one. No other goes out; whether one before was
   * made, only a look tells.
   */
  readonly turnedDown?: { readonly kind: 'gone' | 'refused'; readonly reason: string };
  /** When the exchange's answer or a look at the order settled it; absent: which it has is not known. */
  readonly settledAtMs?: number;
}

/** One link of a row's audit chain; never changed once written. */
export interface AuditEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly from: OrderState | 'none';
  readonly to: OrderState;
  readonly why: string;
  readonly previousHash: string;
  readonly hash: string;
}
