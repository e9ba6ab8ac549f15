/** What is remembered of a pair between two polls: when it moved, and which candles were doubted. */
import { describe, expect, test } from 'vitest';
import {
  believed,
  isStale,
  notePoll,
  sightOf,
  type PairMemory,
} from '../../../functions/core/alerts/pair-memory.ts';
import { decimal, plain, ZERO } from '../../../functions/core/decimal.ts';
import { MINUTE, NOON } from './rule-fixture.ts';
import { quoteOf, rangeOf, type QuoteText } from './sight-fixture.ts';

const HOUR = 60 * MINUTE;

/** Polls at so many ms after noon. */
function polled(...polls: readonly (readonly [number, QuoteText])[]): PairMemory {
  const pairs = new Map<string, PairMemory>();
  for (const [ms, text] of polls) {
    notePoll(pairs, new Map([['BTC/USD', quoteOf(text)]]), NOON + ms);
  }
  const memory = pairs.get('BTC/USD');
  if (memory === undefined) throw new Error('it was polled');
  return memory;
}

describe('a poll', () => {
  const first = { dayTrades: 5 };

  test('is the first: nothing was seen to move yet', () => {
    expect(polled([0, first])).toEqual({
      ...{ quote: quoteOf(first), changedAtMs: NOON, polledAtMs: NOON, stillSinceMs: NOON },
      ...{ stillPolls: 0, longestStillMs: 0, doubted: new Map(), fives: new Map() },
      fivesAsked: false,
    });
  });

  test.for<
    readonly [string, number, QuoteText, { changed: boolean; grew: boolean; still: boolean }]
  >([
    [
      'in which nothing changed',
      MINUTE,
      { dayTrades: 5 },
      { changed: false, grew: false, still: true },
    ],
    ['with more trades', MINUTE, { dayTrades: 6 }, { changed: true, grew: true, still: false }],
    [
      'with fewer trades: out of a cache',
      MINUTE,
      { dayTrades: 4 },
      { changed: true, grew: false, still: false },
    ],
    [
      'on another day, which counts from nothing',
      12 * HOUR,
      { dayTrades: 5 },
      { changed: true, grew: false, still: true },
    ],
    [
      'with more trades, on another day',
      12 * HOUR,
      { dayTrades: 6 },
      { changed: true, grew: false, still: false },
    ],
    [
      'a moment before that day',
      12 * HOUR - 1,
      { dayTrades: 5 },
      { changed: false, grew: false, still: true },
    ],
    [
      'with another bid',
      MINUTE,
      { dayTrades: 5, bid: '98' },
      { changed: false, grew: false, still: false },
    ],
    [
      'with another ask',
      MINUTE,
      { dayTrades: 5, ask: '100' },
      { changed: false, grew: false, still: false },
    ],
    [
      'with another price',
      MINUTE,
      { dayTrades: 5, last: '98', bid: '99', ask: '99' },
      { changed: false, grew: false, still: false },
    ],
  ])('%s', ([, ms, text, { changed, grew, still }]) => {
    const memory = polled([0, first], [ms, text]);
    const nowMs = NOON + ms;
    expect(memory.changedAtMs).toBe(changed ? nowMs : NOON);
    expect(memory.grewAtMs).toBe(grew ? nowMs : undefined);
    expect(memory.stillPolls).toBe(still ? 1 : 0);
    expect(memory.stillSinceMs).toBe(still ? NOON : nowMs);
    expect(memory.longestStillMs).toBe(still ? 0 : ms);
    expect(memory.movedAfterMs).toBe(still ? undefined : NOON);
    expect(memory).toMatchObject({ polledAtMs: nowMs, quote: quoteOf(text) });
  });

  test('counts the polls in which it stood still, and keeps the longest such time', () => {
    const moved = { dayTrades: 6 };
    const again = { dayTrades: 7 };
    const memory = polled(
      [0, first],
      [60, first],
      [90, first],
      [100, moved],
      [130, moved],
      [150, again],
    );
    expect(memory).toMatchObject({ stillPolls: 0, stillSinceMs: NOON + 150 });
    expect(memory).toMatchObject({ longestStillMs: 100, movedAfterMs: NOON + 130 });
    expect(polled([0, first], [60, first], [90, first]).stillPolls).toBe(2);
  });

  test('leaves pairs alone that it does not have', () => {
    const pairs = new Map([['ETH/USD', polled([0, first])]]);
    notePoll(pairs, new Map([['BTC/USD', quoteOf()]]), NOON + 9);
    expect(pairs.get('ETH/USD')).toMatchObject({ polledAtMs: NOON });
    expect(pairs.get('BTC/USD')).toMatchObject({ polledAtMs: NOON + 9 });
  });
});

