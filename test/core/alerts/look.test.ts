/** One condition and one stroke: what is seen, and what is remembered. */
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../functions/core/alerts/compiled-rule.ts';
import {
  look,
  movePercent,
  spreadPercent,
  type Sight,
} from '../../../functions/core/alerts/look.ts';
import type { Condition } from '../../../functions/core/alerts/rule.ts';
import type { ConditionState } from '../../../functions/core/alerts/state.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import { crossing, MINUTE, NOON, ruleOf } from './rule-fixture.ts';
import { quoteOf, rangeOf, type QuoteText } from './sight-fixture.ts';

const extreme = (end: 'high' | 'low'): Condition => ({ kind: 'extreme', pair: 'BTC/USD', end });
const level = (forMs = 0): Condition => ({
  ...{ kind: 'level', pair: 'BTC/USD', side: 'above', level: '100', forMs },
});
const move = (direction: 'up' | 'down' | 'either'): Condition => ({
  ...{ kind: 'move', pair: 'BTC/USD', direction, percent: '10', windowMs: 5 * MINUTE },
});
const spread: Condition = { kind: 'spread', pair: 'BTC/USD', side: 'above', percent: '1' };
const volume: Condition = { kind: 'volume', pair: 'BTC/USD', side: 'below', amount: '1000' };

interface Given {
  readonly condition: Condition;
  readonly state?: ConditionState;
  /** Start, high, low and close of the minute from noon on. */
  readonly prices?: string;
  readonly afterGap?: boolean;
  /** Lowest and highest of the time before. */
  readonly before?: string;
  readonly quote?: QuoteText;
}

/** A look with a band of 5 %. */
function seen({ condition, state = { holds: false }, prices, afterGap, before, quote }: Given) {
  const [compiled] = compileRule(ruleOf([condition], { hysteresis: '5' })).conditions;
  if (compiled === undefined) throw new Error('there is a condition');
  const [start, high, low, close] = (prices ?? '').split(' ').map((text) => decimal(text || '0'));
  const times = { minuteMs: NOON, fromMs: NOON, toMs: NOON + MINUTE, whole: true };
  const sight: Sight = {
    stroke:
      start && high && low && close
        ? { ...times, start, high, low, close, afterGap: afterGap ?? false }
        : undefined,
    quote: quote && quoteOf(quote),
    range: before === undefined ? undefined : () => rangeOf(before),
  };
  const { price, against, ...rest } = look(compiled, state, sight);
  return {
    ...rest,
    ...(price === undefined ? {} : { price: plain(price) }),
    ...(against === undefined ? {} : { against: plain(against) }),
  };
}

const NOTHING = { holds: false, ambiguous: false, failed: false, failedAtClose: false };

describe('nothing is seen, and what is remembered stays', () => {
  const state = { holds: false, ready: { above: true }, sinceMs: 5 };
  test.for<readonly [string, Given]>([
    ['of a spread without a quote', { condition: spread, prices: '99 101 99 101' }],
    ['of a volume without a quote', { condition: volume, prices: '99 101 99 101' }],
    ['of a crossing without a stroke', { condition: crossing(), quote: { last: '101' } }],
    ['of a new high without a stroke', { condition: extreme('high'), before: '90 110' }],
    [
      'of a new high while nothing is known of the time before',
      { condition: extreme('high'), prices: '99 199 99 199' },
    ],
  ])('%s', ([, given]) => {
    expect(seen({ ...given, state })).toStrictEqual({ ...NOTHING, next: state });
  });
});

