/** The range of a window is the same whatever it is read from. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coversFives,
  rangeBefore,
  rememberFives,
  type FiveMinutes,
} from '../../../functions/core/alerts/price-range.ts';
import { plain } from '../../../functions/core/decimal.ts';
import { candlesOf, type Tick } from '../../fakes/price-feed.ts';
import { MINUTE, NOON, path } from './rule-fixture.ts';
import { rangeOf } from './sight-fixture.ts';

const walk = fc.array(fc.integer({ min: 90, max: 110 }), { minLength: 300, maxLength: 300 });
const shown = (range: ReturnType<ReturnType<typeof rangeBefore>>) =>
  range === undefined ? undefined : [plain(range.high), plain(range.low)];

test('a long window is the same from minutes that were read one by one and from candles of five minutes', () => {
  fc.assert(
    fc.property(walk, fc.integer({ min: 150, max: 290 }), (prices, minute) => {
      const startMs = NOON - 300 * MINUTE;
      const ticks = path(
        startMs,
        ...prices.map((price, at): [number, string] => [at * 60 + 7, String(price)]),
      );
      const nowMs = startMs + minute * MINUTE + 30_000;
      const minuteMs = startMs + minute * MINUTE;
      const keepFromMs = 0;
      const past = ticks.filter(({ atMs }) => atMs <= nowMs);
      const fine: FiveMinutes = new Map();
      // The last look is the one that asks: it remembers what it read before.
      for (let at = minute % 10; at <= minute; at += 10) {
        const untilMs = startMs + at * MINUTE + 30_000;
        const known = ticks.filter(({ atMs }) => atMs <= untilMs);
        rememberFives(fine, candlesOf(known, MINUTE, untilMs).slice(-25), {
          minutes: 1,
          keepFromMs,
        });
      }
      const coarse: FiveMinutes = new Map();
      rememberFives(coarse, candlesOf(past, 5 * MINUTE, nowMs), { minutes: 5, keepFromMs });
      const rows = candlesOf(past, MINUTE, nowMs).slice(-25);
      const [one, two] = [rangeBefore(rows, fine), rangeBefore(rows, coarse)];
      expect(shown(one(minuteMs, 125 * MINUTE))).toEqual(shown(two(minuteMs, 125 * MINUTE)));
      expect(coversFives(coarse, startMs, minuteMs)).toBe(true);
      expect(coversFives(coarse, startMs - 10 * MINUTE, minuteMs)).toBe(false);
    }),
    { numRuns: 50 },
  );
});

test('a short window holds exactly its minutes, and never the minute itself', () => {
  const ticks = path(NOON, [0, '105'], [60, '103'], [120, '101'], [180, '110']);
  const range = rangeBefore(candlesOf(ticks, MINUTE, NOON + 200_000), new Map());
  expect(shown(range(NOON + 3 * MINUTE, 2 * MINUTE))).toEqual(['103', '101']);
  expect(shown(range(NOON + 3 * MINUTE, 60 * MINUTE))).toEqual(['105', '101']);
  expect(range(NOON, 60 * MINUTE)).toBeUndefined();
});

describe('candles of five minutes', () => {
  /** A row of each of these minutes after noon, and what is remembered of them. */
  const remembered = (minutes: readonly number[], length: 1 | 5 = 1, keepFromMs = 0) => {
    const fives: FiveMinutes = new Map();
    const ticks = minutes.map((minute): Tick => ({ atMs: NOON + minute * MINUTE, price: '99' }));
    const last = Math.max(...minutes);
    const rows = candlesOf(ticks, length * MINUTE, NOON + last * MINUTE);
    rememberFives(fives, rows, { minutes: length, keepFromMs });
    return [...fives.keys()].map((ms) => (ms - NOON) / MINUTE);
  };
  const upTo = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, at) => from + at);

  test.for<readonly [string, readonly number[], readonly number[]]>([
    ['its last minute still runs', upTo(0, 4), []],
    ['it is over', upTo(0, 5), [0]],
    ['it was read from within', upTo(3, 10), [5]],
  ])('are made of five minutes each: %s', ([, minutes, made]) => {
    expect(remembered(minutes)).toEqual(made);
  });

  test('are remembered as they come, but for the one that runs', () => {
    expect(remembered([0, 5, 10], 5)).toEqual([0, 5]);
  });

  test('are forgotten when no window reaches them any more', () => {
    expect(remembered([0, 5, 10, 15], 5, NOON + 5 * MINUTE)).toEqual([5, 10]);
  });

  test('count in windows of more than two hours, from a whole five minutes on', () => {
    const fives: FiveMinutes = new Map([
      [NOON - 125 * MINUTE, rangeOf('1 999')],
      [NOON - 120 * MINUTE, rangeOf('90 110')],
    ]);
    const range = rangeBefore(candlesOf(path(NOON, [-60, '100']), MINUTE, NOON), fives);
    expect(shown(range(NOON, 120 * MINUTE))).toEqual(['100', '100']);
    expect(shown(range(NOON, 121 * MINUTE))).toEqual(['999', '1']);
    expect(shown(range(NOON + 2 * MINUTE, 122 * MINUTE))).toEqual(['110', '90']);
    expect(shown(range(NOON + 4 * MINUTE, 3 * MINUTE))).toBeUndefined();
  });
});
