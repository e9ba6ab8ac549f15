/** Mutants. Paper: what a look-up proves there. */
import type { Guard } from './guard.ts';

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const PAPER_MUTANTS: readonly Guard[] = [
  {
    name: 'a look-up on paper shuts nobody out',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 20,
    paper: true,
    against: ['killed process goes on later'],
    focus: 'trading on paper, paper.write',
    paperStore: (store) => ({
      ...store,
      // A book that is written as it is, is not written.
      write: async (was, change) =>
        change.book === was.book && change.opened === undefined
          ? 'written'
          : store.write(was, change),
    }),
  },
];