describe('a new high', () => {
  const ready = (above: boolean) => ({ holds: false, ready: { above } });
  test.for<readonly [string, boolean, string, boolean, boolean]>([
    ['beyond what was before', true, '100 110.1 100 110.1', true, false],
    ['at what was before', true, '100 110 100 110', false, true],
    [
      'and far back from it, yet still beyond what was before',
      true,
      '100 120 100 114',
      true,
      false,
    ],
    ['and back from it to what was before', true, '100 120 100 110', true, true],
    // Back by 5 % of the new high of 112.
    ['and back from it by the band', true, '100 112 100 106.4', true, true],
    ['and not back by the band', true, '100 112 100 106.5', true, false],
    ['below what was before, but not by the band', false, '109 109 105 109', false, false],
    ['below it by the band', false, '109 109 104.5 109', false, true],
  ])('%s', ([, before, prices, holds, after]) => {
    const result = seen({
      ...{ condition: extreme('high'), state: ready(before), prices, before: '90 110' },
    });
    expect(result.holds).toBe(holds);
    expect(result.next.ready).toStrictEqual({ above: after });
  });

  test('says how far it went and what was before; a low is its mirror', () => {
    const high = { condition: extreme('high'), state: ready(true), prices: '100 112 100 111' };
    expect(seen({ ...high, before: '90 110' })).toStrictEqual({
      ...{ ...NOTHING, holds: true, side: 'above', price: '112', against: '110' },
      next: { holds: true, ready: { above: false } },
    });
    const state = { holds: false, ready: { below: true } };
    const low = { condition: extreme('low'), state, prices: '100 100 80 80', before: '90 110' };
    expect(seen(low)).toStrictEqual({
      ...{ ...NOTHING, holds: true, side: 'below', price: '80', against: '90' },
      next: { holds: true, ready: { below: false } },
    });
    // Back by 5 % of the new low of 88.
    const back = (close: string) => seen({ ...low, prices: `100 100 88 ${close}` }).next.ready;
    expect([back('92.3'), back('92.4')]).toEqual([{ below: false }, { below: true }]);
  });

  test('of which nothing is remembered yet is not ready', () => {
    const given = { condition: extreme('high'), prices: '111 112 111 112', before: '90 110' };
    expect(seen(given)).toStrictEqual({
      ...{ ...NOTHING, next: { holds: false, ready: { above: false } } },
    });
  });
});

describe('a crossing', () => {
  test.for<readonly [string, ConditionState, string, boolean]>([
    ['that is not ready and was not back', { holds: false }, '99 101 99 101', false],
    ['that was back and not there', { holds: false }, '99 99 95 99', true],
  ])('%s does not fire', ([, state, prices, ready]) => {
    expect(seen({ condition: crossing(), state, prices })).toStrictEqual({
      ...{ ...NOTHING, next: { holds: false, ready: { above: ready } } },
    });
  });
});

describe('a move', () => {
  test('is measured from where the minute began, while nothing is known of the time before', () => {
    expect(seen({ condition: move('up'), prices: '100 110 95 109' })).toStrictEqual({
      ...{ ...NOTHING, holds: true, side: 'above', price: '110', against: '100' },
      ...{ failed: true, failedAtClose: true, next: { holds: true } },
    });
    expect(seen({ condition: move('down'), prices: '100 105 90 90' })).toMatchObject({
      ...{ holds: true, side: 'below', price: '90', against: '100', failed: false },
    });
  });

  test('is measured from the furthest of both', () => {
    const up = { condition: move('up'), prices: '100 110 100 110' };
    expect(seen({ ...up, before: '99 120' }).against).toBe('99');
    expect(seen({ ...up, before: '101 120' }).against).toBe('100');
    const down = { condition: move('down'), prices: '100 100 90 90' };
    expect(seen({ ...down, before: '80 101' }).against).toBe('101');
    expect(seen({ ...down, before: '80 99' }).against).toBe('100');
  });

  test.for([
    // By 9.5 % of 100: a band of 5 % of 10 %.
    ['109.5', false],
    ['109.4', true],
  ] as const)('has failed by its band at %s: %s', ([close, failed]) => {
    const given = { condition: move('up'), prices: `100 110 100 ${close}`, before: '100 100' };
    expect(seen(given)).toMatchObject({ holds: true, failed, failedAtClose: failed });
  });

  test('either way has failed when neither side is there', () => {
    const failed = (prices: string) =>
      seen({ condition: move('either'), prices, before: '100 100' }).failed;
    expect([failed('100 110 100 110'), failed('100 100 90 90')]).toEqual([false, false]);
    expect(failed('100 101 99 100')).toBe(true);
  });

  test('that is not far enough says only that it has failed', () => {
    const given = { condition: move('up'), prices: '100 104 100 104', before: '100 100' };
    expect(seen(given)).toStrictEqual({
      ...{ ...NOTHING, failed: true, failedAtClose: true, next: { holds: false } },
    });
  });
});

