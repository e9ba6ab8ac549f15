/** Mutants of check-prices: one of its guards taken away, by changing what it is given. */
import type { CheckPricesDeps } from '../../../functions/core/alerts/check-run.ts';
import type { RuleCommit } from '../../../functions/core/alerts/ports.ts';
import type { AlertRule } from '../../../functions/core/alerts/rule.ts';
import type { Mark, RuleState } from '../../../functions/core/alerts/state.ts';
import type { AlertMutant } from './mutant.ts';
import { MINUTE_MS } from './price-path.ts';

/** What is broken when a path is misread. */
const MISREAD = /^(everything fires|nothing fires|each firing)/;

/** Changes every rule as check-prices sees it. */
export function withRules<D extends CheckPricesDeps>(
  deps: D,
  change: (rule: AlertRule) => AlertRule,
): D {
  const alerts = (deps.config.alerts ?? []).map(change);
  const rules = async () => (await deps.store.rules()).map(change);
  return { ...deps, config: { ...deps.config, alerts }, store: { ...deps.store, rules } };
}

/** Changes every step as it is written. */
function withCommit<D extends CheckPricesDeps>(
  deps: D,
  commit: (one: RuleCommit) => Promise<'done' | 'lost'>,
): D {
  return { ...deps, store: { ...deps.store, commit } };
}

function withMarks(state: RuleState, change: (mark: Mark) => Mark): RuleState {
  const marks = Object.entries(state.marks).map(([pair, mark]) => [pair, change(mark)] as const);
  return { ...state, marks: Object.fromEntries(marks) };
}

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const WATCH_MUTANTS: readonly AlertMutant[] = [
  {
    name: 'the notice of a firing is written without the state that says that it fired',
    breaks: /^(a rule is told exactly|no two firings|firings are numbered|everything fires)/,
    withinSeeds: 10,
    check: (deps) =>
      withCommit(deps, (one) => {
        const { before, after } = one;
        if (before === undefined || after.seq === before.seq) return deps.store.commit(one);
        const { seq, status, marks, conditions } = before;
        return deps.store.commit({ ...one, after: { ...after, seq, status, marks, conditions } });
      }),
  },
  {
    name: 'the notice of a firing is written beside the transaction, before it',
    breaks: /^a rule is told exactly/,
    withinSeeds: 60,
    against: ['store conflict', 'crash before a call', 'store call fails'],
    check: (deps) =>
      withCommit(deps, async (one) => {
        for (const notice of one.notices) await deps.outbox.put(notice);
        return deps.store.commit({ ...one, notices: [] });
      }),
  },
  {
    name: 'the version of a state does not guard its write',
    breaks: /^(no two firings|firings are numbered|everything fires|nothing fires|each firing)/,
    withinSeeds: 60,
    against: ['run begins twice', 'killed process goes on later', 'crash before a call'],
    check: (deps) =>
      withCommit(deps, async (one) => {
        const now = await deps.store.state(one.after.ruleId);
        const version = (now?.version ?? 0) + 1;
        return deps.store.commit({ ...one, before: now, after: { ...one.after, version } });
      }),
  },
  {
    name: 'a rule is armed again as soon as it has fired',
    breaks: MISREAD,
    withinSeeds: 10,
    check: (deps) =>
      withCommit(deps, (one) => {
        const { after } = one;
        if (after.status !== 'fired') return deps.store.commit(one);
        const conditions = after.conditions.map(({ ready, ...rest }) =>
          ready === undefined ? rest : { ...rest, ready: { above: true, below: true } },
        );
        const armed = { ...after, status: 'armed', conditions } as const;
        return deps.store.commit({ ...one, after: armed });
      }),
    against: ['deployed in mid-flight'],
  },
  {
    name: 'hysteresis does not count',
    breaks: MISREAD,
    withinSeeds: 20,
    check: (deps) => withRules(deps, (rule) => ({ ...rule, hysteresis: '0' })),
  },
  {
    name: 'the cooldown does not count',
    breaks: MISREAD,
    withinSeeds: 20,
    check: (deps) => withRules(deps, (rule) => ({ ...rule, cooldownMs: MINUTE_MS })),
  },
  {
    name: 'a rule that fires once fires every time',
    breaks: MISREAD,
    withinSeeds: 20,
    check: (deps) =>
      withRules(deps, (rule) => ({
        ...rule,
        repeat: rule.repeat === 'once' ? 'every' : rule.repeat,
      })),
  },
  {
    name: 'a rule that fires daily fires every time',
    breaks: MISREAD,
    withinSeeds: 20,
    check: (deps) =>
      withRules(deps, (rule) => ({
        ...rule,
        repeat: rule.repeat === 'daily' ? 'every' : rule.repeat,
      })),
  },
  {
    name: 'a rule outlives its date',
    breaks: /^(nothing fires|each firing|a rule ends)/,
    withinSeeds: 20,
    check: (deps) => withRules(deps, ({ expiresAtMs: _, ...rule }) => rule),
  },
  {
    name: 'marks go a minute too far',
    breaks: MISREAD,
    withinSeeds: 20,
    against: ['deployed in mid-flight'],
    check: (deps) =>
      withCommit(deps, (one) => {
        if (one.before === undefined) return deps.store.commit(one);
        const later = (mark: Mark): Mark => {
          if (mark.atMs !== mark.minuteMs) return mark;
          return { ...mark, atMs: mark.atMs + MINUTE_MS, minuteMs: mark.minuteMs + MINUTE_MS };
        };
        return deps.store.commit({ ...one, after: withMarks(one.after, later) });
      }),
  },
  {
    name: 'marks fall back a minute',
    breaks: MISREAD,
    withinSeeds: 40,
    against: ['deployed in mid-flight'],
    check: (deps) =>
      withCommit(deps, (one) => {
        if (one.before === undefined) return deps.store.commit(one);
        const earlier = (mark: Mark): Mark => {
          if (mark.atMs !== mark.minuteMs) return mark;
          return { ...mark, atMs: mark.atMs - MINUTE_MS, minuteMs: mark.minuteMs - MINUTE_MS };
        };
        return deps.store.commit({ ...one, after: withMarks(one.after, earlier) });
      }),
  },
  {
    name: 'a minute that still runs is taken for a whole one',
    breaks: MISREAD,
    withinSeeds: 10,
    check: (deps) => ({
      ...deps,
      feed: {
        ...deps.feed,
        candles: async (pair, minutes) => {
          const rows = await deps.feed.candles(pair, minutes);
          const last = rows.at(-1);
          if (last === undefined) return rows;
          const next = { ...last, atMs: last.atMs + minutes * MINUTE_MS };
          return [...rows, { ...next, open: last.close, high: last.close, low: last.close }];
        },
      },
    }),
  },
  {
    name: 'a price is believed at its first reading, however far off',
    breaks: MISREAD,
    withinSeeds: 40,
    against: ['candles show a price that never was'],
    check: (deps) => {
      // Whatever is doubted is read again at once, from the answer that was given.
      const { memory } = deps;
      return {
        ...deps,
        feed: {
          ...deps.feed,
          candles: async (pair, minutes) => {
            const rows = await deps.feed.candles(pair, minutes);
            const seen = new Map(rows.map((row) => [row.atMs, { high: row.high, low: row.low }]));
            memory.pairs.get(pair.name)?.doubted.set(minutes, seen);
            return rows;
          },
        },
      };
    },
  },
];
