/** Finds the pairs that somebody may have meant by a symbol that is none. */
import type { Pair } from './pair.ts';

const SUGGESTIONS_MAX = 3;

/** Names of at most three pairs that share at least half of their letters with the ticker. */
export function nearPairs(ticker: string, pairs: readonly Pair[]): readonly string[] {
  const letters = lettersOf(ticker);
  return pairs
    .map(({ name, altname }) => {
      const likeness = Math.max(shared(letters, lettersOf(name)), shared(letters, altname));
      return { name, likeness };
    })
    .filter(({ likeness }) => likeness >= 0.5)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ name }) => name);
}

function lettersOf(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

/** The part of the longer text that both begin with or end with, from 0 to 1. */
function shared(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return (start + end) / Math.max(a.length, b.length, 1);
}
