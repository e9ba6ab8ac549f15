/** The delivering side of the outbox in memory, by itself. */
import type {
  Delivery,
  DeliveryLog,
  OutboxEntry,
} from '../../functions/core/notifications/ports.ts';
import type { Outbox } from '../../functions/core/ports.ts';
import { deliveriesOver, OutboxMemory } from './outbox-memory.ts';

/** The port, the way in, and a look into it. */
export interface FakeDeliveryLog {
  readonly deliveries: DeliveryLog;
  readonly outbox: Pick<Outbox, 'put'>;
  /** Every entry in the order in which it was put. */
  entries(): readonly OutboxEntry[];
  entry(noticeId: string): OutboxEntry;
  /** The delivery of a notice on a channel; undefined before it was looked at. */
  delivery(noticeId: string, channel: string): Delivery | undefined;
}

/** An empty outbox. */
export function fakeDeliveryLog(): FakeDeliveryLog {
  const memory = new OutboxMemory();
  return {
    deliveries: deliveriesOver(memory, () => undefined),
    outbox: {
      async put(notice) {
        memory.put(notice);
      },
    },
    entries: () => memory.entries(),
    entry(noticeId) {
      const entry = memory.entry(noticeId);
      if (entry === undefined) throw new Error(`no notice ${noticeId}`);
      return entry;
    },
    delivery: (noticeId, channel) =>
      memory.entry(noticeId)?.deliveries.find((each) => each.channel === channel),
  };
}
