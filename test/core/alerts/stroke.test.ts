/** From candles to strokes: nothing from before the mark, and nothing that is not certain. */
import { describe, expect, test } from 'vitest';
import type { Candle } from '../../../functions/core/alerts/market.ts';
import type { Mark } from '../../../functions/core/alerts/state.ts';
import {
  isDoubtful,
  markAfter,
  markNow,
  strokeOfTicker,
  strokesSince,
  type Stroke,
} from '../../../functions/core/alerts/stroke.ts';
import { decimal, plain, ZERO } from '../../../functions/core/decimal.ts';
import { MINUTE, NOON } from './rule-fixture.ts';
import { markAt, quoteOf } from './sight-fixture.ts';

/** Minutes after noon and `open high low close`; a volume of 0 where it says so. */
function candle(minute: number, text: string): Candle {
  const [open = ZERO, high = ZERO, low = ZERO, close = ZERO, volume = decimal('1')] = text
    .split(' ')
    .map(decimal);
  return { atMs: NOON + minute * MINUTE, open, high, low, close, volume };
}

/** `0-1 99>101 98..102`: from and to in minutes after noon, start and close, low and high. */
function shown({
  fromMs,
  toMs,
  start,
  close,
  low,
  high,
  whole,
  afterGap,
  minuteMs,
}: Stroke): string {
  const minute = (ms: number) => (ms - NOON) / MINUTE;
  const marks = [
    ...(whole ? [] : ['running']),
    ...(afterGap ? ['after a gap'] : []),
    ...(Math.floor(minute(fromMs)) === minute(minuteMs) ? [] : [`of ${minute(minuteMs)}`]),
  ];
  const prices = `${plain(start)}>${plain(close)} ${plain(low)}..${plain(high)}`;
  return [`${minute(fromMs)}-${minute(toMs)}`, prices, ...marks].join(' ');
}

/** The strokes since a mark, in candles that were read so many minutes after noon. */
function since(
  mark: Mark,
  rows: readonly Candle[],
  more: { running?: boolean; readAt?: number } = {},
) {
  const { running = false, readAt = 100 } = more;
  const { strokes, gaps } = strokesSince(mark, { rows, running, readAtMs: NOON + readAt * MINUTE });
  return {
    strokes: strokes.map(shown),
    gaps: gaps.map(({ fromMs, toMs }) => [(fromMs - NOON) / MINUTE, (toMs - NOON) / MINUTE]),
  };
}

const atNoon = markAt(NOON);
/** Within the minute of noon, which had been between 95 and 105 before; the price was 99. */
const within: Mark = { ...atNoon, atMs: NOON + MINUTE / 2, high: '105', low: '95' };

describe('strokes since a mark at the beginning of a minute', () => {
  test('are one for each candle, each from where the one before ended', () => {
    const rows = [candle(0, '98 101 97 100'), candle(1, '100 103 99 102')];
    expect(since(atNoon, rows)).toEqual({
      strokes: ['0-1 99>100 97..101', '1-2 100>102 99..103'],
      gaps: [],
    });
  });

  test('hold nothing of the candles before, but their last price', () => {
    const rows = [
      candle(-2, '50 50 50 50'),
      candle(-1, '98 98.5 98 98.5'),
      candle(0, '98 101 97 100'),
    ];
    expect(since(atNoon, rows).strokes).toEqual(['0-1 98.5>100 97..101']);
  });

  test('begin with the price of the mark where the candle before is an older one', () => {
    const rows = [candle(-2, '50 50 50 50'), candle(0, '98 101 97 100')];
    expect(since(atNoon, rows).strokes).toEqual(['0-1 99>100 97..101']);
  });

  test('are none while no candle reaches the mark', () => {
    expect(since(atNoon, [candle(-1, '98 98 98 98')])).toEqual({ strokes: [], gaps: [] });
    expect(since(atNoon, [])).toEqual({ strokes: [], gaps: [] });
  });
});

describe('a minute without a candle', () => {
  test('between two others is flat, behind a gap', () => {
    const rows = [candle(0, '99 99 99 99.5'), candle(3, '98 101 97 100')];
    expect(since(atNoon, rows)).toEqual({
      strokes: [
        '0-1 99>99.5 99..99',
        '1-2 99.5>99.5 99.5..99.5 after a gap',
        '2-3 99.5>99.5 99.5..99.5 after a gap',
        '3-4 99.5>100 97..101 after a gap',
      ],
      gaps: [[1, 3]],
    });
  });

  test('before the first candle is a gap alone, from the mark on', () => {
    const rows = [candle(3, '98 101 97 100')];
    expect(since(atNoon, rows)).toEqual({
      strokes: ['3-4 99>100 97..101 after a gap'],
      gaps: [[0, 3]],
    });
    expect(since(within, rows).gaps).toEqual([[0.5, 3]]);
  });
});

