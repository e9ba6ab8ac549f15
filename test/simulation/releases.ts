/**
 * Deployments while orders are under way. Version 2 writes rows of a shape that version 1 must
 * refuse. While it is rolled out both run side by side; sometimes it is rolled back, with its rows
 * in the table, and comes again later. At the end of a world version 2 runs alone.
 */
import type { Surroundings } from './process.ts';

/** Version of the program; rows carry the newest one that wrote them. */
export type Version = 1 | 2;

interface Phase {
  readonly fromMs: number;
  /** Share of new environments that run version 2, in a million. */
  readonly share: number;
}

/** The releases of a world. */
export class Releases {
  readonly #around: Surroundings;
  readonly #phases: Phase[] = [];

  /** `replace` takes every warm environment away, and kills what runs if it is told so. */
  constructor(around: Surroundings, endMs: number, replace: (kill: boolean) => void) {
    this.#around = around;
    const { faults, scheduler } = around;
    if (!faults.has('deployed in mid-flight')) return;
    const draw = faults.stream('deployed in mid-flight');
    const add = (fromMs: number, share: number): void => {
      this.#phases.push({ fromMs, share });
      const kill = draw.chance(500_000);
      scheduler.after(fromMs - scheduler.nowMs, () => {
        faults.count('deployed in mid-flight');
        replace(kill);
      });
    };
    const beginMs = draw.between(scheduler.nowMs, endMs);
    add(beginMs, 500_000);
    const wholeMs = beginMs + draw.between(5_000, 120_000);
    const isRolledBack = draw.chance(500_000);
    add(wholeMs, isRolledBack ? 0 : 1_000_000);
    if (isRolledBack) add(wholeMs + draw.between(60_000, 20 * 60_000), 1_000_000);
  }

  /** The version that a new environment runs. */
  version(): Version {
    const { scheduler, faults } = this.#around;
    if (faults.quiet) return 2;
    const now = this.#phases.findLast(({ fromMs }) => fromMs <= scheduler.nowMs);
    const share = now?.share ?? 0;
    return faults.stream('deployed in mid-flight').chance(share) ? 2 : 1;
  }
}
