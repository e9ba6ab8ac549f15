/** The parts of a chart's layout, each by itself. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { placeTags } from '../../../functions/adapters/chart/place-tags.ts';
import { priceScale } from '../../../functions/adapters/chart/price-scale.ts';
import { timeTicks } from '../../../functions/adapters/chart/time-scale.ts';
import { fontMetrics } from '../../../functions/adapters/chart/font-metrics.ts';
import { measures } from './chart-fixture.ts';

const HOUR = 3_600_000;
const isFree = (): boolean => true;

describe('the time axis', () => {
  const ticks = (from: string, hours: number, zone: string) => {
    const fromMs = Date.parse(from);
    return timeTicks({ fromMs, toMs: fromMs + hours * HOUR, zone, isFree }).map(({ text, below }) =>
      below === undefined ? text : `${text} ${below}`,
    );
  };

  it.each([
    ['three hours', '2026-11-23T10:30Z', 3, 'UTC', '10:30 11:00 11:30 12:00 12:30 13:00 13:30'],
    ['an hour', '2026-11-23T10:02Z', 1, 'UTC', '10:10 10:20 10:30 10:40 10:50 11:00'],
    [
      'half-hour zones',
      '2026-11-23T10:00Z',
      2,
      'Asia/Kolkata',
      '15:30 15:45 16:00 16:15 16:30 16:45 17:00 17:15 17:30',
    ],
    [
      'midnight',
      '2026-11-23T21:00Z',
      4,
      'Europe/Berlin',
      '22:00 22:30 23:00 23:30 00:00 24 Nov 00:30 01:00 01:30 02:00',
    ],
    [
      'an hour that comes twice',
      '2026-10-24T23:30Z',
      3,
      'Europe/Berlin',
      '01:30 02:00 02:30 02:00 UTC+1 02:30 03:00 03:30',
    ],
    [
      'an hour that is left out',
      '2026-03-29T00:00Z',
      3,
      'Europe/Berlin',
      '01:00 01:30 03:00 UTC+2 03:30 04:00 04:30 05:00',
    ],
    [
      'a change to a negative distance',
      '2026-11-01T05:00Z',
      2,
      'America/New_York',
      '01:00 01:15 01:30 01:45 01:00 UTC−5 01:15 01:30 01:45 02:00',
    ],
    [
      'days',
      '2026-11-20T12:00Z',
      72,
      'UTC',
      '12:00 00:00 21 Nov 12:00 00:00 22 Nov 12:00 00:00 23 Nov 12:00',
    ],
  ])('has round local times over %s', (_, from, hours, zone, expected) => {
    expect(ticks(from, hours, zone).join(' ')).toBe(expected);
  });

  it('has few ticks over weeks, each at midnight', () => {
    const many = ticks('2026-10-01T00:00Z', 24 * 40, 'Europe/Berlin');
    expect(many.length).toBeGreaterThan(4);
    expect(many.length).toBeLessThan(10);
    for (const text of many) expect(text).toMatch(/^00:00 /);
  });
});

describe('the price axis', () => {
  it('has round prices that tell themselves apart, over any range', () => {
    const price = fc.double({ min: 1e-7, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(price, fc.double({ min: 0.0001, max: 1, noNaN: true }), (low, part) => {
        const { min, max, ticks } = priceScale({ low, high: low * (1 + part) }, []);
        expect(min).toBeLessThan(low);
        expect(max).toBeGreaterThan(low * (1 + part));
        expect(ticks.length).toBeGreaterThan(1);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
        for (const { value, text } of ticks) {
          expect(value).toBeGreaterThanOrEqual(min);
          expect(value).toBeLessThanOrEqual(max);
          expect(Math.abs(Number(text) - value)).toBeLessThan((max - min) / 1e6);
        }
      }),
    );
  });

  it('widens for near levels and not for far ones', () => {
    const { min, max } = priceScale({ low: 100, high: 110 }, [1_000, 95, 120, 60]);
    expect(min).toBeLessThan(95);
    expect(min).toBeGreaterThan(60);
    expect(max).toBeGreaterThan(120);
    expect(max).toBeLessThan(1_000);
  });

  it('never shows a price below nothing', () => {
    expect(priceScale({ low: 0.001, high: 1 }, []).min).toBe(0);
  });
});

describe('tags beside their lines', () => {
  const column = { height: 10, top: 0, bottom: 100 };

  it.each([
    ['stay where they want to be', [20, 50], [20, 50]],
    ['move apart by equal parts', [50, 50], [45, 55]],
    ['keep the order in which they were given', [52, 50], [56, 46]],
    ['stay inside at the top', [0, 0], [5, 15]],
    ['stay inside at the bottom', [100, 99], [95, 85]],
  ])('%s', (_, wanted, middles) => {
    expect(placeTags(wanted, column)).toEqual(middles);
  });

  it('never overlap while they fit', () => {
    const wishes = fc.array(fc.double({ min: -50, max: 150, noNaN: true }), { maxLength: 10 });
    fc.assert(
      fc.property(wishes, (wanted) => {
        const middles = [...placeTags(wanted, column)].sort((a, b) => a - b);
        middles.forEach((middle, index) => {
          expect(middle).toBeGreaterThan(4.999);
          expect(middle).toBeLessThan(95.001);
          expect(middle - (middles[index - 1] ?? -10)).toBeGreaterThan(9.999);
        });
      }),
    );
  });
});

describe('the measures of a font', () => {
  it('are those of its tables', async () => {
    const { regular, bold } = await measures();
    // Digits of DejaVu Sans are 1303 of 2048 units wide, in bold 1425; condensed is 90 % of that.
    expect(Math.abs(regular('7', 2_048) - 0.9 * 1_303)).toBeLessThan(1);
    expect(Math.abs(bold('7', 2_048) - 0.9 * 1_425)).toBeLessThan(1);
    expect(regular('11', 20)).toBeCloseTo(2 * regular('1', 20), 9);
    expect(regular('↑', 20)).not.toBe(regular('\u{1f600}', 20));
    expect(regular('', 20)).toBe(0);
  });

  it('are refused of what is no font', () => {
    expect(() => fontMetrics(new Uint8Array(64))).toThrow(RangeError);
  });
});
