/** Candles from before an exchange was opened. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startKraken } from '../../../../infra/local/kraken/server.ts';

const MINUTES = 90;
const NOW_MS = Date.UTC(2026, 10, 23, 12, 0, 20);

type Row = readonly [number, string, string, string, string, string, string, number];

describe('an exchange with a past', () => {
  const directory = mkdtempSync(join(tmpdir(), 'harpoon-past-'));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const look = async () => {
    const clock = { nowMs: () => NOW_MS };
    const kraken = await startKraken({ port: 0, directory, clock, pastMinutes: MINUTES });
    const answer = await fetch(`${kraken.url}/0/public/OHLC?pair=XBTUSD&interval=1`);
    const { result } = (await answer.json()) as { result: Record<string, readonly Row[]> };
    const { markets, trades } = kraken.control.state();
    await kraken.close();
    return { rows: result['XXBTZUSD'] ?? [], markets, trades };
  };

  it('has a candle for each of its minutes, near the first price and up to it', async () => {
    const { rows, markets, trades } = await look();
    const whole = rows.slice(0, MINUTES);
    expect(whole.map(([time]) => time)).toEqual(
      Array.from({ length: MINUTES }, (_, at) => Date.UTC(2026, 10, 23, 10, 30 + at) / 1_000),
    );
    const prices = whole.flatMap(([, open, high, low, close]) => [open, high, low, close]);
    expect(new Set(prices).size).toBeGreaterThan(MINUTES);
    for (const price of prices.map(Number)) {
      expect(price).toBeGreaterThan(58_000);
      expect(price).toBeLessThan(62_000);
    }
    expect(markets.find(({ name }) => name === 'BTC/USD')?.last).toBe('60000');
    expect(trades).toEqual([]);
  });

  it('has the same past when it is opened again', async () => {
    const [first, again] = [await look(), await look()];
    expect(again.rows).toEqual(first.rows);
  });
});
