/**
 * Finds the pair that a symbol means, and says why. The table comes from Kraken's own list, so no
 * letter is ever stripped by rule: XTZ, XRP or ZEC begin with X and Z by themselves. A spelling that
 * could mean two pairs means none.
 */
import { quoteWarning } from './chart-quote.ts';
import { nearPairs } from './near-pairs.ts';
import type { Pair } from './pair.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';

/** A pair and why the symbol means it. */
export interface ResolvedPair {
  readonly pair: Pair;
  readonly reason: string;
  /** Whether harpoon.yaml maps the symbol; its chart is then another one than the pair's. */
  readonly mapped: boolean;
}

/** Pairs by every name that they have. */
export interface PairTable {
  /** By canonical name: `BTC/USD`. */
  byName(name: string): Pair | undefined;
  /** By any of Kraken's spellings or the canonical one, whatever its case. */
  byAnyName(name: string): Pair | undefined;
  /** What a sender's symbol means. `mapping` is the source's `symbols`, and goes first. */
  resolve(symbol: string, mapping: Readonly<Record<string, string>>): Result<ResolvedPair, Refusal>;
}

/** One way to write a pair. A lower rank is more official and wins over a higher one. */
interface Spelling {
  readonly pair: Pair;
  readonly written: string;
  readonly rank: number;
}

/** What a spelling is called, by its rank. */
const RANKS = ["Kraken's id", "Kraken's short name", "Kraken's name", 'the name'] as const;
const WITHOUT_SLASH = RANKS.length;

/** Kraken's own charts on TradingView; the prefix of delayed feeds ends in _DL or _DLY. */
const OWN_PREFIX = /^KRAKEN(_DLY?)?$/;
const PREFIX = /^[A-Z0-9_]+$/;

/** Perpetuals and dated futures: `XBTUSD.P`, `XBTUSD.PM`, `PF_XBTUSD`, `FI_XBTUSD_261225`, `BTC1!`. */
const FUTURES = /\.PM?$|^(PI|PF|PV|FI|FF)_|!$/;

/** A list of pairs is asked for every few minutes and looked into for every order. */
const built = new WeakMap<readonly Pair[], PairTable>();

/** The table of a list of pairs, built once for each list. */
export function pairTable(pairs: readonly Pair[]): PairTable {
  const table = built.get(pairs) ?? buildTable(pairs);
  built.set(pairs, table);
  return table;
}

function buildTable(pairs: readonly Pair[]): PairTable {
  const canonical = new Map(pairs.map((pair) => [pair.name, pair]));
  const spellings = spellingsOf(pairs);
  const find = (name: string): readonly Spelling[] => meant(name, spellings);
  const only = (name: string): Pair | undefined => {
    const [first, ...others] = find(name);
    return others.length === 0 ? first?.pair : undefined;
  };
  return {
    byName: (name) => canonical.get(name),
    byAnyName: only,
    resolve(symbol, mapping) {
      const to = mappedTo(symbol, mapping);
      if (to !== undefined) return resolveMapping(symbol, to, only(to));
      const [prefix, ticker] = splitPrefix(symbol);
      const isOwn = prefix === undefined || OWN_PREFIX.test(prefix);
      if (!isOwn && PREFIX.test(prefix)) {
        return err(isForeign(symbol, prefix, only(ticker)));
      }
      const [first, ...others] = isOwn ? find(ticker) : [];
      if (first === undefined) return err(isUnknown(symbol, ticker, pairs));
      if (others.length > 0) return err(isAmbiguous(symbol, [first, ...others]));
      const delayed = prefix?.includes('_') === true ? ', on a delayed chart' : '';
      const reason = `${symbol} is ${whatIs(first)}${delayed}`;
      return ok({ pair: first.pair, reason, mapped: false });
    },
  };
}

