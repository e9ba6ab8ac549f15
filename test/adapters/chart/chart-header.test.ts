/** The line above a chart: everything in it fits and can be read, whatever the names are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartHeader, type HeaderText } from '../../../functions/adapters/chart/chart-header.ts';
import { PLOT, SIZES, WIDTH } from '../../../functions/adapters/chart/chart-style.ts';
import { AT_MS, FROM_MS, measures } from './chart-fixture.ts';

const metrics = await measures();
const header = (pair: string, zone: string) =>
  chartHeader({ pair, zone, atMs: AT_MS, fromMs: FROM_MS, minutes: 5 }, metrics);
const texts = (pair: string, zone: string) => header(pair, zone).map(({ text }) => text);
const edges = ({ text, x, align, size, isBold }: HeaderText) => {
  const width = (isBold ? metrics.bold : metrics.regular)(text, size);
  return align === 'left' ? [x, x + width] : [x - width, x];
};

describe('the header of a chart', () => {
  it.each([
    ['BTC/USD', 'Europe/Berlin', ['· 5 min · Kraken', '23 Nov 2026 · Europe/Berlin']],
    [
      '1000BONK/USDT',
      'America/Argentina/Buenos_Aires',
      ['· 5 min · Kraken', '23 Nov 2026 · Buenos Aires'],
    ],
    [
      '1000BONKFUTURES2027/USDT',
      'America/Argentina/Buenos_Aires',
      ['· 5 min', '23 Nov 2026 · Buenos Aires'],
    ],
  ])('of %s in %s has as many words as fit', (pair, zone, words) => {
    expect(texts(pair, zone)).toEqual([pair, ...words]);
  });

  it('never has one text over another, and no small type but for pairs longer than any', () => {
    const zones = fc.constantFrom('UTC', 'Asia/Kolkata', 'America/North_Dakota/New_Salem');
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9]{2,20}\/[A-Z]{3,4}$/), zones, (pair, zone) => {
        const all = header(pair, zone);
        const [first = [], second = [], third = []] = all.map(edges);
        expect(first[0]).toBe(PLOT.left);
        expect(first[1]).toBeLessThan(second[0] ?? 0);
        expect(second[1]).toBeLessThan(third[0] ?? 0);
        expect(third[1]).toBeLessThan(WIDTH);
        for (const { size } of all) expect(size).toBeGreaterThanOrEqual(24);
        if (pair.length <= 10) expect(all[0]?.size).toBe(SIZES.title);
      }),
    );
  });
});
