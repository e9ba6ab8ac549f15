/**
 * What a run of many seeds must have seen at least once, or it has proved less than it says: every
 * step of the state table, every numbered point of the crash table, every text and every broken
 * body that an order may be answered with, a crash on either side of every call, every kind of
 * fault, every dependency away for a whole world.
 */
import { mayMove, ORDER_STATES } from '../../functions/core/order-state.ts';
import { UNREADABLE } from './answer-bodies.ts';
import { CRASH_POINTS } from './crash-table.ts';
import { AFTER, BEFORE, LIMITS } from './exchange-temper.ts';
import type { RefusalCode } from '../../functions/core/refusal.ts';
import type { WorldReport } from './experiment.ts';
import { ORDER_TYPES } from '../../functions/core/message/order-terms.ts';
import {
  AMEND_PORTS,
  FAULT_KINDS,
  HALT_PORTS,
  OUTAGES,
  PORTS,
  RECALL_PORTS,
} from './fault-kinds.ts';
import { AMENDING_TASKS, callsOf, HALTING_TASKS } from './task-calls.ts';

const OUTCOMES = [
  ...(['placed', 'validated', 'never-sent', 'refused'] as const),
  ...(['refused for good', 'refused-before-engine', 'unknown'] as const),
] as const;

const FIRST_STATES = ['received', 'expired', 'suppressed', 'rejected'] as const;

const STEPS = [
  ...FIRST_STATES.map((state) => `step: none -> ${state}`),
  // Nobody there calls an order absent by hand, so none leaves `unplaced` again.
  ...ORDER_STATES.filter((from) => from !== 'unplaced').flatMap((from) =>
    ORDER_STATES.filter((to) => mayMove(from, to)).map((to) => `step: ${from} -> ${to}`),
  ),
];

/** Everything that a run of some hundred seeds sees. */
const SOON: readonly string[] = [
  ...OUTCOMES.map((outcome) => `outcome: ${outcome}`),
  ...[200, 401, 409, 422, 429, 503, 504].map((status) => `answer: ${status}`),
  ...FAULT_KINDS.map((kind) => `fault: ${kind}`),
  ...['dead letter', 'engine: deadline over', 'limit filled in part'],
  ...['replaced secret: accepted', 'replaced secret: refused'],
];

/** Refusals of rails, each of which a long run reaches. */
const RAILS = [
  ...(['above-max-order', 'above-max-position', 'above-max-daily', 'too-many-orders'] as const),
  ...(['too-many-open-orders', 'side-not-allowed', 'type-not-allowed', 'cooling-down'] as const),
  ...(['daily-loss-reached', 'spread-too-wide', 'price-deviates', 'pair-not-allowed'] as const),
] as const satisfies readonly RefusalCode[];

/** What the worlds see in which senders use all of the language and halt. */
const SPOKEN: readonly string[] = [
  ...ORDER_TYPES.map((type) => `type: ${type}`),
  ...RAILS.map((code) => `refusal: ${code}`),
  ...[
    'post-only order refused',
    'one order cancelled',
    'recall carried out',
    'open orders cancelled',
    'attached close opened',
    'cancel carried out',
  ],
  ...['halt by message carried out', 'halt by a person', 'switch resumed'],
  ...['flatten carried out', 'flatten sold', 'sale of a flatten stopped'],
  'paper order placed',
];

/** What the worlds see in which placed orders are followed and strategies say where they stand. */
const FOLLOWED: readonly string[] = [
  ...['market filled', 'market filled in part', 'market order ended in part'],
  ...['limit filled', 'a read shows an older execution', 'message of a strategy lost'],
  ...['book: part of an order counted', 'book: end of an order counted'],
  ...['book: order counted in parts', 'book: order cancelled for the next message'],
  ...['book: target turned around', 'book: older message undid nothing'],
  'book: stands where its last message wanted it',
  ...[
    'attached close fired',
    'book: stop counted',
    'book: stop gave way',
    'book: stop moved',
    'book: stop for what was left',
    'book: take-profit counted',
    'book: take-profits left',
    'book: goes on beside a stop',
    'book: at rest beside its stops',
  ],
  'book: a stop took its strategy out',
];

