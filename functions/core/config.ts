/**
 * The configuration in its compiled form: what the checker (operator/config) makes of harpoon.yaml
 * and what is bundled with the functions as config.json. It is plain JSON: amounts are text,
 * durations are milliseconds, names that the user gave are keys.
 */
import type { AlertRule } from './alerts/rule.ts';
import type { MessageMap } from './message/message-map.ts';
import type { MoneyText } from './money.ts';
import type { OrderType } from './signal.ts';

/** Everything that the functions know of the user's wishes. */
export interface Config {
  /** Shape of this object; functions refuse a file of another version. */
  readonly version: 1;
  readonly accounts: Readonly<Record<string, Account>>;
  readonly sources: Readonly<Record<string, Source>>;
  readonly channels: Readonly<Record<string, Channel>>;
  /** Alert rules of the file; more may be added while running. Absent: none. */
  readonly alerts?: readonly AlertRule[];
  /** IANA zone in which the person lives: days, quiet hours and shown times. Absent: UTC. */
  readonly zone?: string;
  /** The daily summary; absent: none is sent. */
  readonly summary?: Summary;
}

/** When the daily summary goes out, and where to. */
export interface Summary {
  /** Minutes since local midnight. */
  readonly atMinute: number;
  /** Names of channels; empty: every channel. */
  readonly channels: readonly string[];
}

/** One named Kraken API key pair with its rails. */
export interface Account {
  readonly exchange: 'kraken-spot';
  /** paper: filled against Kraken's public prices, without a key; validate: Kraken checks, nothing is placed; live: trades. */
  readonly mode: 'paper' | 'validate' | 'live';
  /** Secrets Manager name of the key pairs; paper needs none and reads none. */
  readonly secret?: string;
  /** Absent only for paper. */
  readonly rails?: Rails;
  /** Only where the mode is paper. */
  readonly paper?: PaperSettings;
}

/** What a paper account begins with, and what its trades cost. All decimal text. */
export interface PaperSettings {
  /** By canonical asset; absent: the same of every currency that the rails trade against. */
  readonly funds?: Readonly<Record<string, string>>;
  /** Percent of a trade's cost; absent: Kraken's first tier. */
  readonly fees?: { readonly taker?: string; readonly maker?: string };
}

/** Limits that refuse an intent. An absent limit does not limit; `pairs` is never absent. */
export interface Rails {
  /** Canonical pair names, `BTC/USD`. Nothing else is traded. */
  readonly pairs: readonly string[];
  readonly maxOrder?: MoneyText;
  readonly maxPosition?: MoneyText;
  /** Per UTC day, over all orders that add risk. */
  readonly maxDaily?: MoneyText;
  /** Per UTC clock hour, over all orders that add risk. */
  readonly maxOrdersPerHour?: number;
  /** Fall of the account's equity since its first order of the UTC day. */
  readonly maxDailyLoss?: MoneyText;
  /** Percent as text, `"0.5"`. Spread between bid and ask over the mid price. */
  readonly maxSpread?: string;
  /** Percent as text. Distance of the order's price from the live price. */
  readonly maxPriceDeviation?: string;
  /** Absent: both. */
  readonly sides?: readonly ('buy' | 'sell')[];
  /** Absent: every type that the source may ask for. */
  readonly types?: readonly OrderType[];
  /** Orders that may rest at Kraken on this account at once, whoever placed them. */
  readonly maxOpenOrders?: number;
  /** Time after an order that adds risk in which its source opens no other on this account. */
  readonly cooldownMs?: number;
  /** As many refusals and unknown outcomes in a row trip the account's kill switch. */
  readonly maxConsecutiveFailures?: number;
}

/** Who sends signals; one source speaks for one strategy. */
export interface Source {
  readonly auth: Auth;
  /** Secrets Manager name of the source's secrets. */
  readonly secret: string;
  readonly accounts: readonly string[];
  readonly size: Size;
  /** A size below Kraken's minimum is raised to it when that adds at most so many percent. */
  readonly roundUpWithin?: string;
  /** What its messages may ask for; absent: market and limit orders without leverage. */
  readonly allow?: Allowed;
  /** Where the fields of its messages stand; absent: under the names of message-fields.ts. */
  readonly map?: MessageMap;
  /** How old a signal may be and still open risk. */
  readonly maxAgeMs: number;
  /** Absent: the source may be silent for as long as it likes. */
  readonly heartbeat?: Heartbeat;
  /** Sender addresses that may speak for this source; absent: any. */
  readonly allowFrom?: readonly string[];
  /** Symbols of foreign charts that may trade: `{ "BINANCE:BTCUSDT": "BTC/USD" }`. */
  readonly symbols: Readonly<Record<string, string>>;
  /** What to do with an order that was proved not to be at the exchange. */
  readonly onUnplaced: 'notify' | 'resend';
  /** Names of channels that hear about this source's signals. */
  readonly notify: readonly string[];
  /** Its messages say where the strategy stands, and the orders follow from its book; absent: no. */
  readonly target?: boolean;
  /** What is done where its book is not where it says it stands; absent: notify. */
  readonly onDrift?: 'notify' | 'follow' | 'flatten';
  /** Which fills of its orders are told: each part, the end of an order, none; absent: ends. */
  readonly tellFills?: 'all' | 'ends' | 'none';
}

/** How long a source may be silent, and what is done when it is silent for longer. */
export interface Heartbeat {
  /** Longest time between two authenticated messages. */
  readonly everyMs: number;
  /** How long a bar of its chart is, where it was written in bars. */
  readonly barMs?: number;
  /** notify: a person is told. cancel-entries: its entries that rest are cancelled, too. */
  readonly onSilence: 'notify' | 'cancel-entries';
}

/**
 * How a source's messages prove who sent them. Names of headers are in lower case.
 * tradingview: a secret in the message. standard-webhooks: https://www.standardwebhooks.com.
 * stripe: one header with `t=` and `v1=`, HMAC of time and body. github: HMAC of the body alone.
 * token: a fixed secret in a header, or in a field of the body.
 */
export type Auth =
  | 'tradingview'
  | 'standard-webhooks'
  | { readonly kind: 'stripe' | 'github'; readonly header: string }
  | { readonly kind: 'token'; readonly header: string }
  | { readonly kind: 'token'; readonly field: string };

/** What a source's messages may ask for. An absent key allows what the comment says. */
export interface Allowed {
  /** Absent: market and limit. */
  readonly types?: readonly OrderType[];
  /** Largest leverage, as decimal text; absent: none. */
  readonly leverage?: string;
  /** Whether a halt of this source may sell what its accounts hold; absent: no. */
  readonly flatten?: boolean;
}

/** How a signal's size is computed. Amounts and percentages are decimal text. */
export type Size =
  | { readonly kind: 'base'; readonly amount: string }
  | { readonly kind: 'quote'; readonly amount: string; readonly currency: string }
  /** Of the equity, of what is free to spend, of what is held, or lost at the stop. */
  | { readonly kind: 'equity' | 'available' | 'position' | 'risk'; readonly percent: string }
  | { readonly kind: 'signal' };

/** Where people hear from Harpoon. */
export type Channel =
  /** Secrets Manager name of the secret that holds the webhook's URL. */
  | { readonly slack: string }
  /** `from`: an address that SES may send from; absent: the recipient's own. */
  | { readonly email: string; readonly from?: string };
