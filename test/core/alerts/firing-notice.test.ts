/** What a person is told when a rule fires: what happened, the numbers, why, and what is next. */
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../functions/core/alerts/compiled-rule.ts';
import {
  firingNotice,
  firingSignal,
  type Telling,
} from '../../../functions/core/alerts/firing-notice.ts';
import type { FiredPart } from '../../../functions/core/alerts/fold-rule.ts';
import type { AlertRule, Condition } from '../../../functions/core/alerts/rule.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { crossing, MINUTE, NOON, ruleOf } from './rule-fixture.ts';
import { quoteOf, stateOf } from './sight-fixture.ts';

/** What one condition saw: by default a price of 101 on the upper side, a close of 102. */
interface SeenPart {
  readonly condition: Condition;
  readonly side?: 'above' | 'below';
  readonly price?: string;
  readonly against?: string;
  readonly close?: string;
}

/** A firing of the minute from noon, told 30 s later; the first part is what happened. */
function telling(
  seen: readonly SeenPart[],
  more: {
    readonly rule?: Partial<AlertRule>;
    readonly main?: number;
    readonly telling?: Partial<Telling>;
    readonly ambiguous?: boolean;
  } = {},
): Telling {
  const compiled = compileRule(
    ruleOf(
      seen.map(({ condition }) => condition),
      more.rule,
    ),
  );
  const parts = compiled.conditions.map((condition, at): FiredPart => {
    const { side = 'above', price = '101', against, close = '102' } = seen[at] ?? {};
    return {
      ...{ condition, side, price: decimal(price), close: decimal(close) },
      ...(against === undefined ? {} : { against: decimal(against) }),
    };
  });
  const main = parts[more.main ?? 0];
  if (main === undefined) throw new Error('a firing has a part');
  const ambiguous = more.ambiguous ?? false;
  const fired = { fromMs: NOON, toMs: NOON + MINUTE, parts, main, ambiguous };
  const after = stateOf([], { seq: 3 });
  return {
    ...{ compiled, after, fired, untold: 0, nowMs: NOON + 90_000, quote: quoteOf() },
    ...more.telling,
  };
}

const level = (side: 'above' | 'below', forMs = 0, pair = 'BTC/USD'): Condition => ({
  ...{ kind: 'level', pair, side, level: '100', forMs },
});
const move = (direction: 'up' | 'down' | 'either'): Condition => ({
  ...{ kind: 'move', pair: 'BTC/USD', direction, percent: '5', windowMs: 60 * MINUTE },
});
const extreme = (end: 'high' | 'low'): Condition => ({ kind: 'extreme', pair: 'BTC/USD', end });
const spread: Condition = { kind: 'spread', pair: 'BTC/USD', side: 'above', percent: '0.50' };
const volume: Condition = { kind: 'volume', pair: 'BTC/USD', side: 'below', amount: '1000' };

describe('the title tells what happened', () => {
  test.for<readonly [SeenPart, string]>([
    [{ condition: crossing() }, 'BTC/USD crossed above 100'],
    [{ condition: crossing('100', 'either'), side: 'below' }, 'BTC/USD crossed below 100'],
    [{ condition: level('above') }, 'BTC/USD is above 100'],
    [{ condition: level('below'), side: 'below' }, 'BTC/USD is below 100'],
    [{ condition: level('above', 10 * MINUTE) }, 'BTC/USD has been above 100 for 10m'],
    [
      { condition: move('either'), price: '105.559', against: '100' },
      'BTC/USD rose 5.55 % within 1h',
    ],
    [
      { condition: move('either'), side: 'below', price: '94', against: '100' },
      'BTC/USD fell 6 % within 1h',
    ],
    [{ condition: move('up') }, 'BTC/USD rose within 1h'],
    [{ condition: spread }, 'BTC/USD has a spread above 0.5 %'],
    [{ condition: volume, side: 'below' }, 'BTC/USD has a 24 h volume below 1000'],
    [{ condition: extreme('high') }, 'BTC/USD made a new 24 h high'],
    [{ condition: extreme('low'), side: 'below' }, 'BTC/USD made a new 24 h low'],
  ])('%#: %j', ([seen, title]) => {
    expect(firingNotice(telling([seen])).title).toBe(title);
  });

  test('and first of several conditions the one that made it fire', () => {
    const parts = [{ condition: level('above') }, { condition: crossing('99') }];
    const { title } = firingNotice(telling(parts, { main: 1 }));
    expect(title).toBe('BTC/USD crossed above 99 and BTC/USD is above 100');
  });

  test('of too many it counts the others', () => {
    const pair = (at: number) => `LONGNAME${at}/USD`;
    const parts = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ condition: level('above', 0, pair(at)) }));
    // 26 characters each, and 5 between two: four are 119, five would be 150.
    expect(firingNotice(telling(parts(4))).title).toMatch(/^LONGNAME0.* and .*LONGNAME3/);
    expect(firingNotice(telling(parts(5))).title).toBe('LONGNAME0/USD is above 100 (and 4 more)');
  });

  test.for([
    [59, `${'A'.repeat(46)}/USD is above 100 and ${'B'.repeat(55)}/USD is above 100`],
    [60, `${'A'.repeat(46)}/USD is above 100 (and 1 more)`],
  ] as const)('has at most 140 characters: a second pair of %s', ([length, title]) => {
    const pairs = [`${'A'.repeat(46)}/USD`, `${'B'.repeat(length - 4)}/USD`];
    const parts = pairs.map((pair) => ({ condition: level('above', 0, pair) }));
    expect(firingNotice(telling(parts)).title).toBe(title);
  });

  test('has at most 140 characters, also of a pair with too long a name', () => {
    const pair = `${'A'.repeat(200)}/USD`;
    const { title } = firingNotice(telling([{ condition: level('above', 0, pair) }]));
    expect(title).toBe('A'.repeat(140));
  });
});

