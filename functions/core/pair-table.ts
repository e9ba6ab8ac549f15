/**
 * Finds the pair that a symbol means, and says why. The table comes from Kraken's own list, so no
 * letter is ever stripped by rule: XTZ, XRP or ZEC begin with X and Z by themselves.
 */
import type { Pair } from './pair.ts';
import { refusal, type Refusal } from './refusal.ts';
import { err, ok, type Result } from './result.ts';

/** A pair and why the symbol means it. */
export interface ResolvedPair {
  readonly pair: Pair;
  readonly reason: string;
}

/** Pairs by every name that they have. */
export interface PairTable {
  /** By canonical name: `BTC/USD`. */
  byName(name: string): Pair | undefined;
  /** By any of Kraken's spellings or the canonical one, whatever its case. */
  byAnyName(name: string): Pair | undefined;
  /** What a sender's symbol means. `mapping` is the source's `symbols`, and goes first. */
  resolve(symbol: string, mapping: Readonly<Record<string, string>>): Result<ResolvedPair, Refusal>;
  /** Every pair, in Kraken's order. */
  all(): readonly Pair[];
}

/** The exchange's own names for its charts on TradingView; delayed feeds end in _DL or _DLY. */
const OWN_PREFIX = /^KRAKEN(_DLY?)?$/;

/** Perpetuals and dated futures: `XBTUSD.P`, `XBTUSD.PM`, `PF_XBTUSD`, `FI_XBTUSD_261225`. */
const FUTURES = /\.PM?$|^(PI|PF|PV|FI|FF)_/;

const SUGGESTIONS_MAX = 3;

/** A list of pairs is asked for once a day and looked into for every order. */
const built = new WeakMap<readonly Pair[], PairTable>();

/**
 * The table of a list of pairs, built once for each list. Where two pairs share a spelling, the
 * more official one has it.
 */
export function pairTable(pairs: readonly Pair[]): PairTable {
  const known = built.get(pairs) ?? buildTable(pairs);
  built.set(pairs, known);
  return known;
}

function buildTable(pairs: readonly Pair[]): PairTable {
  const canonical = new Map(pairs.map((pair) => [pair.name.toUpperCase(), pair]));
  const spellings = new Map<string, { readonly pair: Pair; readonly what: string }>();
  const kinds: readonly [string, (pair: Pair) => string][] = [
    ['Kraken id', ({ id }) => id],
    ['Kraken short name', ({ altname }) => altname],
    ['Kraken name', ({ wsname }) => wsname],
    ['name', ({ name }) => name],
    ['name without slash', ({ base, quote }) => `${base}${quote}`],
    ['name with a dash', ({ base, quote }) => `${base}-${quote}`],
  ];
  for (const [what, spelling] of kinds) {
    for (const pair of pairs) {
      const key = spelling(pair).toUpperCase();
      if (!spellings.has(key)) spellings.set(key, { pair, what });
    }
  }
  return {
    all: () => pairs,
    byName: (name) => canonical.get(name.toUpperCase()),
    byAnyName: (name) => spellings.get(name.toUpperCase())?.pair,
    resolve(symbol, mapping) {
      const written = symbol.toUpperCase();
      const mapped = mappedTo(written, mapping);
      if (mapped !== undefined) return resolveMapping(symbol, mapped, canonical);
      const [prefix, ticker] = splitPrefix(written);
      if (FUTURES.test(ticker)) return err(isFuture(symbol));
      if (prefix !== undefined && !OWN_PREFIX.test(prefix))
        return err(isForeign(symbol, ticker, spellings));
      const found = spellings.get(ticker);
      if (found === undefined) return err(isUnknown(symbol, ticker, pairs));
      const reason = `${symbol} is the ${found.what} of ${found.pair.name}`;
      return ok({ pair: found.pair, reason });
    },
  };
}

function mappedTo(written: string, mapping: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(mapping).find(([from]) => from.toUpperCase() === written)?.[1];
}

function resolveMapping(
  symbol: string,
  to: string,
  canonical: ReadonlyMap<string, Pair>,
): Result<ResolvedPair, Refusal> {
  const pair = canonical.get(to.toUpperCase());
  if (pair !== undefined) {
    return ok({ pair, reason: `harpoon.yaml maps ${symbol} to ${pair.name}` });
  }
  const sentence = `harpoon.yaml maps ${symbol} to ${to}, which Kraken does not list: correct it under symbols`;
  return err(refusal('unknown-pair', sentence));
}

function splitPrefix(written: string): [string | undefined, string] {
  const colon = written.indexOf(':');
  return colon < 0 ? [undefined, written] : [written.slice(0, colon), written.slice(colon + 1)];
}

function isFuture(symbol: string): Refusal {
  const sentence = `${symbol} is a futures contract and this account trades spot: send the spot symbol, such as KRAKEN:XBTUSD`;
  return refusal('not-supported', sentence);
}

function isForeign(
  symbol: string,
  ticker: string,
  spellings: ReadonlyMap<string, { readonly pair: Pair }>,
): Refusal {
  const like = spellings.get(ticker)?.pair.name ?? 'BTC/USD';
  const sentence = `${symbol} is a chart of another exchange, whose prices are not Kraken's: if it may trade, add "${symbol.toUpperCase()}: ${like}" under symbols of the source in harpoon.yaml`;
  return refusal('foreign-chart', sentence);
}

function isUnknown(symbol: string, ticker: string, pairs: readonly Pair[]): Refusal {
  const near = pairs
    .filter(({ base, quote }) => ticker.startsWith(base) || ticker.endsWith(quote))
    .map(({ name, base, quote }) => ({
      name,
      fits:
        (ticker.startsWith(base) ? base.length : 0) + (ticker.endsWith(quote) ? quote.length : 0),
    }))
    .sort((a, b) => b.fits - a.fits)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ name }) => name);
  const hint =
    near.length > 0 ? `did you mean ${near.join(', ')}?` : 'write a pair such as BTC/USD';
  return refusal('unknown-pair', `Kraken lists no pair ${symbol}: ${hint}`);
}
