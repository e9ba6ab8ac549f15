/**
 * One simulated world of alerts, driven by one seed: prices that walk, jump and stand still, rules
 * of every kind, check-prices and deliver-notifications every minute, people who change their rules;
 * then the faults end, time passes, and everything must be what a plain reading of the path says.
 */
import { fakeStore } from '../../fakes/store.ts';
import { NoticeWitness } from '../notices/notice-witness.ts';
import type { Surroundings } from '../process.ts';
import { Random } from '../random.ts';
import { Scheduler } from '../scheduler.ts';
import { StoreCalls } from '../store-calls.ts';
import type { Violation } from '../violation.ts';
import { AlertCloud } from './alert-cloud.ts';
import { AlertFaults } from './alert-faults.ts';
import { RulePeople } from './alert-people.ts';
import { AlertTable } from './alert-table.ts';
import { holdAlerts, type Held } from './alert-verdict.ts';
import { AlertWitness } from './alert-witness.ts';
import type { AlertFault, AlertFaultKind } from './fault-kinds.ts';
import { configOf, drawPairs, STARTS } from './alert-stage.ts';
import type { MarketPair } from './market.ts';
import type { AlertMutant } from './mutant.ts';
import { MINUTE_MS } from './price-path.ts';
import { PriceRoom } from './price-room.ts';
import { drawRule } from './rule-draw.ts';

const HOUR_MS = 60 * MINUTE_MS;
/** After the last trade: longer than a frozen process sleeps, a rule waits, or a cooldown lasts. */
const REST_MS = 16 * MINUTE_MS;
/** Until a channel has given everything up. */
const DELIVER_MS = 6 * HOUR_MS;

/** What to run. */
export interface AlertWorldOptions {
  readonly seed: number;
  readonly mutant?: AlertMutant;
  readonly without?: ReadonlySet<AlertFaultKind>;
  readonly keepTrace?: boolean;
}

/** What came of it. */
export interface AlertWorldReport {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly hash: string;
  readonly lines: readonly string[];
  readonly faults: string;
  readonly struck: ReadonlyMap<AlertFaultKind, number>;
  readonly seen: ReadonlySet<string>;
  readonly rules: number;
  readonly minutes: number;
  readonly notices: number;
  readonly events: number;
  readonly held: Held;
}

/** Runs one world from its first poll to its rest. */
export async function runAlertWorld(options: AlertWorldOptions): Promise<AlertWorldReport> {
  const world = new AlertWorld(options);
  await world.run();
  return world.report();
}

class AlertWorld {
  readonly #options: AlertWorldOptions;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #seen = new Set<string>();
  readonly #faults: AlertFaults;
  readonly #pairs: ReadonlyMap<string, MarketPair>;
  readonly #store: ReturnType<typeof fakeStore>;
  readonly #witness: AlertWitness;
  readonly #notices: NoticeWitness;
  readonly #cloud: AlertCloud;
  readonly #people: RulePeople;
  readonly #horizonMs: number;
  readonly #offsetMs: number;
  #violation: Violation | undefined;
  #held: Held = { firings: 0, read: 0 };
  #lastRunMs = 0;

