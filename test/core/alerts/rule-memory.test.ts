/** How the memory of a rule begins, which minutes it has not read, and when it is written. */
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../functions/core/alerts/compiled-rule.ts';
import type { Candle } from '../../../functions/core/alerts/market.ts';
import {
  firstState,
  isWorthWriting,
  minutesSince,
} from '../../../functions/core/alerts/rule-memory.ts';
import type { Condition } from '../../../functions/core/alerts/rule.ts';
import type { ConditionState, RuleState } from '../../../functions/core/alerts/state.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { crossing, MINUTE, NOON, ruleOf } from './rule-fixture.ts';
import { markAt, quoteOf, stateOf } from './sight-fixture.ts';

const level = (side: 'above' | 'below', forMs = 0): Condition => ({
  ...{ kind: 'level', pair: 'BTC/USD', side, level: '100', forMs },
});
const extreme = (end: 'high' | 'low'): Condition => ({ kind: 'extreme', pair: 'BTC/USD', end });
const move: Condition = {
  ...{ kind: 'move', pair: 'BTC/USD', direction: 'up', percent: '1', windowMs: MINUTE },
};
const spread: Condition = { kind: 'spread', pair: 'BTC/USD', side: 'above', percent: '1' };

describe('the first look', () => {
  const at = (last: string, condition: Condition) => {
    const rule = compileRule(ruleOf([condition], { hysteresis: '5' }));
    return firstState(rule, new Map([['BTC/USD', quoteOf({ last, day: '90 110' })]]), NOON);
  };

  test('is a state that was never written and has never fired', () => {
    const rule = compileRule(ruleOf([crossing()], { edition: 'a1' }));
    const quotes = new Map([['BTC/USD', quoteOf({ last: '99', day: '95 105' })]]);
    expect(firstState(rule, quotes, NOON + 30_000)).toEqual({
      ...{ ruleId: 'r.a1', version: 0, seq: 0, status: 'armed', suppressed: 0 },
      conditions: [{ holds: false, ready: { above: true } }],
      marks: {
        'BTC/USD': { atMs: NOON + 30_000, minuteMs: NOON, high: '105', low: '95', close: '99' },
      },
    });
  });

  test.for<readonly [string, Condition, ConditionState]>([
    ['99', crossing(), { holds: false, ready: { above: true } }],
    ['100', crossing(), { holds: false, ready: { above: false } }],
    ['101', crossing('100', 'below'), { holds: false, ready: { below: true } }],
    ['99', crossing('100', 'either'), { holds: false, ready: { above: true, below: false } }],
    ['99', extreme('high'), { holds: false, ready: { above: true } }],
    ['99', extreme('low'), { holds: false, ready: { below: true } }],
    ['100', level('above'), { holds: true }],
    ['99', level('above'), { holds: false }],
    ['99', level('below', MINUTE), { holds: true, sinceMs: NOON }],
    ['101', level('below', MINUTE), { holds: false }],
    ['99', move, { holds: true }],
    ['99', spread, { holds: false }],
  ])('at %s, %j remembers %j', ([last, condition, memory]) => {
    expect(at(last, condition)?.conditions).toStrictEqual([memory]);
  });

  test('waits while the ticker lacks a pair whose candles it needs', () => {
    const eth = { ...spread, pair: 'ETH/USD' };
    const quotes = new Map([['BTC/USD', quoteOf()]]);
    const both = compileRule(ruleOf([crossing(), crossing('9', 'above', 'ETH/USD')]));
    expect(firstState(both, quotes, NOON)).toBeUndefined();
    const polled = firstState(compileRule(ruleOf([crossing(), eth])), quotes, NOON);
    expect(polled?.conditions[1]).toEqual({ holds: false });
    expect(Object.keys(polled?.marks ?? {})).toEqual(['BTC/USD']);
  });
});

describe('a state is written', () => {
  const one: ConditionState = { holds: false, ready: { above: true, below: false }, sinceMs: 1 };
  const before = stateOf([one]);

  test.for<readonly [string, Partial<RuleState>, boolean]>([
    ['that it has fired', { seq: 1 }, true],
    ['how it stands', { status: 'fired' }, true],
    ['when it fired', { firedAtMs: NOON }, true],
    ['what was not told', { suppressed: 1 }, true],
    ['up to when it was told ahead', { aheadMs: NOON }, true],
    ['that it is ready above', { conditions: [{ ...one, ready: { below: false } }] }, true],
    [
      'that it is ready below',
      { conditions: [{ ...one, ready: { above: true, below: true } }] },
      true,
    ],
    ['since when it is there', { conditions: [{ ...one, sinceMs: 2 }] }, true],
    ['that it is not ready any more', { conditions: [{ holds: false, sinceMs: 1 }] }, true],
    ['not how far prices were read', { marks: { 'BTC/USD': markAt(NOON + MINUTE) } }, false],
    ['not what is only shown', { conditions: [{ ...one, holds: true }] }, false],
  ])('for a change of %s', ([, change, isWorth]) => {
    expect(isWorthWriting(before, { ...before, ...change })).toBe(isWorth);
    expect(isWorthWriting({ ...before, ...change }, before)).toBe(isWorth);
  });
});

