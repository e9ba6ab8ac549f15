/** What delivering notices needs from outside. */
import type { Candle } from '../alerts/market.ts';
import type { ChartRequest, Notice } from '../notices/notice.ts';

/** How far one notice has come on one channel. */
export interface Delivery {
  readonly channel: string;
  readonly state: 'waiting' | 'delivered' | 'dead';
  readonly attempts: number;
  /** Not before this time. */
  readonly dueAtMs: number;
  readonly atMs?: number;
  /** The newest trouble, without secrets. */
  readonly error?: string;
}

/** A notice with its deliveries, as the outbox holds it. */
export interface OutboxEntry {
  readonly notice: Notice;
  /** Guards every write. */
  readonly version: number;
  /** Empty until it was first looked at. */
  readonly deliveries: readonly Delivery[];
  /** Somebody is at it until then. */
  readonly leaseUntilMs?: number;
}

/** Notices on their way. */
export interface DeliveryLog {
  /** Entries that are due, oldest first; may be stale: `claim` decides. */
  due(nowMs: number, limit: number): Promise<readonly OutboxEntry[]>;
  /** Makes the caller the only one at this entry for a while; `lost`: somebody else is. */
  claim(entry: OutboxEntry, untilMs: number): Promise<OutboxEntry | 'lost'>;
  /**
   * Writes what became of it and ends the claim. It leaves the due list when nothing waits; else it
   * is due again at the earliest `dueAtMs`.
   */
  record(entry: OutboxEntry, deliveries: readonly Delivery[]): Promise<OutboxEntry | 'lost'>;
  /** The newest entries, newest first: also those that were delivered. */
  recent(limit: number): Promise<readonly OutboxEntry[]>;
}

/** One message as a channel takes it: one notice, or a digest of several. */
export interface Message {
  /** The same notices give the same id; shown to the person, since a message may come twice. */
  readonly id: string;
  readonly notices: readonly [Notice, ...Notice[]];
  /** PNG of the first notice that has a chart; absent when it could not be drawn. */
  readonly picture?: Uint8Array;
}

/** What a channel did with a message. */
export type SendOutcome =
  | { readonly kind: 'delivered' }
  /** May work later. `retryAfterMs`: the channel says when. */
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs?: number }
  /** Will never work like this: no such webhook, address refused. */
  | { readonly kind: 'never'; readonly reason: string };

/** A way to reach people: one per kind of channel. Never throws, never waits longer than 10 s. */
export interface Notifier {
  send(message: Message, channel: string): Promise<SendOutcome>;
}

/** Draws a chart as PNG. Throws when it cannot. */
export interface ChartPainter {
  paint(request: ChartRequest, candles: readonly Candle[]): Promise<Uint8Array>;
}
