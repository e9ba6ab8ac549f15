/** Whether a rule may fire again: its cooldown, its day and its date. */
import { describe, expect, test } from 'vitest';
import { mayFire } from '../../../functions/core/alerts/fold-rule.ts';
import type { AlertRule } from '../../../functions/core/alerts/rule.ts';
import { crossing, MINUTE, NOON, ruleOf } from './rule-fixture.ts';
import { stateOf } from './sight-fixture.ts';

describe('whether enough time has passed', () => {
  const fired = { firedAtMs: NOON };
  test.for<readonly [string, Partial<AlertRule>, number, boolean]>([
    ['a minute at least, whatever the cooldown', { cooldownMs: 0 }, MINUTE - 1, false],
    ['after that minute', { cooldownMs: 0 }, MINUTE, true],
    ['within the cooldown', { cooldownMs: 5 * MINUTE }, 5 * MINUTE - 1, false],
    ['behind it', { cooldownMs: 5 * MINUTE }, 5 * MINUTE, true],
    ['daily, on the same day', { repeat: 'daily' }, 719 * MINUTE, false],
    ['daily, on the next day', { repeat: 'daily' }, 720 * MINUTE, true],
    ['before the date', { expiresAtMs: NOON + 9 * MINUTE }, 9 * MINUTE - 1, true],
    ['at the date', { expiresAtMs: NOON + 9 * MINUTE }, 9 * MINUTE, false],
  ])('%s', ([, options, afterMs, may]) => {
    const rule = ruleOf([crossing()], options);
    expect(mayFire(rule, stateOf([], fired), NOON + afterMs)).toBe(may);
  });

  test('a rule that has never fired may, unless its date has come', () => {
    const rule = ruleOf([crossing()], { repeat: 'daily', expiresAtMs: NOON });
    expect(mayFire(rule, stateOf([]), NOON - 1)).toBe(true);
    expect(mayFire(rule, stateOf([]), NOON)).toBe(false);
    expect(mayFire(ruleOf([crossing()], { repeat: 'daily' }), stateOf([]), Date.now())).toBe(true);
  });
});
