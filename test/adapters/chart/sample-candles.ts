/** Made-up candles: the same seed gives the same walk. */
import type { Candle } from '../../../functions/core/alerts/market.ts';
import { decimal } from '../../../functions/core/decimal.ts';

/** How a walk goes. */
export interface Walk {
  readonly fromMs: number;
  readonly count: number;
  readonly minutes?: number;
  /** Where it begins. */
  readonly price: number;
  /** The largest step of one candle. */
  readonly step: number;
  readonly decimals: number;
  /** Added to the price with each candle. */
  readonly drift?: number;
  readonly seed?: number;
}

/** A walk of candles, each opening where the one before closed. */
export function walk(how: Walk): Candle[] {
  const { fromMs, count, minutes = 5, price, step, decimals, drift = 0, seed = 7 } = how;
  let state = seed;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const exact = (value: number) => decimal(value.toFixed(decimals));
  let close = price;
  return Array.from({ length: count }, (_, index) => {
    const open = close;
    close = open + drift + (random() - 0.5) * 2 * step;
    const high = Math.max(open, close) + random() * step * 0.6;
    const low = Math.min(open, close) - random() * step * 0.6;
    return {
      atMs: fromMs + index * minutes * 60_000,
      ...{ open: exact(open), high: exact(high), low: exact(low), close: exact(close) },
      volume: decimal('1'),
    };
  });
}
