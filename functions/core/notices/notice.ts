/**
 * A notice: what a person is told. Kept in the outbox until every channel has taken it. One form
 * for orders, alerts and Harpoon itself: what happened, the numbers, why, what to do, the command
 * that tells more. Everything is plain text; each channel escapes it.
 */

/** How much it matters: page wakes somebody up. */
export type Urgency = 'info' | 'warning' | 'page';

/** One notice. */
export interface Notice {
  /** The same id is the same notice: written once, however often it is put. */
  readonly id: string;
  readonly atMs: number;
  readonly urgency: Urgency;
  /** Channel names of harpoon.yaml; empty: every channel. */
  readonly channels: readonly string[];
  /** One line: what happened. */
  readonly title: string;
  /** Sentences: why, and what to do. */
  readonly text: string;
  /** The numbers, a few, in the order in which a person wants them. */
  readonly facts?: readonly NoticeFact[];
  /** A command line that tells more, such as `npx harpoon alerts list`. */
  readonly command?: string;
  /** The picture that belongs to it; drawn when it is delivered. */
  readonly chart?: ChartRequest;
  /** Notices of one subject that wait together are told together when they are many. */
  readonly subject?: 'alert' | 'order' | 'account' | 'prices' | 'summary' | 'delivery';
  /** Quiet hours: not before this time. */
  readonly notBeforeMs?: number;
  /** IANA zone in which the person reads times; absent: UTC. */
  readonly zone?: string;
}

/** One number with its name. */
export interface NoticeFact {
  readonly label: string;
  readonly value: string;
}

/** What a chart shows: candles of a pair, levels, and where it happened. */
export interface ChartRequest {
  /** Canonical pair. */
  readonly pair: string;
  /** The moment that it is about; candles before and a little after are shown. */
  readonly atMs: number;
  /** Price at that moment, as decimal text: marked. */
  readonly price?: string;
  readonly levels: readonly ChartLevel[];
  /** IANA zone of the time axis. */
  readonly zone: string;
}

/** A horizontal line. */
export interface ChartLevel {
  readonly role: 'level' | 'entry' | 'stop' | 'target';
  /** Decimal text. */
  readonly price: string;
  readonly label: string;
}
