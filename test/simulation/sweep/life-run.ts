/**
 * One run of one life: the functions as the simulation deploys them, with nothing left to chance
 * but latencies, and those the same in every run. Two hours after it began everything must have
 * come to rest and every promise must have been kept.
 */
import type { Config } from '../../../functions/core/config.ts';
import { Cloud } from '../cloud.ts';
import { SimulatedExchange } from '../exchange.ts';
import type { Temper } from '../exchange-temper.ts';
import type { Mutant, MutantTools } from '../experiment.ts';
import { KeyRing } from '../key-ring.ts';
import { Monitor } from '../monitor.ts';
import { courtOf, NoticeWitness } from '../notices/notice-witness.ts';
import type { Surroundings } from '../process.ts';
import { SimulatedQueue } from '../queue.ts';
import { EPOCH_MS, Scheduler } from '../scheduler.ts';
import { SecretStore } from '../secret-store.ts';
import { SourceCredentials } from '../source-credentials.ts';
import { SimulatedStore } from '../store-ports.ts';
import type { Violation } from '../violation.ts';
import { HourlyCaps } from '../witness-hours.ts';
import { QUIET } from '../witness-log.ts';
import { LifeSender } from './life-sender.ts';
import { configOf, type Life } from './lives.ts';
import { Latencies, Strikes, type Place, type Strike } from './strikes.ts';

/** What one run is. */
export interface LifeOptions {
  readonly strikes?: readonly Strike[];
  /** Calls under way when their process is killed never leave; otherwise they have left. */
  readonly areLost?: boolean;
  readonly mutant?: Mutant;
  readonly keepTrace?: boolean;
}

/** What came of it. */
export interface LifeReport {
  readonly places: readonly Place[];
  readonly violation: Violation | undefined;
  readonly ends: ReadonlyMap<string, number>;
  readonly seen: ReadonlySet<string>;
  readonly hash: string;
  readonly lines: readonly string[];
  /** A process was killed with calls under way, so the other `areLost` is another run. */
  readonly wereUnderWay: boolean;
}

const MINUTE_MS = 60_000;
const REST_MS = 2 * 3_600_000;
const LATENCY_SEED = 1;
const TEMPER: Temper = {
  ...{ ignoresDeadline: false, nonceRaces: false, limitsAfterPlacing: true },
  ...{ lagMs: 60_000, lateMs: 600_000 },
};

/** Runs one life from its first signal to its rest. */
export async function runLife(life: Life, options: LifeOptions = {}): Promise<LifeReport> {
  const run = new LifeRun(life, options);
  await run.run();
  return run.report();
}

class LifeRun {
  readonly #life: Life;
  readonly #scheduler: Scheduler;
  readonly #strikes: Strikes;
  readonly #random: Latencies;
  readonly #seen = new Set<string>();
  readonly #monitor: Monitor;
  readonly #notices: NoticeWitness;
  readonly #store: SimulatedStore;
  readonly #cloud: Cloud;
  readonly #queue: SimulatedQueue;
  readonly #sender: LifeSender;

  constructor(life: Life, options: LifeOptions) {
    const { mutant, strikes = [], areLost = false, keepTrace = false } = options;
    const { fates = [], away = [] } = life;
    this.#life = life;
    const config = configOf(life);
    const seen = this.#seen;
    const scheduler = new Scheduler({ seed: LATENCY_SEED, startMs: EPOCH_MS, keepTrace });
    this.#scheduler = scheduler;
    this.#strikes = new Strikes(scheduler, { strikes, fates, away });
    this.#random = new Latencies(LATENCY_SEED, areLost, this.#strikes);
    this.#monitor = new Monitor(scheduler, { seen, clocksAgree: true, config });
    const around: Surroundings = {
      ...{ scheduler, faults: this.#strikes, random: this.#random, seen },
      leftRunning: (process, calls) => {
        const promise = 'a function returns when everything it began is over';
        this.#monitor.broken(promise, `${process} left ${calls.join(', ')}`);
      },
    };
    const monitor = this.#monitor;
    this.#notices = new NoticeWitness(courtOf(monitor, scheduler), config, seen);
    const witnesses = { hours: new HourlyCaps(monitor, config), notices: this.#notices };
    this.#store = new SimulatedStore(around, monitor, witnesses);
    const { store } = this.#store;
    const credentials = new SourceCredentials();
    for (const source of Object.keys(config.sources)) credentials.add(source);
    const keys = armed(config, store);
    const temper = mutant?.temper?.(TEMPER) ?? TEMPER;
    const exchange = new SimulatedExchange(around, this.#monitor, {
      ...{ seed: LATENCY_SEED, temper, keys },
    });
    const tools: MutantTools = { store, monitor: this.#monitor, memory: new Map() };
    this.#cloud = new Cloud(around, {
      ...{ config, monitor: this.#monitor, store: this.#store, exchange, mutant, tools },
      notices: this.#notices,
      ...{ log: QUIET, secrets: new SecretStore(around, keys, credentials) },
      queue: () => this.#queue,
      version: () => 1,
    });
    this.#queue = new SimulatedQueue(around, (message, done) => {
      if (message.receives > 1) seen.add('message again');
      this.#cloud.execute(message, done);
    });
    this.#sender = new LifeSender(around, this.#monitor, {
      ...{ config, store, credentials },
      post: (request, done) => this.#cloud.receive(request, done),
    });
  }

  async run(): Promise<void> {
    const scheduler = this.#scheduler;
    const { signals, switches = [] } = this.#life;
    for (const signal of signals) scheduler.after(signal.atMs, () => this.#sender.fire(signal));
    for (const { atMs, name, blocks } of switches) {
      scheduler.after(atMs, () => {
        scheduler.trace(`switch of ${name} blocks ${blocks}`);
        this.#monitor.switched(name, blocks);
        this.#store.store.setSwitch(name, blocks);
      });
    }
    scheduler.after(MINUTE_MS, () => this.#everyMinute());
    const check = (): void => {
      if (this.#monitor.violation !== undefined) throw new Stop();
    };
    try {
      await scheduler.run(EPOCH_MS + REST_MS, check);
      this.#sender.atRest();
      this.#monitor.atRest(this.#store.store, this.#sender.answered, { humans: false });
      this.#notices.atRest(this.#store.store.entries(), { once: false });
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
    }
  }

  report(): LifeReport {
    const ends = new Map<string, number>();
    for (const { state } of this.#store.store.rows()) ends.set(state, (ends.get(state) ?? 0) + 1);
    return {
      places: this.#strikes.places,
      violation: this.#monitor.violation,
      ends,
      seen: this.#seen,
      hash: this.#scheduler.hash,
      lines: this.#scheduler.lines,
      wereUnderWay: this.#random.wereUnderWay,
    };
  }

  /** Once nothing is due and nobody has to be told, a run reads two empty lists. */
  #everyMinute(): void | false {
    this.#scheduler.after(MINUTE_MS, () => this.#everyMinute());
    if (this.#store.store.isAtRest()) return false;
    const copies = this.#strikes.strikes('reconcile runs twice') ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) this.#cloud.reconcile();
    if (this.#store.store.noticesWait()) this.#cloud.deliver();
  }
}

/** Every account with keys and switches, as `npm run arm` leaves them. */
function armed(config: Config, store: SimulatedStore['store']): KeyRing {
  const keys = new KeyRing();
  for (const account of Object.keys(config.accounts)) {
    store.arm(account, keys.make(account, 'trade'), keys.make(account, 'query'));
  }
  return keys;
}

/** Ends a run whose outcome is known. */
class Stop extends Error {}
