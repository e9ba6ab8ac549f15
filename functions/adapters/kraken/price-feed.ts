/** Kraken's public prices, as alert rules and charts need them. Everything throws ExchangeError. */
import type { PriceFeed } from '../../core/alerts/market.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { cachedFor } from '../cached.ts';
import { PAIRS_FOR_MS } from './market-data.ts';
import { SpotPublic } from './spot-public.ts';
import { Transport } from './transport.ts';

/** What the feed needs. */
export interface PriceFeedOptions {
  /** `https://api.kraken.com` */
  readonly url: string;
  readonly clock: Clock;
  readonly log?: Log;
}

/** The feed over its own connections, which stay open between two runs. */
export function krakenPriceFeed({ url, clock, log }: PriceFeedOptions): PriceFeed & {
  close(): void;
} {
  const transport = new Transport({ url, nowMs: () => clock.nowMs() });
  const spot = new SpotPublic(transport, log);
  return {
    pairs: cachedFor(PAIRS_FOR_MS, clock, () => spot.pairs()),
    mode: () => spot.systemStatus(),
    quotes: (pairs) => spot.quotes(pairs),
    candles: (pair, minutes) => spot.candles(pair, minutes),
    close: () => transport.close(),
  };
}