describe('the facts', () => {
  const factsOf = (...args: Parameters<typeof telling>) =>
    firingNotice(telling(...args)).facts?.map(({ label, value }) => `${label}: ${value}`);
  const ticker = { quote: quoteOf({ hours: '95 105', volume: '12.50' }) };
  const day = ['24 h high: 105 USD', '24 h low: 95 USD', '24 h volume: 12.5'];
  const when = 'When: 22 Nov 2026, 12:00:00 (UTC)';

  test('are the newest price, the level, when it began, and the day', () => {
    expect(factsOf([{ condition: crossing() }], { telling: ticker })).toEqual([
      ...['Price: 102 USD', 'Level: 100 USD', when, ...day],
    ]);
  });

  test('without a quote there is no day', () => {
    expect(factsOf([{ condition: level('above') }], { telling: { quote: undefined } })).toEqual([
      ...['Price: 102 USD', 'Level: 100 USD', when],
    ]);
  });

  test('of a move and a new high, what it is measured from', () => {
    const parts = [{ condition: move('up'), against: '96.0' }];
    expect(factsOf(parts, { telling: ticker })).toContain('Level: 96 USD');
    expect(factsOf([{ condition: extreme('high'), against: '99' }])).toContain('Level: 99 USD');
    expect(factsOf([{ condition: move('up') }])?.join()).not.toContain('Level');
  });

  test('of a spread, how large it is, with two decimals', () => {
    const quote = quoteOf({ bid: '99', ask: '100' });
    expect(factsOf([{ condition: spread }], { telling: { quote } })).toContain('Spread: 1 %');
    const wide = quoteOf({ bid: '98', ask: '100' });
    expect(factsOf([{ condition: spread }], { telling: { quote: wide } })).toContain(
      'Spread: 2.02 %',
    );
    expect(factsOf([{ condition: spread }], { telling: { quote: undefined } })).toEqual([
      ...['Price: 102 USD', when],
    ]);
    expect(factsOf([{ condition: volume }])?.join()).not.toContain('Spread');
  });

  test('of other pairs their newest price, each in its own money', () => {
    const parts = [
      { condition: crossing() },
      { condition: level('above') },
      { condition: level('below', 0, 'ETH/EUR'), close: '51.50' },
    ];
    expect(factsOf(parts, { telling: { quote: undefined } })).toEqual([
      ...['Price: 102 USD', 'Level: 100 USD', when, 'ETH/EUR: 51.5 EUR'],
    ]);
  });
});