describe('the minutes that a rule has not read', () => {
  const rule = compileRule(ruleOf([crossing(), crossing('9', 'above', 'ETH/USD')]));
  const rowsOf = (...minutes: readonly number[]): readonly Candle[] =>
    minutes.map((minute) => {
      const price = decimal('99');
      const prices = { open: price, high: price, low: price, close: price };
      return { atMs: NOON + minute * MINUTE, ...prices, volume: decimal('1') };
    });
  const read = (
    candles: Readonly<Record<string, readonly Candle[]>>,
    marks: RuleState['marks'] = { 'BTC/USD': markAt(NOON), 'ETH/USD': markAt(NOON) },
    readAtMs: (pair: string) => number = () => NOON + 9 * MINUTE,
    running = false,
  ) => {
    const { minutes, gaps } = minutesSince(rule, stateOf([], { marks }), (pair) => {
      const rows = candles[pair];
      return rows && { rows, running, readAtMs: readAtMs(pair) };
    });
    return {
      minutes: minutes.map(({ fromMs, toMs, whole, strokes }) => {
        const pairs = [...strokes.keys()].map((pair) => pair.slice(0, 3)).join(' ');
        return `${(fromMs - NOON) / MINUTE}-${(toMs - NOON) / MINUTE} ${pairs}${whole ? '' : ' running'}`;
      }),
      gaps: [...gaps],
    };
  };

  test('are those for which every pair has a candle', () => {
    const some = { 'BTC/USD': rowsOf(0, 1, 2, 3), 'ETH/USD': rowsOf(0, 1, 2) };
    expect(read(some)).toEqual({
      minutes: ['0-1 BTC ETH', '1-2 BTC ETH', '2-3 BTC ETH'],
      gaps: [],
    });
    const marks = { 'BTC/USD': markAt(NOON), 'ETH/USD': markAt(NOON + 2 * MINUTE) };
    expect(read(some, marks).minutes).toEqual(['2-3 BTC ETH']);
  });

  test('are none while a pair was not read, or has no candle since', () => {
    expect(read({ 'BTC/USD': rowsOf(0, 1) }).minutes).toEqual([]);
    expect(read({ 'BTC/USD': rowsOf(0, 1), 'ETH/USD': rowsOf(-1) }).minutes).toEqual([]);
    expect(
      read({ 'BTC/USD': rowsOf(0), 'ETH/USD': rowsOf(0) }, { 'BTC/USD': markAt(NOON) }).minutes,
    ).toEqual([]);
  });

  test('begin and end with the pair that does so last', () => {
    const some = { 'BTC/USD': rowsOf(0, 1), 'ETH/USD': rowsOf(0, 1) };
    const marks = { 'BTC/USD': { ...markAt(NOON), atMs: NOON + 15_000 }, 'ETH/USD': markAt(NOON) };
    const readAtMs = (pair: string) => NOON + MINUTE + (pair === 'BTC/USD' ? 15_000 : 30_000);
    expect(read(some, marks, readAtMs, true).minutes).toEqual([
      '0.25-1 BTC ETH',
      '1-1.5 BTC ETH running',
    ]);
  });

  test('run while they run for one of the pairs', () => {
    const rows = { 'BTC/USD': rowsOf(0, 1, 2), 'ETH/USD': rowsOf(0, 1) };
    expect(read(rows, undefined, undefined, true).minutes).toEqual([
      '0-1 BTC ETH',
      '1-2 BTC ETH running',
    ]);
  });

  test('tell the gaps of each pair that has one', () => {
    const gap = { fromMs: NOON + MINUTE, toMs: NOON + 2 * MINUTE };
    const some = { 'BTC/USD': rowsOf(0, 2), 'ETH/USD': rowsOf(0, 1, 2) };
    expect(read(some)).toEqual({
      minutes: ['0-1 BTC ETH', '1-2 BTC ETH', '2-3 BTC ETH'],
      gaps: [['BTC/USD', [gap]]],
    });
  });
});
