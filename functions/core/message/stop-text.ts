/**
 * Where a stop lies, as text: everything that price-text.ts reads, and a number of price steps
 * (`-50 ticks`), which only the pair can turn into a length.
 */
import { decimal, plain, type Decimal } from '../decimal.ts';
import { parsePriceText, type PriceText } from './price-text.ts';
import { ok, type Result } from '../result.ts';

/** A number of price steps with its direction. */
export interface Ticks {
  readonly kind: 'ticks';
  readonly sign: '+' | '-';
  /** A whole number above zero. */
  readonly count: Decimal;
}

const TICKS = /^([+-]) ?([1-9][0-9]{0,8}) ?ticks?$/i;

/** Reads `95000`, `-2%`, `+500` or `-50 ticks`; the error says what would be right. */
export function parseStopText(text: string): Result<PriceText | Ticks, string> {
  const [, sign, count = '0'] = TICKS.exec(text) ?? [];
  if (sign !== '+' && sign !== '-') return parsePriceText(text);
  return ok({ kind: 'ticks', sign, count: decimal(count) });
}

/** The same as a price or a distance in the pair's currency. */
export function inPrices(stop: PriceText | Ticks, tick: Decimal): PriceText {
  if (stop.kind !== 'ticks') return stop;
  return { kind: 'distance', sign: stop.sign, amount: stop.count.times(tick), isPercent: false };
}

/** Writes ticks as parseStopText reads them. */
export function ticksText({ sign, count }: Ticks): string {
  return `${sign}${plain(count)} ticks`;
}