describe('the text', () => {
  const linesOf = (more: Parameters<typeof telling>[1] = {}, condition: Condition = crossing()) =>
    firingNotice(telling([{ condition }], more)).text.split('\n');
  const rule = 'Rule: BTC/USD crosses above 100.';

  test('is the rule and when it may fire again', () => {
    expect(linesOf()).toEqual([
      rule,
      'It can fire again when the price was back by 0 %, after 1 min at the earliest.',
    ]);
  });

  test.for<readonly [Partial<AlertRule>, string]>([
    [{ repeat: 'once' }, 'The rule is done and will not fire again.'],
    [
      { repeat: 'daily', hysteresis: '2', cooldownMs: 60 * MINUTE },
      'It can fire again when the price was back by 2 %, after 1 h at the earliest and on another day.',
    ],
    [
      { cooldownMs: 0 },
      'It can fire again when the price was back by 0 %, after 1 min at the earliest.',
    ],
  ])('%j: what is next', ([options, next]) => {
    expect(linesOf({ rule: options }).at(-1)).toBe(next);
  });

  test('of a rule of states: it must fail first', () => {
    expect(linesOf({}, level('above')).at(-1)).toContain('again when it has failed by 0 %, after');
  });

  test('begins with the person’s own note', () => {
    expect(linesOf({ rule: { note: 'Sell.' } }).slice(0, 2)).toEqual(['Sell.', rule]);
  });

  test.for([
    [3 * MINUTE - 1, false],
    [3 * MINUTE, true],
  ] as const)('%s ms after it happened says that it is late: %s', ([lateMs, says]) => {
    const text = linesOf({ telling: { nowMs: NOON + MINUTE + lateMs } }).join();
    expect(text.includes('This is told 3 min late: its candles could not be read before.')).toBe(
      says,
    );
  });

  test.for([
    [0, undefined],
    [1, '1 more time was not told since the last notification: muted, or too soon after it.'],
    [2, '2 more times were not told since the last notification: muted, or too soon after it.'],
  ] as const)('counts %s that were not told', ([untold, line]) => {
    expect(linesOf({ telling: { untold } })[1]).toBe(line ?? linesOf()[1]);
  });

  test('says so when the candle does not tell the order', () => {
    expect(linesOf({ ambiguous: true })[1]).toContain('does not tell in which order');
    expect(linesOf().join()).not.toContain('order');
  });

  test.for([
    [false, 'It raised the signal "buy" of trend; you are told what became of it.'],
    [true, 'It did not raise the signal "buy" of trend: nothing is traded on what may not'],
  ] as const)('names the signal; the order is not told: %s', ([ambiguous, line]) => {
    const signal = { source: 'trend', fields: { action: 'buy' } };
    expect(linesOf({ ambiguous, rule: { signal } }).at(-2)).toContain(line);
  });

  test('names a signal without an action as that', () => {
    const signal = { source: 'trend', fields: {} };
    expect(linesOf({ rule: { signal } }).join()).toContain('the signal "" of trend');
  });
});

describe('the notice', () => {
  const quiet = { fromMinute: 720, toMinute: 780, zone: 'UTC' };

  test('waits for the end of quiet hours, and only for that', () => {
    const within = telling([{ condition: crossing() }], { rule: { quiet } });
    expect(firingNotice(within).notBeforeMs).toBe(NOON + 60 * MINUTE);
    const behind = { ...within, nowMs: NOON + 60 * MINUTE };
    expect(firingNotice(behind)).not.toHaveProperty('notBeforeMs');
    expect(firingNotice(telling([{ condition: crossing() }]))).not.toHaveProperty('notBeforeMs');
  });

  test('shows a chart up to the firing, with its level where there is one', () => {
    expect(firingNotice(telling([{ condition: crossing() }])).chart).toEqual({
      ...{ pair: 'BTC/USD', atMs: NOON + MINUTE, price: '101', zone: 'UTC' },
      levels: [{ role: 'level', price: '100', label: 'alert' }],
    });
    expect(firingNotice(telling([{ condition: volume }])).chart?.levels).toEqual([]);
  });
});

describe('the signal of a firing', () => {
  const signal = { source: 'trend', fields: { action: 'buy', symbol: 'ETH/USD' } };

  test('is of the pair that made it fire, unless it names its own', () => {
    const own = telling([{ condition: crossing() }], { rule: { signal } });
    expect(firingSignal(own)?.fields).toEqual({ action: 'buy', symbol: 'ETH/USD' });
    const plain = { source: 'trend', fields: { action: 'buy' } };
    expect(firingSignal(telling([{ condition: crossing() }], { rule: { signal: plain } }))).toEqual(
      {
        ...{ id: 'r-3', atMs: NOON + MINUTE, source: 'trend' },
        fields: { symbol: 'BTC/USD', action: 'buy' },
      },
    );
  });

  test('is none of a rule that raises none, or when nobody knows the order', () => {
    expect(firingSignal(telling([{ condition: crossing() }]))).toBeUndefined();
    const unsure = telling([{ condition: crossing() }], { rule: { signal }, ambiguous: true });
    expect(firingSignal(unsure)).toBeUndefined();
  });
});
