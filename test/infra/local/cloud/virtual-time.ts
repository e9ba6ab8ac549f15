/** Time that passes when a test says so. What waits for it is called once its moment has come. */
import type { QueueTime } from '../../../../infra/local/cloud/queue-time.ts';

/** Time under the test's hand. */
export interface VirtualTime extends QueueTime {
  /** Moves time on, and calls what was due by then. */
  advance(ms: number): void;
}

/** Starts at a fixed moment of 2026. */
export function virtualTime(): VirtualTime {
  let nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);
  const waiting = new Map<() => void, number>();
  return {
    nowMs: () => nowMs,
    after(ms, act) {
      // Wrapped, so that one act may wait twice.
      const entry = () => act();
      waiting.set(entry, nowMs + ms);
      return () => waiting.delete(entry);
    },
    advance(ms) {
      nowMs += ms;
      const due = [...waiting].filter(([, atMs]) => atMs <= nowMs);
      for (const [act] of due) waiting.delete(act);
      for (const [act] of due) act();
    },
  };
}
