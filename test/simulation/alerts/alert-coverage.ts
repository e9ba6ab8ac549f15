/**
 * What a run of many alert worlds must have seen at least once, or it has proved less than it says:
 * every kind and option of a rule, every temper of a path, every edge of a rule's state, everything
 * that is told about prices, every kind of fault, and a crash on either side of every call.
 */
import type { AlertWorldReport } from './alert-world.ts';
import { ALERT_FAULT_KINDS, ALERT_PORTS } from './fault-kinds.ts';
import { TEMPERS } from './price-path.ts';
import { TROUBLES } from './price-room.ts';

const KINDS = ['cross', 'level', 'move', 'spread', 'volume', 'extreme', 'conjunction'] as const;
const OPTIONS = [
  ...(['once', 'every', 'daily'] as const),
  ...(['with quiet', 'with expiresAtMs', 'with note', 'with signal'] as const),
] as const;
const EDGES = [
  ...(['none -> armed', 'armed -> armed', 'armed -> fired', 'armed -> done'] as const),
  ...(['armed -> expired', 'fired -> armed', 'fired -> fired', 'fired -> expired'] as const),
  'told ahead',
] as const;
const PRICES = [
  ...(['no-data', 'maintenance', 'market-ok', 'missing', 'stale', 'late', 'ended'] as const),
  'stood still',
] as const;

/** Seen by some hundred worlds. */
const SOON: readonly string[] = [
  ...[...KINDS, ...OPTIONS].map((one) => `rule: ${one}`),
  ...EDGES.map((one) => `edge: ${one}`),
  ...PRICES.map((one) => `prices: ${one}`),
  ...[...new Set(TEMPERS), 'a day before', 'revised'].map((one) => `path: ${one}`),
  ...['told', 'muted', 'signal raised', 'ambiguous', 'in quiet hours'].map(
    (one) => `fired: ${one}`,
  ),
  ...['delivered', 'later', 'never'].map((one) => `channel: ${one}`),
  ...['waiting', 'delivered', 'dead'].map((one) => `record: ${one}`),
  ...['digest', 'repeated', 'with a picture'].map((one) => `told: ${one}`),
  ...['on one channel', 'on every channel'].map((one) => `dead: ${one}`),
  ...['whole', 'threw', 'with late pairs', 'lost a state to another'].map((one) => `run: ${one}`),
  ...TROUBLES.map((one) => `trouble: ${one}`),
  'signal: in the order log',
  ...ALERT_FAULT_KINDS.map((kind) => `fault: ${kind}`),
];

/** Seen by a thousand. */
const LATE: readonly string[] = ALERT_PORTS.flatMap((port) => [
  `crash before: ${port}`,
  `crash after: ${port}`,
]);

/** Worlds from which on a run must have seen what some hundred, and what a thousand see. */
const SOON_SEEDS = 300;
const LATE_SEEDS = 2_000;

/** The sums of many worlds. */
export class AlertTally {
  readonly seen = new Set<string>();
  readonly struck = new Map<string, number>();
  seeds = 0;
  rules = 0;
  minutes = 0;
  firings = 0;
  read = 0;
  notices = 0;
  events = 0;

  /** Counts one world. */
  add(report: AlertWorldReport): void {
    const { rules, minutes, notices, events, held } = report;
    this.addPart({
      ...{ seeds: 1, rules, minutes, notices, events, firings: held.firings, read: held.read },
      ...{ seen: [...report.seen], struck: [...report.struck] },
    });
  }

  /** Counts what another process counted. */
  addPart(part: AlertPart): void {
    this.seeds += part.seeds;
    this.rules += part.rules;
    this.minutes += part.minutes;
    this.firings += part.firings;
    this.read += part.read;
    this.notices += part.notices;
    this.events += part.events;
    for (const one of part.seen) this.seen.add(one);
    for (const [kind, count] of part.struck) {
      this.seen.add(`fault: ${kind}`);
      this.struck.set(kind, (this.struck.get(kind) ?? 0) + count);
    }
  }

  /** As plain data, for another process. */
  part(): AlertPart {
    const { seeds, rules, minutes, firings, read, notices, events } = this;
    const sums = { seeds, rules, minutes, firings, read, notices, events };
    return { ...sums, seen: [...this.seen], struck: [...this.struck] };
  }

  /** What a run of this many worlds should have seen and has not. */
  missing(): readonly string[] {
    const wanted = [
      ...(this.seeds >= SOON_SEEDS ? SOON : []),
      ...(this.seeds >= LATE_SEEDS ? LATE : []),
    ];
    return wanted.filter((one) => !this.seen.has(one));
  }

  /** The lines that a run ends with. */
  lines(from: number): readonly string[] {
    const faults = [...this.struck.values()].reduce((sum, count) => sum + count, 0);
    const covered = (list: readonly string[]) =>
      `${list.filter((one) => this.seen.has(one)).length} of ${list.length}`;
    return [
      `worlds   ${this.seeds} (seeds ${from} to ${from + this.seeds - 1}), ${this.minutes} minutes`,
      `rules    ${this.rules}`,
      `firings  ${this.firings}, ${this.read} of them held against a plain reading of the path`,
      `notices  ${this.notices}`,
      `events   ${this.events}`,
      `faults   ${faults} injected, of ${this.struck.size} kinds`,
      `covered  ${covered(SOON)} of what there is`,
      `         ${covered(LATE)} sides of a call at which a run was killed`,
    ];
  }
}

/** Sums as plain data. */
export interface AlertPart {
  readonly seeds: number;
  readonly rules: number;
  readonly minutes: number;
  readonly firings: number;
  readonly read: number;
  readonly notices: number;
  readonly events: number;
  readonly seen: readonly string[];
  readonly struck: readonly (readonly [string, number])[];
}
