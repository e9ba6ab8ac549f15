/**
 * The table of pairs. A pair has up to four spellings (id `XXBTZUSD`, altname `XBTUSD`, wsname
 * `XBT/USD`, canonical `BTC/USD`), and answers use any of them, so names are always looked up here
 * and never computed from letters.
 * Source: https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs
 */
import * as v from 'valibot';
import { assetName } from '../../core/market/asset-name.ts';
import { decimal } from '../../core/decimal.ts';
import type { Pair, PairStatus } from '../../core/market/pair.ts';
import { asset, assetPair } from './wire.ts';

const STATUSES: readonly string[] = [
  'online',
  'cancel_only',
  'post_only',
  'limit_only',
  'reduce_only',
] satisfies PairStatus[];

/**
 * Reads the results of AssetPairs and Assets. A row that cannot be read is left out and so is not
 * traded; two rows with one canonical name are both left out, because which one is meant is unknown.
 */
export function readPairs(
  assetPairs: Readonly<Record<string, unknown>>,
  assets: Readonly<Record<string, unknown>>,
): readonly Pair[] {
  const altnames = new Map<string, string>();
  for (const [id, row] of Object.entries(assets)) {
    const read = v.safeParse(asset, row);
    if (read.success) altnames.set(id, read.output.altname);
  }
  const pairs = Object.entries(assetPairs).flatMap(([id, row]) => {
    const read = v.safeParse(assetPair, row);
    return read.success ? [toPair(id, read.output, altnames)] : [];
  });
  const uses = new Map<string, number>();
  for (const { name } of pairs) uses.set(name, (uses.get(name) ?? 0) + 1);
  return pairs.filter(({ name }) => uses.get(name) === 1);
}

/** Finds pairs by any spelling that Kraken or people use. */
export function bySpelling(pairs: readonly Pair[]): (spelling: string) => Pair | undefined {
  const table = new Map<string, Pair>();
  for (const pair of pairs) {
    for (const spelling of [pair.id, pair.altname, pair.wsname, pair.name]) {
      table.set(spelling, pair);
    }
  }
  return (spelling) => table.get(spelling);
}

function toPair(
  id: string,
  row: v.InferOutput<typeof assetPair>,
  altnames: ReadonlyMap<string, string>,
): Pair {
  const [wsBase, wsQuote] = row.wsname?.split('/') ?? [];
  const base = assetName(altnames.get(row.base) ?? wsBase ?? row.base);
  const quote = assetName(altnames.get(row.quote) ?? wsQuote ?? row.quote);
  return {
    name: `${base}/${quote}`,
    id,
    altname: row.altname,
    wsname: row.wsname ?? `${base}/${quote}`,
    base,
    quote,
    baseId: row.base,
    quoteId: row.quote,
    priceDecimals: row.pair_decimals,
    lotDecimals: row.lot_decimals,
    costDecimals: row.cost_decimals,
    tickSize: row.tick_size ?? decimal(`1e-${row.pair_decimals}`),
    orderMin: row.ordermin,
    costMin: row.costmin,
    status: isStatus(row.status) ? row.status : 'unknown',
    ...(row.leverage_buy?.length ? { leverageBuy: row.leverage_buy } : {}),
    ...(row.leverage_sell?.length ? { leverageSell: row.leverage_sell } : {}),
  };
}

function isStatus(word: string | undefined): word is PairStatus {
  return word !== undefined && STATUSES.includes(word);
}
