/**
 * The price that an order is decided with: its limit, rounded to the tick but never to its worse
 * side, or the best price that a market order would take. A limit price that is far from every
 * price of the pair is a mistake and is refused, also when it would close a position.
 */
import { ceilToStep, floorToStep, parseDecimal, plain, type Decimal } from './decimal.ts';
import type { SizeStep } from './order.ts';
import type { Pair, Ticker } from './pair.ts';
import { refusal, type Refusal } from './refusal.ts';
import { err, ok, type Result } from './result.ts';
import type { Signal } from './signal.ts';

/** The price of an order. */
export interface Priced {
  /** Price that the order is valued at, above zero. */
  readonly atPrice: Decimal;
  /** What goes out as the order's limit; absent for market orders. */
  readonly limitPrice?: Decimal;
  readonly steps: readonly SizeStep[];
}

/** A limit price this many times away from the last one is a mistake, not a wish. */
const FACTOR_MAX = '10';

/** Prices the order, or says why it has no price. */
export function priceOrder(
  signal: Signal,
  pair: Pair,
  ticker: Ticker | undefined,
): Result<Priced, Refusal> {
  return signal.type === 'limit'
    ? limitPriceOf(signal, pair, ticker)
    : bestPrice(signal, pair, ticker);
}

/** Kraken gave no price that the decision needs. */
export function noPrice(pair: Pair, what: string): Refusal {
  const sentence = `Kraken shows no ${what} of ${pair.name} just now: send the signal again when there is one.`;
  return refusal('no-market-data', sentence);
}

function bestPrice(
  { action }: Signal,
  pair: Pair,
  ticker: Ticker | undefined,
): Result<Priced, Refusal> {
  const side = action === 'buy' ? 'ask' : 'bid';
  const atPrice = ticker?.[side];
  if (atPrice?.gt('0') !== true) return err(noPrice(pair, side));
  return ok({ atPrice, steps: [{ step: `at the ${side}`, value: inQuote(atPrice, pair) }] });
}

function limitPriceOf(
  { action, price }: Signal,
  pair: Pair,
  ticker: Ticker | undefined,
): Result<Priced, Refusal> {
  const limit = parseDecimal(price ?? '');
  if (!limit.ok || !limit.value.gt('0')) {
    return err(refusal('bad-price', 'a limit order needs a price above zero: write "price".'));
  }
  const last = ticker?.last;
  if (last?.gt('0') !== true) return err(noPrice(pair, 'last price'));
  const wanted = limit.value;
  if (wanted.gt(last.times(FACTOR_MAX)) || wanted.times(FACTOR_MAX).lt(last)) {
    return err(isAbsurd(wanted, last, pair));
  }
  // A buyer's limit is never raised and a seller's never lowered.
  const round = action === 'buy' ? floorToStep : ceilToStep;
  const limitPrice = round(wanted, pair.tickSize);
  if (!limitPrice.gt('0')) return err(isBelowTick(wanted, pair));
  const steps = [{ step: 'limit price', value: inQuote(wanted, pair) }];
  if (!limitPrice.eq(wanted)) {
    const way = action === 'buy' ? 'down' : 'up';
    const step = `rounded ${way} to the tick ${plain(pair.tickSize)}`;
    steps.push({ step, value: inQuote(limitPrice, pair) });
  }
  return ok({ atPrice: limitPrice, limitPrice, steps });
}

function inQuote(price: Decimal, pair: Pair): string {
  return `${plain(price)} ${pair.quote}`;
}

function isAbsurd(price: Decimal, last: Decimal, pair: Pair): Refusal {
  const sentence = `the limit price ${plain(price)} is more than ${FACTOR_MAX} times away from the last price of ${pair.name}, ${plain(last)}: check the price.`;
  return refusal('bad-price', sentence, { price: plain(price), last: plain(last) });
}

function isBelowTick(price: Decimal, pair: Pair): Refusal {
  const tick = plain(pair.tickSize);
  const sentence = `the limit price ${plain(price)} is below the smallest price step of ${pair.name}, ${tick}: write at least that.`;
  return refusal('bad-price', sentence, { price: plain(price), tick });
}
