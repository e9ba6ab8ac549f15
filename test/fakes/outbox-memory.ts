/**
 * The outbox in memory, both its sides, with the same conditions as the DynamoDB adapters: a notice
 * is there once, whoever claims or records with an old version is lost, and what is claimed is not
 * due before the claim ends.
 */
import type { Notice } from '../../functions/core/notices/notice.ts';
import type { DeliveryLog, OutboxEntry } from '../../functions/core/notifications/ports.ts';
import { promised, type AtOnce } from './at-once.ts';

/** The entries, and the few among them that wait. */
export class OutboxMemory {
  readonly #entries = new Map<string, OutboxEntry>();
  readonly #waiting = new Set<string>();

  /** Takes a notice in, unless it is there. */
  put(notice: Notice): void {
    if (!this.#entries.has(notice.id)) this.write({ notice, version: 1, deliveries: [] });
  }

  entry(noticeId: string): OutboxEntry | undefined {
    return this.#entries.get(noticeId);
  }

  /** Every entry in the order in which it was put. */
  entries(): readonly OutboxEntry[] {
    return [...this.#entries.values()];
  }

  /** Whether no notice waits, now or later. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** The waiting entries with the time at which each is to be looked at next. */
  waiting(): readonly { readonly entry: OutboxEntry; readonly dueAtMs: number }[] {
    return [...this.#waiting].flatMap((id) => {
      const entry = this.#entries.get(id);
      const dueAtMs = entry && nextDueAtMs(entry);
      return entry === undefined || dueAtMs === undefined ? [] : [{ entry, dueAtMs }];
    });
  }

  write(entry: OutboxEntry): OutboxEntry {
    const { id } = entry.notice;
    this.#entries.set(id, entry);
    if (nextDueAtMs(entry) === undefined) this.#waiting.delete(id);
    else this.#waiting.add(id);
    return entry;
  }

  /** Keeps a copy of everything as it is now; what it returns puts that copy back. */
  backup(): () => void {
    const kept = this.entries();
    return () => {
      this.#entries.clear();
      this.#waiting.clear();
      for (const entry of kept) this.write(entry);
    };
  }
}

/** When an entry is to be looked at next; undefined when nothing of it waits. */
function nextDueAtMs({ notice, deliveries, leaseUntilMs }: OutboxEntry): number | undefined {
  if (leaseUntilMs !== undefined) return leaseUntilMs;
  if (deliveries.length === 0) {
    const { atMs, urgency, notBeforeMs = 0 } = notice;
    // Quiet hours hold back what can wait; a page cannot.
    return urgency === 'page' ? atMs : Math.max(atMs, notBeforeMs);
  }
  const waiting = deliveries.filter(({ state }) => state === 'waiting');
  return waiting.length === 0 ? undefined : Math.min(...waiting.map((each) => each.dueAtMs));
}

/** The delivering side, without promises. */
export function deliveriesIn(memory: OutboxMemory): AtOnce<DeliveryLog> {
  /** The entry as it is now, when nobody has written it meanwhile. */
  const current = ({ notice, version }: OutboxEntry): OutboxEntry | undefined => {
    const entry = memory.entry(notice.id);
    return entry?.version === version ? entry : undefined;
  };
  return {
    due(nowMs, limit) {
      const due = memory.waiting().filter(({ dueAtMs }) => dueAtMs <= nowMs);
      const first = [...due].sort((a, b) => a.dueAtMs - b.dueAtMs).slice(0, limit);
      return first.map(({ entry: { leaseUntilMs: _over, ...entry } }) => entry);
    },
    claim(stale, untilMs) {
      const entry = current(stale);
      // Somebody was at it when it was read. The due list has no such entry.
      if (entry === undefined || stale.leaseUntilMs !== undefined) return 'lost';
      if (nextDueAtMs(entry) === undefined) return 'lost';
      const claimed = { ...stale, version: stale.version + 1, leaseUntilMs: untilMs };
      return memory.write(claimed);
    },
    record(stale, deliveries) {
      const entry = current(stale);
      if (entry === undefined) return 'lost';
      return memory.write({ notice: entry.notice, version: entry.version + 1, deliveries });
    },
    recent(limit) {
      const newest = [...memory.entries()].sort((a, b) => b.notice.atMs - a.notice.atMs);
      return newest.slice(0, limit);
    },
  };
}

/** The delivering side as a port. */
export function deliveriesOver(memory: OutboxMemory, before: () => void): DeliveryLog {
  return promised<DeliveryLog>(deliveriesIn(memory), before);
}
