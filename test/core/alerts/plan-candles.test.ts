/** Whose candles are read first, when there is not time for all. */
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../functions/core/alerts/compiled-rule.ts';
import type { RuleEntry } from '../../../functions/core/alerts/memory.ts';
import { planCandles } from '../../../functions/core/alerts/plan-candles.ts';
import type { AlertRule, Condition } from '../../../functions/core/alerts/rule.ts';
import type { ConditionState } from '../../../functions/core/alerts/state.ts';
import { crossing, MINUTE, NOON, ruleOf } from './rule-fixture.ts';
import { markAt, sightOf, stateOf, type QuoteText } from './sight-fixture.ts';

/** Rules wait for so many minutes, at noon. */
interface Waiting {
  readonly minutes?: number;
  readonly memory?: ConditionState;
  readonly options?: Partial<AlertRule>;
}

/** At noon: a rule of these conditions, read up to so many minutes ago. */
function waiting(conditions: readonly Condition[], given: Waiting = {}): RuleEntry {
  const { minutes = 1, memory = { holds: false, ready: { above: true, below: true } } } = given;
  const compiled = compileRule(ruleOf(conditions, given.options));
  const atMs = NOON - minutes * MINUTE;
  const marks = Object.fromEntries(compiled.candlePairs.map((pair) => [pair, markAt(atMs)]));
  return {
    compiled,
    state: stateOf(
      conditions.map(() => memory),
      { marks },
    ),
  };
}

const level = (pair: string, side: 'above' | 'below' = 'above'): Condition => ({
  ...{ kind: 'level', pair, side, level: '100', forMs: 0 },
});
const move = (pair: string): Condition => ({
  ...{ kind: 'move', pair, direction: 'up', percent: '1', windowMs: MINUTE },
});

/** The plan where the ticker shows these prices. */
function planned(entries: readonly RuleEntry[], quotes: Readonly<Record<string, QuoteText>>) {
  const sight = (pair: string) => {
    const quote = quotes[pair];
    return quote === undefined ? undefined : sightOf(quote);
  };
  const { pairs, wanted } = planCandles(entries, sight, NOON);
  return { pairs, wanted: [...wanted] };
}

/** Each pair alone: at its level now, was there, or never was. */
const THERE = { last: '101', day: '99 101' };
const WAS = { last: '99', day: '99 101' };
const NEVER = { last: '99', day: '99 99' };

describe('what is read', () => {
  test('only what could have fired', () => {
    const entries = ['A/USD', 'B/USD'].map((pair) => waiting([crossing('100', 'above', pair)]));
    const plan = planned(entries, { 'A/USD': WAS, 'B/USD': NEVER });
    expect(plan).toEqual({ pairs: ['A/USD'], wanted: ['A/USD'] });
  });

  test('a pair of several rules once', () => {
    const entries = [waiting([crossing()]), waiting([level('BTC/USD')])];
    expect(planned(entries, { 'BTC/USD': WAS }).pairs).toEqual(['BTC/USD']);
  });

  test('all pairs of a rule, one behind the other', () => {
    const entries = [
      waiting([level('A/USD'), level('C/USD')], { minutes: 9 }),
      waiting([level('B/USD')], { minutes: 8 }),
    ];
    const quotes = { 'A/USD': WAS, 'B/USD': WAS, 'C/USD': WAS };
    expect(planned(entries, quotes).pairs).toEqual(['A/USD', 'C/USD', 'B/USD']);
  });

  test('nothing of a rule one pair of which the ticker lacks', () => {
    const rule = waiting([level('A/USD'), level('C/USD')], { minutes: 700 });
    expect(planned([rule], { 'A/USD': WAS }).pairs).toEqual([]);
  });

  test('nothing of a rule that was not looked at yet, or that asks for no prices', () => {
    const spread: Condition = { kind: 'spread', pair: 'A/USD', side: 'above', percent: '0' };
    const entries = [{ ...waiting([level('A/USD')]), state: undefined }, waiting([spread])];
    expect(planned(entries, { 'A/USD': THERE }).pairs).toEqual([]);
  });
});

