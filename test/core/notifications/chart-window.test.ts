import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import { candleMinutes, chartWindow } from '../../../functions/core/notifications/chart-window.ts';

const MINUTE_MS = 60_000;
const NOON_MS = Date.UTC(2026, 10, 23, 12);
const ONE = decimal('1');

/** Candles that begin so many minutes after noon. */
const candles = (...minutes: readonly number[]) =>
  minutes.map((minute) => {
    return {
      ...{ atMs: NOON_MS + minute * MINUTE_MS, volume: ONE },
      ...{ open: ONE, high: ONE, low: ONE, close: ONE },
    };
  });

const every = (step: number, from: number, to: number) =>
  candles(...Array.from({ length: (to - from) / step + 1 }, (_, at) => from + at * step));

/** The window in minutes after noon. */
function shown(atMinute: number, given: ReturnType<typeof candles>) {
  const window = chartWindow(NOON_MS + atMinute * MINUTE_MS, given);
  const after = (ms: number): number => (ms - NOON_MS) / MINUTE_MS;
  const [first, last] = [window.candles[0], window.candles.at(-1)];
  return {
    minutes: window.minutes,
    from: after(window.fromMs),
    to: after(window.toMs),
    first: first && after(first.atMs),
    last: last && after(last.atMs),
  };
}

describe('the candles of a chart', () => {
  // 720 candles of so many minutes, less what is shown before the moment.
  it.each([
    [0, 5],
    [720 * 5 - 180, 5],
    [720 * 5 - 180 + 1, 15],
    [720 * 15 - 36 * 15, 15],
    [720 * 15 - 36 * 15 + 1, 60],
    [720 * 60 - 36 * 60, 60],
    [720 * 60 - 36 * 60 + 1, 240],
    [10_000_000, 240],
  ])('%i minutes after its moment last %i minutes', (late, minutes) => {
    expect(candleMinutes(NOON_MS, NOON_MS + late * MINUTE_MS)).toBe(minutes);
  });
});

describe('the window of a chart', () => {
  it('shows three hours before the moment and six candles after it', () => {
    expect(shown(2, every(5, -600, 600))).toEqual({
      ...{ minutes: 5, from: -180, first: -180, last: 30, to: 40 },
    });
  });

  it('shows thirty-six candles before it when they are long', () => {
    expect(shown(0, every(60, -6_000, 6_000))).toEqual({
      ...{ minutes: 60, from: -2_160, first: -2_160, last: 300, to: 420 },
    });
  });

  it('shows what began before it and reaches into it', () => {
    expect(shown(0, candles(-185, -184, -90, -85, 0))).toMatchObject({ minutes: 1, first: -90 });
    expect(shown(4, every(5, -200, 0))).toMatchObject({ from: -180, first: -180 });
  });

  it('ends after the moment also where the candles end before it', () => {
    expect(shown(8, every(5, -60, -10))).toMatchObject({ last: -10, to: 13 });
  });

  it('reads the length of a candle from the nearest two, as quiet times are left out', () => {
    expect(shown(0, candles(-90, -30, -15, 0)).minutes).toBe(15);
    expect(shown(0, candles(-5))).toMatchObject({ minutes: undefined, from: -180, to: 5 });
  });

  it('is none where there are no candles near the moment, or not in their order', () => {
    for (const given of [[], candles(-190, -185), candles(30, 35)]) {
      expect(() => shown(0, given)).toThrow('candles of the time');
    }
    expect(() => shown(0, candles(-5, -10))).toThrow('oldest first');
    expect(() => shown(0, candles(-5, -5))).toThrow('oldest first');
  });
});
