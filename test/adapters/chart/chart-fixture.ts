/** A request with its candles, and the measures of the fonts. */
import type { ChartRequest } from '../../../functions/core/notices/notice.ts';
import { readAsset } from '../../../functions/adapters/chart/chart-assets.ts';
import { fontMetrics, type FontMetrics } from '../../../functions/adapters/chart/font-metrics.ts';
import { walk } from './sample-candles.ts';

export const AT_MS = Date.UTC(2026, 10, 23, 13, 32, 12);
export const FROM_MS = Date.UTC(2026, 10, 23, 10, 30);

/** An alert on a rising price. */
export const ALERT: ChartRequest = {
  ...{ pair: 'BTC/USD', atMs: AT_MS, price: '100000.0', zone: 'Europe/Berlin' },
  levels: [{ role: 'level', price: '100000', label: 'alert' }],
};

/** An order with a stop and targets, one of them far away. */
export const ORDER: ChartRequest = {
  ...{ pair: 'BTC/USD', atMs: AT_MS, price: '100000.0', zone: 'America/New_York' },
  levels: [
    { role: 'entry', price: '100000', label: 'entry' },
    { role: 'stop', price: '99000', label: 'stop' },
    { role: 'target', price: '101500.5', label: 'target 1' },
    { role: 'target', price: '250000', label: 'target 2' },
  ],
};

export const RISING = walk({
  ...{ fromMs: FROM_MS, count: 38, price: 99_400, step: 120, decimals: 1, drift: 18 },
});

/** The measures of the fonts that charts are written in. */
export async function measures(): Promise<FontMetrics> {
  const [regular, bold] = await Promise.all([readAsset('regular'), readAsset('bold')]);
  return { regular: fontMetrics(regular), bold: fontMetrics(bold) };
}
