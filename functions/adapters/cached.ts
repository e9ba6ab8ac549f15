/** Keeps an answer for a while; callers at the same time share one question. */
import type { Clock } from '../core/ports.ts';

/** Asks at most once in `ms`. A failure is not kept: the next caller asks again. */
export function cachedFor<T>(ms: number, clock: Clock, ask: () => Promise<T>): () => Promise<T> {
  let kept: { readonly answer: Promise<T>; readonly untilMs: number } | undefined;
  return () => {
    if (kept === undefined || kept.untilMs <= clock.nowMs()) {
      const asked = { answer: ask(), untilMs: clock.nowMs() + ms };
      kept = asked;
      asked.answer.catch(() => {
        if (kept === asked) kept = undefined;
      });
    }
    return kept.answer;
  };
}
