/** From one minute to the next: when a rule fires, and what is remembered of it. */
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../functions/core/alerts/compiled-rule.ts';
import { nextStep, type Minute } from '../../../functions/core/alerts/fold-rule.ts';
import type { AlertRule, Condition } from '../../../functions/core/alerts/rule.ts';
import type { RuleState } from '../../../functions/core/alerts/state.ts';
import type { Stroke } from '../../../functions/core/alerts/stroke.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import { crossing, MINUTE, NOON, ruleOf } from './rule-fixture.ts';
import { markAt, quoteOf, rangeOf, stateOf } from './sight-fixture.ts';

const level = (side: 'above' | 'below' = 'above', pair = 'BTC/USD'): Condition => ({
  ...{ kind: 'level', pair, side, level: '100', forMs: 0 },
});
const move: Condition = {
  ...{ kind: 'move', pair: 'BTC/USD', direction: 'up', percent: '1', windowMs: 5 * MINUTE },
};
const spread: Condition = { kind: 'spread', pair: 'ETH/USD', side: 'above', percent: '1' };
const READY = { holds: false, ready: { above: true } };
const begun = ({ kind }: Condition) => (kind === 'cross' ? READY : { holds: false });

/** `99 101 98 100`: where a minute began, its high and low, and where it ended. */
function strokeAt(at: number, text: string, isWhole = true): Stroke {
  const [start, high, low, close] = text.split(' ').map(decimal);
  if (!start || !high || !low || !close) throw new Error(text);
  const fromMs = NOON + at * MINUTE;
  const toMs = fromMs + (isWhole ? MINUTE : 30_000);
  const prices = { start, high, low, close };
  return { minuteMs: fromMs, fromMs, toMs, ...prices, whole: isWhole, afterGap: false };
}

/** The minutes from noon on, of `BTC/USD`; the last may still run. */
function minutesOf(texts: readonly string[], running = false): readonly Minute[] {
  return texts.map((text, at) => {
    const stroke = strokeAt(at, text, !(running && at === texts.length - 1));
    const { fromMs, toMs, whole } = stroke;
    return { fromMs, toMs, whole, strokes: new Map([['BTC/USD', stroke]]) };
  });
}

interface Given {
  readonly conditions: readonly Condition[];
  readonly minutes: readonly string[];
  readonly running?: boolean;
  readonly rule?: Partial<AlertRule>;
  readonly state?: Partial<RuleState>;
}

/** Up to the next firing. */
function step({ conditions, minutes, running, rule, state }: Given) {
  return nextStep(
    compileRule(ruleOf(conditions, rule)),
    stateOf(conditions.map(begun), state),
    minutesOf(minutes, running),
    {
      quote: () => quoteOf({ last: '50', bid: '49', ask: '51' }),
      range: () => () => rangeOf('99 99'),
    },
  );
}

/** Where each firing begins, in minutes after noon, and the state at the end. */
function fold(given: Given) {
  const fires: number[] = [];
  let [state, rest] = [given.state, minutesOf(given.minutes, given.running)];
  const rule = compileRule(ruleOf(given.conditions, given.rule));
  for (;;) {
    const around = { quote: () => quoteOf(), range: () => () => rangeOf('99 99') };
    const next = nextStep(rule, stateOf(given.conditions.map(begun), state), rest, around);
    [state, rest] = [next.state, next.rest];
    if (next.fired === undefined) return { fires, state };
    fires.push((next.fired.fromMs - NOON) / MINUTE);
  }
}

const UP = '99 101 99 101';
const STAYS = '101 101 101 101';
const DOWN = '101 101 99 99';
const DIP = '101 101 99 101';

