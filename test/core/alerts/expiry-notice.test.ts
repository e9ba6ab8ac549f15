/** What a person is told when a rule ends by its date. */
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../functions/core/alerts/compiled-rule.ts';
import { expiryNotice } from '../../../functions/core/alerts/firing-notice.ts';
import { crossing, NOON, ruleOf } from './rule-fixture.ts';

describe('the end of a rule by its date', () => {
  test.for([
    [0, 'It fired never.'],
    [1, 'It fired once.'],
    [2, 'It fired 2 times.'],
  ] as const)('after %s firings: %s', ([seq, sentence]) => {
    const rule = compileRule(ruleOf([crossing()], { edition: 'a1', channels: ['ops'] }));
    expect(expiryNotice(rule, seq, NOON)).toEqual({
      ...{ id: 'alert:r.a1:expired', atMs: NOON, urgency: 'info', channels: ['ops'] },
      title: 'Alert rule ended: BTC/USD crosses above 100',
      text: `Its expiry date has come. ${sentence} Add it again if you still want it.`,
      ...{ command: 'npx harpoon alerts list', subject: 'alert', zone: 'UTC' },
    });
  });

  test('has a title of at most 140 characters', () => {
    const rule = compileRule(ruleOf([crossing()], { text: 'x'.repeat(200) }));
    expect(expiryNotice(rule, 0, NOON).title).toBe(`Alert rule ended: ${'x'.repeat(122)}`);
  });
});
