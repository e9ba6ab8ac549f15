/** What the ticker alone rules out, so that no candles are read; and what it cannot rule out. */
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../functions/core/alerts/compiled-rule.ts';
import { couldFire } from '../../../functions/core/alerts/could-fire.ts';
import type { Condition } from '../../../functions/core/alerts/rule.ts';
import type { RuleState } from '../../../functions/core/alerts/state.ts';
import { CASES } from './could-fire-table.ts';
import { crossing, MINUTE, NOON, ruleOf } from './rule-fixture.ts';
import { markAt, sightOf, stateOf, type QuoteText } from './sight-fixture.ts';

const level = (side: 'above' | 'below'): Condition => ({
  ...{ kind: 'level', pair: 'BTC/USD', side, level: '100', forMs: 0 },
});
const spread: Condition = { kind: 'spread', pair: 'BTC/USD', side: 'above', percent: '1' };
const READY = { holds: false, ready: { above: true, below: true } };
const NOT = { holds: false };

describe('what could have fired since the mark', () => {
  const nowMs = NOON + 10 * MINUTE;
  test.for(CASES.map((one) => [one.what, one.could, one] as const))('%s: %s', ([, could, one]) => {
    const { condition, memory, quote, ...more } = one;
    const rule = compileRule(ruleOf([condition], more.rule));
    const polled = condition.kind === 'spread' ? { marks: {} } : {};
    const state = stateOf([memory], { ...polled, ...more.state });
    expect(couldFire(rule, state, () => sightOf(quote, more), nowMs)).toBe(could);
  });

  test('with several conditions each must be possible, and its pair be known', () => {
    const rule = compileRule(ruleOf([level('above'), { ...level('below'), pair: 'ETH/USD' }]));
    const marks = { 'BTC/USD': markAt(NOON), 'ETH/USD': markAt(NOON, '101') };
    const could = (btc: string, eth: string | undefined, more: Partial<RuleState> = {}) => {
      const state = stateOf([NOT, NOT], { marks, ...more });
      const days: Record<string, string | undefined> = { 'BTC/USD': btc, 'ETH/USD': eth };
      const sight = (pair: string) => {
        const day = days[pair];
        return day === undefined ? undefined : sightOf({ last: '101', day });
      };
      return couldFire(rule, state, sight, nowMs);
    };
    expect(could('99 100', '100 101')).toBe(true);
    expect(could('99 100', '101 102')).toBe(false);
    expect(could('99 100', undefined)).toBe(false);
    // When it has fired any of them may fail, whatever this one's prices are.
    const there = { 'BTC/USD': markAt(NOON, '101'), 'ETH/USD': markAt(NOON, '99') };
    expect(could('101 102', '98 99', { status: 'fired', marks: there })).toBe(true);
  });

  test.for([
    ['spread', { bid: '99', ask: '100' }, { bid: '99.5', ask: '100' }],
    ['volume', { volume: '1000' }, { volume: '999' }],
  ] as const)('a %s beside a crossing of the same pair is as polled', ([kind, much, little]) => {
    const volume = { kind: 'volume', pair: 'BTC/USD', side: 'above', amount: '1000' } as const;
    const rule = compileRule(ruleOf([crossing(), kind === 'spread' ? spread : volume]));
    const could = (quote: QuoteText) => {
      const sight = sightOf({ last: '99', day: '99 100', ...quote });
      return couldFire(rule, stateOf([READY, NOT]), () => sight, nowMs);
    };
    expect([could(much), could(little)]).toEqual([true, false]);
  });

  test('a condition of which nothing was remembered yet is looked at', () => {
    const rule = compileRule(ruleOf([level('above')]));
    const sight = sightOf({ day: '99 100' });
    expect(couldFire(rule, stateOf([]), () => sight, nowMs)).toBe(true);
  });
});