describe('when a rule fires', () => {
  test.for<readonly [string, Given, readonly number[]]>([
    [
      'done, it never does again',
      { conditions: [crossing()], minutes: [UP], state: { status: 'done' } },
      [],
    ],
    [
      'ended, it never does again',
      { conditions: [crossing()], minutes: [UP], state: { status: 'expired' } },
      [],
    ],
    [
      'once, however often it crosses',
      { conditions: [crossing()], minutes: [UP, DOWN, UP, DOWN, UP], rule: { repeat: 'once' } },
      [0],
    ],
    ['every time it crosses', { conditions: [crossing()], minutes: [UP, DOWN, UP] }, [0, 2]],
    ['a state when it begins to hold', { conditions: [level()], minutes: [UP, STAYS, STAYS] }, [0]],
    [
      'a state again, when it failed in between',
      { conditions: [level()], minutes: [UP, DOWN, UP] },
      [0, 2],
    ],
    [
      'a state again, when it failed within a minute',
      { conditions: [level()], minutes: [UP, DIP, STAYS] },
      [0, 2],
    ],
    [
      'a state not again by what it was before it held, in the same minute',
      { conditions: [level()], minutes: [DIP, STAYS] },
      [0],
    ],
    [
      'a state whose minute ended where it fails',
      { conditions: [level()], minutes: ['99 101 99 99', UP] },
      [0, 1],
    ],
    [
      'two states, when either has failed',
      {
        conditions: [level(), { ...level(), level: '98' } as Condition],
        minutes: [UP, DIP, STAYS],
      },
      [0, 2],
    ],
    [
      'not in its last moment',
      {
        conditions: [crossing()],
        minutes: ['99 99 99 99', UP],
        rule: { expiresAtMs: NOON + MINUTE },
      },
      [],
    ],
    [
      'before its last moment',
      {
        conditions: [crossing()],
        minutes: ['99 99 99 99', UP],
        rule: { expiresAtMs: NOON + MINUTE + 1 },
      },
      [1],
    ],
    ['in a minute that runs', { conditions: [crossing()], minutes: [UP], running: true }, [0]],
    [
      'in a minute that runs, within the minute of its date',
      {
        conditions: [crossing()],
        minutes: [UP],
        running: true,
        rule: { expiresAtMs: NOON + MINUTE },
      },
      [0],
    ],
  ])('%s', ([, given, fires]) => {
    expect(fold(given).fires).toEqual(fires);
  });

  test('not ahead in what reaches into the minute of its date', () => {
    const rule = compileRule(ruleOf([crossing()], { expiresAtMs: NOON + MINUTE }));
    const [minute] = minutesOf([UP], true);
    if (minute === undefined) throw new Error('there is a minute');
    const around = { quote: () => quoteOf(), range: () => undefined };
    const fired = (toMs: number) =>
      nextStep(rule, stateOf([READY]), [{ ...minute, toMs }], around).fired !== undefined;
    expect([fired(NOON + MINUTE - 1), fired(NOON + MINUTE)]).toEqual([true, false]);
    // Its date is within this minute: what began before it counts.
    const soon = compileRule(ruleOf([crossing()], { expiresAtMs: NOON + 1 }));
    expect(nextStep(soon, stateOf([READY]), [minute], around).fired).toBeDefined();
  });

  test('not ahead while one of its conditions does not tell the order', () => {
    // The crossing is not ready; it may have come back before it rose, or after.
    const spent = { holds: false, ready: { above: false } };
    const given = {
      ...{ conditions: [crossing(), level()], minutes: ['99.5 101 98 99.5'] },
      ...{ rule: { hysteresis: '1' }, state: { conditions: [spent, READY] } },
    };
    expect(step({ ...given, running: true }).fired).toBeUndefined();
    expect(step(given).fired).toMatchObject({ ambiguous: true });
  });
});

