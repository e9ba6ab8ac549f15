/**
 * Which pair or asset a spelling means, and under which key the answer comes back. A table of whole
 * names, never letters stripped: XTZ and XRP begin with X by themselves.
 */
import { ASSETS, PAIRS, type ListedAsset, type ListedPair } from './catalogue.ts';

const PAIR_BY_NAME = new Map<string, ListedPair>();
for (const pair of PAIRS.values()) {
  for (const name of [pair.id, pair.altname, pair.wsname, pair.modern])
    PAIR_BY_NAME.set(name, pair);
}

const ASSET_BY_NAME = new Map<string, ListedAsset>();
for (const asset of ASSETS.values()) {
  for (const name of asset.names) ASSET_BY_NAME.set(name, asset);
}

/** The pair meant by an id, an altname, a wsname or a modern name. */
export function findPair(name: string): ListedPair | undefined {
  return PAIR_BY_NAME.get(name);
}

/** The asset meant by an id, an altname or a modern name. */
export function findAsset(name: string): ListedAsset | undefined {
  return ASSET_BY_NAME.get(name);
}

/**
 * The key of the answer: the id, except that a name with a slash comes back as it was asked.
 * Known from Kraken's own sources for `XBTUSD` and `BTC/USD` only; the rest follows from them.
 */
export function answerKey(pair: ListedPair, asked: string): string {
  return asked.includes('/') ? asked : pair.id;
}

/** Pairs by answer key for a comma list; every pair under its id when nothing is asked. */
export function pairsAsked(list: string | undefined): Map<string, ListedPair> | undefined {
  if (list === undefined || list === '') return new Map(PAIRS);
  const asked = new Map<string, ListedPair>();
  for (const name of list.split(',')) {
    const pair = findPair(name.trim());
    if (pair === undefined) return undefined;
    asked.set(answerKey(pair, name.trim()), pair);
  }
  return asked;
}

/** A listed pair by its id; for ids that came from our own state. */
export function listedPair(id: string): ListedPair {
  const pair = PAIRS.get(id);
  if (pair === undefined) throw new Error(`the exchange lists no pair ${id}`);
  return pair;
}
