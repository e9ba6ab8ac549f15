/**
 * What a warm function remembers of Kraken between two orders, and for how long. No AWS here: the
 * simulation runs with these very caches, so that it sees orders decided on stale answers.
 */
import { keyFault } from '../../core/execute/key-check.ts';
import type { Clock, Exchange, KeyInfo, MarketData } from '../../core/ports.ts';
import { cachedFor } from '../cached.ts';

/** A key is looked at once a day for what it may do. */
const KEY_INFO_MS = 24 * 3_600_000;
/** Kraken's modes change rarely, and an order sent in the wrong one is refused by Kraken. */
const MODE_MS = 15_000;
/** Lambda's clock and Kraken's drift slowly against each other. */
const SKEW_MS = 5 * 60_000;

/** Market data with mode and skew kept; prices are asked for every time. */
export function cachedMarket(live: MarketData, clock: Clock): MarketData {
  return {
    pairs: () => live.pairs(),
    tickers: (pairs) => live.tickers(pairs),
    mode: cachedFor(MODE_MS, clock, () => live.mode()),
    skewMs: cachedFor(SKEW_MS, clock, () => live.skewMs()),
  };
}

/** What keys may do, by key. A fault is not kept: the key is asked again once it was mended. */
export function cachedKeyInfos(
  half: 'trade' | 'query',
  clock: Clock,
): (keyId: string, exchange: Exchange) => Promise<KeyInfo> {
  const infos = new Map<string, { readonly info: KeyInfo; readonly untilMs: number }>();
  return async (keyId, exchange) => {
    const known = infos.get(keyId);
    if (known !== undefined && known.untilMs > clock.nowMs()) return known.info;
    const info = await exchange.keyInfo();
    if (keyFault(info, half) === undefined) {
      infos.set(keyId, { info, untilMs: clock.nowMs() + KEY_INFO_MS });
    }
    return info;
  };
}
