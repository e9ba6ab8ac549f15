/** What the exchange says publicly about prices, as alert rules need it. */
import type { Decimal } from '../decimal.ts';
import type { MarketMode, Pair } from '../market/pair.ts';

/** One row of the ticker. Source: https://docs.kraken.com/api/docs/rest-api/get-ticker-information */
export interface Quote {
  readonly ask: Decimal;
  readonly bid: Decimal;
  readonly last: Decimal;
  /** Since 00:00 UTC. */
  readonly dayHigh: Decimal;
  readonly dayLow: Decimal;
  readonly dayTrades: number;
  readonly high24h: Decimal;
  readonly low24h: Decimal;
  /** Base units. */
  readonly volume24h: Decimal;
}

/** One candle of OHLC. */
export interface Candle {
  /** When it began. */
  readonly atMs: number;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  /** In base units. */
  readonly volume: Decimal;
}

/** The public side of an exchange, for watching prices. Everything throws ExchangeError. */
export interface PriceFeed {
  pairs(): Promise<readonly Pair[]>;
  mode(): Promise<MarketMode>;
  /** Quotes by canonical name, in one call. A pair that the exchange leaves out is left out. */
  quotes(pairs: readonly Pair[]): Promise<ReadonlyMap<string, Quote>>;
  /** The newest candles, oldest first, at most 720; the last one is still running. */
  candles(pair: Pair, minutes: number): Promise<readonly Candle[]>;
}
