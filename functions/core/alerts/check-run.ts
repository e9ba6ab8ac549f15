/** One run of check-prices: what it works with, and what it has done so far. */
import type { Config } from '../config.ts';
import type { Clock, Log } from '../ports.ts';
import type { Surroundings } from './fold-rule.ts';
import type { AlertMemory } from './memory.ts';
import type { PriceFeed, Quote } from './market.ts';
import type { AlertStore } from './ports.ts';
import type { PairView } from './read-candles.ts';

/** What the use case works with. */
export interface CheckPricesDeps {
  readonly config: Pick<Config, 'alerts' | 'zone'>;
  readonly clock: Clock;
  readonly feed: PriceFeed;
  readonly store: AlertStore;
  readonly log: Log;
  /** Kept between the runs of one process. */
  readonly memory: AlertMemory;
}

/** What one run came to. Counts, as they are logged. */
export interface PricesChecked {
  /** Rules that can still fire, and pairs that they watch. */
  rules: number;
  pairs: number;
  /** Calls for candles. */
  candleCalls: number;
  /** Pairs that a rule waits for, and that were not read in this run. */
  late: number;
  fired: number;
  /** Fired and not told, since the rule is muted. */
  muted: number;
  /** States that somebody else wrote meanwhile; their rules are looked at again in the next run. */
  lost: number;
  /** Whether the ticker was answered and all was written; only then the heartbeat goes on. */
  whole: boolean;
}

/** One run. */
export interface CheckRun extends CheckPricesDeps {
  readonly beganAtMs: number;
  readonly done: PricesChecked;
  /** Whether the ticker was answered, and what. */
  answered: boolean;
  quotes: ReadonlyMap<string, Quote>;
  /** Candles that were read in this run. */
  readonly views: Map<string, PairView>;
  storeFaults: number;
}

/** Begins a run. */
export function beginRun(deps: CheckPricesDeps): CheckRun {
  const { config, clock, feed, store, log, memory } = deps;
  return {
    ...{ config, clock, feed, store, log, memory, beganAtMs: clock.nowMs(), storeFaults: 0 },
    ...{ quotes: new Map(), views: new Map(), answered: false },
    done: {
      ...{ rules: 0, pairs: 0, candleCalls: 0, late: 0, fired: 0, muted: 0, lost: 0 },
      whole: false,
    },
  };
}

/** What a rule is looked at with. */
export function surroundings({ quotes, views }: CheckRun): Surroundings {
  return {
    quote: (pair) => quotes.get(pair),
    range: (pair) => views.get(pair)?.range,
  };
}