/** What the worlds see in which senders change orders of theirs. */
const AMENDED: readonly string[] = [
  ...['asked', 'repeated', 'older', 'clash'].map((outcome) => `amend asked: ${outcome}`),
  ...['amended', 'gone', 'refused', 'not-reached', 'unknown'].map(
    (kind) => `amend outcome: ${kind}`,
  ),
  ...['made', 'refused', 'stopped', 'too late', 'not made', 'not settled', 'turned down'].map(
    (end) => `amend ${end}`,
  ),
  ...['amend had nothing to change', 'an earlier amend is settled'],
  ...['amend joined to one that waits', 'amend sent again', 'amend carried out'],
  ...['amend: answer lost', 'amend: deadline over', 'amend: nonce refused'],
  ...['amend answer unreadable', 'order changed by hand'],
  'a read shows an order as before its amend',
];

/** Each call of all that is done beside placing orders, killed on both sides. */
const TASKS = callsOf([
  ...HALTING_TASKS,
  ...AMENDING_TASKS,
  'trading on paper',
  'following',
]).flatMap((call) => [`crash before: ${call}`, `crash after: ${call}`]);

/** What people are told, and what the day's comparison finds. */
const TOLD: readonly string[] = [
  ...['ended within twenty minutes', 'told within twenty minutes'],
  'comparison: names what was placed by hand',
  'comparison: says what it could not compare',
];

/** What takes thousands of seeds. */
const LATE: readonly string[] = [
  ...TOLD,
  ...SPOKEN,
  ...FOLLOWED,
  ...AMENDED,
  ...TASKS,
  ...[...HALT_PORTS, ...RECALL_PORTS, ...AMEND_PORTS].flatMap((port) => [
    `crash before: ${port}`,
    `crash after: ${port}`,
  ]),
  ...PORTS.flatMap((port) => [`crash before: ${port}`, `crash after: ${port}`]),
  ...Object.keys(OUTAGES).map((kind) => `total outage: ${kind}`),
  ...BEFORE.map((text) => `said before: ${text}`),
  ...[...AFTER, ...LIMITS].map((text) => `said after: ${text}`),
  ...UNREADABLE.map((kind) => `unreadable: ${kind}`),
];

/** Steps and points that take thousands of seeds as well. */
const RARE: ReadonlySet<string> = new Set([
  ...['step: queued -> rejected', 'step: prepared -> needs-human'],
  ...['step: received -> withdrawn', 'step: queued -> withdrawn'],
  ...['step: received -> unneeded', 'step: queued -> unneeded'],
  ...['step: needs-human -> placed', 'step: needs-human -> unplaced'],
  ...['crash table 8', 'crash table 10', 'crash table 16', 'crash table 22', 'crash table 23'],
  ...['crash table 27', 'crash table 28', 'crash table 30'],
]);

/** What is asked for: of every run, or of a long one. */
export type Length = 'short' | 'long';

/** What was asked for and not seen. */
export function missing(seen: ReadonlySet<string>, length: Length): readonly string[] {
  const isWanted = (one: string): boolean => length === 'long' || !RARE.has(one);
  const single = [...STEPS, ...SOON, ...(length === 'long' ? LATE : [])];
  const points = CRASH_POINTS.filter(
    (point) => point.seen.every(isWanted) && !point.seen.every((one) => seen.has(one)),
  );
  return [
    ...single.filter((one) => isWanted(one) && !seen.has(one)),
    ...(length === 'long' ? points : points.filter(({ seen: [one] }) => !isLate(one))).map(
      ({ name }) => name,
    ),
  ];
}

function isLate(one: string | undefined): boolean {
  return one === undefined || LATE.includes(one);
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

  /** What is asked of a run of this length and was not seen. */
  missing(length: Length = 'long'): readonly string[] {
    return missing(this.seen, length);
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