  constructor(options: AlertWorldOptions) {
    const { seed, mutant, without = new Set() } = options;
    this.#options = options;
    const random = new Random(seed, 'alert world');
    this.#random = random;
    const startMs = random.pick(STARTS);
    const scheduler = new Scheduler({ seed, startMs, keepTrace: options.keepTrace === true });
    this.#scheduler = scheduler;
    this.#horizonMs = random.between(20, 60) * MINUTE_MS;
    this.#offsetMs = random.between(0, 30_000);
    const horizonMs = this.#horizonMs;
    const insist = mutant?.against ?? [];
    const wish = { seed, scheduler, without, insist, horizonMs, fromMs: startMs };
    this.#faults = new AlertFaults(wish);
    const seen = this.#seen;
    this.#pairs = drawPairs(random, { seed, startMs, horizonMs, seen });
    const names = [...this.#pairs.keys()];
    const fileRules = Array.from({ length: random.between(3, 8) }, (_, at) =>
      drawRule(random, { id: `f${at + 1}`, pairs: names, nowMs: startMs, horizonMs, seen }),
    );
    const config = configOf(fileRules);
    const court = {
      broken: (promise: string, detail: string, about?: string) =>
        this.#broken(promise, detail, about),
      trace: (...words: readonly string[]) => scheduler.trace(...words),
      nowMs: () => scheduler.nowMs,
    };
    const around: Surroundings<AlertFaults> = {
      ...{ scheduler, faults: this.#faults, random: new Random(seed, 'alert calls'), seen },
      leftRunning: (process, calls) => {
        const promise = 'a function returns when everything it began is over';
        this.#broken(promise, `${process} left ${calls.join(', ')}`);
      },
    };
    const calls = new StoreCalls(around);
    this.#store = fakeStore({
      nowMs: calls.nowMs,
      sleep: () => Promise.reject(new Error('a store does not sleep')),
    });
    const store = this.#store;
    store.arm('main');
    const room = new PriceRoom(around, { faults: this.#faults, random, pairs: this.#pairs });
    this.#witness = new AlertWitness(court, seen, () => room);
    room.onTold = (told) => {
      this.#witness.prices.polled(told);
    };
    this.#notices = new NoticeWitness(court, config, seen);
    const table = new AlertTable({ around, calls, store, witness: this.#witness });
    for (const rule of fileRules) this.#witness.added(rule);
    this.#cloud = new AlertCloud(around, {
      ...{ config, faults: this.#faults, calls, store, table, room, mutant },
      notices: this.#notices,
    });
    this.#people = new RulePeople(around, {
      ...{ seed, faults: this.#faults, table, witness: this.#witness, pairs: names },
      ...{ fileRules, horizonMs },
    });
  }

  async run(): Promise<void> {
    const scheduler = this.#scheduler;
    const startMs = scheduler.nowMs;
    const check = (): void => {
      if (this.#violation !== undefined) throw new Stop();
    };
    this.#people.start();
    const endMs = startMs + this.#horizonMs;
    for (let atMs = this.#offsetMs; atMs < this.#horizonMs + REST_MS; atMs += MINUTE_MS) {
      scheduler.after(atMs, () => this.#everyMinute());
    }
    for (let atMs = MINUTE_MS; atMs < this.#horizonMs + DELIVER_MS; atMs += MINUTE_MS) {
      scheduler.after(atMs, () => this.#tellPeople());
    }
    try {
      await scheduler.run(endMs, check);
      this.#faults.quiet = true;
      scheduler.trace('nothing fails any more');
      await scheduler.run(endMs + REST_MS, check);
      await scheduler.run(endMs + DELIVER_MS, check);
      this.#atRest();
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
    }
  }

  #atRest(): void {
    const { calm } = this.#faults;
    this.#held = holdAlerts({
      ...{ witness: this.#witness, pairs: this.#pairs, nowMs: this.#lastRunMs, calm },
      ...{ rows: this.#store.rows(), seen: this.#seen },
      court: {
        broken: (promise, detail, about) => this.#broken(promise, detail, about),
        trace: (...words) => this.#scheduler.trace(...words),
      },
    });
    this.#notices.atRest(this.#store.entries(), { once: calm });
  }

  #everyMinute(): void | false {
    const struck = (kind: AlertFault) => this.#faults.strikes(kind);
    if (struck('deployed in mid-flight')) this.#cloud.replace(this.#random.chance(500_000));
    if (struck('run is left out')) return false;
    const copies = struck('run begins twice') ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const isLate = copy > 0 || struck('run begins late');
      const delayMs = isLate ? this.#random.between(0, 50_000) : 0;
      this.#scheduler.after(delayMs, () => {
        this.#lastRunMs = this.#scheduler.nowMs;
        this.#cloud.check();
      });
    }
    return false;
  }

  #tellPeople(): void | false {
    if (!this.#store.noticesWait()) return false;
    const copies = this.#faults.strikes('run begins twice') ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      this.#scheduler.after(this.#random.between(0, 40_000), () => this.#cloud.deliver());
    }
    return false;
  }

  #broken(promise: string, detail: string, about?: string): void {
    this.#violation ??= {
      ...{ promise, detail, atMs: this.#scheduler.nowMs },
      ...(about === undefined ? {} : { about }),
    };
  }

  report(): AlertWorldReport {
    const faults = this.#faults;
    return {
      ...{ seed: this.#options.seed, violation: this.#violation, hash: this.#scheduler.hash },
      ...{ lines: this.#scheduler.lines, faults: faults.describe(), struck: faults.struck },
      ...{ seen: this.#seen, events: this.#scheduler.events, held: this.#held },
      rules: this.#witness.all.length,
      minutes: (this.#horizonMs + REST_MS) / MINUTE_MS,
      notices: this.#store.entries().length,
    };
  }
}

/** Ends a run whose outcome is known. */
class Stop extends Error {}
