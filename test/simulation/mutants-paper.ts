/** Mutants. Paper: what a look-up proves there, and which exchange an account trades at. */
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
  {
    name: 'an unknown outcome on paper is answered by placing again',
    breaks: /licence is used once|leaves once|one order at most/,
    withinSeeds: 40,
    paper: true,
    against: ['store acknowledgement lost'],
    execute: (deps) => ({
      ...deps,
      desk: async (account) => {
        const desk = await deps.desk(account);
        return {
          ...desk,
          exchange: (lane) => {
            const exchange = desk.exchange(lane);
            return {
              ...exchange,
              place: async (attempt, clientOrderId) => {
                const outcome = await exchange.place(attempt, clientOrderId);
                const isUnclear = account === 'second' && outcome.kind === 'unknown';
                return isUnclear ? exchange.place(attempt, clientOrderId) : outcome;
              },
            };
          },
        };
      },
    }),
  },
];
