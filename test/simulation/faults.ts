/**
 * Which faults a seed has and how often. Swarm: each kind is on or off for the whole seed, with a
 * rate of its own, because faults that always come together hide each other. A calm seed has a few
 * kinds at most, each rarer than one in a thousand calls.
 */
import { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** Rates per million chances that a seed may draw for each kind. */
const RATES = {
  // The process: killed before or after the effect of a call; some of the killed go on later.
  'crash before a call': [200, 1_000, 5_000, 20_000],
  'crash after a call': [200, 1_000, 5_000, 20_000],
  'killed process goes on later': [100_000, 500_000, 1_000_000],
  'slow start': [5_000, 50_000],
  'slow call': [1_000, 10_000, 50_000],
  'skewed clock': [300_000, 1_000_000],
  // The store.
  'store call fails': [1_000, 10_000, 50_000],
  'store acknowledgement lost': [1_000, 10_000, 50_000],
  'store acknowledgement lost, call repeated': [1_000, 10_000, 100_000],
  'store conflict': [1_000, 10_000, 50_000],
  'due list is stale': [10_000, 300_000],
  'market snapshot unreadable': [10_000, 500_000],
  // The queue.
  'enqueue fails': [1_000, 50_000],
  'enqueue acknowledgement lost': [1_000, 50_000],
  'message delivered twice': [5_000, 100_000],
  'delete acknowledgement lost': [5_000, 100_000],
  'reconcile runs twice': [50_000, 500_000],
  // The exchange.
  'connection refused': [2_000, 20_000, 100_000],
  'order request lost': [2_000, 20_000, 100_000, 300_000],
  'order answer lost': [2_000, 20_000, 100_000, 300_000],
  'order request arrives twice': [2_000, 50_000],
  'order request repeated on the way': [2_000, 50_000],
  'order reaches the gateway late': [2_000, 20_000, 100_000],
  'order reaches the engine late': [2_000, 20_000, 100_000],
  'order answered with trouble before placing': [5_000, 50_000, 200_000],
  'order answered with trouble after placing': [5_000, 50_000, 200_000],
  'order answer cut off': [2_000, 50_000],
  'read fails': [2_000, 20_000, 100_000],
  'reads lag': [200_000, 1_000_000],
  'order flickers in reads': [100_000, 1_000_000],
  // The senders.
  'signal sent twice': [20_000, 200_000],
  'signal delayed': [20_000, 200_000],
  'signal replayed later': [20_000, 200_000],
  'id used for another message': [20_000, 200_000],
  'notice not delivered': [20_000, 300_000],
} as const satisfies Record<string, readonly number[]>;

/** Dependencies that may be away for a while, as a whole. */
const OUTAGES = {
  'store away': 60_000,
  'queue away': 120_000,
  'exchange away': 30 * 60_000,
  'exchange in maintenance': 30 * 60_000,
  'query key is blind': 40 * 60_000,
} as const;

const PEOPLE = ['kill switch flipped', 'orders placed by hand'] as const;

/** Calls that a seed may single out to be killed around; coverage asks for each of them. */
export const PORTS = [
  ...(['orders.receive', 'orders.read', 'orders.prepare', 'orders.move'] as const),
  ...(['orders.note', 'orders.due', 'lanes.take', 'lanes.release'] as const),
  ...(['switches.read', 'switches.trip', 'tally.failed', 'tally.placed'] as const),
  ...(['tally.lastPlaced', 'tally.equityAtDayStart', 'tally.recordEquity'] as const),
  ...(['outbox.put', 'outbox.pending', 'outbox.delivered', 'notifier.send'] as const),
  ...(['queue.enqueue', 'snapshots.read', 'market.pairs', 'market.tickers'] as const),
  ...(['market.mode', 'market.skewMs', 'exchange.connect', 'exchange.place'] as const),
  ...(['exchange.balances', 'exchange.keyInfo', 'exchange.find'] as const),
  ...(['exchange.tradedOrders', 'exchange.orders'] as const),
] as const;

/** A kind of fault that strikes single calls. */
export type Fault = keyof typeof RATES;

/** A kind of fault that lasts. */
export type Outage = keyof typeof OUTAGES;

/** What people do at any time. */
export type People = (typeof PEOPLE)[number];

/** Every kind there is. */
export type FaultKind = Fault | Outage | People;

/** Every kind, for coverage and for finding the few that a failure needs. */
export const FAULT_KINDS: readonly FaultKind[] = [
  ...(Object.keys(RATES) as Fault[]),
  ...(Object.keys(OUTAGES) as Outage[]),
  ...PEOPLE,
];

const CALM_RATE = 700;
/** How often the call that a seed singles out is killed, on either side of its effect. */
const FOCUS_RATE = 40_000;

/** In a calm seed these may not strike: they are what people and senders do, not failures. */
const NEVER_CALM: readonly FaultKind[] = [
  'skewed clock',
  'killed process goes on later',
  'signal delayed',
  ...(Object.keys(OUTAGES) as Outage[]),
  ...PEOPLE,
];

/** The faults of one seed, and how often each struck. */
export class Faults {
  readonly #seed: number;
  readonly #without: ReadonlySet<FaultKind>;
  readonly #rates = new Map<FaultKind, number>();
  readonly #streams = new Map<FaultKind, Random>();
  readonly #outages: { readonly kind: Outage; readonly fromMs: number; readonly toMs: number }[] =
    [];
  readonly #scheduler: Scheduler;
  #focus: string | undefined;
  readonly struck = new Map<FaultKind, number>();
  readonly calm: boolean;
  /** No fault strikes any more. */
  quiet = false;

  constructor(options: {
    readonly seed: number;
    readonly scheduler: Scheduler;
    readonly horizonMs: number;
    readonly without: ReadonlySet<FaultKind>;
    /** Kinds that are on whatever the seed draws, at their highest rate. */
    readonly insist: readonly (Fault | People)[];
    /** Exactly these kinds, so many times in a million, and nothing else. */
    readonly rates: ReadonlyMap<FaultKind, number> | undefined;
  }) {
    const { seed, scheduler, horizonMs, without, insist } = options;
    this.#seed = seed;
    this.#without = without;
    this.#scheduler = scheduler;
    const draw = new Random(seed, 'fault rates');
    this.calm = draw.chance(150_000);
    for (const [kind, rates] of Object.entries(RATES) as [Fault, readonly number[]][]) {
      const rate = draw.chance(350_000) ? draw.pick(rates) : 0;
      const used = this.calm ? Math.min(rate, CALM_RATE) : rate;
      if (!without.has(kind) && !(this.calm && NEVER_CALM.includes(kind))) {
        this.#rates.set(kind, used);
      }
    }
    for (const kind of insist) {
      const rate = isPeople(kind) ? 1_000_000 : Math.max(...RATES[kind]);
      this.#rates.set(kind, rate);
    }
    for (const [kind, longestMs] of Object.entries(OUTAGES) as [Outage, number][]) {
      const is = draw.chance(150_000);
      const fromMs = scheduler.nowMs + draw.between(0, horizonMs);
      const toMs = fromMs + draw.between(1_000, longestMs);
      if (is && !this.calm && !without.has(kind)) this.#outages.push({ kind, fromMs, toMs });
    }
    const focus = draw.pick(PORTS);
    this.#focus = !this.calm && draw.chance(400_000) ? focus : undefined;
    for (const kind of PEOPLE) {
      const is = draw.chance(200_000);
      if (is && !this.calm && !without.has(kind)) this.#rates.set(kind, 1_000_000);
    }
    if (options.rates !== undefined) {
      this.#rates.clear();
      this.#outages.length = 0;
      this.#focus = undefined;
      for (const [kind, rate] of options.rates) this.#rates.set(kind, rate);
    }
  }

  /** Whether the kind is on for this seed. */
  has(kind: FaultKind): boolean {
    return (this.#rates.get(kind) ?? 0) > 0;
  }

  /** Whether it strikes now. */
  strikes(kind: FaultKind): boolean {
    const rate = this.#rates.get(kind) ?? 0;
    if (rate === 0 || this.quiet) return false;
    if (!this.stream(kind).chance(rate)) return false;
    this.count(kind);
    return true;
  }

  /** Whether the process is killed on this side of this call. */
  kills(kind: 'crash before a call' | 'crash after a call', port: string): boolean {
    if (this.strikes(kind)) return true;
    if (this.quiet || this.#focus !== port || this.#without.has(kind)) return false;
    if (!this.stream(kind).chance(FOCUS_RATE)) return false;
    this.count(kind);
    return true;
  }

  /** Whether an outage is on now. */
  lasts(kind: Outage): boolean {
    if (this.#outages.length === 0 || this.quiet) return false;
    const nowMs = this.#scheduler.nowMs;
    const on = this.#outages.some((o) => o.kind === kind && o.fromMs <= nowMs && nowMs < o.toMs);
    if (on) this.count(kind);
    return on;
  }

  /** The random stream of a kind. */
  stream(kind: FaultKind): Random {
    const known = this.#streams.get(kind);
    if (known !== undefined) return known;
    const made = new Random(this.#seed, kind);
    this.#streams.set(kind, made);
    return made;
  }

  count(kind: FaultKind): void {
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1);
    this.#scheduler.trace(`fault: ${kind}`);
  }

  /** What is on, in words. */
  describe(): string {
    const rates = [...this.#rates].filter(([, rate]) => rate > 0);
    const shown = rates.map(([kind, rate]) => `${kind} ${rate / 10_000} %`);
    if (this.#focus !== undefined) shown.push(`crashes around ${this.#focus}`);
    return [...shown, ...this.#outages.map(({ kind }) => kind)].join(', ') || 'none';
  }
}

function isPeople(kind: Fault | People): kind is People {
  return (PEOPLE as readonly string[]).includes(kind);
}
