/**
 * The outbox of the delivering side in memory, with the same conditions as the DynamoDB adapter:
 * whoever claims or records with an old version is lost, and a claim holds until its end.
 */
import type { Notice } from '../../functions/core/notice.ts';
import type {
  Delivery,
  DeliveryLog,
  OutboxEntry,
} from '../../functions/core/notifications/ports.ts';
import type { Clock, Outbox } from '../../functions/core/ports.ts';

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

/** When an entry is to be looked at next; undefined when nothing waits. */
function dueAtMs({ notice, deliveries }: OutboxEntry): number | undefined {
  if (deliveries.length === 0) return Math.max(notice.atMs, notice.notBeforeMs ?? 0);
  const waiting = deliveries.filter(({ state }) => state === 'waiting');
  return waiting.length === 0 ? undefined : Math.min(...waiting.map((each) => each.dueAtMs));
}

/** An empty outbox. */
export function fakeDeliveryLog(clock: Clock): FakeDeliveryLog {
  const entries = new Map<string, OutboxEntry>();
  const current = ({ notice, version }: OutboxEntry): OutboxEntry | undefined => {
    const entry = entries.get(notice.id);
    return entry?.version === version ? entry : undefined;
  };
  const write = (entry: OutboxEntry): OutboxEntry => {
    entries.set(entry.notice.id, entry);
    return entry;
  };
  return {
    deliveries: {
      async due(nowMs, limit) {
        const due = [...entries.values()].flatMap((entry) => {
          const atMs = dueAtMs(entry);
          return atMs !== undefined && atMs <= nowMs ? [{ entry, atMs }] : [];
        });
        due.sort((a, b) => a.atMs - b.atMs);
        return due.slice(0, limit).map(({ entry }) => entry);
      },
      async claim(stale, untilMs) {
        const entry = current(stale);
        const isHeld = (entry?.leaseUntilMs ?? 0) > clock.nowMs();
        if (entry === undefined || isHeld) return 'lost';
        return write({ ...entry, version: entry.version + 1, leaseUntilMs: untilMs });
      },
      async record(stale, deliveries) {
        const entry = current(stale);
        if (entry === undefined) return 'lost';
        return write({ notice: entry.notice, version: entry.version + 1, deliveries });
      },
      async recent(limit) {
        return [...entries.values()].sort((a, b) => b.notice.atMs - a.notice.atMs).slice(0, limit);
      },
    },
    outbox: {
      async put(notice: Notice) {
        if (!entries.has(notice.id)) write({ notice, version: 1, deliveries: [] });
      },
    },
    entries: () => [...entries.values()],
    entry(noticeId) {
      const entry = entries.get(noticeId);
      if (entry === undefined) throw new Error(`no notice ${noticeId}`);
      return entry;
    },
    delivery: (noticeId, channel) =>
      entries.get(noticeId)?.deliveries.find((each) => each.channel === channel),
  };
}
