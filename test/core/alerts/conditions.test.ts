/** What each kind of condition means, as a table of price paths. Minutes begin at noon. */
import { describe, expect, test } from 'vitest';
import type { AlertRule, Condition } from '../../../functions/core/alerts/rule.ts';
import { crossing, MINUTE, NOON, path, ruleOf, watching } from './rule-fixture.ts';

const level = (side: 'above' | 'below', forMinutes = 0): Condition => ({
  ...{ kind: 'level', pair: 'BTC/USD', side, level: '100', forMs: forMinutes * MINUTE },
});
const move = (direction: 'up' | 'down' | 'either', percent = '5'): Condition => ({
  ...{ kind: 'move', pair: 'BTC/USD', direction, percent, windowMs: 60 * MINUTE },
});

/** Ticks as [seconds, price]; what is before 0 is from before the rule. */
type Ticks = readonly (readonly [number, string])[];

interface Case {
  readonly what: string;
  readonly condition: Condition;
  readonly options?: Partial<AlertRule>;
  readonly ticks: Ticks;
  /** Beginnings of the minutes in which it fires, in seconds. */
  readonly fires: readonly number[];
  readonly ambiguous?: boolean;
}

const CASES: readonly Case[] = [
  {
    what: 'crosses above: reaches the level from below',
    condition: crossing(),
    ticks: [
      [-9, '99'],
      [70, '100'],
    ],
    fires: [60],
  },
  {
    what: 'crosses above: reached and back between two polls',
    condition: crossing(),
    ticks: [
      [-9, '99'],
      [65, '101'],
      [75, '99'],
    ],
    fires: [60],
  },
  {
    what: 'crosses above: back below at the end of its minute, it may cross again in the next',
    condition: crossing(),
    ticks: [
      [-9, '99'],
      [65, '101'],
      [75, '99'],
      [125, '101'],
    ],
    fires: [60, 120],
  },
  {
    what: 'crosses above: one tick short of the level',
    condition: crossing(),
    ticks: [
      [-9, '99'],
      [70, '99.99999999'],
    ],
    fires: [],
  },
  {
    what: 'crosses above: already there when the rule begins',
    condition: crossing(),
    ticks: [
      [-9, '100'],
      [70, '101'],
      [200, '102'],
    ],
    fires: [],
  },
  {
    what: 'crosses above: was there before the rule began, within its first minute',
    condition: crossing(),
    ticks: [
      [-300, '99'],
      [-5, '101'],
      [-2, '99'],
      [40, '99'],
    ],
    fires: [],
  },
  {
    what: 'crosses above: a fall through the level within a minute is no rise',
    condition: crossing(),
    ticks: [
      [-9, '101'],
      [65, '101.5'],
      [75, '98'],
    ],
    fires: [],
  },
  {
    what: 'crosses above: down and up again within a minute',
    condition: crossing(),
    ticks: [
      [-9, '101'],
      [65, '98'],
      [75, '101'],
    ],
    fires: [60],
  },
  {
    what: 'crosses below: mirrored',
    condition: crossing('100', 'below'),
    ticks: [
      [-9, '101'],
      [70, '100'],
      [130, '101'],
    ],
    fires: [60],
  },
  {
    what: 'crosses either way',
    condition: crossing('100', 'either'),
    ticks: [
      [-9, '99'],
      [70, '101'],
      [190, '99'],
      [310, '101'],
    ],
    fires: [60, 180, 300],
  },
  {
    what: 'hysteresis: dips within the band do not arm it again',
    condition: crossing(),
    options: { hysteresis: '1' },
    ticks: [
      [-9, '98'],
      [70, '101'],
      [130, '99.5'],
      [190, '101'],
    ],
    fires: [60],
  },
  {
    what: 'hysteresis: beyond the band it fires again',
    condition: crossing(),
    options: { hysteresis: '1' },
    ticks: [
      [-9, '98'],
      [70, '101'],
      [130, '99'],
      [190, '101'],
    ],
    fires: [60, 180],
  },
  {
    what: 'hysteresis: both in one minute from within the band may be, and says so',
    condition: crossing(),
    options: { hysteresis: '1' },
    ticks: [
      [-9, '98'],
      [70, '100'],
      [75, '99.5'],
      [190, '98'],
      [195, '100.5'],
      [200, '99.5'],
    ],
    fires: [60, 180],
    ambiguous: true,
  },
  {
    what: 'above: fires when it is there, also from the beginning',
    condition: level('above'),
    ticks: [
      [-9, '101'],
      [70, '101'],
    ],
    fires: [0],
  },
  {
    what: 'above: fires again only after it failed',
    condition: level('above'),
    ticks: [
      [-9, '99'],
      [70, '101'],
      [190, '102'],
      [250, '99'],
      [310, '100'],
    ],
    fires: [60, 300],
  },
  {
    what: 'below for 3m: three minutes without a break',
    condition: level('below', 3),
    ticks: [
      [-9, '101'],
      [70, '99'],
    ],
    fires: [300],
  },
  {
    what: 'below for 3m: a break begins the time anew',
    condition: level('below', 3),
    ticks: [
      [-9, '99'],
      [70, '101'],
      [75, '99'],
    ],
    fires: [300],
  },
  {
    what: 'below for 3m: the level itself is no break',
    condition: level('below', 3),
    ticks: [
      [-9, '99'],
      [70, '100'],
      [75, '99'],
    ],
    fires: [180],
  },
  {
    what: 'rises 5% in 1h: from the lowest price of the hour before',
    condition: move('up'),
    ticks: [
      [-1_800, '100'],
      [-9, '103'],
      [70, '104.9'],
      [130, '105'],
    ],
    fires: [120],
  },
  {
    what: 'rises 5% in 1h: not from what is older than an hour',
    condition: move('up'),
    ticks: [
      [-4_000, '100'],
      [-3_700, '103'],
      [70, '105'],
    ],
    fires: [],
  },
  {
    what: 'falls 5% in 1h',
    condition: move('down'),
    ticks: [
      [-1_800, '100'],
      [70, '95'],
    ],
    fires: [60],
  },
  {
    what: 'moves 5% in 1h: either way, told once while it lasts',
    condition: move('either'),
    ticks: [
      [-9, '100'],
      [70, '95'],
      [130, '94'],
    ],
    fires: [60],
  },
  {
    what: 'new 24h high: beyond, not at, the highest of the day before',
    condition: { kind: 'extreme', pair: 'BTC/USD', end: 'high' },
    ticks: [
      [-80_000, '110'],
      [-9, '100'],
      [70, '110'],
      [130, '110.5'],
    ],
    fires: [120],
  },
  {
    what: 'new 24h high: what is older than a day does not count',
    condition: { kind: 'extreme', pair: 'BTC/USD', end: 'high' },
    ticks: [
      [-90_000, '110'],
      [-89_000, '104'],
      [-9, '100'],
      [70, '105'],
    ],
    fires: [60],
  },
  {
    what: 'new 24h low: fires again only after it was back by the band',
    condition: { kind: 'extreme', pair: 'BTC/USD', end: 'low' },
    options: { hysteresis: '1' },
    ticks: [
      [-9, '100'],
      [70, '99'],
      [130, '98.5'],
      [190, '99.6'],
      [250, '98'],
    ],
    fires: [60, 240],
  },
];

