/**
 * A warm function: one machine with its clock and what it remembers of Kraken, used by one
 * invocation at a time. A killed invocation takes its environment with it, as Lambda replaces one
 * whose function timed out. What it remembers is kept by the product's own caches.
 */
import { cachedFor } from '../../functions/adapters/cached.ts';
import { cachedKeyInfos, cachedMarket } from '../../functions/adapters/kraken/caches.ts';
import { PAIRS_FOR_MS } from '../../functions/adapters/kraken/market-data.ts';
import type { Clock, Exchange, KeyInfo, MarketData } from '../../functions/core/ports.ts';
import type { Process } from './process.ts';

/** What one environment is, besides its memory. */
export interface Machine {
  /** How far the clock is off now. */
  skewMs(): number;
  readonly clock: Clock;
  readonly half: 'trade' | 'query';
  /** The exchange's public side, as the invocation that runs now calls it. */
  market(process: Process): MarketData;
}

/** One environment. */
export class Environment {
  #process: Process | undefined;
  readonly skewMs: () => number;
  readonly market: MarketData;
  readonly keyInfo: (keyId: string, exchange: Exchange) => Promise<KeyInfo>;

  constructor(machine: Machine) {
    this.skewMs = () => machine.skewMs();
    const live = (): MarketData => {
      if (this.#process === undefined) throw new Error('an environment that nobody uses asks');
      return machine.market(this.#process);
    };
    this.market = cachedMarket(
      {
        pairs: cachedFor(PAIRS_FOR_MS, machine.clock, () => live().pairs()),
        tickers: (pairs) => live().tickers(pairs),
        mode: () => live().mode(),
        skewMs: () => live().skewMs(),
      },
      machine.clock,
    );
    this.keyInfo = cachedKeyInfos(machine.half, machine.clock);
  }

  /** From now on this invocation uses it. */
  use(process: Process): void {
    this.#process = process;
  }
}

/** The warm environments of one function. */
export class Fleet {
  readonly #free: Environment[] = [];
  readonly #make: () => Environment;

  constructor(make: () => Environment) {
    this.#make = make;
  }

  /** An environment that nobody uses: a warm one if there is one. */
  take(): Environment {
    return this.#free.pop() ?? this.#make();
  }

  /** Its invocation has ended well enough for it to be used again. */
  giveBack(environment: Environment): void {
    this.#free.push(environment);
  }

  /** A new version is deployed: nothing warm is used again. */
  replace(): void {
    this.#free.length = 0;
  }
}
