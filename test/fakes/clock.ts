/** A clock that stands still until a test moves it; sleeping moves it. */
import type { Clock } from '../../functions/core/ports.ts';

/** A clock under the test's hand. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
}

/** Starts at a fixed time of day in 2026 unless told otherwise. */
export function fakeClock(startMs = Date.UTC(2026, 10, 22, 12, 0, 0)): FakeClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    sleep: async (ms) => {
      nowMs += ms;
    },
  };
}
