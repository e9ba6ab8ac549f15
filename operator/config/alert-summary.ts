/** What the alert rules of a configuration ask for, in a few lines a person can check. */
import { compileRule } from '../../functions/core/alerts/compiled-rule.ts';
import { CALLS_PER_RUN } from '../../functions/core/alerts/read-candles.ts';
import type { AlertRule } from '../../functions/core/alerts/rule.ts';

/** Rules, pairs, calls against the limit, and what is looked at but not followed in between. */
export function alertsText(rules: readonly AlertRule[]): string {
  if (rules.length === 0) return 'alerts: none\n';
  const compiled = rules.map(compileRule);
  const pairs = new Set(compiled.flatMap((one) => one.pairs));
  const candlePairs = new Set(compiled.flatMap((one) => one.candlePairs));
  const sampled = rules.filter(({ conditions }) =>
    conditions.some(({ kind }) => kind === 'spread' || kind === 'volume'),
  );
  return [
    `alerts: ${counted(rules.length, 'rule')} on ${counted(pairs.size, 'pair')}; more may be added while it runs`,
    `  each minute: one call for all prices, one for the mode of the exchange, and candles of ${candlesText(candlePairs.size)}`,
    sampled.length === 0
      ? '  only sampled: nothing; every price between two looks counts'
      : `  only sampled, once a minute (spread and volume): ${sampled.map(({ text }) => text).join('; ')}`,
    '',
  ].join('\n');
}

function candlesText(pairs: number): string {
  if (pairs === 0) return 'no pair';
  const limit = `at most ${CALLS_PER_RUN} calls, one a second`;
  const which =
    pairs === 1
      ? 'the pair, when a rule could fire'
      : `those of ${pairs} pairs on which a rule could fire`;
  if (pairs <= CALLS_PER_RUN) return `${which} (${limit})`;
  const runs = Math.ceil(pairs / CALLS_PER_RUN);
  return `${which} (${limit}: when all of them move, up to ${runs} minutes late, and nothing is skipped)`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