describe('the last candle', () => {
  const rows = [candle(0, '99 99 99 99'), candle(1, '99 101 98 100')];

  test.for([
    ['runs up to when it was read', 1.5, '1-1.5'],
    ['runs to its end at most', 2.5, '1-2'],
    ['and not to before it began: our clock is behind', 0.5, '1-1'],
  ] as const)('%s', ([, readAt, times]) => {
    const { strokes } = since(atNoon, rows, { running: true, readAt });
    expect(strokes[1]).toBe(`${times} 99>100 98..101 running`);
  });

  test('has no stroke before its first trade', () => {
    const quiet = [candle(0, '99 99 99 99'), candle(1, '99 99 99 99 0')];
    expect(since(atNoon, quiet, { running: true }).strokes).toHaveLength(1);
    expect(since(atNoon, quiet, { running: false }).strokes).toHaveLength(2);
  });

  test('leaves a gap before it also while it has no stroke', () => {
    const quiet = [candle(0, '99 99 99 99'), candle(2, '99 99 99 99 0')];
    const { strokes, gaps } = since(atNoon, quiet, { running: true });
    expect(strokes).toEqual(['0-1 99>99 99..99', '1-2 99>99 99..99 after a gap']);
    expect(gaps).toEqual([[1, 2]]);
  });
});

describe('in the minute in which a mark lies', () => {
  test.for([
    ['prices that it may have had before do not count', '99 105 95 97', '0.5-1 99>97 97..99'],
    ['prices beyond what it had before do', '99 105.1 94.9 97', '0.5-1 99>97 94.9..105.1'],
    ['its end does', '99 105 95 103', '0.5-1 99>103 99..103'],
  ] as const)('%s', ([, text, stroke]) => {
    expect(since(within, [candle(0, text)]).strokes).toEqual([stroke]);
  });

  test('its newest price does not, while it runs', () => {
    const { strokes } = since(within, [candle(0, '99 105 95 103')], { running: true, readAt: 0.8 });
    expect(strokes).toEqual(['0.5-0.8 99>103 99..99 running']);
  });

  test('what came in the minutes behind it counts whole', () => {
    const rows = [candle(0, '99 105 95 99'), candle(1, '99 104 96 99')];
    expect(since(within, rows).strokes[1]).toBe('1-2 99>99 96..104');
  });

  test('the price of the mark is where it begins, whatever the minute before ended with', () => {
    const rows = [candle(-1, '50 50 50 50'), candle(0, '50 105 50 103')];
    expect(since(within, rows).strokes).toEqual(['0.5-1 99>103 50..103']);
  });
});

describe('one stroke of the ticker', () => {
  test.for([
    ['103', '0-3 99>103 99..103 running'],
    ['97', '0-3 99>97 97..99 running'],
  ] as const)('goes from the mark to its price of %s', ([last, stroke]) => {
    expect(shown(strokeOfTicker(atNoon, quoteOf({ last }), NOON + 3 * MINUTE))).toBe(stroke);
  });

  test('ends at the mark where our clock is behind it', () => {
    expect(strokeOfTicker(atNoon, quoteOf(), NOON - 1)).toMatchObject({ fromMs: NOON, toMs: NOON });
  });
});

describe('a mark', () => {
  test('behind a stroke is the beginning of the next minute', () => {
    const [stroke] = strokesSince(within, {
      ...{ rows: [candle(0, '99 105 95 97')], running: false, readAtMs: NOON },
    }).strokes;
    expect(stroke && markAfter(stroke)).toEqual(markAt(NOON + MINUTE, '97'));
  });

  test.for([
    ['the day’s range', { last: '100', day: '95 105' }, '95', '105'],
    ['also prices beyond it', { last: '110', day: '95 105' }, '95', '110'],
    ['and below it', { last: '90', day: '95 105' }, '90', '105'],
    [
      'the price alone, on a day without a trade',
      { last: '100', day: '1 999', dayTrades: 0 },
      '100',
      '100',
    ],
  ] as const)('at a first look takes in %s', ([, text, low, high]) => {
    expect(markNow(quoteOf(text), NOON + 30_000)).toEqual({
      ...{ atMs: NOON + 30_000, minuteMs: NOON, low, high, close: text.last },
    });
  });
});

describe('a price is too far off', () => {
  test.for([
    ['120', '80', false],
    ['120.01', '80', true],
    ['120', '79.99', true],
  ] as const)('from 100: high %s, low %s: %s', ([high, low, far]) => {
    expect(isDoubtful(decimal('100'), decimal(high), decimal(low))).toBe(far);
  });
});
