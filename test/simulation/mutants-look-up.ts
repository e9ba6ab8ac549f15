/** Mutants. The look-up: what proves that an order is not at the exchange. */
import { SETTLE_MS } from '../../functions/core/protocol.ts';
import type { Guard } from './guard.ts';
import { withExchange, withRow } from './mutant-wraps.ts';

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const LOOK_UP_MUTANTS: readonly Guard[] = [
  {
    name: 'absence is believed before reads have settled',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 30,
    against: ['order answer lost', 'reads lag', 'reconcile runs twice'],
    reconcile: (deps) => {
      let isAbsent = false;
      const looking = withExchange(deps, (exchange) => ({
        ...exchange,
        find: async (name, sinceMs) => {
          const found = await exchange.find(name, sinceMs);
          isAbsent = found.length === 0;
          return found;
        },
      }));
      return withRow(looking, (row, { deadlineMs, ...attempt }) => ({
        ...row,
        attempt: {
          ...attempt,
          // Only what follows from absence is brought forward.
          get deadlineMs() {
            return isAbsent ? deadlineMs - SETTLE_MS : deadlineMs;
          },
        },
      }));
    },
  },
  {
    name: 'nobody asks whose the orders are that traded on an account',
    breaks: /named within a day/,
    withinSeeds: 20,
    against: ['orders placed by hand'],
    reconcile: (deps) =>
      withExchange(deps, (exchange) => ({ ...exchange, tradedOrders: async () => [] })),
  },
  {
    name: 'what was answered with a limit is not looked for',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 20,
    limits: true,
    against: ['order answered with trouble after placing'],
    reconcile: (deps) => {
      let wasRefused = false;
      const unseeing = withExchange(deps, (exchange) => ({
        ...exchange,
        find: async (name, sinceMs) => (wasRefused ? [] : exchange.find(name, sinceMs)),
        tradedOrders: async (sinceMs, untilMs) =>
          wasRefused ? [] : exchange.tradedOrders(sinceMs, untilMs),
      }));
      return withRow(unseeing, (row) => {
        wasRefused = row.refusedBeforeEngine === true;
        return row;
      });
    },
  },
  {
    name: 'one sweep proves absence',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 30,
    against: ['order answer lost', 'reads lag', 'order flickers in reads'],
    reconcile: (deps) =>
      withRow(deps, (row, attempt) => ({
        ...row,
        absences: row.absences ?? [{ atMs: attempt.preparedAtMs, control: 'none' }],
      })),
  },
  {
    name: 'no positive control',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 60,
    against: ['order answer lost'],
    reconcile: (deps) =>
      withExchange(
        { ...deps, tally: { ...deps.tally, lastPlaced: async () => undefined } },
        (exchange) => ({
          ...exchange,
          keyInfo: async () => ({ ...(await exchange.keyInfo()), seesAllTimes: true }),
        }),
      ),
  },
  {
    name: 'only open orders are looked at',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 30,
    reconcile: (deps) =>
      withExchange(deps, (exchange) => ({
        ...exchange,
        find: async (name, sinceMs) => {
          const found = await exchange.find(name, sinceMs);
          return found.filter(({ status }) => status === 'open');
        },
        tradedOrders: async () => [],
      })),
  },
  {
    name: 'the answer of the exchange is not written down and not reconciled',
    breaks: /every row ends|within twenty minutes/,
    withinSeeds: 20,
    reconcile: (deps) => ({ ...deps, orders: { ...deps.orders, due: async () => [] } }),
  },
  {
    name: 'absence is believed by a clock that is minutes ahead',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 100,
    against: ['clock far off', 'order answer lost', 'reads lag', 'reconcile runs twice'],
    reconcile: (deps) => ({ ...deps, market: { ...deps.market, skewMs: async () => 0 } }),
    // As long as a right clock waits.
    temper: (temper) => ({ ...temper, lagMs: SETTLE_MS - 5_000 }),
  },
];
