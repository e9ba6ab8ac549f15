/**
 * How the schema says what is wrong. valibot carries one text per issue; ours carries two
 * sentences, or the keys that would have been known, as JSON that issues.ts reads again.
 */
import { quoted, type Said } from './fault.ts';

/** What a message of the schema holds. */
export type Message = Said | { readonly knownKeys: readonly string[] };

/** Packs a message for valibot. */
export function message(content: Message): string {
  return JSON.stringify(content);
}

/** Unpacks what `message` packed. */
export function readMessage(text: string): Message {
  return JSON.parse(text) as Message;
}

/** `is "500"`, `is empty`, `is a list`, `is a map`. */
export function isWhat(value: unknown): string {
  if (value === '') return 'is empty';
  if (typeof value === 'string') return `is ${quoted(value)}`;
  return Array.isArray(value) ? 'is a list' : 'is a map';
}
