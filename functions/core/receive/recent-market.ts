/** The market as the minute's job last saw it, for who may do without it. */
import type { Clock, Log, MarketSnapshot, MarketSnapshots } from '../ports.ts';

/** A snapshot is written every minute; an older one than this says nothing. */
const SNAPSHOT_MAX_AGE_MS = 3_600_000;

/** What reading it needs. */
export interface RecentMarketDeps {
  readonly market: MarketSnapshots;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Log;
}

/** The market as it was last seen; early refusals can do without, the worker asks Kraken itself. */
export async function recentMarket({
  market,
  log,
  clock,
}: RecentMarketDeps): Promise<MarketSnapshot | undefined> {
  try {
    const read = await market.read();
    // An old one may lack pairs that are traded now; then the worker alone decides.
    return read !== undefined && clock.nowMs() - read.atMs < SNAPSHOT_MAX_AGE_MS ? read : undefined;
  } catch {
    log.warn('market-snapshot-unreadable');
    return undefined;
  }
}
