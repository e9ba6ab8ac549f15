/**
 * Under which name a rule is remembered, and its firings are told and traded. An id alone may come
 * again: a rule is removed and added anew, or its text is changed in harpoon.yaml under the same id.
 * Each of these is a rule of its own, which begins at its own first look and numbers its own firings
 * from one; under one name the second would find the first one's memory, and its notices and signals
 * would be taken for those of the first, which everybody has had already.
 *
 * An edition begins with what it is of: `a` of a rule that was added while running (the store makes
 * a new one for each adding), `f` of a rule of the file with an id of its own (made of what it says).
 */
import { sha256 } from '../hash.ts';
import type { AlertRule } from './rule.ts';

/** The name of a rule's memory: its id, and its edition if it has one. */
export function memoryName({ id, edition }: Pick<AlertRule, 'id' | 'edition'>): string {
  return edition === undefined ? id : `${id}.${edition}`;
}

/** Whether it is the name of a rule that was added while running. */
export function isOfAdded(name: string): boolean {
  return name.split('.')[1]?.startsWith('a') === true;
}

/** The edition of one adding of a rule; `random`: lower-case letters and digits, never twice. */
export function editionOfAdding(random: string): string {
  return `a${random}`;
}

/** The edition of a rule whose id does not tell what it says. */
export function editionOfText(saidText: string): string {
  return `f${sha256(saidText).slice(0, 9)}`;
}