describe('conditions on prices', () => {
  test.for(CASES)('$what', async ({ condition, options, ticks, fires, ambiguous }) => {
    const world = watching([ruleOf([condition], options)], { 'BTC/USD': path(NOON, ...ticks) });
    await world.runAt(0, 61, 121, 181, 241, 301, 361, 421);
    expect(world.firedAt()).toEqual(fires);
    const flagged = world.store.notices.some(({ text }) => text.includes('does not tell'));
    expect(flagged).toBe(ambiguous === true);
  });

  test.for(CASES)('$what, read once, hours later', async ({ condition, options, ticks, fires }) => {
    const world = watching([ruleOf([condition], options)], { 'BTC/USD': path(NOON, ...ticks) });
    await world.runAt(0);
    world.forget();
    await world.runAt(5 * 3_600);
    expect(world.firedAt()).toEqual(fires);
  });
});

describe('conditions as polled', () => {
  test('a spread is judged when it is polled, and fires when it begins to hold', async () => {
    const spread: Condition = { kind: 'spread', pair: 'BTC/USD', side: 'above', percent: '0.5' };
    const world = watching([ruleOf([spread], { hysteresis: '10' })], {
      'BTC/USD': path(NOON, [-9, '100']),
    });
    for (const [at, percent] of ['0.4', '0.5', '0.6', '0.46', '0.6', '0.45', '0.5'].entries()) {
      world.feed.spread.set('BTC/USD', percent);
      await world.runAt(at * 60);
    }
    expect(world.firedAt()).toEqual([60, 360]);
    expect(world.feed.candleCalls).toEqual([]);
    expect(world.titles()[0]).toBe('BTC/USD has a spread above 0.5 %');
  });

  test('the volume of 24 hours', async () => {
    const volume: Condition = {
      kind: 'volume',
      pair: 'BTC/USD',
      side: 'above',
      amount: '1000000000',
    };
    const world = watching([ruleOf([volume])], { 'BTC/USD': path(NOON, [-9, '100']) });
    world.feed.volume.set('BTC/USD', '999999999.99999999');
    await world.runAt(0);
    expect(world.ids()).toEqual([]);
    world.feed.volume.set('BTC/USD', '1000000000');
    await world.runAt(60, 120);
    expect(world.titles()).toEqual(['BTC/USD has a 24 h volume above 1000000000']);
  });
});

describe('conditions joined by and', () => {
  const eth = (ticks: Ticks) => path(NOON, ...ticks);
  const both = ruleOf([
    crossing(),
    { kind: 'level', pair: 'ETH/USD', side: 'below', level: '50', forMs: 2 * MINUTE },
  ]);

  test('an event counts only while every state holds in the same minute', async () => {
    const world = watching([both], {
      'BTC/USD': path(NOON, [-9, '99'], [70, '101'], [130, '99'], [250, '101']),
      'ETH/USD': eth([
        [-9, '51'],
        [65, '49'],
      ]),
    });
    await world.runAt(0, 61, 121, 181, 241, 301);
    expect(world.firedAt()).toEqual([240]);
    expect(world.titles()).toEqual([
      'BTC/USD crossed above 100 and ETH/USD has been below 50 for 2m',
    ]);
  });

  test('two states fire when the second joins the first', async () => {
    const rule = ruleOf([
      level('above'),
      { kind: 'spread', pair: 'ETH/USD', side: 'above', percent: '1' },
    ]);
    const world = watching([rule], {
      'BTC/USD': path(NOON, [-9, '101']),
      'ETH/USD': eth([[-9, '50']]),
    });
    await world.runAt(0, 61);
    expect(world.ids()).toEqual([]);
    world.feed.spread.set('ETH/USD', '1');
    await world.runAt(121, 181);
    expect(world.ids()).toEqual(['alert:r:1']);
  });
});