describe('a level that must last', () => {
  const lasting = (state: ConditionState, prices: string, afterGap = false) =>
    seen({ condition: level(3 * MINUTE), state, prices, afterGap });

  test.for<readonly [string, ConditionState, string, boolean | undefined, number | undefined]>([
    ['is there since this minute', { holds: false }, '100 101 100 101', false, NOON],
    ['goes on', { holds: false, sinceMs: 7 }, '100 101 100 101', false, 7],
    [
      'breaks within the minute, and is there again',
      { holds: false, sinceMs: 7 },
      '100 101 99 101',
      false,
      NOON + MINUTE,
    ],
    ['breaks', { holds: false, sinceMs: 7 }, '100 101 99 99', false, undefined],
    [
      'is not known to have lasted behind a gap',
      { holds: false, sinceMs: 7 },
      '100 101 100 101',
      true,
      NOON,
    ],
    [
      'is there behind a gap, wherever it was before',
      { holds: false },
      '99 101 100 101',
      true,
      NOON,
    ],
    ['comes within the minute', { holds: false }, '99 101 99 101', false, NOON + MINUTE],
  ])('%s', ([, state, prices, afterGap, sinceMs]) => {
    const { next } = lasting(state, prices, afterGap);
    const rest = { holds: next.holds };
    expect(next).toStrictEqual(sinceMs === undefined ? rest : { ...rest, sinceMs });
  });

  test('holds when it has lasted for so long before this minute', () => {
    const holds = (sinceMs: number, afterGap = false) =>
      lasting({ holds: false, sinceMs }, '100 101 99 99', afterGap).holds;
    expect([holds(NOON - 3 * MINUTE), holds(NOON - 3 * MINUTE + 1)]).toEqual([true, false]);
    expect(holds(NOON - 3 * MINUTE, true)).toBe(false);
  });
});

describe('as polled', () => {
  test.for<readonly [string, Condition, QuoteText, boolean, boolean]>([
    ['a spread at its bound', spread, { bid: '99.5', ask: '100.5' }, true, false],
    [
      'a spread below its bound, within its band',
      spread,
      { bid: '99.52', ask: '100.48' },
      false,
      false,
    ],
    [
      'a spread below its bound by its band',
      spread,
      { bid: '99.525', ask: '100.475' },
      false,
      true,
    ],
    ['a volume at its bound', volume, { volume: '1000' }, true, false],
    ['a volume above it, within its band', volume, { volume: '1049' }, false, false],
    ['a volume above it by its band', volume, { volume: '1050' }, false, true],
  ])('%s', ([, condition, quote, holds, failed]) => {
    const side = condition.kind === 'spread' ? 'above' : 'below';
    expect(seen({ condition, quote: { last: '99', ...quote } })).toStrictEqual({
      ...{ holds, side, price: '99', ambiguous: false, failed, failedAtClose: failed },
      next: { holds },
    });
  });
});

describe('in percent', () => {
  test('a spread is of the middle, and a move of where it began', () => {
    expect(plain(spreadPercent(quoteOf({ bid: '99', ask: '101' })))).toBe('2');
    expect(plain(spreadPercent(quoteOf({ bid: '0', ask: '0' })))).toBe('0');
    expect(plain(movePercent(decimal('95'), decimal('100')))).toBe('-5');
    expect(plain(movePercent(decimal('95'), decimal('0')))).toBe('0');
  });
});
