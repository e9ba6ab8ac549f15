/** A notice: what a person is told. Kept in the outbox until a notifier has delivered it. */

/** How much it matters: page wakes somebody up. */
export type Urgency = 'info' | 'warning' | 'page';

/** One notice. Text is plain; notifiers escape it for their channel. */
export interface Notice {
  /** The same id is the same notice: written once, however often it is put. */
  readonly id: string;
  readonly atMs: number;
  readonly urgency: Urgency;
  /** Channel names of harpoon.yaml; empty: every channel. */
  readonly channels: readonly string[];
  /** One line: what happened. */
  readonly title: string;
  /** Sentences: numbers, why, what to do. */
  readonly text: string;
}