describe('in which order', () => {
  test('what the ticker shows happening, then what could have, the longest unread first', () => {
    const at = (pair: string, minutes: number) =>
      waiting([crossing('100', 'above', pair)], { minutes });
    const entries = [at('A/USD', 5), at('B/USD', 30), at('C/USD', 1), at('D/USD', 2)];
    const quotes = { 'A/USD': WAS, 'B/USD': WAS, 'C/USD': THERE, 'D/USD': THERE };
    expect(planned(entries, quotes).pairs).toEqual(['D/USD', 'C/USD', 'B/USD', 'A/USD']);
  });

  test.for<readonly [string, Condition, QuoteText, boolean]>([
    ['a level where it is', level('A/USD'), { last: '100', day: '99 100' }, true],
    ['a level that was left again', level('A/USD'), WAS, false],
    ['a level below, where it is', level('A/USD', 'below'), { last: '100', day: '99 101' }, true],
    ['a level below that was left again', level('A/USD', 'below'), THERE, false],
    ['a crossing that is there', crossing('100', 'above', 'A/USD'), THERE, true],
    ['a crossing below, left again', crossing('100', 'below', 'A/USD'), THERE, false],
    [
      'a crossing either way: the price tells no side',
      crossing('100', 'either', 'A/USD'),
      THERE,
      false,
    ],
    ['a move', move('A/USD'), THERE, false],
  ])('%s is shown by the ticker: %s', ([, condition, quote, shows]) => {
    // The other has waited for longer, and could have fired.
    const other = waiting([crossing('100', 'above', 'Z/USD')], { minutes: 60 });
    const plan = planned([other, waiting([condition])], { 'A/USD': quote, 'Z/USD': WAS });
    expect(plan.pairs).toEqual(shows ? ['A/USD', 'Z/USD'] : ['Z/USD', 'A/USD']);
  });

  test('a rule of several conditions is shown by any of them', () => {
    const other = waiting([crossing('100', 'above', 'Z/USD')], { minutes: 60 });
    const joined = waiting([level('A/USD'), level('B/USD')]);
    const quotes = { 'A/USD': WAS, 'B/USD': THERE, 'Z/USD': WAS };
    expect(planned([other, joined], quotes).pairs).toEqual(['A/USD', 'B/USD', 'Z/USD']);
  });

  test('a rule is as old as the oldest mark of its pairs', () => {
    const joined = waiting([level('A/USD'), level('B/USD')], { minutes: 2 });
    const marks = { ...joined.state?.marks, 'B/USD': markAt(NOON - 60 * MINUTE) };
    const old = { ...joined, state: stateOf([{ holds: false }, { holds: false }], { marks }) };
    const other = waiting([level('Z/USD')], { minutes: 30 });
    const quotes = { 'A/USD': WAS, 'B/USD': WAS, 'Z/USD': WAS };
    expect(planned([other, old], quotes).pairs).toEqual(['A/USD', 'B/USD', 'Z/USD']);
  });
});

describe('what could not have fired', () => {
  const quiet = (pair: string, minutes: number, options: Partial<AlertRule> = {}) =>
    waiting([crossing('100', 'above', pair)], { minutes, options });
  const quotes = { 'A/USD': NEVER, 'B/USD': NEVER, 'Z/USD': WAS };

  test.for<readonly [number, 'not' | 'spare' | 'wanted']>([
    [399, 'not'],
    [400, 'spare'],
    [599, 'spare'],
    [600, 'wanted'],
  ])('unread for %s minutes is read: %s', ([minutes, how]) => {
    const plan = planned([quiet('A/USD', minutes)], quotes);
    expect(plan.pairs).toEqual(how === 'not' ? [] : ['A/USD']);
    expect(plan.wanted).toEqual(how === 'wanted' ? ['A/USD'] : []);
  });

  test('comes behind what could, what is about to be lost before what has room', () => {
    const entries = [
      quiet('A/USD', 500),
      quiet('B/USD', 650),
      waiting([crossing('100', 'above', 'Z/USD')]),
    ];
    const plan = planned(entries, quotes);
    expect(plan).toEqual({ pairs: ['Z/USD', 'B/USD', 'A/USD'], wanted: ['Z/USD', 'B/USD'] });
  });

  test.for<readonly [string, number, number, boolean]>([
    ['has come, and is read up to before it', 0, 1, true],
    ['has come, and is read up to it', 1, 1, false],
    ['comes within this minute, whose candle is not whole', -0.5, 1, false],
    ['is still to come', -5, 1, false],
  ])('is read to end a rule, if its date %s', ([, agoMinutes, unread, reads]) => {
    const expiresAtMs = NOON - agoMinutes * MINUTE;
    const plan = planned([quiet('A/USD', unread, { expiresAtMs })], quotes);
    expect(plan).toEqual({ pairs: reads ? ['A/USD'] : [], wanted: [] });
  });
});
