/**
 * The audit chain of an order row: each entry carries the hash of the one before it, so that a
 * changed, missing or added entry shows. Entries are written in the transaction that moves the
 * row, and the row keeps the newest hash.
 */
import { sha256 } from './hash.ts';
import type { AuditEntry } from './order.ts';

/** The step that an entry records. */
export type AuditStep = Pick<AuditEntry, 'seq' | 'atMs' | 'from' | 'to' | 'why'>;

/** Hash before the first entry. */
export const NO_HASH = '';

/** Links a step to the chain that ends with `previousHash`. */
export function auditEntry(step: AuditStep, previousHash: string): AuditEntry {
  const { seq, atMs, from, to, why } = step;
  const hash = sha256(JSON.stringify([previousHash, seq, atMs, from, to, why]));
  return { seq, atMs, from, to, why, previousHash, hash };
}

/** Says where a chain is broken; undefined when every entry follows from the one before. */
export function brokenLink(entries: readonly AuditEntry[], newestHash: string): string | undefined {
  let previousHash = NO_HASH;
  for (const [index, entry] of entries.entries()) {
    if (entry.seq !== index + 1) return `entry ${index + 1} is missing`;
    if (entry.previousHash !== previousHash) return `entry ${entry.seq} does not follow`;
    if (auditEntry(entry, previousHash).hash !== entry.hash) return `entry ${entry.seq} changed`;
    previousHash = entry.hash;
  }
  return previousHash === newestHash ? undefined : 'the newest entry is not the one of the row';
}
