/** What the checker says of alert rules. */
import { describe, expect, it } from 'vitest';
import { makeRule } from '../../../functions/core/alerts/make-rule.ts';
import type { AlertRule } from '../../../functions/core/alerts/rule.ts';
import { alertsText } from '../../../operator/config/alert-summary.ts';

function rule(text: string): AlertRule {
  const made = makeRule(text, {});
  if (!made.ok) throw new Error(JSON.stringify(made));
  return made.value;
}

describe('the summary of alert rules', () => {
  it('says that there are none', () => {
    expect(alertsText([])).toBe('alerts: none\n');
  });

  it('counts rules and pairs, and says that nothing is only sampled where that is so', () => {
    const text = alertsText(
      ['BTC/USD crosses above 62000', 'BTC/USD below 50000', 'ETH/USD new 24h high'].map(rule),
    );
    expect(text).toContain('alerts: 3 rules on 2 pairs');
    expect(text).toContain('candles of those of 2 pairs on which a rule could fire');
    expect(text).toContain('at most 40 calls, one a second');
    expect(text).toContain('only sampled: nothing');
  });

  it('names the rules that hold what is only sampled, and needs no candles for them alone', () => {
    const text = alertsText([rule('ADA/USD spread above 0.5%')]);
    expect(text).toContain('candles of no pair');
    expect(text).toContain('(spread and volume): ADA/USD spread above 0.5%');
  });

  it('says how late it can be with more pairs than a run can read', () => {
    const rules = Array.from({ length: 81 }, (_, at) => rule(`C${at}X/USD above 10`));
    expect(alertsText(rules)).toContain('up to 3 minutes late, and nothing is skipped');
  });
});
