/**
 * One simulated world: the real use cases on simulated ports, driven by one seed. Two keys, three
 * accounts, senders, a worker for each message, reconcile every minute, people with kill switches;
 * then the faults end, two hours pass, and everything must have come to rest.
 */
import type { Config } from '../../functions/core/config.ts';
import { deliverNotices } from '../../functions/core/deliver-notices.ts';
import { executeOrder } from '../../functions/core/execute-order.ts';
import type { Desk, OrderDeps } from '../../functions/core/order-deps.ts';
import { clientOrderIdOf } from '../../functions/core/identity.ts';
import { receiveSignal, type ReceiveSignalDeps } from '../../functions/core/receive-signal.ts';
import { reconcileOrders } from '../../functions/core/reconcile-orders.ts';
import type { LaneLease, Log, MarketSnapshots } from '../../functions/core/ports.ts';
import { decimal } from '../../functions/core/decimal.ts';
import type { Temper } from './exchange-temper.ts';
import { PAIRS, SimulatedExchange } from './exchange.ts';
import type { MutantTools, WorldOptions, WorldReport } from './experiment.ts';
import { Environment, Fleet } from './environment.ts';
import { Faults } from './faults.ts';
import { Monitor } from './monitor.ts';
import { People } from './people.ts';
import { Process, type Surroundings } from './process.ts';
import { SimulatedQueue } from './queue.ts';
import { Random } from './random.ts';
import { EPOCH_MS, Scheduler } from './scheduler.ts';
import { openGuard, Senders } from './senders.ts';
import { SimulatedStore } from './store-ports.ts';
import { configOf } from './world-config.ts';

/** Signals of one seed unless told otherwise. */
export const SIGNALS_PER_SEED = 40;

const MINUTE_MS = 60_000;
const REST_MS = 2 * 3_600_000;
const RECEIVE_TIMEOUT_MS = 3_000;
const EXECUTE_TIMEOUT_MS = 15_000;
const RECONCILE_TIMEOUT_MS = 50_000;
/** Clocks that differ by more do not prepare (MAX_SKEW_MS), so this goes a little beyond. */
const SKEW_MAX_MS = 2_500;

const LAST = new Map([['BTC/USD', decimal('50000')]]);

const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Runs one world from its first signal to its rest. */
export async function runWorld(options: WorldOptions): Promise<WorldReport> {
  const world = new World(options);
  await world.run();
  return world.report();
}

class World {
  readonly #options: WorldOptions;
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #random: Random;
  readonly #seen = new Set<string>();
  readonly #around: Surroundings;
  readonly #config: Config;
  readonly #monitor: Monitor;
  readonly #store: SimulatedStore;
  readonly #exchange: SimulatedExchange;
  readonly #queue: SimulatedQueue;
  readonly #senders: Senders;
  readonly #tools: MutantTools;
  readonly #temper: Temper;
  readonly #signals: number;
  readonly #horizonMs: number;
  readonly #gapsMs: readonly number[];
  readonly #workers = new Fleet(() => this.#environment('trade'));
  readonly #reconcilers = new Fleet(() => this.#environment('query'));
  #processes = 0;