/** Every way to write every pair, in capitals. */
function spellingsOf(pairs: readonly Pair[]): ReadonlyMap<string, Spelling[]> {
  const spellings = new Map<string, Spelling[]>();
  const add = (pair: Pair, written: string, rank: number): void => {
    const key = written.toUpperCase();
    const known = spellings.get(key);
    if (known === undefined) spellings.set(key, [{ pair, written, rank }]);
    else if (!known.some((one) => one.pair === pair && one.written === written)) {
      known.push({ pair, written, rank });
    }
  };
  for (const pair of pairs) {
    const { base, quote } = pair;
    const [wsBase = base, wsQuote = quote] = pair.wsname.split('/');
    [pair.id, pair.altname, pair.wsname, pair.name].forEach((written, rank) =>
      add(pair, written, rank),
    );
    for (const first of new Set([base, wsBase])) {
      for (const second of new Set([quote, wsQuote])) {
        add(pair, `${first}/${second}`, WITHOUT_SLASH);
        add(pair, `${first}${second}`, WITHOUT_SLASH);
      }
    }
  }
  return spellings;
}

/** The most official of the pairs that are written like this; several when they are equally so. */
function meant(
  name: string,
  spellings: ReadonlyMap<string, readonly Spelling[]>,
): readonly Spelling[] {
  // People part base and quote by a dash or a low line too.
  const written = name.replace(/[-_]/, '/');
  const folded = written.toUpperCase();
  const all = spellings.get(folded) ?? spellings.get(name.toUpperCase()) ?? [];
  const asWritten = all.filter((one) => one.written === written || one.written === name);
  const candidates = asWritten.length > 0 ? asWritten : all;
  const rank = Math.min(...candidates.map((one) => one.rank));
  const best = candidates.filter((one) => one.rank === rank);
  return [...new Map(best.map((one) => [one.pair.name, one])).values()];
}

function whatIs({ pair, rank }: Spelling): string {
  const name = RANKS[rank];
  return name === undefined
    ? `${pair.base} and ${pair.quote}, the assets of ${pair.name}`
    : `${name} of ${pair.name}`;
}

function splitPrefix(symbol: string): [string | undefined, string] {
  const colon = symbol.indexOf(':');
  if (colon < 0) return [undefined, symbol];
  return [symbol.slice(0, colon).toUpperCase(), symbol.slice(colon + 1)];
}

function mappedTo(symbol: string, mapping: Readonly<Record<string, string>>): string | undefined {
  const written = symbol.toUpperCase();
  return Object.entries(mapping).find(([from]) => from.toUpperCase() === written)?.[1];
}

function resolveMapping(
  symbol: string,
  to: string,
  pair: Pair | undefined,
): Result<ResolvedPair, Refusal> {
  if (pair !== undefined) {
    const warning = quoteWarning(symbol, pair.name);
    const more = warning === undefined ? '' : `; ${warning}`;
    return ok({ pair, reason: `harpoon.yaml maps ${symbol} to ${pair.name}${more}`, mapped: true });
  }
  const sentence = `harpoon.yaml maps ${symbol} to ${to}, which Kraken does not list: correct it under symbols of the source.`;
  return err(refusal('unknown-pair', sentence));
}

function isForeign(symbol: string, prefix: string, like: Pair | undefined): Refusal {
  // Only a pair that the table knows by this very name is suggested: a wrong one would trade.
  const pair = like?.name ?? 'the pair on Kraken that you mean';
  const sentence = `${symbol} is a chart of ${prefix}, and Kraken's prices are others: if it may trade, add "${symbol.toUpperCase()}: ${pair}" under symbols of the source in harpoon.yaml.`;
  return refusal('foreign-chart', sentence);
}

function isUnknown(symbol: string, ticker: string, pairs: readonly Pair[]): Refusal {
  if (FUTURES.test(ticker.toUpperCase())) {
    const sentence = `${symbol} is a futures contract, and this account trades spot: send the symbol of a spot chart, such as KRAKEN:BTCUSD.`;
    return refusal('not-supported', sentence);
  }
  const near = nearPairs(ticker, pairs);
  const hint =
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'write a pair such as BTC/USD.';
  return refusal('unknown-pair', `Kraken lists no pair ${symbol}: ${hint}`);
}

function isAmbiguous(symbol: string, meanings: readonly Spelling[]): Refusal {
  const names = meanings.map(({ pair }) => pair.name).join(' or ');
  return refusal('unknown-pair', `${symbol} could mean ${names}: write one of these names.`);
}
