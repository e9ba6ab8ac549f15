/**
 * A warm function: one machine with its clock and what it remembers, used by one invocation at a
 * time. A killed invocation takes its environment with it, as Lambda replaces one whose function
 * timed out. What it remembers is kept by the product's own caches.
 */
import { cachedFor } from '../../functions/adapters/cached.ts';
import { cachedKeyInfos, cachedMarket } from '../../functions/adapters/kraken/caches.ts';
import { PAIRS_FOR_MS } from '../../functions/adapters/kraken/market-data.ts';
import { accountKeys, type KeyHalf } from '../../functions/adapters/secrets/account-keys.ts';
import { sourceSecrets } from '../../functions/adapters/secrets/source-secrets.ts';
import { sourceGuard } from '../../functions/adapters/webhook/source-guard.ts';
import type { Config } from '../../functions/core/config.ts';
import type { Desk } from '../../functions/core/execute/order-deps.ts';
import type {
  Clock,
  Exchange,
  LaneLease,
  MarketData,
  MarketSnapshots,
} from '../../functions/core/ports.ts';
import type { SourceGuard } from '../../functions/core/receive/signal-request.ts';
import { assert } from '../../functions/core/result.ts';
import type { PaperTable } from './paper-table.ts';
import type { Process } from './process.ts';
import type { Version } from './releases.ts';
import type { SecretStore } from './secret-store.ts';

/** What one environment is, besides its memory. */
export interface Machine {
  /** How far the clock is off now. */
  skewMs(): number;
  readonly clock: Clock;
  /** The version of the program that runs on it. */
  readonly version: Version;
}

/** One environment. */
export class Environment {
  #process: Process | undefined;
  readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** From now on this invocation uses it. */
  use(process: Process): void {
    this.#process = process;
  }

  /** The invocation that uses it. */
  readonly running = (): Process => {
    assert(this.#process !== undefined, 'an environment is asked by an invocation');
    return this.#process;
  };
}

/** What the functions that work with Kraken reach for. */
export interface Outside {
  readonly config: Config;
  readonly secrets: SecretStore;
  market(process: Process): MarketData;
  exchange(process: Process, lane: LaneLease): Exchange;
  /** Absent where no account trades on paper. */
  readonly paper?: PaperTable | undefined;
}

/** The environment of a function that holds keys. */
export class KeyedEnvironment extends Environment {
  readonly market: MarketData;
  readonly desk: (account: string) => Promise<Desk>;

  constructor(machine: Machine, half: KeyHalf, outside: Outside) {
    super(machine);
    const { clock } = machine;
    const live = (): MarketData => outside.market(this.running());
    this.market = cachedMarket(
      {
        pairs: cachedFor(PAIRS_FOR_MS, clock, () => live().pairs()),
        tickers: (pairs) => live().tickers(pairs),
        mode: () => live().mode(),
        skewMs: () => live().skewMs(),
      },
      clock,
    );
    const infoOf = cachedKeyInfos(half, clock);
    const keyOf = accountKeys(outside.secrets.clientFor(this.running), clock, half);
    const { config, paper } = outside;
    // As openOrderDeps does it: the mode alone chooses the exchange.
    this.desk = async (account) =>
      paper !== undefined && config.accounts[account]?.mode === 'paper'
        ? paper.deskFor(this.running(), half, this.market)
        : atKraken(account);
    const atKraken = async (account: string): Promise<Desk> => {
      const secretName = outside.config.accounts[account]?.secret;
      assert(secretName !== undefined, `account ${account} has a secret`);
      const process = this.running();
      const { keyId } = await keyOf(secretName);
      return {
        keyId,
        exchange: (lane) => outside.exchange(process, lane),
        keyInfo: (exchange) => infoOf(keyId, exchange),
      };
    };
  }
}

/** The environment of the function that faces the internet. */
export class DoorEnvironment extends Environment {
  readonly guard: SourceGuard;
  readonly snapshots: MarketSnapshots;

  constructor(
    machine: Machine,
    outside: Pick<Outside, 'config' | 'secrets'>,
    snapshotsFor: (running: () => Process, clock: Clock) => MarketSnapshots,
  ) {
    super(machine);
    const client = outside.secrets.clientFor(this.running);
    this.guard = sourceGuard(outside.config, sourceSecrets(client, machine.clock));
    this.snapshots = snapshotsFor(this.running, machine.clock);
  }
}

/** The warm environments of one function. */
export class Fleet<E extends Environment> {
  readonly #free: E[] = [];
  readonly #busy = new Set<E>();
  readonly #make: () => E;

  constructor(make: () => E) {
    this.#make = make;
  }

  /** An environment that nobody uses: a warm one if there is one. */
  take(): E {
    const environment = this.#free.pop() ?? this.#make();
    this.#busy.add(environment);
    return environment;
  }

  /** Its invocation has ended well enough for it to be used again, unless it was replaced meanwhile. */
  giveBack(environment: E): void {
    if (this.#busy.delete(environment)) this.#free.push(environment);
  }

  /** Another version is deployed: nothing warm is used again, nor what still runs. */
  replace(): void {
    this.#free.length = 0;
    this.#busy.clear();
  }
}