  constructor(options: WorldOptions) {
    const { seed } = options;
    this.#options = options;
    this.#random = new Random(seed, 'world');
    const random = this.#random;
    // Some worlds begin shortly before midnight UTC, where daily counters change.
    const startMs = random.chance(150_000) ? EPOCH_MS + 12 * 3_600_000 - 400_000 : EPOCH_MS;
    this.#scheduler = new Scheduler({ seed, startMs, keepTrace: options.keepTrace === true });
    this.#signals = options.signals ?? SIGNALS_PER_SEED;
    const adversarial = random.chance(100_000);
    const without = new Set(options.without);
    // An engine that ignores deadlines leaves no answer to requests that come ten minutes late.
    if (adversarial) without.add('killed process goes on later');
    const averageMs = options.gapMs ?? random.pick([500, 5_000, 20_000, 60_000]);
    const draws = Array.from({ length: this.#signals }, () => random.between(0, averageMs * 2));
    const insist = options.mutant?.against ?? [];
    const { rates } = options;
    const plan = { seed, scheduler: this.#scheduler, without, insist, rates };
    this.#faults = new Faults({ ...plan, horizonMs: averageMs * this.#signals });
    this.#gapsMs =
      this.#faults.calm && options.gapMs === undefined
        ? draws.map((ms) => 60_000 + (ms % 60_000))
        : draws;
    this.#horizonMs = this.#gapsMs.reduce((sum, ms) => sum + ms, 0) + 2 * MINUTE_MS;
    const temper: Temper = {
      ignoresDeadline: adversarial,
      nonceRaces: random.chance(200_000),
      // What an adversarial engine carries out late must still show before absence is believed.
      lagMs: adversarial ? 20_000 : 60_000,
      lateMs: adversarial ? 40_000 : 10 * 60_000,
    };
    this.#temper = options.mutant?.temper?.(temper) ?? temper;
    this.#config = configOf(random, this.#faults.calm || options.rates !== undefined);
    this.#around = {
      ...{ scheduler: this.#scheduler, faults: this.#faults, random, seen: this.#seen },
      leftRunning: (process, calls) => {
        const promise = 'a function returns when everything it began is over';
        this.#monitor.broken(promise, `${process} left ${calls.join(', ')}`);
      },
    };
    this.#monitor = new Monitor(this.#scheduler, {
      seen: this.#seen,
      clocksAgree: !this.#faults.has('skewed clock'),
      config: this.#config,
    });
    this.#store = new SimulatedStore(this.#scheduler, this.#faults, this.#monitor);
    this.#exchange = new SimulatedExchange(this.#around, this.#monitor, {
      seed,
      temper: this.#temper,
    });
    this.#queue = new SimulatedQueue(this.#around, (message, done) => {
      const environment = this.#workers.take();
      const process = this.#process('worker', EXECUTE_TIMEOUT_MS, environment.skewMs());
      environment.use(process);
      const about = clientOrderIdOf(message.ref.orderKey);
      this.#scheduler.trace(`${process.name} carries out ${about} (receive ${message.receives})`);
      process.run(
        () => executeOrder(message.ref, this.#executeDeps(process, environment)),
        (outcome) => {
          if (outcome.kind === 'gone') return;
          this.#workers.giveBack(environment);
          done(outcome.kind === 'returned');
        },
      );
    });
    const store = this.#store.store;
    this.#senders = new Senders(this.#around, this.#monitor, {
      ...{ seed, config: this.#config },
      row: (ref) => (store.audit(ref).length === 0 ? undefined : store.row(ref)),
      post: (request, done) => {
        const process = this.#process('webhook', RECEIVE_TIMEOUT_MS, this.#skewMs());
        process.run(
          () => receiveSignal(request, this.#receiveDeps(process)),
          (outcome) => {
            if (outcome.kind === 'returned') done(outcome.value);
            else done({ status: 504 });
          },
        );
      },
    });
    this.#tools = { store, monitor: this.#monitor, memory: new Map() };
    for (const account of Object.keys(this.#config.accounts)) {
      store.arm(account, `${account}-trade`, `${account}-query`);
    }
  }

  async run(): Promise<void> {
    const scheduler = this.#scheduler;
    let atMs = 0;
    for (const [count, gapMs] of this.#gapsMs.entries()) {
      atMs += gapMs;
      scheduler.after(atMs, () => this.#senders.fire(count));
    }
    const endMs = scheduler.nowMs + this.#horizonMs;
    const restMs = endMs + REST_MS;
    for (let ms = MINUTE_MS; ms <= this.#horizonMs + REST_MS; ms += MINUTE_MS) {
      scheduler.after(ms, () => this.#everyMinute());
    }
    new People(this.#around, {
      ...{ monitor: this.#monitor, exchange: this.#exchange, store: this.#store.store },
      ...{ accounts: Object.keys(this.#config.accounts), endMs },
    }).start();
    const check = (): void => {
      if (this.#monitor.violation !== undefined) throw new Stop();
    };
    try {
      await scheduler.run(endMs, check);
      this.#faults.quiet = true;
      await scheduler.run(restMs, check);
      const humans = this.#temper.ignoresDeadline;
      this.#monitor.atRest(this.#store.store, this.#senders.answered, { humans });
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
    }
  }

  report(): WorldReport {
    const ends = new Map<string, number>();
    const rows = this.#store.store.rows();
    for (const { state } of rows) ends.set(state, (ends.get(state) ?? 0) + 1);
    const fresh = rows.filter(({ clientOrderId }) => this.#senders.fresh.has(clientOrderId));
    const done = fresh.filter(({ state }) => state === 'placed' || state === 'validated');
    return {
      seed: this.#options.seed,
      violation: this.#monitor.violation,
      hash: this.#scheduler.hash,
      lines: this.#scheduler.lines,
      faults: this.#faults.describe(),
      struck: this.#faults.struck,
      seen: this.#seen,
      signals: this.#signals,
      requests: this.#senders.requests,
      orders: this.#exchange.book.count,
      events: this.#scheduler.events,
      deadLetters: this.#queue.deadLetters,
      ends,
      liveness:
        this.#faults.calm || this.#options.rates !== undefined
          ? { fresh: fresh.length, placed: done.length }
          : undefined,
    };
  }

  #everyMinute(): void {
    // Once nothing is due and nobody has to be told, a run reads two empty lists.
    if (this.#faults.quiet && this.#store.store.isAtRest()) return;
    const copies = this.#faults.strikes('reconcile runs twice') ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      this.#scheduler.after(copy * this.#random.between(0, 40_000), () => {
        const environment = this.#reconcilers.take();
        const process = this.#process('reconcile', RECONCILE_TIMEOUT_MS, environment.skewMs());
        environment.use(process);
        const deps = this.#reconcileDeps(process, environment);
        process.run(
          async () => {
            await Promise.allSettled([reconcileOrders(deps)]);
            await this.#deliver(deps, process);
          },
          ({ kind }) => {
            if (kind !== 'gone') this.#reconcilers.giveBack(environment);
          },
        );
      });
    }
  }

  #deliver(deps: OrderDeps, process: Process): Promise<void> {
    return deliverNotices({
      ...deps,
      notifier: {
        send: (notice) =>
          process.call({
            port: 'notifier.send',
            effect: () => {
              if (this.#faults.strikes('notice not delivered')) throw new Error('no channel');
              this.#monitor.delivered(notice);
            },
          }),
      },
    });
  }

  /** How far the clock of a new environment is off. */
  #skewMs(): number {
    if (!this.#faults.strikes('skewed clock')) return 0;
    return this.#faults.stream('skewed clock').between(-SKEW_MAX_MS, SKEW_MAX_MS);
  }

  #environment(half: 'trade' | 'query'): Environment {
    const drawnMs = this.#skewMs();
    // When the faults end the clock is set right under a function that remembers its old skew.
    const skewMs = () => (this.#faults.quiet ? 0 : drawnMs);
    const clock = {
      nowMs: () => this.#scheduler.nowMs + skewMs(),
      sleep: () => Promise.reject(new Error('an environment does not sleep')),
    };
    const market = (process: Process) => this.#exchange.marketFor(process);
    return new Environment({ skewMs, clock, half, market });
  }

  #process(kind: string, timeoutMs: number, skewMs: number): Process {
    this.#processes += 1;
    return new Process(this.#around, { name: `${kind}-${this.#processes}`, timeoutMs, skewMs });
  }

  #executeDeps(process: Process, environment: Environment): OrderDeps {
    const deps: OrderDeps = this.#commonDeps(process, environment, 'trade');
    return this.#options.mutant?.execute?.(deps, this.#tools) ?? deps;
  }

  #reconcileDeps(process: Process, environment: Environment): OrderDeps {
    const deps: OrderDeps = this.#commonDeps(process, environment, 'query');
    return this.#options.mutant?.reconcile?.(deps, this.#tools) ?? deps;
  }

  #commonDeps(process: Process, environment: Environment, half: 'trade' | 'query'): OrderDeps {
    return {
      config: this.#config,
      clock: process.clock,
      ids: { uuid: () => this.#random.uuid() },
      log: QUIET,
      ...this.#store.portsFor(process),
      queue: this.#queue.portFor(process),
      market: environment.market,
      desk: async (account): Promise<Desk> => {
        const keyId = `${account}-${half}`;
        return {
          keyId,
          exchange: (lane: LaneLease) => this.#exchange.portFor(process, lane),
          keyInfo: (exchange) => environment.keyInfo(keyId, exchange),
        };
      },
    };
  }

  #receiveDeps(process: Process): ReceiveSignalDeps {
    const { orders, switches, outbox } = this.#store.portsFor(process);
    const snapshots: MarketSnapshots = {
      read: () =>
        process.call({
          port: 'snapshots.read',
          effect: () => {
            if (this.#faults.strikes('market snapshot unreadable')) throw new Error('away');
            return { atMs: this.#scheduler.nowMs, pairs: PAIRS, last: LAST };
          },
        }),
      write: () => Promise.reject(new Error('the webhook writes no snapshot')),
    };
    const deps: ReceiveSignalDeps = {
      config: this.#config,
      clock: process.clock,
      guard: openGuard(this.#config),
      orderLog: orders,
      queue: this.#queue.portFor(process),
      switches,
      outbox,
      market: snapshots,
      log: QUIET,
    };
    return this.#options.mutant?.receive?.(deps, this.#tools) ?? deps;
  }
}

/** Ends a run whose outcome is known. */
class Stop extends Error {}
