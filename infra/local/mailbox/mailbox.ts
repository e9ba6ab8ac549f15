/**
 * What people would have received: every message to Slack and every e-mail, kept in one file that
 * only grows, so that a restart forgets nothing.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** A message as it arrived at a channel. */
export type Delivered =
  | { readonly kind: 'slack'; readonly atMs: number; readonly payload: unknown }
  | {
      readonly kind: 'mail';
      readonly atMs: number;
      readonly from: string;
      readonly to: readonly string[];
      readonly subject: string;
      readonly html: string;
      readonly text: string;
    };

/** The mailbox of one local stack. */
export class Mailbox {
  readonly #file: string;
  readonly #all: Delivered[];

  constructor(file: string) {
    this.#file = file;
    this.#all = existsSync(file) ? linesOf(readFileSync(file, 'utf8')) : [];
  }

  add(message: Delivered): void {
    appendFileSync(this.#file, `${JSON.stringify(message)}\n`);
    this.#all.push(message);
  }

  /** Newest first. */
  get messages(): readonly Delivered[] {
    return this.#all.toReversed();
  }
}

/** A process that was killed while it wrote leaves half a line at the end. */
function linesOf(text: string): Delivered[] {
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Delivered];
      } catch {
        return [];
      }
    });
}