describe('a quote that stands still', () => {
  /** Still since noon, in so many polls, after a stretch that was at most so long. */
  const still = (stillPolls: number, longestStillMs = 0): PairMemory => ({
    ...polled([0, {}]),
    ...{ stillPolls, longestStillMs },
  });

  test.for<readonly [string, PairMemory, number, boolean]>([
    ['for five minutes, in three polls', still(3), 5 * MINUTE, true],
    ['for less than five minutes', still(9), 5 * MINUTE - 1, false],
    ['in fewer than three polls', still(2), 60 * MINUTE, false],
    [
      'for less than twice as long as ever, of a quiet pair',
      still(9, 6 * MINUTE),
      12 * MINUTE - 1,
      false,
    ],
    ['for twice as long as ever', still(9, 6 * MINUTE), 12 * MINUTE, true],
    ['for five minutes, which it was before', still(9, 5 * MINUTE), 9 * MINUTE, false],
    ['for five minutes, which it nearly was before', still(9, 5 * MINUTE - 1), 5 * MINUTE, true],
  ])('%s', ([, memory, afterMs, stale]) => {
    expect(isStale(memory, undefined, NOON + afterMs)).toBe(stale);
  });

  test('and was told as that, is so until it was seen to move since', () => {
    const told = NOON + MINUTE;
    const moved = (movedAfterMs: number) => ({ ...polled([0, {}]), movedAfterMs });
    expect(isStale(polled([0, {}]), told, NOON + 2 * MINUTE)).toBe(true);
    expect(isStale(moved(told - 1), told, NOON + 2 * MINUTE)).toBe(true);
    expect(isStale(moved(told), told, NOON + 2 * MINUTE)).toBe(false);
  });
});

