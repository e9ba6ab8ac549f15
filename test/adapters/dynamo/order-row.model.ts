/**
 * What an order row may become, as the smallest model that a person can check by eye. It knows no
 * transaction, no item and no index: every version that a row ever had, two switches, two counters.
 */
import { isWaiting, type OrderState } from '../../../functions/core/order-state.ts';
import type { PrepareResult } from '../../../functions/core/ports.ts';

/** What a switch blocks; undefined: it was never armed. */
export type Blocks = 'nothing' | 'entries' | 'all' | undefined;

/** A row at one of its versions. */
export interface Version {
  readonly state: OrderState;
  readonly sends: number;
  readonly licences: number;
  readonly dueAtMs: number | undefined;
}

/** A row with every version that it had, the newest last. */
export interface ModelRow {
  readonly payloadHash: string;
  readonly expiresAtMs: number;
  readonly versions: Version[];
}

/** What somebody asks PREPARE for. */
export interface Asked {
  /** How many versions ago the row was read. */
  readonly age: number;
  readonly isOtherBody: boolean;
  readonly isLaneLost: boolean;
  readonly reducing: boolean;
  readonly add: number;
}

/** What may be counted in a day, and in an hour. */
export const CAPS = { day: 200, hour: 4 };

/** The model. */
export class Model {
  readonly rows = new Map<string, ModelRow>();
  readonly notices = new Set<string>();
  readonly switches: { global: Blocks; account: Blocks } = {
    global: 'nothing',
    account: undefined,
  };
  day = 0;
  hour = 0;
  nowMs: number;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  /** What PREPARE answers: the first thing in this order that forbids the send. */
  prepare(row: ModelRow, asked: Asked): PrepareResult['kind'] {
    const newest = row.versions.at(-1);
    if (asked.add > CAPS.day) return 'daily-cap';
    if (asked.age > 0 || asked.isOtherBody || this.nowMs >= row.expiresAtMs) return 'lost';
    if (newest === undefined || !isWaiting(newest.state)) return 'lost';
    for (const blocks of [this.switches.global, this.switches.account]) {
      if (blocks === undefined) return 'not-armed';
      if (blocks === 'all' || (blocks === 'entries' && !asked.reducing)) return 'switched-off';
    }
    if (asked.isLaneLost) return 'lane-lost';
    if (this.day + asked.add > CAPS.day) return 'daily-cap';
    return this.hour < CAPS.hour ? 'prepared' : 'hourly-cap';
  }

  /** The send is licensed. */
  prepared(row: ModelRow, add: number, dueAtMs: number | undefined): void {
    const { sends = 0, licences = 1 } = row.versions.at(-1) ?? {};
    row.versions.push({ state: 'prepared', sends: sends + 1, licences, dueAtMs });
    this.day += add;
    this.hour += 1;
  }

  /** Rows that are due, and since when. */
  due(): ReadonlyMap<string, number> {
    return new Map(
      [...this.rows].flatMap(([orderKey, { versions }]) => {
        const { dueAtMs = Infinity, state } = versions.at(-1) ?? {};
        // What is placed is followed, and nobody has to settle it.
        return dueAtMs <= this.nowMs && state !== 'placed' ? [[orderKey, dueAtMs]] : [];
      }),
    );
  }
}
