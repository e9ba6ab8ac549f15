/**
 * One simulated world: the real use cases on simulated ports, driven by one seed. Senders behind a
 * gateway, a worker for each message, reconcile every minute, four accounts on three pairs of keys,
 * people with kill switches and new versions; then the faults end, two hours pass, some messages
 * come again after days, and everything must have come to rest.
 */
import type { Config } from '../../functions/core/config.ts';
import { isWaiting, type OrderState } from '../../functions/core/order-state.ts';
import { startActors, type Actors } from './actors.ts';
import { Cloud } from './cloud.ts';
import { drawPace, drawTemper, drawUse, gapsOf } from './draw-world.ts';
import { SimulatedExchange } from './exchange.ts';
import type { Temper } from './exchange-temper.ts';
import type { MutantTools, WorldOptions, WorldReport } from './experiment.ts';
import { Faults } from './faults.ts';
import { KeyRing } from './key-ring.ts';
import type { Language } from './language.ts';
import { Monitor } from './monitor.ts';
import { courtOf, NoticeWitness } from './notices/notice-witness.ts';
import type { Cancelled } from './order-reads.ts';
import { openPaper } from './paper-world.ts';
import type { Surroundings } from './process.ts';
import { SimulatedQueue } from './queue.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import { SecretStore } from './secret-store.ts';
import { Senders } from './senders.ts';
import { SourceCredentials } from './source-credentials.ts';
import { SimulatedStore } from './store-ports.ts';
import { AmendWitness } from './witness-amends.ts';
import { BookWitness } from './witness-books.ts';
import { FlattenWitness } from './witness-flattens.ts';
import { holdForeign } from './witness-foreign.ts';
import { HourlyCaps } from './witness-hours.ts';
import { QUIET, witnessedLog } from './witness-log.ts';
import { OWNERS, ownerOf } from './world-config.ts';

