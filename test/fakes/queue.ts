/** A queue that remembers what was sent, with the five-minute deduplication of SQS FIFO. */
import type { OrderRef } from '../../functions/core/order.ts';
import type { Clock, OrderQueue } from '../../functions/core/ports.ts';

/** One message. */
export interface SentMessage {
  readonly ref: OrderRef;
  readonly group: string;
  readonly dedup: string;
}

/** The queue and its messages, oldest first. `fail` makes the next calls throw. */
export interface FakeQueue extends OrderQueue {
  readonly sent: SentMessage[];
  fail(times: number): void;
}

const DEDUP_MS = 5 * 60_000;

/** An empty queue. */
export function fakeQueue(clock: Clock): FakeQueue {
  const sent: SentMessage[] = [];
  const seen = new Map<string, number>();
  let failures = 0;
  return {
    sent,
    fail: (times) => {
      failures = times;
    },
    async enqueue({ account, orderKey }, group, dedup) {
      if (failures > 0) {
        failures -= 1;
        throw new Error('the queue is away');
      }
      const before = seen.get(dedup);
      if (before !== undefined && clock.nowMs() - before < DEDUP_MS) return;
      seen.set(dedup, clock.nowMs());
      sent.push({ ref: { account, orderKey }, group, dedup });
    },
  };
}
