/**
 * Which faults a seed has and how often. Swarm: each kind is on or off for the whole seed, with a
 * rate of its own, because faults that always come together hide each other. A calm seed has a few
 * kinds at most, each rarer than one in a thousand calls.
 */
import {
  HALT_PORTS,
  isFault,
  isOutage,
  NEVER_CALM,
  OUTAGES,
  PEOPLE,
  PORTS,
  RATES,
  type Fault,
  type FaultKind,
  type Outage,
  type People,
  type Port,
} from './fault-kinds.ts';
import { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { Focus, Task } from './task-calls.ts';
import type { Theme } from './themes.ts';

export { FAULT_KINDS, PORTS } from './fault-kinds.ts';
export type { Fault, FaultKind, Outage, People } from './fault-kinds.ts';

const CALM_RATE = 700;
/** How often the call that a seed singles out is killed, on either side of its effect. */
const FOCUS_RATE = 40_000;
/** Where the call is one that few worlds make, and they make it once or twice. */
const RARE_FOCUS_RATE = 400_000;
const RARE_PORTS: ReadonlySet<string> = new Set<Port>([
  ...(['switches.trip', 'tally.recordEquity', 'tally.failed', 'orders.due'] as const),
  ...(['exchange.orders', 'exchange.keyInfo', 'market.skewMs', 'market.mode'] as const),
  ...(['market.pairs', 'snapshots.write', 'secrets.get'] as const),
  ...HALT_PORTS.filter((port) => port !== 'board.read' && port !== 'exchange.openOrders'),
]);
/** So many outages in a million last for the whole world. */
const TOTAL = 200_000;
const ALWAYS = 1_000_000;

/**
 * Longest time that a frozen process stands still: drawn from these, because each meets another
 * guard. Within the half minute its lane is another's, within two its message is.
 */
const THAW_MAX_MS = [40_000, 120_000, 600_000] as const;

interface Lasting {
  readonly kind: Outage;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a world has to say about its faults. */
export interface FaultWish {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly horizonMs: number;
  readonly without: ReadonlySet<FaultKind>;
  /** Kinds that are on whatever the seed draws, at their highest rate. */
  readonly insist: readonly FaultKind[];
  readonly theme?: Theme | undefined;
  /** Exactly these kinds, so many times in a million, and nothing else. */
  readonly rates: ReadonlyMap<FaultKind, number> | undefined;
}

/** The faults of one seed, and how often each struck. */
export class Faults {
  readonly #seed: number;
  readonly #without: ReadonlySet<FaultKind>;
  readonly #rates = new Map<FaultKind, number>();
  readonly #streams = new Map<FaultKind, Random>();
  readonly #outages: Lasting[] = [];
  readonly #scheduler: Scheduler;
  #focus: string | undefined;
  #taskFocus: Focus = new Map();
  readonly struck = new Map<FaultKind, number>();
  readonly calm: boolean;
  /** No fault strikes any more. */
  quiet = false;

  constructor(wish: FaultWish) {
    this.#seed = wish.seed;
    this.#without = wish.without;
    this.#scheduler = wish.scheduler;
    const draw = new Random(wish.seed, 'fault rates');
    this.calm = draw.chance(150_000);
    this.#drawRates(draw);
    this.#drawOutages(draw, wish);
    const focus = draw.pick(PORTS);
    if (!this.calm && draw.chance(400_000)) this.#focus = focus;
    const theme = this.calm ? undefined : wish.theme;
    if (theme?.focus !== undefined) this.#focus = theme.focus;
    for (const kind of [...(theme?.insist ?? []), ...wish.insist]) this.#insist(kind, wish);
    if (wish.rates === undefined) return;
    this.#rates.clear();
    this.#outages.length = 0;
    this.#focus = undefined;
    for (const [kind, rate] of wish.rates ?? []) this.#rates.set(kind, rate);
  }

  #drawRates(draw: Random): void {
    for (const [kind, rates] of Object.entries(RATES) as [Fault, readonly number[]][]) {
      const rate = draw.chance(350_000) ? draw.pick(rates) : 0;
      const used = this.calm ? Math.min(rate, CALM_RATE) : rate;
      if (this.#allowed(kind)) this.#rates.set(kind, used);
    }
    for (const [kind, share] of Object.entries(PEOPLE) as [People, number][]) {
      if (draw.chance(share) && this.#allowed(kind)) this.#rates.set(kind, ALWAYS);
    }
  }

  #drawOutages(draw: Random, { scheduler, horizonMs }: FaultWish): void {
    for (const [kind, longestMs] of Object.entries(OUTAGES) as [Outage, number][]) {
      const is = draw.chance(120_000);
      const isTotal = draw.chance(TOTAL);
      const fromMs = scheduler.nowMs + (isTotal ? 0 : draw.between(0, horizonMs));
      const toMs = isTotal ? Infinity : fromMs + draw.between(1_000, longestMs);
      if (is && this.#allowed(kind)) this.#outages.push({ kind, fromMs, toMs });
    }
  }

  #insist(kind: FaultKind, { scheduler, horizonMs }: FaultWish): void {
    if (this.#without.has(kind)) return;
    if (isOutage(kind)) {
      const fromMs = scheduler.nowMs + Math.floor(horizonMs / 4);
      this.#outages.push({ kind, fromMs, toMs: fromMs + OUTAGES[kind] });
    } else {
      this.#rates.set(kind, isFault(kind) ? Math.max(...RATES[kind]) : ALWAYS);
    }
  }

  #allowed(kind: FaultKind): boolean {
    return !this.#without.has(kind) && !(this.calm && NEVER_CALM.has(kind));
  }

  /** Whether the kind is on for this seed. */
  has(kind: FaultKind): boolean {
    return (this.#rates.get(kind) ?? 0) > 0;
  }

  /** Whether it strikes now. */
  strikes(kind: FaultKind): boolean {
    if (this.quiet) return false;
    const rate = this.#rates.get(kind) ?? 0;
    if (rate === 0 || !this.stream(kind).chance(rate)) return false;
    this.count(kind);
    return true;
  }

  /** Whether the process is killed on this side of this call. */
  kills(kind: 'crash before a call' | 'crash after a call', port: string, task?: Task): boolean {
    if (this.strikes(kind)) return true;
    if (this.quiet || this.#without.has(kind)) return false;
    const rate = this.#focusRate(port, task);
    if (rate === 0 || !this.stream(kind).chance(rate)) return false;
    this.count(kind);
    return true;
  }

  #focusRate(port: string, task: Task | undefined): number {
    if (this.#taskFocus.size > 0) {
      const ofTask = task && this.#taskFocus.get(`${task}, ${port}`);
      const rate = ofTask ?? this.#taskFocus.get(port);
      if (rate !== undefined) return rate;
    }
    if (this.#focus !== port) return 0;
    return RARE_PORTS.has(port) ? RARE_FOCUS_RATE : FOCUS_RATE;
  }

  /** Singles out calls of tasks, `halting, board.turn`, or of any: `halts.ask`. */
  focusOn(calls: Focus): void {
    this.#taskFocus = calls;
  }

  /** How long a process that goes on later stands still. */
  thawMs(): number {
    const stream = this.stream('killed process goes on later');
    return stream.between(1_000, stream.pick(THAW_MAX_MS));
  }

  /** Whether an outage is on now. */
  lasts(kind: Outage): boolean {
    if (this.#outages.length === 0 || this.quiet) return false;
    const nowMs = this.#scheduler.nowMs;
    const on = this.#outages.some((o) => o.kind === kind && o.fromMs <= nowMs && nowMs < o.toMs);
    if (on) this.count(kind);
    return on;
  }

  /** Outages that last for the whole world. */
  get total(): readonly Outage[] {
    return this.#outages.filter(({ toMs }) => toMs === Infinity).map(({ kind }) => kind);
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
    const [call, ...others] = this.#taskFocus.keys();
    const ofTasks = others.length === 0 ? call : `${others.length + 1} calls of tasks`;
    for (const focus of [this.#focus, ofTasks]) {
      if (focus !== undefined) shown.push(`crashes around ${focus}`);
    }
    return [...shown, ...this.#outages.map(({ kind }) => kind)].join(', ') || 'none';
  }
}
