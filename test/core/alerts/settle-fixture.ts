/** A rule that was read up to noon, as a run that begins later finds it. */
import { beginRun } from '../../../functions/core/alerts/check-run.ts';
import { compileRule } from '../../../functions/core/alerts/compiled-rule.ts';
import { alertMemory, type RuleEntry } from '../../../functions/core/alerts/memory.ts';
import { notePoll } from '../../../functions/core/alerts/pair-memory.ts';
import type { AlertRule, Condition } from '../../../functions/core/alerts/rule.ts';
import type { RuleState } from '../../../functions/core/alerts/state.ts';
import { fakeAlertStore } from '../../fakes/alert-store.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeLog } from '../../fakes/log.ts';
import { fakePriceFeed } from '../../fakes/price-feed.ts';
import { NOON, ruleOf } from './rule-fixture.ts';
import { quoteOf, stateOf, type QuoteText } from './sight-fixture.ts';

/** A crossing that may fire either way. */
export const READY = { holds: false, ready: { above: true, below: true } };

/** The rule with its run; told is what the store has. */
export function standing(
  conditions: readonly Condition[],
  given: {
    readonly afterMs: number;
    readonly state?: Partial<RuleState>;
    readonly options?: Partial<AlertRule>;
    readonly quotes?: Readonly<Record<string, QuoteText>>;
    /** When the count of trades was seen to grow. */
    readonly grewAfterMs?: number;
  },
) {
  const { afterMs, grewAfterMs, quotes = { 'BTC/USD': { last: '101' } } } = given;
  const [clock, store, log, memory] = [
    fakeClock(NOON + afterMs),
    fakeAlertStore(),
    fakeLog(),
    alertMemory(),
  ];
  const table = (trades: number) =>
    new Map(
      Object.entries(quotes).map(([pair, quote]) => [
        pair,
        quoteOf({ ...quote, dayTrades: trades }),
      ]),
    );
  if (grewAfterMs !== undefined) {
    notePoll(memory.pairs, table(1), NOON);
    notePoll(memory.pairs, table(2), NOON + grewAfterMs);
  }
  const run = beginRun({ config: {}, clock, feed: fakePriceFeed(clock, {}), store, log, memory });
  run.quotes = table(2);
  const compiled = compileRule(ruleOf(conditions, given.options));
  const state = stateOf(
    conditions.map(() => READY),
    { version: 0, ...given.state },
  );
  const entry: RuleEntry = { compiled, state };
  return { entry, run, store, ids: () => store.notices.map(({ id }) => id) };
}
