/** A tradable pair as Kraken describes it, in canonical names. */
import type { Decimal } from '../decimal.ts';

/** A pair's trading status; `unknown` when Kraken's row does not say (about 13 % of them). */
export type PairStatus =
  | 'online'
  | 'cancel_only'
  | 'post_only'
  | 'limit_only'
  | 'reduce_only'
  | 'unknown';

/**
 * One pair. Source: AssetPairs and Assets, https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs
 */
export interface Pair {
  /** Canonical name in the names people use: `BTC/USD`. */
  readonly name: string;
  /** Kraken's id: `XXBTZUSD`. */
  readonly id: string;
  /** Kraken's short name, used in orders: `XBTUSD`. */
  readonly altname: string;
  /** Kraken's name with a slash: `XBT/USD`. */
  readonly wsname: string;
  /** Canonical base asset: `BTC`. */
  readonly base: string;
  /** Canonical quote asset: `USD`. */
  readonly quote: string;
  /** Kraken's ids of base and quote, as in balances: `XXBT`, `ZUSD`. */
  readonly baseId: string;
  readonly quoteId: string;
  readonly priceDecimals: number;
  readonly lotDecimals: number;
  readonly costDecimals: number;
  readonly tickSize: Decimal;
  /** Smallest volume, in base units. */
  readonly orderMin: Decimal;
  /** Smallest cost, in quote units. */
  readonly costMin: Decimal;
  readonly status: PairStatus;
  /** Leverage that an order may ask for, by side; absent: none. */
  readonly leverageBuy?: readonly number[];
  readonly leverageSell?: readonly number[];
}

/** Best prices of a pair; Kraken's ticker carries no time, so the reader stamps its own. */
export interface Ticker {
  readonly ask: Decimal;
  readonly bid: Decimal;
  readonly last: Decimal;
}

/** Kraken's system status. */
export type MarketMode = 'online' | 'maintenance' | 'cancel_only' | 'post_only';
