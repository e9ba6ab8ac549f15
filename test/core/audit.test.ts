import { describe, expect, it } from 'vitest';
import { auditEntry, brokenLink, NO_HASH, type AuditStep } from '../../functions/core/audit.ts';
import type { AuditEntry } from '../../functions/core/order.ts';

const STEPS: readonly AuditStep[] = [
  { seq: 1, atMs: 1_000, from: 'none', to: 'received', why: 'received' },
  { seq: 2, atMs: 2_000, from: 'received', to: 'prepared', why: 'prepared' },
  { seq: 3, atMs: 3_000, from: 'prepared', to: 'placed', why: 'Kraken: placed' },
];

function chainOf(steps: readonly AuditStep[]): AuditEntry[] {
  const chain: AuditEntry[] = [];
  for (const step of steps) chain.push(auditEntry(step, chain.at(-1)?.hash ?? NO_HASH));
  return chain;
}

const CHAIN = chainOf(STEPS);
const [FIRST, SECOND, THIRD] = CHAIN as [AuditEntry, AuditEntry, AuditEntry];
const NEWEST = THIRD.hash;

describe('an audit chain', () => {
  it('is whole as it was written, also while it is empty', () => {
    expect(brokenLink(CHAIN, NEWEST)).toBeUndefined();
    expect(brokenLink([], NO_HASH)).toBeUndefined();
  });

  it.each<[string, readonly AuditEntry[], string]>([
    ['the first entry is missing', [SECOND, THIRD], 'entry 1 is missing'],
    ['an entry in the middle is missing', [FIRST, THIRD], 'entry 2 is missing'],
    ['the last entry is missing', [FIRST, SECOND], 'the newest entry is not the one of the row'],
    ['entries changed places', [SECOND, FIRST, THIRD], 'entry 1 is missing'],
    [
      'another chain was put behind',
      [FIRST, chainOf(STEPS.slice(1))[0]!],
      'entry 2 does not follow',
    ],
    ['a text was changed', [FIRST, { ...SECOND, why: 'refused' }, THIRD], 'entry 2 changed'],
    ['a time was changed', [FIRST, SECOND, { ...THIRD, atMs: 4_000 }], 'entry 3 changed'],
    ['a state was changed', [FIRST, SECOND, { ...THIRD, to: 'rejected' }], 'entry 3 changed'],
    ['everything is gone', [], 'the newest entry is not the one of the row'],
  ])('shows that %s', (_name, entries, says) => {
    expect(brokenLink(entries, NEWEST)).toBe(says);
  });
});
