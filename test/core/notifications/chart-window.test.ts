import { describe, expect, it } from 'vitest';
import { candleMinutes, chartWindow } from '../../../functions/core/notifications/chart-window.ts';
import { walk } from '../../adapters/chart/sample-candles.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const atMs = Date.UTC(2026, 10, 23, 13, 32, 12);
const market = { price: 100, step: 1, decimals: 2 };

describe('the window of a chart', () => {
  it.each([1, 5])('begins three hours before its moment when candles last %d min', (minutes) => {
    const fromMs = Date.UTC(2026, 10, 23, 8, 0);
    const candles = walk({ ...market, fromMs, minutes, count: 720 / minutes });
    const window = chartWindow(atMs, candles);
    expect(window.minutes).toBe(minutes);
    expect(atMs - window.fromMs).toBeGreaterThanOrEqual(3 * HOUR);
    expect(atMs - window.fromMs).toBeLessThan(3 * HOUR + minutes * MINUTE);
    expect(window.candles[0]?.atMs).toBe(window.fromMs);
  });

  it.each([15, 60, 240])('shows 36 candles before its moment when they last %d min', (minutes) => {
    const fromMs = Date.UTC(2026, 8, 1);
    const window = chartWindow(atMs, walk({ ...market, fromMs, minutes, count: 9_000 }));
    const before = window.candles.filter((candle) => candle.atMs <= atMs);
    expect([36, 37]).toContain(before.length);
  });

  it('ends six candles after its moment, with air', () => {
    const fromMs = Date.UTC(2026, 10, 23, 8, 0);
    const window = chartWindow(atMs, walk({ ...market, fromMs, count: 700 }));
    const lastMs = window.candles.at(-1)?.atMs ?? 0;
    expect(lastMs).toBe(Date.UTC(2026, 10, 23, 14, 0));
    expect(window.toMs).toBe(lastMs + 10 * MINUTE);
  });

  it('holds the moment also when the candles end before it', () => {
    const fromMs = atMs - 2 * HOUR;
    const { toMs, candles } = chartWindow(atMs, walk({ ...market, fromMs, count: 3 }));
    expect(toMs).toBeGreaterThan(atMs);
    expect(candles).toHaveLength(3);
  });

  it('reads the length of candles across times that were left out', () => {
    const candles = walk({ ...market, fromMs: atMs - 2 * HOUR, count: 20 });
    const thinned = candles.filter((_, index) => index < 2 || index % 7 === 0);
    expect(chartWindow(atMs, thinned).minutes).toBe(5);
  });

  it('cannot tell the length of a lone candle', () => {
    const window = chartWindow(atMs, walk({ ...market, fromMs: atMs - MINUTE, count: 1 }));
    expect(window.minutes).toBeUndefined();
    expect(window.candles).toHaveLength(1);
  });

  it.each([
    ['there are none', []],
    ['all are long past', walk({ ...market, fromMs: atMs - 30 * HOUR, count: 20 })],
    ['all come much later', walk({ ...market, fromMs: atMs + HOUR, count: 20 })],
  ])('throws when %s', (_, candles) => {
    expect(() => chartWindow(atMs, candles)).toThrow(/candles of the time/);
  });

  it('leaves out a candle that begins six lengths after its moment', () => {
    const at = Date.UTC(2026, 10, 23, 12);
    const { candles } = chartWindow(at, walk({ ...market, fromMs: at - HOUR, count: 40 }));
    expect(candles.at(-1)?.atMs).toBe(at + 25 * MINUTE);
  });

  it('throws on two candles of one time', () => {
    const [one] = walk({ ...market, fromMs: atMs - HOUR, count: 1 });
    expect(() => chartWindow(atMs, [one!, one!])).toThrow(/oldest first/);
  });

  it('throws on candles that are not in order', () => {
    const candles = walk({ ...market, fromMs: atMs - HOUR, count: 3 }).reverse();
    expect(() => chartWindow(atMs, candles)).toThrow(/oldest first/);
  });
});

describe('the candles that a chart asks for', () => {
  it('reach back to the beginning of its window, however late it is drawn', () => {
    for (let lateHours = 0; lateHours < 24 * 100; lateHours += 7) {
      const minutes = candleMinutes(atMs, atMs + lateHours * HOUR);
      const reachMs = 720 * minutes * MINUTE - lateHours * HOUR;
      expect(reachMs).toBeGreaterThanOrEqual(Math.max(3 * HOUR, 36 * minutes * MINUTE));
    }
  });
});
