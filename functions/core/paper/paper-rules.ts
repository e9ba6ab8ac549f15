/**
 * Rules by which orders meet prices, and what a fill costs. Pure; the reckoning of a simulated
 * exchange, kept apart from where it keeps its orders.
 */
import { decimal, roundDown, roundUp, type Decimal } from '../decimal.ts';
import type { Order } from '../order.ts';
import type { MarketMode, Pair, PairStatus, Ticker } from '../market/pair.ts';
import { lengthOf, parsePriceText, priceAt, type Distance } from '../message/price-text.ts';
import { assert } from '../result.ts';
import type { OrderType } from '../signal.ts';

type Side = 'buy' | 'sell';

/** The price that a taker of this side meets. */
export function takingPrice({ ask, bid }: Ticker, side: Side): Decimal {
  return side === 'buy' ? ask : bid;
}

/** Whether a limit would trade at once. */
export function crosses(
  quote: Ticker,
  { side, price }: { readonly side: Side; readonly price: Decimal },
): boolean {
  const there = takingPrice(quote, side);
  return side === 'buy' ? price.gte(there) : price.lte(there);
}

/** Whether an order of the type waits for a price before it trades. */
export function isTriggerType(type: OrderType): boolean {
  return /^(?:stop-loss|take-profit|trailing-stop)/.test(type);
}

/** Whether the distance of the type is from the best price that it saw. */
export function isTrailing(type: OrderType): boolean {
  return type.startsWith('trailing-stop');
}

/** The price that an order waits for; `peak` is the best price that a trailing stop saw. */
export function triggerPrice(
  { type, side, price = '0' }: Pick<Order, 'type' | 'side' | 'price'>,
  peak: Decimal,
): Decimal {
  if (!isTrailing(type)) return decimal(price);
  const length = lengthOf(distanceOf(price), peak);
  return side === 'buy' ? peak.plus(length) : peak.minus(length);
}

/**
 * Whether the last price reached the trigger: a stop waits for the market to go against the order, a
 * take-profit for it to go its way. There is no index here; Kraken falls back to the last price too.
 */
export function isReached(
  { type, side }: Pick<Order, 'type' | 'side'>,
  at: { readonly trigger: Decimal; readonly last: Decimal },
): boolean {
  const isBelow = type.startsWith('take-profit') === (side === 'buy');
  return isBelow ? at.trigger.gte(at.last) : at.trigger.lte(at.last);
}

/** The limit behind a trigger; undefined: the order takes what there is. */
export function limitBehind(price2: string | undefined, trigger: Decimal): Decimal | undefined {
  if (price2 === undefined) return undefined;
  return /^[+-]/.test(price2) ? priceAt(distanceOf(price2), trigger) : decimal(price2);
}

/** Cost and fee of a fill in the quote currency, rounded down to its decimals. */
export function costAndFee(
  { costDecimals }: Pick<Pair, 'costDecimals'>,
  exact: Decimal,
  feePercent: Decimal,
): { readonly cost: Decimal; readonly fee: Decimal } {
  const cost = roundDown(exact, costDecimals);
  return { cost, fee: roundDown(percentOf(cost, feePercent), costDecimals) };
}

/** What a buy may cost with its fee; rounded up, so that its fill never costs more. */
export function buyingCost(
  pair: Pick<Pair, 'costDecimals'>,
  buy: { readonly volume: Decimal; readonly price: Decimal; readonly feePercent: Decimal },
): Decimal {
  const cost = buy.volume.times(buy.price);
  return roundUp(cost.plus(percentOf(cost, buy.feePercent)), pair.costDecimals);
}

/**
 * Kraken's error when the modes of the system and the pair forbid an order. Effects of the modes:
 * https://docs.kraken.com/api/docs/rest-api/get-system-status ; the words of the last two are a guess.
 */
export function modeRefusal(
  system: MarketMode,
  pair: PairStatus | null,
  { type, side, postOnly }: Pick<Order, 'type' | 'side' | 'postOnly'>,
): string | undefined {
  if (system === 'maintenance') return 'EService:Unavailable';
  const modes: readonly (string | null)[] = [system, pair];
  const refuse = (mode: string): string => `EService:Market in ${mode} mode`;
  if (modes.includes('cancel_only')) return refuse('cancel_only');
  if (modes.includes('post_only') && postOnly !== true) return refuse('post_only');
  if (modes.includes('limit_only') && type !== 'limit') return refuse('limit_only');
  if (modes.includes('reduce_only') && side === 'buy') return refuse('reduce_only');
  return undefined;
}

/** Nothing trades while only cancels, or only resting orders, are taken. */
export function isTrading(system: MarketMode, pair: PairStatus | null): boolean {
  const halted = ['maintenance', 'cancel_only', 'post_only'];
  return !halted.includes(system) && !halted.includes(pair ?? 'online');
}

/** Reads a distance that was checked before. */
export function distanceOf(text: string): Distance {
  const parsed = parsePriceText(text);
  assert(parsed.ok && parsed.value.kind === 'distance', `${text} is a distance`);
  return parsed.value;
}

function percentOf(amount: Decimal, percent: Decimal): Decimal {
  return amount.times(percent).times('0.01');
}
