/**
 * Which faults an alert world has and how often: each kind on or off for the whole seed, with a rate
 * of its own. One world in six has none at all: there everything must come once and in time.
 */
import { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import {
  ALERT_OUTAGES,
  ALERT_PEOPLE,
  ALERT_PORTS,
  ALERT_RATES,
  isAlertFault,
  isAlertOutage,
  type AlertFault,
  type AlertFaultKind,
  type AlertOutage,
  type AlertPeople,
} from './fault-kinds.ts';

const CALM = 160_000;
const ON = 250_000;
const LASTS = 150_000;
/** A call that a seed singles out is killed around so often. */
const FOCUS = 400_000;
const FOCUS_RATE = 100_000;
const ALWAYS = 1_000_000;
/** Longest time that a frozen process stands still. */
const THAW_MAX_MS = 600_000;

interface Lasting {
  readonly kind: AlertOutage;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a world has to say about its faults. */
export interface AlertFaultWish {
  readonly seed: number;
  readonly scheduler: Scheduler;
  /** From when to when it may be struck by what lasts. */
  readonly fromMs: number;
  readonly horizonMs: number;
  readonly without: ReadonlySet<AlertFaultKind>;
  /** Kinds that are on whatever the seed draws. */
  readonly insist: readonly AlertFaultKind[];
}

/** The faults of one seed, and how often each struck. */
export class AlertFaults {
  readonly #wish: AlertFaultWish;
  readonly #rates = new Map<AlertFaultKind, number>();
  readonly #streams = new Map<AlertFaultKind, Random>();
  readonly #outages: Lasting[] = [];
  readonly #focus: string | undefined;
  readonly struck = new Map<AlertFaultKind, number>();
  readonly calm: boolean;
  /** No fault strikes any more. */
  quiet = false;

  constructor(wish: AlertFaultWish) {
    this.#wish = wish;
    const { insist, without } = wish;
    const draw = new Random(wish.seed, 'alert faults');
    this.calm = draw.chance(CALM) && insist.length === 0;
    for (const [kind, rates] of Object.entries(ALERT_RATES) as [AlertFault, readonly number[]][]) {
      const rate = draw.chance(ON) ? draw.pick(rates) : 0;
      this.#rates.set(kind, rate);
    }
    for (const [kind, share] of Object.entries(ALERT_PEOPLE) as [AlertPeople, number][]) {
      if (draw.chance(share)) this.#rates.set(kind, ALWAYS);
    }
    for (const [kind, longestMs] of Object.entries(ALERT_OUTAGES) as [AlertOutage, number][]) {
      const is = draw.chance(LASTS) || insist.includes(kind);
      const fromMs = wish.fromMs + draw.between(0, wish.horizonMs);
      const toMs = fromMs + draw.between(1_000, longestMs);
      if (is && !this.calm && !without.has(kind)) this.#outages.push({ kind, fromMs, toMs });
    }
    const focus = draw.pick(ALERT_PORTS);
    const hasFocus = draw.chance(FOCUS) && !this.calm && insist.length === 0;
    this.#focus = hasFocus ? focus : undefined;
    for (const kind of insist) {
      if (isAlertFault(kind)) this.#rates.set(kind, Math.max(...ALERT_RATES[kind]));
      else if (!isAlertOutage(kind)) this.#rates.set(kind, ALWAYS);
    }
    for (const kind of without) this.#rates.delete(kind);
    if (this.calm) this.#rates.clear();
  }

  /** Whether the kind is on for this seed. */
  has(kind: AlertFaultKind): boolean {
    return (this.#rates.get(kind) ?? 0) > 0 || this.#outages.some((one) => one.kind === kind);
  }

  /** Whether it strikes now. */
  strikes(kind: AlertFaultKind): boolean {
    const rate = this.#rates.get(kind) ?? 0;
    if (rate === 0 || this.quiet || !this.stream(kind).chance(rate)) return false;
    this.count(kind);
    return true;
  }

  /** Whether the process is killed on this side of this call. */
  kills(kind: 'crash before a call' | 'crash after a call', port: string): boolean {
    if (this.strikes(kind)) return true;
    if (this.quiet || this.#focus !== port || this.#wish.without.has(kind)) return false;
    if (!this.stream(kind).chance(FOCUS_RATE)) return false;
    this.count(kind);
    return true;
  }

  /** How long a process that goes on later stands still. */
  thawMs(): number {
    return this.stream('killed process goes on later').between(1_000, THAW_MAX_MS);
  }

  /** Whether something is away now. */
  lasts(kind: AlertOutage): boolean {
    return this.since(kind) !== undefined;
  }

  /** Since when it lasts; undefined: it does not. */
  since(kind: AlertOutage): number | undefined {
    if (this.#outages.length === 0 || this.quiet) return undefined;
    const { nowMs } = this.#wish.scheduler;
    const on = this.#outages.find((o) => o.kind === kind && o.fromMs <= nowMs && nowMs < o.toMs);
    if (on !== undefined) this.count(kind);
    return on?.fromMs;
  }

  /** The random stream of a kind. */
  stream(kind: AlertFaultKind): Random {
    const known = this.#streams.get(kind);
    if (known !== undefined) return known;
    const made = new Random(this.#wish.seed, `alerts: ${kind}`);
    this.#streams.set(kind, made);
    return made;
  }

  count(kind: AlertFaultKind): void {
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1);
    this.#wish.scheduler.trace('fault:', kind);
  }

  /** What is on, in words. */
  describe(): string {
    const rates = [...this.#rates].filter(([, rate]) => rate > 0);
    const shown = rates.map(([kind, rate]) => `${kind} ${rate / 10_000} %`);
    if (this.#focus !== undefined) shown.push(`crashes around ${this.#focus}`);
    return [...shown, ...this.#outages.map(({ kind }) => kind)].join(', ') || 'none';
  }
}
