/** Charts as PNG: what a person gets, looked at pixel by pixel where it matters. */
import { describe, expect, it } from 'vitest';
import { chartLayout } from '../../../functions/adapters/chart/chart-layout.ts';
import { chartPainter } from '../../../functions/adapters/chart/chart-painter.ts';
import { COLOURS, PLOT, ROLES, WIDTH } from '../../../functions/adapters/chart/chart-style.ts';
import { ALERT, AT_MS, FROM_MS, measures, ORDER, RISING } from './chart-fixture.ts';
import { readPng } from './png.ts';
import { walk } from './sample-candles.ts';

const painter = chartPainter();
const metrics = await measures();

describe('a painted chart', () => {
  it('is a PNG of 1200 by 675 pixels on white, small enough for any mail', async () => {
    const png = await painter.paint(ORDER, RISING);
    const { width, height, colourAt } = readPng(png);
    expect([width, height]).toEqual([1200, 675]);
    for (const [x, y] of [
      [0, 0],
      [1199, 0],
      [0, 674],
      [1199, 674],
    ] as const) {
      expect(colourAt(x, y)).toBe('#ffffff');
    }
    expect(png.length).toBeLessThan(150_000);
  });

  it('has the same bytes for the same input, whatever was painted between', async () => {
    const first = await painter.paint(ALERT, RISING);
    const other = await painter.paint(ORDER, RISING);
    const [again, anew] = await Promise.all([
      painter.paint(ALERT, RISING),
      chartPainter().paint(ALERT, RISING),
    ]);
    expect(Buffer.compare(first, again)).toBe(0);
    expect(Buffer.compare(first, anew)).toBe(0);
    expect(Buffer.compare(first, other)).not.toBe(0);
  });

  it('draws lines and tags in the colour of their role, and the moment at its price', async () => {
    const { colourAt } = readPng(await painter.paint(ORDER, RISING));
    const { tags, moment } = chartLayout(ORDER, RISING, metrics);
    const [last, entry, stop, target, far] = tags;
    expect(colourAt(PLOT.left + 6, stop?.line ?? 0)).toBe(ROLES.stop.colour);
    expect(colourAt(PLOT.left + 2, target?.line ?? 0)).toBe(ROLES.target.colour);
    expect(colourAt(PLOT.left + 6, entry?.line ?? 0)).toBe(ROLES.entry.colour);
    for (const [tag, colour] of [
      [last, COLOURS.last],
      [entry, ROLES.entry.colour],
      [stop, ROLES.stop.colour],
      [far, ROLES.target.colour],
    ] as const) {
      expect(colourAt(WIDTH - 16, tag?.middle ?? 0)).toBe(colour);
    }
    expect(colourAt(moment.x, moment.y ?? 0)).toBe(COLOURS.moment);
  });

  it('draws rising candles hollow and falling ones filled', async () => {
    const { colourAt } = readPng(await painter.paint(ALERT, RISING));
    const { candles, scale, time, right, bodyWidth } = chartLayout(ALERT, RISING, metrics);
    const y = (price: number): number =>
      PLOT.bottom - ((price - scale.min) / (scale.max - scale.min)) * (PLOT.bottom - PLOT.top);
    const x = (atMs: number): number =>
      PLOT.left + ((atMs - time.fromMs) / (time.toMs - time.fromMs)) * (right - PLOT.left);
    const tall = candles.filter(
      ({ open, close, atMs }) =>
        Math.abs(y(open) - y(close)) > 16 && Math.abs(atMs - AT_MS) > 400_000,
    );
    const seen = tall.map(({ atMs, open, close }) => {
      // A quarter from the middle, where no line of the grid or level usually is.
      const inside = colourAt(x(atMs) + bodyWidth / 5, (y(open) + y(close)) / 2);
      const edge = colourAt(x(atMs) - bodyWidth / 2, (y(open) + y(close)) / 2 + 2);
      return close > open ? { rising: inside, edge } : { falling: inside, edge };
    });
    const rising = { rising: COLOURS.background, edge: COLOURS.rising };
    const falling = { falling: COLOURS.falling, edge: COLOURS.falling };
    expect(seen.filter((one) => 'rising' in one).length).toBeGreaterThan(5);
    expect(seen.filter((one) => 'falling' in one).length).toBeGreaterThan(1);
    for (const one of seen) expect(one).toEqual('rising' in one ? rising : falling);
  });

  it.each([
    ['one candle', walk({ fromMs: AT_MS - 60_000, count: 1, price: 100, step: 1, decimals: 2 })],
    ['one price', walk({ fromMs: FROM_MS, count: 30, price: 1, step: 0, decimals: 4 })],
    ['a price of nothing', walk({ fromMs: FROM_MS, count: 30, price: 0, step: 0, decimals: 4 })],
    ['tiny prices', walk({ fromMs: FROM_MS, count: 30, price: 1.2e-6, step: 1e-8, decimals: 8 })],
    [
      'thousands of candles',
      walk({
        ...{ fromMs: AT_MS - 3_000 * 60_000, minutes: 1, count: 5_000 },
        ...{ price: 1_000_000, step: 50, decimals: 1 },
      }),
    ],
  ])('is painted from %s', async (_, candles) => {
    const picture = readPng(await painter.paint({ ...ALERT, price: '1', levels: [] }, candles));
    expect(picture.width).toBe(WIDTH);
  });

  it('survives labels that are no text for a picture', async () => {
    const label = '</text>\u0000\u202e&<b>\ud800 price of the level';
    const levels = [{ role: 'level', price: '100000', label }] as const;
    const picture = readPng(
      await painter.paint({ ...ALERT, pair: '<A>&/\u0007B', levels }, RISING),
    );
    expect(picture.height).toBe(675);
  });

  it('is refused without candles, and the next one is painted', async () => {
    await expect(painter.paint(ALERT, [])).rejects.toThrow(/candles/);
    await expect(painter.paint({ ...ALERT, price: 'much' }, RISING)).rejects.toThrow();
    expect((await painter.paint(ALERT, RISING)).length).toBeGreaterThan(10_000);
  });
});
