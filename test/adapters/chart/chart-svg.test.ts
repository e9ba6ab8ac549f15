/** What is written on a chart, and where. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { chartLayout } from '../../../functions/adapters/chart/chart-layout.ts';
import { HEIGHT, PLOT, WIDTH } from '../../../functions/adapters/chart/chart-style.ts';
import { chartSvg } from '../../../functions/adapters/chart/chart-svg.ts';
import type { ChartRequest } from '../../../functions/core/notices/notice.ts';
import { ALERT, AT_MS, FROM_MS, measures, ORDER, RISING } from './chart-fixture.ts';
import { walk } from './sample-candles.ts';

const metrics = await measures();
const textsOf = (request: ChartRequest, candles = RISING): string[] =>
  [...chartSvg(request, candles, metrics).matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(
    ([, text]) => text ?? '',
  );

describe('the texts of a chart', () => {
  it('name the pair, the length of candles, the exchange, the day and the zone', () => {
    expect(textsOf(ALERT)).toEqual(
      expect.arrayContaining(['BTC/USD', '· 5 min · Kraken', '23 Nov 2026 · Europe/Berlin']),
    );
  });

  it('give times of the zone, and the moment', () => {
    expect(textsOf(ALERT)).toEqual(expect.arrayContaining(['12:00', '13:30', '14:32']));
    expect(textsOf(ORDER)).toEqual(expect.arrayContaining(['06:00', '07:30', '08:32']));
    expect(textsOf({ ...ALERT, zone: 'Nowhere/City' })).toContain('23 Nov 2026 · UTC');
  });

  it('give every level its label and its price as it was written', () => {
    expect(textsOf(ORDER)).toEqual(
      expect.arrayContaining(['entry', '100000', 'stop', '99000', 'target 1', '101500.5']),
    );
  });

  it('give a level far outside an arrow instead of a line', () => {
    expect(textsOf(ORDER)).toEqual(expect.arrayContaining(['↑ target 2', '250000']));
    const low = { ...ALERT, levels: [{ role: 'stop', price: '5', label: 'stop' }] } as const;
    expect(textsOf(low)).toEqual(expect.arrayContaining(['↓ stop', '5']));
  });

  it('give the newest price with the decimals of the market', () => {
    const close = RISING.at(-1)?.close.toFixed(1);
    expect(textsOf(ALERT)).toEqual(expect.arrayContaining(['last', close]));
  });

  it('write tiny prices out', () => {
    const tiny = walk({ fromMs: FROM_MS, count: 38, price: 1.2e-6, step: 1e-8, decimals: 8 });
    const texts = textsOf({ ...ALERT, price: '0.00000123', levels: [] }, tiny);
    expect(texts.filter((text) => /^0\.0000\d+$/.test(text)).length).toBeGreaterThan(2);
    expect(texts.join(' ')).not.toMatch(/\de[-+]?\d|NaN/);
  });

  it('leave out the length of a lone candle, which nobody can tell', () => {
    const lone = walk({ fromMs: AT_MS, count: 1, price: 100_000, step: 9, decimals: 1 });
    expect(textsOf(ALERT, lone)).toContain('· Kraken');
  });

  it('tell the distance from UTC when the clock was changed within the chart', () => {
    const atMs = Date.UTC(2026, 9, 25, 1, 20);
    const candles = walk({
      ...{ fromMs: Date.UTC(2026, 9, 24, 22, 0), count: 50, price: 99_900, step: 50, decimals: 1 },
    });
    expect(textsOf({ ...ALERT, atMs }, candles)).toContain('25 Oct 2026 · Europe/Berlin UTC+1');
  });
});

describe('the layout of a chart', () => {
  const price = fc.integer({ min: 1, max: 40_000_000 }).map((tenth) => (tenth / 100).toFixed(2));
  const level = fc.record({
    role: fc.constantFrom('level', 'entry', 'stop', 'target'),
    ...{ price, label: fc.string({ maxLength: 30 }) },
  });

  it('puts nothing outside the picture and no tag over another, whatever the levels', () => {
    const request = fc.record({ levels: fc.array(level, { maxLength: 40 }), price });
    fc.assert(
      fc.property(request, (some) => {
        const { tags, right, moment, header, priceTicks } = chartLayout(
          { ...ALERT, ...some },
          RISING,
          metrics,
        );
        expect(right).toBeGreaterThan(WIDTH / 2);
        expect(tags[0]?.label).toMatch(/last$/);
        for (const { line } of tags) {
          expect(line ?? PLOT.top).toBeGreaterThanOrEqual(PLOT.top);
          expect(line ?? PLOT.top).toBeLessThanOrEqual(PLOT.bottom);
        }
        const sorted = [...tags].sort((a, b) => a.middle - b.middle);
        sorted.forEach(({ middle, height }, index) => {
          expect(middle - height / 2).toBeGreaterThan(60);
          expect(middle + height / 2).toBeLessThan(HEIGHT - 30);
          const above = sorted[index - 1];
          if (above !== undefined) {
            expect(middle - above.middle).toBeGreaterThanOrEqual(height);
          }
        });
        expect(moment.boxX).toBeLessThan(right);
        for (const { size } of header) expect(size).toBeGreaterThan(20);
        expect(new Set(priceTicks.map(({ text }) => text)).size).toBe(priceTicks.length);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps candles at least a third as high as the picture', () => {
    const { candles, scale } = chartLayout(ORDER, RISING, metrics);
    const highest = Math.max(...candles.map(({ high }) => high));
    const lowest = Math.min(...candles.map(({ low }) => low));
    expect((highest - lowest) / (scale.max - scale.min)).toBeGreaterThan(0.29);
  });

  it('shows prices alone when there are too many levels for labels', () => {
    const levels = Array.from({ length: 12 }, (_, index) => ({
      ...{ role: 'target', price: `${99_000 + index * 150}`, label: `target ${index}` },
    })) as ChartRequest['levels'];
    const { tags } = chartLayout({ ...ALERT, levels }, RISING, metrics);
    expect(tags.map(({ isTall }) => isTall)).toEqual(new Array(tags.length).fill(false));
    expect(tags.length).toBeGreaterThan(11);
  });
});