describe('candles that are too far off', () => {
  /** `99 99 99 99`: open, high, low, close; a minute each, from noon on. */
  const rowsOf = (...texts: readonly string[]) =>
    texts.map((text, at) => {
      const [open = ZERO, high = ZERO, low = ZERO, close = ZERO] = text.split(' ').map(decimal);
      return { atMs: NOON + at * MINUTE, open, high, low, close, volume: decimal('1') };
    });
  const read = (memory: PairMemory, texts: readonly string[], fromMs = 0) => {
    const { rows, isAll } = believed(memory, rowsOf(...texts), { minutes: 1, fromMs });
    return [rows.length, isAll];
  };
  const calm = '100 101 99 100';

  test.for<readonly [string, readonly string[], readonly [number, boolean]]>([
    ['none is', [calm, calm], [2, true]],
    ['a fifth up is not', [calm, '100 120 100 100'], [2, true]],
    ['more than a fifth up is', [calm, '100 120.01 100 100', calm], [1, false]],
    ['a fifth down is not', [calm, '100 100 80 100'], [2, true]],
    ['more than a fifth down is', [calm, '100 100 79.99 100', calm], [1, false]],
    [
      'measured from the close before, not from its own open',
      [calm, '119 125 119 119'],
      [1, false],
    ],
    ['the first candle is measured from its own open', ['119 125 119 119', calm], [2, true]],
    ['the first candle may be it', ['100 125 100 100', calm], [0, false]],
    [
      'all behind the first of them is left out',
      [calm, '100 125 100 100', calm, '100 70 70 100'],
      [1, false],
    ],
    ['there is no candle', [], [0, true]],
  ])('%s', ([, texts, result]) => {
    expect(read(polled([0, {}]), texts)).toEqual(result);
  });

  test('matter from the time on that anybody looks at', () => {
    const texts = [calm, '100 125 100 100', calm];
    expect(read(polled([0, {}]), texts, NOON + MINUTE)).toEqual([1, false]);
    expect(read(polled([0, {}]), texts, NOON + MINUTE + 1)).toEqual([3, true]);
  });

  test.for<readonly [string, string, string, boolean]>([
    ['the same price', '100 125 100 100', '100 125 100 100', true],
    ['a price less far off', '100 125 100 100', '100 122 100 100', true],
    ['a price further off', '100 125 100 100', '100 125.01 100 100', false],
    ['the same low', '100 100 70 100', '100 100 70 100', true],
    ['a low less far off', '100 100 70 100', '100 100 75 100', true],
    ['a low further off', '100 100 70 100', '100 100 69.99 100', false],
    ['a low where it was a high', '100 125 100 100', '100 100 70 100', false],
    ['a high where it was a low', '100 100 70 100', '100 125 100 100', false],
  ])('a second reading with %s', ([, first, second, isBelieved]) => {
    const memory = polled([0, {}]);
    expect(read(memory, [calm, first])).toEqual([1, false]);
    expect(read(memory, [calm, second])).toEqual(isBelieved ? [2, true] : [1, false]);
  });

  test('are forgotten by a reading that does not show them', () => {
    const memory = polled([0, {}]);
    read(memory, [calm, '100 125 100 100']);
    expect(read(memory, [calm, calm])).toEqual([2, true]);
    expect(read(memory, [calm, '100 125 100 100'])).toEqual([1, false]);
  });

  test('are doubted each for its own length', () => {
    const memory = polled([0, {}]);
    read(memory, [calm, '100 125 100 100']);
    const rows = rowsOf(calm, '100 125 100 100');
    expect(believed(memory, rows, { minutes: 5, fromMs: 0 }).isAll).toBe(false);
    expect(believed(memory, rows, { minutes: 5, fromMs: 0 }).isAll).toBe(true);
  });
});

describe('what is known of a day without reading candles', () => {
  const known = (beforeMs: number, fives: Readonly<Record<number, string>>) => {
    const memory = polled([0, {}]);
    for (const [minute, range] of Object.entries(fives)) {
      memory.fives.set(NOON + Number(minute) * MINUTE, rangeOf(range));
    }
    const range = sightOf(memory, NOON).known(beforeMs);
    return range && `${plain(range.low)} ${plain(range.high)}`;
  };

  test.for<readonly [string, Readonly<Record<number, string>>, string | undefined]>([
    ['nothing', {}, undefined],
    ['the highest and the lowest', { [-15]: '98 99', [-10]: '97 98', [-5]: '98 101' }, '97 101'],
    ['not what is older than 24 hours', { [-1_445]: '1 999', [-1_440]: '97 98' }, '97 98'],
    ['not what ends later', { [-10]: '97 98', [-4]: '1 999', 0: '1 999' }, '97 98'],
  ])('%s', ([, fives, range]) => {
    expect(known(NOON, fives)).toBe(range);
  });

  test('is asked for once in five minutes, for each time', () => {
    const memory = polled([0, {}]);
    memory.fives.set(NOON - 10 * MINUTE, rangeOf('97 98'));
    const sight = sightOf(memory, NOON);
    expect(sight.known(NOON)).toBe(sight.known(NOON + 1));
    expect(sight.known(NOON - 6 * MINUTE)).toBeUndefined();
    expect(sight).toMatchObject({ quote: quoteOf(), changedAtMs: NOON });
  });
});
