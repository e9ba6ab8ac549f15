/**
 * What a run of many seeds must have seen at least once, or it has proved less than it says: every
 * step of the state table, every class of outcome, a crash on either side of every call, every
 * kind of fault.
 */
import { mayMove, ORDER_STATES } from '../../functions/core/order-state.ts';
import { FAULT_KINDS, PORTS } from './faults.ts';
import type { WorldReport } from './experiment.ts';

const OUTCOMES = [
  ...(['placed', 'validated', 'never-sent', 'refused'] as const),
  ...(['refused for good', 'refused-before-engine', 'unknown'] as const),
] as const;

const FIRST_STATES = ['received', 'expired', 'suppressed', 'rejected'] as const;

/** Everything that is asked for. */
export function wanted(): readonly string[] {
  const steps = ORDER_STATES.flatMap((from) =>
    ORDER_STATES.filter((to) => mayMove(from, to)).map((to) => `step: ${from} -> ${to}`),
  );
  return [
    ...steps,
    ...FIRST_STATES.map((state) => `step: none -> ${state}`),
    ...OUTCOMES.map((outcome) => `outcome: ${outcome}`),
    ...PORTS.flatMap((port) => [`crash before: ${port}`, `crash after: ${port}`]),
    ...[200, 409, 422, 504].map((status) => `answer: ${status}`),
    ...FAULT_KINDS.map((kind) => `fault: ${kind}`),
    ...['dead letter', 'engine: deadline over', 'limit filled in part'],
  ];
}

/** The sums of many worlds. */
export class Tallied {
  readonly seen = new Set<string>();
  readonly struck = new Map<string, number>();
  readonly ends = new Map<string, number>();
  seeds = 0;
  signals = 0;
  requests = 0;
  orders = 0;
  events = 0;
  fresh = 0;
  freshPlaced = 0;

  /** Counts one world. */
  add(report: WorldReport): void {
    this.addPart({
      ...{ seeds: 1, signals: report.signals, requests: report.requests, orders: report.orders },
      ...{ events: report.events, seen: [...report.seen], struck: [...report.struck] },
      ends: [...report.ends],
      fresh: report.liveness?.fresh ?? 0,
      freshPlaced: report.liveness?.placed ?? 0,
    });
  }

  /** Counts what another process counted. */
  addPart(part: Part): void {
    this.seeds += part.seeds;
    this.signals += part.signals;
    this.requests += part.requests;
    this.orders += part.orders;
    this.events += part.events;
    this.fresh += part.fresh;
    this.freshPlaced += part.freshPlaced;
    for (const one of part.seen) this.seen.add(one);
    for (const [kind, count] of part.struck) {
      this.seen.add(`fault: ${kind}`);
      this.struck.set(kind, (this.struck.get(kind) ?? 0) + count);
    }
    for (const [state, count] of part.ends) {
      this.ends.set(state, (this.ends.get(state) ?? 0) + count);
    }
  }

  /** As plain data, for another process. */
  part(): Part {
    const { seeds, signals, requests, orders, events, fresh, freshPlaced } = this;
    return {
      ...{ seeds, signals, requests, orders, events, fresh, freshPlaced },
      seen: [...this.seen],
      struck: [...this.struck],
      ends: [...this.ends],
    };
  }

  /** What was asked for and not seen. */
  missing(): readonly string[] {
    return wanted().filter((one) => !this.seen.has(one));
  }

  /** Faults that struck. */
  get faults(): number {
    return [...this.struck.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** Sums as plain data. */
export interface Part {
  readonly seeds: number;
  readonly signals: number;
  readonly requests: number;
  readonly orders: number;
  readonly events: number;
  readonly fresh: number;
  readonly freshPlaced: number;
  readonly seen: readonly string[];
  readonly struck: readonly (readonly [string, number])[];
  readonly ends: readonly (readonly [string, number])[];
}
