/**
 * The assets and pairs that the simulated exchange lists: the odd ones on purpose. Names with and
 * without Kraken's X and Z prefixes, assets that begin with X by themselves, four letters, many
 * decimals, a tick coarser than the price decimals, rows without a status.
 *
 * Field meanings and the values of XXBTZUSD and XETHXXBT: Kraken's published AssetPairs example,
 * https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs ; the other values are ours.
 */
import type { PairStatus } from '../../../functions/core/market/pair.ts';
import { decimal, type Decimal } from '../../../functions/core/decimal.ts';

/** A status that a row of AssetPairs can carry. */
export type ListedStatus = Exclude<PairStatus, 'unknown'>;

/** One asset. `names` holds every spelling: id, altname, and the name that people use. */
export interface ListedAsset {
  readonly id: string;
  readonly altname: string;
  readonly names: readonly string[];
  /** Decimals of balances. */
  readonly decimals: number;
  readonly displayDecimals: number;
  readonly collateralValue: number;
}

/** One pair. `modern` is the spelling with today's names, such as `BTC/USD`. */
export interface ListedPair {
  readonly id: string;
  readonly altname: string;
  readonly wsname: string;
  readonly modern: string;
  readonly base: string;
  readonly quote: string;
  readonly priceDecimals: number;
  /** Decimals of prices in tickers, trades and fills, which are finer than those of orders. */
  readonly wireDecimals: number;
  readonly lotDecimals: number;
  readonly costDecimals: number;
  readonly tickSize: Decimal;
  readonly orderMin: Decimal;
  readonly costMin: Decimal;
  readonly marginable: boolean;
  /** Absent: the row of AssetPairs has no status, as about 13 % of the real ones. */
  readonly status?: ListedStatus;
  /** Price of the last trade when the exchange starts for the first time. */
  readonly startPrice: string;
}

function asset(id: string, altname: string, modern: string, decimals: number): ListedAsset {
  const names = [...new Set([id, altname, modern])];
  const fiat = id === 'ZUSD' || id === 'ZEUR';
  return { id, altname, names, decimals, displayDecimals: fiat ? 2 : 5, collateralValue: 1 };
}

/** Every listed asset by its id. */
export const ASSETS: ReadonlyMap<string, ListedAsset> = new Map(
  [
    asset('ZUSD', 'USD', 'USD', 4),
    asset('ZEUR', 'EUR', 'EUR', 4),
    asset('XXBT', 'XBT', 'BTC', 10),
    asset('XETH', 'ETH', 'ETH', 10),
    asset('XXDG', 'XDG', 'DOGE', 8),
    asset('SOL', 'SOL', 'SOL', 10),
    asset('XTZ', 'XTZ', 'XTZ', 8),
    asset('ADA', 'ADA', 'ADA', 8),
    asset('PEPE', 'PEPE', 'PEPE', 5),
    asset('USDT', 'USDT', 'USDT', 8),
  ].map((row) => [row.id, row]),
);

interface PairText {
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  readonly price: number;
  readonly lot?: number;
  readonly cost?: number;
  readonly tick: string;
  readonly min: string;
  readonly costMin?: string;
  readonly margin?: boolean;
  readonly silent?: boolean;
  readonly start: string;
}

function listed(id: string): ListedAsset {
  const found = ASSETS.get(id);
  if (found === undefined) throw new Error(`the catalogue has no asset ${id}`);
  return found;
}

function pair(text: PairText): ListedPair {
  const base = listed(text.base);
  const quote = listed(text.quote);
  const modern = (row: ListedAsset): string => row.names.at(-1) ?? row.altname;
  return {
    id: text.id,
    altname: `${base.altname}${quote.altname}`,
    wsname: `${base.altname}/${quote.altname}`,
    modern: `${modern(base)}/${modern(quote)}`,
    base: base.id,
    quote: quote.id,
    priceDecimals: text.price,
    wireDecimals: Math.max(5, text.price),
    lotDecimals: text.lot ?? 8,
    costDecimals: text.cost ?? 5,
    tickSize: decimal(text.tick),
    orderMin: decimal(text.min),
    costMin: decimal(text.costMin ?? '0.5'),
    marginable: text.margin ?? false,
    ...(text.silent === true ? {} : { status: 'online' }),
    startPrice: text.start,
  };
}

/** Every listed pair by its id. */
// oxfmt-ignore
export const PAIRS: ReadonlyMap<string, ListedPair> = new Map(
  [
    pair({ id: 'XXBTZUSD', base: 'XXBT', quote: 'ZUSD', price: 1, tick: '0.1', min: '0.0001', margin: true, start: '60000' }),
    pair({ id: 'XXBTZEUR', base: 'XXBT', quote: 'ZEUR', price: 1, tick: '0.1', min: '0.0001', costMin: '0.45', margin: true, start: '55000' }),
    pair({ id: 'XETHZUSD', base: 'XETH', quote: 'ZUSD', price: 2, tick: '0.01', min: '0.002', margin: true, start: '3000' }),
    pair({ id: 'XETHZEUR', base: 'XETH', quote: 'ZEUR', price: 2, tick: '0.01', min: '0.002', costMin: '0.45', margin: true, start: '2750' }),
    pair({ id: 'XETHXXBT', base: 'XETH', quote: 'XXBT', price: 5, cost: 6, tick: '0.00001', min: '0.01', costMin: '0.00002', margin: true, start: '0.05' }),
    pair({ id: 'XDGUSD', base: 'XXDG', quote: 'ZUSD', price: 7, tick: '0.0000001', min: '30', silent: true, start: '0.15' }),
    pair({ id: 'SOLUSD', base: 'SOL', quote: 'ZUSD', price: 2, tick: '0.01', min: '0.03', start: '150' }),
    pair({ id: 'XTZUSD', base: 'XTZ', quote: 'ZUSD', price: 4, tick: '0.001', min: '5', silent: true, start: '0.8' }),
    pair({ id: 'ADAUSD', base: 'ADA', quote: 'ZUSD', price: 6, cost: 8, tick: '0.000001', min: '8', start: '0.5' }),
    pair({ id: 'PEPEUSD', base: 'PEPE', quote: 'ZUSD', price: 9, lot: 5, cost: 8, tick: '0.000000001', min: '500000', silent: true, start: '0.00001' }),
    pair({ id: 'ZEURZUSD', base: 'ZEUR', quote: 'ZUSD', price: 5, tick: '0.00001', min: '0.5', start: '1.1' }),
    pair({ id: 'USDTZUSD', base: 'USDT', quote: 'ZUSD', price: 5, tick: '0.00001', min: '5', start: '1' }),
  ].map((row) => [row.id, row]),
);
