/**
 * How much of an order the market is known to serve. Now: what the levels of the order book hold
 * within the order's limit. In a finished candle: the share of its volume that lies beyond the
 * limit, were it traded evenly over the candle's prices; whoever traded there would have met the
 * order first. Nothing is known of what a candle held for an order without a limit. Pure.
 */
import { decimal, min, roundDown, ZERO, type Decimal } from '../decimal.ts';
import type { PaperQuote } from './paper-price.ts';

type Side = 'buy' | 'sell';

/** Of a volume that no bound is known of; more than any order has. */
export const ENDLESS = decimal('1e30');

/** One level of an order book. */
export interface PaperLevel {
  readonly price: Decimal;
  readonly volume: Decimal;
}

/** Both sides of an order book, best first. */
export interface PaperDepth {
  readonly asks: readonly PaperLevel[];
  readonly bids: readonly PaperLevel[];
}

/** What was traded in a finished candle. */
export interface PaperTraded {
  readonly low: Decimal;
  readonly high: Decimal;
  readonly volume: Decimal;
  readonly tick: Decimal;
}

/** Volume at one price. */
export interface PaperShare {
  readonly price: Decimal;
  readonly volume: Decimal;
}

/** The levels that an order of this side meets; undefined: no order book is known. */
export function levelsFor(
  { depth }: Pick<PaperQuote, 'depth'>,
  { side, limit }: { readonly side: Side; readonly limit?: Decimal | undefined },
): readonly PaperLevel[] | undefined {
  if (depth === undefined) return undefined;
  const levels = side === 'buy' ? depth.asks : depth.bids;
  if (limit === undefined) return levels;
  return levels.filter(({ price }) => (side === 'buy' ? price.lte(limit) : price.gte(limit)));
}

/** How much is known to be there for an order with this limit; undefined: no bound is known. */
export function volumeWithin(
  quote: PaperQuote,
  order: { readonly side: Side; readonly limit: Decimal | undefined },
): Decimal | undefined {
  const levels = levelsFor(quote, order);
  if (levels !== undefined) return levels.reduce((sum, { volume }) => sum.plus(volume), ZERO);
  const { limit } = order;
  return quote.traded === undefined || limit === undefined
    ? undefined
    : tradedBeyond(quote.traded, { side: order.side, limit });
}

/** The volume of a candle that was traded at least one tick beyond a limit, spread evenly. */
export function tradedBeyond(
  { low, high, volume, tick }: PaperTraded,
  { side, limit }: { readonly side: Side; readonly limit: Decimal },
): Decimal {
  const beyond = (side === 'buy' ? limit.minus(low) : high.minus(limit)).div(tick);
  if (beyond.lt('1')) return ZERO;
  const prices = high.minus(low).div(tick).plus('1');
  return beyond.gte(prices) ? volume : volume.times(beyond).div(prices);
}

/**
 * What is taken from the levels in their order, behind what others of the account took before, until
 * the volume is reached or the money is used up. `spare`: what may be spent with the fee; undefined:
 * the order sells.
 */
export function takeLevels(
  levels: readonly PaperLevel[],
  want: {
    readonly volume: Decimal;
    readonly behind: Decimal;
    readonly spare: Decimal | undefined;
    readonly feePercent: Decimal;
    readonly lotDecimals: number;
  },
): { readonly shares: readonly PaperShare[]; readonly isBroke: boolean } {
  const withFee = want.feePercent.times('0.01').plus('1');
  const shares: PaperShare[] = [];
  let { volume: left, behind, spare } = want;
  for (const level of levels) {
    const passed = min(behind, level.volume);
    behind = behind.minus(passed);
    const there = min(left, level.volume.minus(passed));
    const dear = level.price.times(withFee);
    const affordable =
      spare === undefined || there.times(dear).lte(spare) ? undefined : spare.div(dear);
    const volume = roundDown(affordable ?? there, want.lotDecimals);
    if (volume.gt('0')) shares.push({ price: level.price, volume });
    left = left.minus(volume);
    spare = spare?.minus(volume.times(dear));
    if (affordable !== undefined) return { shares, isBroke: true };
    if (left.lte('0')) break;
  }
  return { shares, isBroke: false };
}

/** Volume and cost of shares. */
export function sumOf(shares: readonly PaperShare[]): {
  readonly volume: Decimal;
  readonly cost: Decimal;
} {
  return {
    volume: shares.reduce((sum, { volume }) => sum.plus(volume), ZERO),
    cost: shares.reduce((sum, { price, volume }) => sum.plus(price.times(volume)), ZERO),
  };
}
