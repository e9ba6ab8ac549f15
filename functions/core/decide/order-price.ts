/**
 * The prices that an order is decided with: rounded to the tick, but never to their worse side (a
 * buyer's price is never raised, a seller's never lowered), or the best price that a market order
 * would take. A price that is far from every price of the pair is a mistake and is refused, also
 * when it would close a position; so is a trigger that would fire at once.
 */
import { ceilToStep, floorToStep, plain, type Decimal } from '../decimal.ts';
import type { SizeStep } from '../order.ts';
import type { Pair, Ticker } from '../market/pair.ts';
import { inQuote, isAbsurd, isFar } from './price-bounds.ts';
import { parsePriceText, priceAt } from '../message/price-text.ts';
import { priceTrailing } from './price-trailing.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, unreachable, type Result } from '../result.ts';
import type { Signal } from '../signal.ts';

/** The prices of an order. */
export interface Priced {
  /**
   * Price that the order is valued at, above zero: what a buy pays at most and a sale is reckoned
   * with. Of a stop that becomes a market order, or follows the market, it is what is known now.
   */
  readonly atPrice: Decimal;
  /** The limit of a limit or iceberg order; absent for every other type. */
  readonly limitPrice?: Decimal;
  /** As they go out, `Order.price` and `Order.price2`. */
  readonly price?: string;
  readonly price2?: string;
  readonly steps: readonly SizeStep[];
}

/** Prices the order, or says why it has no price. */
export function priceOrder(
  signal: Signal,
  pair: Pair,
  ticker: Ticker | undefined,
): Result<Priced, Refusal> {
  const { type } = signal;
  if (type === 'market') return bestPrice(signal, pair, ticker);
  if (type === 'settle-position') return err(notPriced());
  const last = ticker?.last;
  if (last?.gt('0') !== true) return err(noPrice(pair, 'last price'));
  const at: Pricing = { signal, pair, last, steps: [] };
  switch (type) {
    case 'limit':
    case 'iceberg':
      return limitOrder(at);
    case 'stop-loss':
    case 'take-profit':
    case 'stop-loss-limit':
    case 'take-profit-limit':
      return triggeredOrder(at);
    case 'trailing-stop':
    case 'trailing-stop-limit':
      return priceTrailing(at);
    default:
      return unreachable(type);
  }
}

/** Kraken gave no price that the decision needs. */
export function noPrice(pair: Pair, what: string): Refusal {
  const sentence = `Kraken shows no ${what} of ${pair.name} just now: send the signal again when there is one.`;
  return refusal('no-market-data', sentence);
}

/** What prices are made from; steps gather as they are taken. */
export interface Pricing {
  readonly signal: Signal;
  readonly pair: Pair;
  /** The last price, above zero. */
  readonly last: Decimal;
  readonly steps: SizeStep[];
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

/**
 * A limit that crosses the market trades at once. With post-only it must not: Kraken refuses it
 * then by itself (`EOrder:Post only order`), at the prices of that moment and not of this one.
 */
function limitOrder(at: Pricing): Result<Priced, Refusal> {
  const limit = fixedPrice(at, { field: 'price', what: 'limit price', from: at.last });
  if (!limit.ok) return limit;
  const limitPrice = limit.value;
  return ok({ atPrice: limitPrice, limitPrice, price: plain(limitPrice), steps: at.steps });
}

/** A stop or take-profit, which becomes a market or a limit order at its trigger. */
function triggeredOrder(at: Pricing): Result<Priced, Refusal> {
  const { signal, last, steps } = at;
  const trigger = fixedPrice(at, { field: 'price', what: 'trigger price', from: last });
  if (!trigger.ok) return trigger;
  const wrongSide = firesAtOnce(at, trigger.value);
  if (wrongSide !== undefined) return err(wrongSide);
  const price = plain(trigger.value);
  if (signal.type === 'stop-loss' || signal.type === 'take-profit') {
    return ok({ atPrice: trigger.value, price, steps });
  }
  const limit = fixedPrice(at, { field: 'price2', what: 'limit price', from: trigger.value });
  if (!limit.ok) return limit;
  // A buy never pays more than its limit; a sale may bring what the market gives at its trigger.
  const isHigher = signal.action === 'sell' && trigger.value.gt(limit.value);
  const atPrice = isHigher ? trigger.value : limit.value;
  return ok({ atPrice, price, price2: plain(limit.value), steps });
}

/**
 * A stop waits for the market to go against the position, a take-profit for it to go its way.
 * Kraken would fire a trigger that is already passed at once, which is not what was asked for.
 */
function firesAtOnce({ signal, pair, last }: Pricing, trigger: Decimal): Refusal | undefined {
  const isStop = signal.type === 'stop-loss' || signal.type === 'stop-loss-limit';
  const waitsBelow = isStop === (signal.action === 'sell');
  if (waitsBelow ? trigger.lt(last) : trigger.gt(last)) return undefined;
  const side = waitsBelow ? 'below' : 'above';
  const way = waitsBelow ? 'fall' : 'rise';
  const other = isStop ? 'take-profit' : 'stop-loss';
  const sentence =
    `a ${signal.action} of type ${signal.type} waits for ${pair.name} to ${way} to its price, and ${plain(trigger)}` +
    ` is not ${side} the last price ${plain(last)}, so it would fire at once:` +
    ` write a price ${side} it, or a ${other} if that was meant.`;
  return refusal('bad-price', sentence, { price: plain(trigger), last: plain(last) });
}

/** A price on the tick, from one that is written out or from a distance. */
function fixedPrice(
  { signal, pair, last, steps }: Pricing,
  {
    field,
    what,
    from,
  }: { readonly field: 'price' | 'price2'; readonly what: string; readonly from: Decimal },
): Result<Decimal, Refusal> {
  const text = signal[field];
  if (text === undefined) {
    const sentence = `an order of type ${signal.type} needs its ${what}: write "${field}".`;
    return err(refusal('bad-price', sentence));
  }
  const parsed = parsePriceText(text);
  if (!parsed.ok) {
    return err(refusal('bad-price', `the ${what} is not readable: ${parsed.error}.`));
  }
  const isDistance = parsed.value.kind === 'distance';
  const wanted =
    parsed.value.kind === 'distance' ? priceAt(parsed.value, from) : parsed.value.price;
  const name = field === 'price' ? 'the last price' : 'the trigger';
  const step = isDistance ? `${what}, ${text} from ${name} ${plain(from)}` : what;
  steps.push({ step, value: inQuote(wanted, pair) });
  if (!wanted.gt('0') || isFar(wanted, last)) return err(isAbsurd(what, wanted, { last, pair }));
  const buys = signal.action === 'buy';
  const price = (buys ? floorToStep : ceilToStep)(wanted, pair.tickSize);
  if (!price.gt('0')) return err(isBelowTick(what, wanted, pair));
  if (!price.eq(wanted)) {
    const way = buys ? 'down' : 'up';
    const rounded = `rounded ${way} to the tick ${plain(pair.tickSize)}`;
    steps.push({ step: rounded, value: inQuote(price, pair) });
  }
  return ok(price);
}

function isBelowTick(what: string, price: Decimal, pair: Pair): Refusal {
  const tick = plain(pair.tickSize);
  const sentence = `the ${what} ${plain(price)} is below the smallest price step of ${pair.name}, ${tick}: write at least that.`;
  return refusal('bad-price', sentence, { price: plain(price), tick });
}

/** Its value is what the position had cost; see settle-position.ts. */
function notPriced(): Refusal {
  const sentence =
    'a settlement has no price of its own: it is made at what the position had cost.';
  return refusal('not-supported', sentence);
}
