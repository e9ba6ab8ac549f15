/** Mutants of check-prices: what it tells, raises and hands on, by changing what it is given. */
import type { AlertMutant } from './mutant.ts';
import { withRules } from './mutants-watch.ts';
import { MINUTE_MS } from './price-path.ts';

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const TELL_MUTANTS: readonly AlertMutant[] = [
  {
    name: 'a price that stands still is taken for a fresh one',
    breaks: /^a price that stands still/,
    withinSeeds: 60,
    against: ['ticker hangs'],
    check: (deps) => ({
      ...deps,
      feed: {
        ...deps.feed,
        quotes: async (pairs) => {
          const quotes = await deps.feed.quotes(pairs);
          const nowMs = deps.clock.nowMs();
          const fresh = [...quotes].map(([name, quote]) => {
            const dayTrades = quote.dayTrades + Math.floor(nowMs / MINUTE_MS);
            return [name, { ...quote, dayTrades }] as const;
          });
          return new Map(fresh);
        },
      },
    }),
  },
  {
    name: 'quiet hours are not kept',
    breaks: /^quiet hours are told/,
    withinSeeds: 20,
    check: (deps) => withRules(deps, ({ quiet: _, ...rule }) => rule),
  },
  {
    name: 'mutes are not read',
    breaks: /^a rule is told exactly/,
    withinSeeds: 40,
    against: ['rules muted'],
    check: (deps) => ({ ...deps, store: { ...deps.store, mutes: async () => new Map() } }),
  },
  {
    name: 'only the first condition of a rule counts',
    breaks: /^(everything fires|nothing fires|each firing|a polled condition held)/,
    withinSeeds: 20,
    check: (deps) =>
      withRules(deps, (rule) => ({ ...rule, conditions: rule.conditions.slice(0, 1) })),
  },
  {
    name: 'a raised signal is taken off the list before it is recorded',
    breaks: /^a raised signal is one order row/,
    withinSeeds: 60,
    against: ['store call fails', 'enqueue fails', 'crash before a call'],
    check: (deps) => ({
      ...deps,
      alerts: {
        ...deps.alerts,
        raised: async (limit) => {
          const raised = await deps.alerts.raised(limit);
          for (const one of raised) await deps.alerts.handedOver(one, deps.clock.nowMs());
          return raised;
        },
      },
    }),
  },
  {
    name: 'a raised signal has another name each time that it is handed over',
    breaks: /^(every order row was raised|a raised signal is one)/,
    withinSeeds: 60,
    against: ['store call fails', 'enqueue fails', 'crash after a call'],
    check: (deps) => ({
      ...deps,
      alerts: {
        ...deps.alerts,
        raised: async (limit) => {
          const raised = await deps.alerts.raised(limit);
          return raised.map((one) => ({ ...one, id: `${one.id}-${deps.clock.nowMs()}` }));
        },
      },
    }),
  },
];
