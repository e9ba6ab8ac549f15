/** Keeps the market snapshot fresh: the pairs that may be traded and their last prices. */
import type { Config } from '../config.ts';
import type { Pair } from './pair.ts';
import type { Clock, MarketData, MarketSnapshots } from '../ports.ts';

/** A snapshot is one item of at most 400 kB; a pair takes about 400 bytes. */
const PAIRS_MAX = 500;

/** What refreshing needs. */
export interface RefreshDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly market: MarketData;
  readonly snapshots: MarketSnapshots;
}

/** Reads pairs and one ticker call, and writes the snapshot. Throws when Kraken cannot be read. */
export async function refreshMarket(deps: RefreshDeps): Promise<void> {
  const pairs = tradable(deps.config, await deps.market.pairs());
  const tickers = await deps.market.tickers(pairs);
  const last = new Map([...tickers].map(([name, ticker]) => [name, ticker.last]));
  await deps.snapshots.write({ atMs: deps.clock.nowMs(), pairs, last });
}

/** The pairs that some account's rails allow; all of them where an account has no rails. */
function tradable(config: Config, pairs: readonly Pair[]): readonly Pair[] {
  const accounts = Object.values(config.accounts);
  const names = new Set(accounts.flatMap(({ rails }) => rails?.pairs ?? []));
  const limited = accounts.every(({ rails }) => rails !== undefined);
  return (limited ? pairs.filter(({ name }) => names.has(name)) : pairs).slice(0, PAIRS_MAX);
}