const MINUTE_MS = 60_000;
const REST_MS = 2 * 3_600_000;
/** So long after it was received, and after the faults, a signal has ended or is told. */
const TOLD_MS = 20 * MINUTE_MS;
const DAY_MS = 24 * 3_600_000;
/** While a day is waited for one that only a person can settle, the job of each minute comes so seldom. */
const WAITING_TICK_MS = 10 * MINUTE_MS;
/** One world in so many searches its log. */
const LOGS_READ = 20;
/** In one world of so many notices are delivered; in every world of alerts they are. */
const DELIVERED = 6;
/** In one world of so many, what is stored is frozen: who changes it is caught. */
const STORES_FROZEN = 8;

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
  readonly #notices: NoticeWitness;
  readonly #store: SimulatedStore;
  readonly #exchange: SimulatedExchange;
  readonly #queue: SimulatedQueue;
  readonly #senders: Senders;
  readonly #cloud: Cloud;
  readonly #temper: Temper;
  readonly #language: Language | undefined;
  readonly #delivers: boolean;
  readonly #signals: number;
  readonly #horizonMs: number;
  readonly #gapsMs: readonly number[];
  readonly #keys = new KeyRing();
  readonly #credentials = new SourceCredentials();
  #actors: Actors | undefined;

  constructor(options: WorldOptions) {
    const { seed } = options;
    this.#options = options;
    this.#random = new Random(seed, 'world');
    const random = this.#random;
    const pace = drawPace(options, random);
    this.#scheduler = new Scheduler({
      ...{ seed, startMs: pace.startMs, keepTrace: options.keepTrace === true },
    });
    this.#delivers = seed % DELIVERED === 1 || options.mutant !== undefined;
    this.#signals = pace.gapsMs.length;
    this.#faults = new Faults({
      ...{ seed, scheduler: this.#scheduler, without: pace.without, theme: pace.theme },
      ...{ insist: options.mutant?.against ?? [], rates: options.rates },
      horizonMs: pace.averageMs * this.#signals,
    });
    this.#gapsMs = gapsOf(pace, options, this.#faults.calm);
    this.#horizonMs = this.#gapsMs.reduce((sum, ms) => sum + ms, 0) + 2 * MINUTE_MS;
    this.#temper = drawTemper(options, random, pace);
    const use = drawUse(options, { random, startMs: pace.startMs, isCalm: this.#faults.calm });
    const { language, strategies, focus } = use;
    const follows = strategies !== undefined;
    this.#language = language;
    this.#config = use.config;
    if (focus !== undefined) this.#faults.focusOn(focus);
    for (const source of Object.keys(this.#config.sources)) this.#credentials.add(source);
    this.#credentials.haveHaltSecrets = language?.halts === true;
    this.#around = {
      ...{ scheduler: this.#scheduler, faults: this.#faults, random, seen: this.#seen },
      leftRunning: (process, calls) => {
        const promise = 'a function returns when everything it began is over';
        this.#monitor.broken(promise, `${process} left ${calls.join(', ')}`);
      },
    };
    const clocksAgree = !this.#faults.has('skewed clock') && !this.#faults.has('clock far off');
    const [seen, config] = [this.#seen, this.#config];
    const deadlinesHold = clocksAgree && !this.#temper.ignoresDeadline;
    const ofMonitor = { seen, clocksAgree, deadlinesHold, config };
    this.#monitor = new Monitor(this.#scheduler, ofMonitor);
    const hours = new HourlyCaps(this.#monitor, config);
    const court = courtOf(this.#monitor, this.#scheduler);
    this.#notices = new NoticeWitness(court, config, seen);
    this.#store = new SimulatedStore(this.#around, this.#monitor, {
      hours,
      notices: this.#notices,
      freezes: seed % STORES_FROZEN === 0,
      fences: options.mutant?.licensesWithoutLane !== true,
    });
    const { store } = this.#store;
    if (language?.flattens === true) {
      this.#monitor.flattens = new FlattenWitness(this.#monitor, store);
    }
    if (language?.amends === true) {
      const isPunctual = !this.#temper.ignoresDeadline;
      const nowMs = (): number => this.#scheduler.nowMs;
      this.#monitor.amends = new AmendWitness(this.#monitor, { store, nowMs, isPunctual });
    }
    if (follows) this.#monitor.books = new BookWitness(this.#monitor, store);
    const cancelled = (owner: string): void => this.#store.switches.cancelled(owner);
    const recalled: Cancelled = (id, isClose) =>
      (this.#monitor.books ?? this.#store.recalls).cancelled(id, isClose);
    const ofExchange = {
      ...{ seed, temper: this.#temper, keys: this.#keys, language, strategies },
      ...{ cancelled, recalled },
    };
    this.#exchange = new SimulatedExchange(this.#around, this.#monitor, ofExchange);
    const tools: MutantTools = { store, monitor: this.#monitor, memory: new Map() };
    const secrets = new SecretStore(this.#around, this.#keys, this.#credentials);
    const { mutant } = options;
    const rest = { monitor: this.#monitor, store: this.#store, exchange: this.#exchange };
    const paper = openPaper(this.#around, { ...rest, secrets, mutant });
    const halts = language?.halts === true || language?.amends === true;
    this.#cloud = new Cloud(this.#around, {
      ...{ config, tools, monitor: this.#monitor, store: this.#store, exchange: this.#exchange },
      ...{ notices: this.#notices, halts, paper, secrets, follows },
      log: seed % LOGS_READ === 0 ? witnessedLog(this.#monitor, this.#credentials) : QUIET,
      mutant: options.mutant,
      queue: () => this.#queue,
      version: () => this.#actors?.releases?.version() ?? 1,
    });
    this.#queue = new SimulatedQueue(this.#around, (message, done) =>
      this.#cloud.execute(message, done),
    );
    this.#senders = new Senders(this.#around, this.#monitor, {
      ...{ seed, config, credentials: this.#credentials, language, strategies },
      clocksAgree: !this.#faults.has('clock far off'),
      row: (ref) => (store.audit(ref).length === 0 ? undefined : store.row(ref)),
      post: (request, done) => this.#cloud.receive(request, done),
    });
    for (const owner of OWNERS) {
      const keyIds = (['trade', 'query'] as const).map((half) => this.#keys.make(owner, half));
      for (const account of Object.keys(config.accounts)) {
        if (ownerOf(config, account) === owner) store.arm(account, ...keyIds);
      }
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
    this.#reconcileFor(this.#horizonMs + REST_MS);
    this.#actors = startActors(this.#around, {
      ...{ options: this.#options, config: this.#config, language: this.#language, endMs },
      ...{ monitor: this.#monitor, exchange: this.#exchange, store: this.#store },
      ...{ keys: this.#keys, credentials: this.#credentials },
      ...{ cloud: this.#cloud, senders: this.#senders },
    });
    const { amending, releases } = this.#actors;
    for (const kind of this.#faults.total) this.#seen.add(`total outage: ${kind}`);
    const check = (): void => {
      if (this.#monitor.violation !== undefined) throw new Stop();
    };
    try {
      await scheduler.run(endMs, check);
      this.#faults.quiet = true;
      // Nothing old is left: whatever was rolled back has come again.
      if (releases !== undefined) this.#cloud.replace(false);
      await scheduler.run(endMs + TOLD_MS, check);
      this.#monitor.toldSince(endMs, this.#store.store, this.#senders.answered);
      check();
      await scheduler.run(endMs + REST_MS, check);
      await this.#compareDay(check);
      await this.#waitDay(check);
      await scheduler.run(endMs + REST_MS + this.#random.between(2, 5) * DAY_MS, check);
      const isReplayed = [this.#senders, amending].map((one) => one?.replay() === true);
      if (isReplayed.includes(true)) {
        this.#reconcileFor(REST_MS);
        await scheduler.run(scheduler.nowMs + REST_MS, check);
        await this.#waitDay(check);
      }
      const humans = this.#temper.ignoresDeadline;
      this.#monitor.atRest(this.#store.store, this.#senders.answered, { humans });
      this.#store.switches.atRest();
      this.#store.recalls.atRest();
      this.#monitor.flattens?.atRest();
      this.#monitor.books?.atRest();
      this.#monitor.amends?.atRest((id) => this.#exchange.book.ordersOf(id));
      if (this.#delivers) this.#notices.atRest(this.#store.store.entries(), { once: false });
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
    }
  }

  /** What waits behind what only a person can settle, an exit or its amend, does so for a day. */
  async #waitDay(check: () => void): Promise<void> {
    const isUnsettled = this.#monitor.amends?.isAtRest() === false;
    const waits = this.#monitor.books?.waitsForPerson() ?? this.#waitsForPerson();
    if (!isUnsettled && !waits) return;
    this.#reconcileFor(DAY_MS, WAITING_TICK_MS);
    await this.#scheduler.run(this.#scheduler.nowMs + DAY_MS, check);
  }

  /** Where orders were placed by hand, the comparison of a day's summary has to name them. */
  async #compareDay(check: () => void): Promise<void> {
    const { nowMs } = this.#scheduler;
    // A paper account is not at Kraken.
    const live = Object.entries(this.#config.accounts).filter(([, { mode }]) => mode === 'live');
    const owners = new Set(live.map(([account]) => ownerOf(this.#config, account)));
    const byHand = this.#exchange.book.byHandSince(nowMs - DAY_MS + MINUTE_MS, owners);
    if (byHand.length === 0) return;
    this.#cloud.compare((found) => holdForeign(this.#monitor, found, byHand));
    await this.#scheduler.run(nowMs + MINUTE_MS, check);
  }

  /** Whether an exit waits behind an order that only a person can settle: as long as an exit may. */
  #waitsForPerson(): boolean {
    const rows = this.#store.store.rows();
    const isLeft = rows.some(({ state }) => state === 'needs-human');
    return isLeft && rows.some(({ state }) => isWaiting(state));
  }

  report(): WorldReport {
    const ends = new Map<string, number>();
    const rows = this.#store.store.rows();
    for (const { state } of rows) ends.set(state, (ends.get(state) ?? 0) + 1);
    const fresh = rows.filter(({ clientOrderId }) => this.#senders.fresh.has(clientOrderId));
    const done = fresh.filter(({ state }) => DONE.includes(state));
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

  #reconcileFor(ms: number, everyMs = MINUTE_MS): void {
    for (let atMs = everyMs; atMs <= ms; atMs += everyMs) {
      this.#scheduler.after(atMs, () => this.#everyMinute());
    }
  }

  #isAtRest(): boolean {
    const { store, switches, recalls } = this.#store;
    const isSettled = this.#delivers ? store.isAtRest() : store.areRowsAtRest();
    const areCounted = this.#monitor.books?.isAtRest() !== false;
    const areChanged = this.#monitor.amends?.isAtRest() !== false && areCounted;
    return isSettled && areChanged && switches.isAtRest() && recalls.isAtRest();
  }

  #everyMinute(): void {
    // Once nothing is due and nobody has to be told, a run reads two empty lists.
    if (this.#faults.quiet && this.#isAtRest()) return;
    const copies = this.#faults.strikes('reconcile runs twice') ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delayMs = copy * this.#random.between(0, 40_000);
      this.#scheduler.after(delayMs, () => this.#cloud.reconcile());
    }
    if (!this.#delivers || !this.#store.store.noticesWait()) return;
    this.#scheduler.after(this.#random.between(0, 30_000), () => this.#cloud.deliver());
    if (this.#faults.strikes('deliver runs twice')) this.#cloud.deliver();
  }
}

/** What becomes of a fresh signal that nothing went wrong with. */
const DONE: readonly OrderState[] = ['placed', 'validated', 'unneeded'];

/** Ends a run whose outcome is known. */
class Stop extends Error {}
