/** How the switches of a world stand, and since when. */
import type { Blocks } from '../../functions/core/halt/switch-board.ts';

interface Standing {
  readonly blocks: Blocks;
  readonly entriesSinceMs: number | undefined;
  readonly allSinceMs: number | undefined;
}

/** Every switch that was ever turned, by name. */
export class SwitchTimes {
  readonly #standing = new Map<string, Standing>();

  /** Turns one. */
  set(name: string, blocks: Blocks, nowMs: number): void {
    const was = this.#standing.get(name);
    this.#standing.set(name, {
      blocks,
      entriesSinceMs: blocks === 'nothing' ? undefined : (was?.entriesSinceMs ?? nowMs),
      allSinceMs: blocks === 'all' ? (was?.allSinceMs ?? nowMs) : undefined,
    });
  }

  /** What it blocks now. */
  get(name: string): Blocks {
    return this.#standing.get(name)?.blocks ?? 'nothing';
  }

  /** Since when one of them has blocked so much without a pause; undefined: none does. */
  blockedSince(names: readonly string[], blocks: 'entries' | 'all'): number | undefined {
    const times = names.flatMap((name) => {
      const standing = this.#standing.get(name);
      return (blocks === 'all' ? standing?.allSinceMs : standing?.entriesSinceMs) ?? [];
    });
    return times.length === 0 ? undefined : Math.min(...times);
  }
}
