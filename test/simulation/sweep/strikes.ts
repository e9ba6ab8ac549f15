/**
 * Faults at exact places instead of by chance. Every question whether a fault strikes is a place,
 * numbered as the run asks it, whichever process asks. A run without strikes thereby counts every
 * place at which something can go wrong in it: both sides of each call, each answer, each message.
 */
import { Faults, type FaultKind, type Outage } from '../faults.ts';
import { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';

/** A question that a run asked. */
export interface Place {
  readonly kind: FaultKind;
  /** The call around which a process may be killed; absent for other kinds. */
  readonly port?: string;
}

/** One fault at one place, with everything about it that a seed would draw. */
export interface Strike {
  /** Counted from 0. */
  readonly place: number;
  /** The killed process goes on after so long; absent: it is dead. */
  readonly thawMs?: number;
  /** What the exchange says, where the fault is a word of trouble. */
  readonly says?: string;
  /** A delay that the fault brings is as long as it can be, not as short. */
  readonly isLong?: boolean;
}

/** A fault that belongs to a life: the n-th question of its kind is struck whenever it is asked. */
export interface Fate extends Place {
  /** Counted from 0; absent: the first. */
  readonly nth?: number;
  readonly says?: string;
  readonly isLong?: boolean;
}

/** Something that is away for a part of a life, in milliseconds since its beginning. */
export interface Away {
  readonly kind: Outage;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A whole run is about one clock, so these are no places in it. */
const NO_PLACES: ReadonlySet<FaultKind> = new Set<FaultKind>(['skewed clock', 'clock far off']);

/** What is drawn about the fault that struck last. */
class Decided extends Random {
  readonly #strike: Pick<Strike, 'says' | 'isLong'>;

  constructor(strike: Pick<Strike, 'says' | 'isLong'>) {
    super(0, 'decided');
    this.#strike = strike;
  }

  override between(min: number, max: number): number {
    return this.#strike.isLong === true ? max : min;
  }

  override pick<T>(list: readonly T[]): T {
    const { says } = this.#strike;
    return list.find((one) => one === says) ?? super.pick(list);
  }
}

/** Strikes where it is told to and nowhere else, and takes down every place. */
export class Strikes extends Faults {
  readonly #strikes: ReadonlyMap<number, Strike>;
  readonly #fates: readonly Fate[];
  readonly #away: readonly Away[];
  readonly #beginMs: number;
  /** How often the question of each fate was asked. */
  readonly #asked: number[] = [];
  #decided: Random = new Decided({});
  readonly #scheduler: Scheduler;
  /** Set by a strike, for the process that is killed by it at the same instant. */
  #thaw: { readonly atMs: number; readonly afterMs: number } | undefined;
  readonly places: Place[] = [];

  constructor(
    scheduler: Scheduler,
    options: {
      readonly strikes: readonly Strike[];
      readonly fates: readonly Fate[];
      readonly away: readonly Away[];
    },
  ) {
    const nothing = { without: new Set<FaultKind>(), insist: [], rates: new Map(), horizonMs: 0 };
    super({ ...nothing, seed: 0, scheduler });
    this.#scheduler = scheduler;
    this.#strikes = new Map(options.strikes.map((strike) => [strike.place, strike]));
    this.#fates = options.fates;
    this.#away = options.away;
    this.#beginMs = scheduler.nowMs;
  }

  override has(): boolean {
    return false;
  }

  override strikes(kind: FaultKind): boolean {
    if (kind !== 'killed process goes on later') return this.#isStruck({ kind });
    // Asked once a process is killed; one that ran into its time-out stays dead.
    return this.#thaw?.atMs === this.#scheduler.nowMs;
  }

  override kills(kind: 'crash before a call' | 'crash after a call', port: string): boolean {
    return this.#isStruck({ kind, port });
  }

  override lasts(kind: Outage): boolean {
    const ms = this.#scheduler.nowMs - this.#beginMs;
    return this.#away.some((one) => one.kind === kind && one.fromMs <= ms && ms < one.toMs);
  }

  override thawMs(): number {
    return this.#thaw?.afterMs ?? 0;
  }

  override stream(): Random {
    return this.#decided;
  }

  #isStruck(place: Place): boolean {
    if (NO_PLACES.has(place.kind)) return false;
    this.#thaw = undefined;
    const strike = this.#fateOf(place) ?? this.#strikes.get(this.places.push(place) - 1);
    if (strike === undefined) return false;
    this.#decided = new Decided(strike);
    if ('thawMs' in strike && strike.thawMs !== undefined) {
      this.#thaw = { atMs: this.#scheduler.nowMs, afterMs: strike.thawMs };
    }
    this.count(place.kind);
    return true;
  }

  #fateOf({ kind, port }: Place): Fate | undefined {
    for (const [index, fate] of this.#fates.entries()) {
      if (fate.kind !== kind || fate.port !== port) continue;
      const nth = this.#asked[index] ?? 0;
      this.#asked[index] = nth + 1;
      if (nth === (fate.nth ?? 0)) return fate;
    }
    return undefined;
  }
}

/** Between two deliveries of one message lies more than any call takes. */
const DELIVERIES_APART_MS = 30_000;

/** Latencies as the seed draws them; calls under way when their process is killed as it is told. */
export class Latencies extends Random {
  readonly #areLost: boolean;
  readonly #strikes: Strikes;
  /** Whether a process was killed with calls under way. */
  wereUnderWay = false;

  constructor(seed: number, areLost: boolean, strikes: Strikes) {
    super(seed, 'latencies');
    this.#areLost = areLost;
    this.#strikes = strikes;
  }

  /** The second delivery of a message belongs to the fault that brings it. */
  override between(min: number, max: number): number {
    return max < DELIVERIES_APART_MS
      ? super.between(min, max)
      : this.#strikes.stream().between(min, max);
  }

  override chance(): boolean {
    this.wereUnderWay = true;
    return this.#areLost;
  }
}
