/**
 * The price axis. Here, and only here, prices are floating-point numbers: they become heights in
 * pixels. What is written beside a line is the decimal text itself.
 */

/** The prices that the axis shows. */
export interface PriceScale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly PriceTick[];
}

/** A price with a line, and how it is written. */
export interface PriceTick {
  readonly value: number;
  readonly text: string;
}

/** How many times as high as its candles a chart may become to show lines that are far away. */
const WIDEN_MAX = 3;

/** Air above and below, as a part of the range. */
const AIR = 0.06;

/** The range of candles that all have one price, as a part of it. */
const FLAT_PART = 0.002;

const TICKS_MAX = 6;

/**
 * The scale of candles between two prices. `wanted` are prices that are shown when that squeezes
 * the candles no further than to a third of the height: the nearest first.
 */
export function priceScale(
  candles: { readonly low: number; readonly high: number },
  wanted: readonly number[],
): PriceScale {
  const flat = candles.high === candles.low ? Math.abs(candles.high) * FLAT_PART || 1 : 0;
  let [low, high] = [candles.low - flat / 2, candles.high + flat / 2];
  const bound = (high - low) * WIDEN_MAX;
  const far = (price: number): number => Math.max(candles.low - price, price - candles.high);
  for (const price of [...wanted].sort((a, b) => far(a) - far(b))) {
    const [wideLow, wideHigh] = [Math.min(low, price), Math.max(high, price)];
    if (wideHigh - wideLow <= bound) [low, high] = [wideLow, wideHigh];
  }
  const air = (high - low) * AIR;
  const [min, max] = [Math.max(0, low - air), high + air];
  return { min, max, ticks: priceTicks(min, max) };
}

/** Round prices between two, at most seven, all with as many decimals as tell them apart. */
function priceTicks(min: number, max: number): readonly PriceTick[] {
  const rough = (max - min) / TICKS_MAX;
  const power = Math.floor(Math.log10(rough));
  const unit = 10 ** power;
  const factor = [1, 2, 5].find((times) => times * unit >= rough) ?? 10;
  const step = factor * unit;
  const decimals = Math.max(0, factor === 10 ? -power - 1 : -power);
  const first = Math.ceil(min / step);
  const count = Math.floor(max / step) - first + 1;
  return Array.from({ length: count }, (_, index) => {
    const value = (first + index) * step;
    return { value, text: value.toFixed(decimals) };
  });
}