describe('what is remembered', () => {
  test('what fell into a cooldown is counted of events; a state that lasts fires behind it', () => {
    const rule = { cooldownMs: 3 * MINUTE };
    const event = fold({ conditions: [crossing()], minutes: [UP, DOWN, UP, DOWN, UP], rule });
    expect(event).toMatchObject({ fires: [0, 4], state: { suppressed: 1 } });
    const state = fold({ conditions: [level()], minutes: [UP, DOWN, UP, STAYS], rule });
    expect(state).toMatchObject({ fires: [0, 3], state: { suppressed: 0 } });
  });

  test.for<readonly [string, readonly Condition[], readonly string[], string]>([
    ['a crossing that was not back is one that has fired', [crossing()], [UP, STAYS], 'fired'],
    ['a crossing that was back is armed', [crossing()], [UP, DOWN], 'armed'],
    [
      'a crossing beside a state that failed is not',
      [crossing(), { ...level(), level: '100.5' } as Condition],
      [UP, '101 101 100 100'],
      'fired',
    ],
    [
      'a crossing either way is armed for the other side',
      [crossing('100', 'either')],
      [UP, STAYS],
      'armed',
    ],
    ['a state that holds has fired', [level()], [UP, STAYS], 'fired'],
    ['a state that failed is armed', [level()], [UP, DOWN], 'armed'],
  ])('%s', ([, conditions, minutes, status]) => {
    expect(fold({ conditions, minutes }).state?.status).toBe(status);
  });

  test('marks go to the end of the last whole minute; those of other pairs stay', () => {
    const marks = { 'BTC/USD': markAt(NOON), 'ETH/USD': markAt(NOON, '50') };
    const given = { conditions: [crossing('200')], minutes: [UP, DOWN, UP], state: { marks } };
    const after = (running: boolean) => step({ ...given, running }).state.marks;
    expect(after(false)).toEqual({ ...marks, 'BTC/USD': markAt(NOON + 3 * MINUTE, '101') });
    expect(after(true)).toEqual({ ...marks, 'BTC/USD': markAt(NOON + 2 * MINUTE, '99') });
  });

  test('nothing is left to read when nothing fires; the minutes behind a firing are', () => {
    expect(step({ conditions: [crossing('200')], minutes: [UP, DOWN] }).rest).toEqual([]);
    expect(step({ conditions: [crossing()], minutes: [UP, DOWN, UP] }).rest).toHaveLength(2);
  });

  test('a condition of which nothing is remembered is looked at all the same', () => {
    const given = { conditions: [level()], minutes: [UP], state: { conditions: [] } };
    expect(step(given).fired).toBeDefined();
  });
});

describe('what was told ahead', () => {
  const told = (aheadMs: number): Partial<RuleState> => ({
    ...{ status: 'fired', seq: 1, firedAtMs: NOON, aheadMs },
  });

  test('keeps its time, and its conditions until the minute is whole', () => {
    const { state } = step({ conditions: [crossing()], minutes: [UP], running: true });
    expect(state).toMatchObject({ seq: 1, aheadMs: NOON + 30_000, firedAtMs: NOON });
    expect(state.conditions).toEqual([READY]);
    expect(state.marks).toEqual({ 'BTC/USD': markAt(NOON) });
  });

  test('is that firing when the whole minute shows it', () => {
    const { state, fired } = step({
      ...{ conditions: [crossing()], minutes: [UP], state: told(NOON + 30_000) },
    });
    expect(fired).toBeUndefined();
    expect(state).toMatchObject({ seq: 1, status: 'fired', firedAtMs: NOON });
    expect(state).not.toHaveProperty('aheadMs');
  });

  test.for([
    ['up to a minute later', NOON, false],
    ['behind that: it is another one', NOON - 1, true],
  ] as const)('is shown by candles %s', ([, aheadMs, fires]) => {
    // The crossing comes in the minute from 12:01 on.
    const given = { conditions: [crossing()], minutes: ['99 99 99 99', UP] };
    const state = { ...told(aheadMs), firedAtMs: NOON - MINUTE };
    expect(step({ ...given, state }).fired !== undefined).toBe(fires);
  });

  test('is not armed again before candles have shown it', () => {
    const minutes = ['99 99 99 99'];
    const state = told(NOON);
    expect(step({ conditions: [level()], minutes, state }).state.status).toBe('fired');
    const over = told(NOON - MINUTE - 1);
    expect(step({ conditions: [level()], minutes, state: over }).state.status).toBe('armed');
  });

  test('is not told ahead a second time', () => {
    const given = { conditions: [crossing()], minutes: [UP], running: true };
    const { state, fired } = step({ ...given, state: told(NOON) });
    expect(fired).toBeUndefined();
    expect(state).toEqual(stateOf([READY], told(NOON)));
  });
});

describe('what a firing says', () => {
  test('of each condition its side, price and newest price; of a move what it is measured from', () => {
    const { fired } = step({ conditions: [move, spread], minutes: ['99 101 99 100.5'] });
    const shown = fired?.parts.map(({ side, price, close, against }) =>
      [side, plain(price), plain(close), against && plain(against)].join(' '),
    );
    expect(shown).toEqual(['above 101 100.5 99', 'above 50 50 ']);
    expect(fired?.parts.map((part) => 'against' in part)).toEqual([true, false]);
  });

  test('its event, where it has one, else its first condition', () => {
    const first = step({ conditions: [level(), spread], minutes: [UP] }).fired;
    expect(first?.main).toBe(first?.parts[0]);
    const event = step({ conditions: [level(), crossing()], minutes: [UP] }).fired;
    expect(event?.main).toBe(event?.parts[1]);
  });
});
