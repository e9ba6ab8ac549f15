/** A rule with its numbers read: where each condition begins to hold, and how far it must fail. */
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../functions/core/alerts/compiled-rule.ts';
import type { Condition } from '../../../functions/core/alerts/rule.ts';
import { crossing, MINUTE, ruleOf } from './rule-fixture.ts';

const on = { pair: 'BTC/USD' };
const move = (direction: 'up' | 'down' | 'either', percent: string): Condition => ({
  ...{ ...on, kind: 'move', direction, percent, windowMs: MINUTE },
});

/** With a band of 10 %, numbers as text. */
function compiled(condition: Condition): unknown {
  const { conditions } = compileRule(ruleOf([condition], { hysteresis: '10' }));
  return JSON.parse(JSON.stringify(conditions[0]));
}

describe('a condition', () => {
  const level = { ...on, kind: 'level', level: '100', forMs: 5 } as const;
  const back = { above: '90', below: '110' };
  test.for<readonly [Condition, object]>([
    [crossing('100'), { ...on, kind: 'cross', sides: ['above'], level: '100', back }],
    [crossing('100', 'below'), { ...on, kind: 'cross', sides: ['below'], level: '100', back }],
    [
      crossing('100', 'either'),
      { ...on, kind: 'cross', sides: ['above', 'below'], level: '100', back },
    ],
    [
      { ...level, side: 'above' },
      { ...level, side: 'above', back: '90' },
    ],
    [
      { ...level, side: 'below' },
      { ...level, side: 'below', back: '110' },
    ],
    [
      { ...on, kind: 'spread', side: 'above', percent: '2' },
      { ...on, kind: 'spread', side: 'above', bound: '2', back: '1.8' },
    ],
    [
      { ...on, kind: 'volume', side: 'below', amount: '1000' },
      { ...on, kind: 'volume', side: 'below', bound: '1000', back: '1100' },
    ],
    [
      { ...on, kind: 'extreme', end: 'high' },
      { ...on, kind: 'extreme', side: 'above', back: '0.9' },
    ],
    [
      { ...on, kind: 'extreme', end: 'low' },
      { ...on, kind: 'extreme', side: 'below', back: '1.1' },
    ],
    // Back by a tenth of its size.
    [
      move('up', '5'),
      {
        ...{ ...on, kind: 'move', sides: ['above'], windowMs: MINUTE },
        factor: { above: '1.05', below: '0.95' },
        back: { above: '1.045', below: '0.955' },
      },
    ],
    // Nothing falls by more than all of it.
    [
      move('down', '105'),
      {
        ...{ ...on, kind: 'move', sides: ['below'], windowMs: MINUTE },
        factor: { above: '2.05', below: '0' },
        back: { above: '1.945', below: '0.055' },
      },
    ],
    [
      move('either', '100'),
      {
        ...{ ...on, kind: 'move', sides: ['above', 'below'], windowMs: MINUTE },
        factor: { above: '2', below: '0' },
        back: { above: '1.9', below: '0.1' },
      },
    ],
  ])('%j', ([condition, meaning]) => {
    expect(compiled(condition)).toEqual(meaning);
  });
});

describe('a rule', () => {
  const spread: Condition = { ...on, kind: 'spread', side: 'above', percent: '1' };
  const volume: Condition = { kind: 'volume', pair: 'SOL/USD', side: 'above', amount: '1' };
  const level: Condition = { kind: 'level', pair: 'ETH/USD', side: 'above', level: '1', forMs: 0 };
  const extreme: Condition = { ...on, kind: 'extreme', end: 'low' };

  test.for<readonly [string, readonly Condition[], number | undefined]>([
    ['a crossing', [crossing()], 0],
    ['a new low behind a state', [level, extreme], 1],
    ['states alone', [level, spread, volume, move('up', '1')], undefined],
  ])('has an event: %s', ([, conditions, event]) => {
    expect(compileRule(ruleOf(conditions)).event).toBe(event);
  });

  test('needs the ticker of all its pairs, and candles where a price is asked for', () => {
    const rule = compileRule(ruleOf([spread, volume, level, { ...level, side: 'below' }]));
    expect(rule.pairs).toEqual(['BTC/USD', 'SOL/USD', 'ETH/USD']);
    expect(rule.candlePairs).toEqual(['ETH/USD']);
    expect(compileRule(ruleOf([spread, crossing()])).candlePairs).toEqual(['BTC/USD']);
  });

  test('with a number that is none is refused', () => {
    expect(() => compileRule(ruleOf([crossing('a lot')]))).toThrow();
    expect(() => compileRule(ruleOf([crossing()], { hysteresis: 'some' }))).toThrow();
  });
});
