/**
 * Prices the stop that goes out with an order: from what is asked for to Kraken's attached close. It
 * is rounded to the tick so that no more is lost than was asked for, must lie on the losing side of
 * the entry, and must not be passed already, as it would fire at once.
 */
import { ceilToStep, floorToStep, plain, roundDown, type Decimal } from '../decimal.ts';
import type { CloseOrder, SizeStep } from '../order.ts';
import type { Pair, Ticker } from '../market/pair.ts';
import { noPrice, type Priced } from './order-price.ts';
import { inQuote, isAbsurd, isFar } from './price-bounds.ts';
import { distanceText, lengthOf, priceAt } from '../message/price-text.ts';
import { inPrices, parseStopText } from '../message/stop-text.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { Signal, SignalStop } from '../signal.ts';

/** A stop with its prices. */
export interface PricedStop {
  readonly close: CloseOrder;
  /** Where it triggers, of a trailing stop: where it would if the entry were filled now. */
  readonly at: Decimal;
  readonly steps: readonly SizeStep[];
}

/** Decimals of a percentage, as Kraken shows it. */
const PERCENT_DECIMALS = 4;

interface Pricing {
  readonly stop: SignalStop;
  readonly isBuy: boolean;
  readonly pair: Pair;
  readonly priced: Priced;
  readonly last: Decimal;
  readonly isAtOnce: boolean;
  readonly steps: SizeStep[];
}

/** Prices the stop of an order, or says why it has no price; undefined: none is asked for. */
export function priceStop(
  { stop, action, type }: Signal,
  priced: Priced,
  { pair, ticker }: { readonly pair: Pair; readonly ticker: Ticker | undefined },
): Result<PricedStop | undefined, Refusal> {
  if (stop === undefined) return ok(undefined);
  const last = ticker?.last;
  if (last?.gt('0') !== true) return err(noPrice(pair, 'last price'));
  // What waits for its trigger is filled when the market is there, and not where it is now.
  const isAtOnce = type === 'market' || type === 'limit' || type === 'iceberg';
  const isBuy = action === 'buy';
  const at: Pricing = { stop, isBuy, pair, priced, last, isAtOnce, steps: [] };
  return stop.type === 'trailing-stop' ? trailing(at) : fixed(at);
}

function fixed(at: Pricing): Result<PricedStop, Refusal> {
  const { stop, steps, priced, isBuy } = at;
  const trigger = losingPrice(at, stop.price, { what: 'stop', from: priced.atPrice, of: 'entry' });
  if (!trigger.ok) return trigger;
  const wrong = wrongSide(at, trigger.value);
  if (wrong !== undefined) return err(wrong);
  const price = plain(trigger.value);
  const { type, price2 } = stop;
  if (type !== 'stop-loss-limit' || price2 === undefined) {
    return ok({ close: { type: 'stop-loss', price }, at: trigger.value, steps });
  }
  const from = { what: 'limit of the stop', from: trigger.value, of: 'stop' };
  const limit = losingPrice(at, price2, from);
  if (!limit.ok) return limit;
  if (isBuy ? limit.value.gt(trigger.value) : limit.value.lt(trigger.value)) {
    const side = isBuy ? 'below' : 'above';
    const sentence = `the limit of the stop, ${plain(limit.value)}, would hardly be filled when the market is at ${price}: write a stopLossLimit ${side} it, or none to trade at the market then.`;
    return err(refusal('bad-price', sentence, { price: plain(limit.value), stop: price }));
  }
  const close: CloseOrder = { type, price, price2: plain(limit.value) };
  return ok({ close, at: trigger.value, steps });
}

/** A price on the tick, rounded towards the entry. */
function losingPrice(
  { isBuy, pair, last, steps }: Pricing,
  text: string,
  { what, from, of }: { readonly what: string; readonly from: Decimal; readonly of: string },
): Result<Decimal, Refusal> {
  const parsed = parseStopText(text);
  if (!parsed.ok) return err(refusal('bad-price', `the ${what} is not readable: ${parsed.error}.`));
  const written = inPrices(parsed.value, pair.tickSize);
  const isDistance = written.kind === 'distance';
  const wanted = written.kind === 'distance' ? priceAt(written, from) : written.price;
  const step = isDistance ? `${what}, ${text} from the ${of} ${plain(from)}` : what;
  steps.push({ step, value: inQuote(wanted, pair) });
  if (!wanted.gt('0') || isFar(wanted, last)) return err(isAbsurd(what, wanted, { last, pair }));
  const price = (isBuy ? ceilToStep : floorToStep)(wanted, pair.tickSize);
  if (price.eq(wanted)) return ok(price);
  const rounded = `rounded ${isBuy ? 'up' : 'down'} to the tick ${plain(pair.tickSize)}`;
  steps.push({ step: rounded, value: inQuote(price, pair) });
  return ok(price);
}

/** The stop of a long is below everything that its entry may be filled at, that of a short above. */
function wrongSide(at: Pricing, stop: Decimal): Refusal | undefined {
  const { isBuy, priced, last, isAtOnce, pair } = at;
  const bounds: readonly (readonly [string, Decimal | string | undefined])[] = [
    ['entry', priced.atPrice],
    ['trigger of the entry', isAtOnce ? undefined : priced.price],
    ['last price', isAtOnce ? last : undefined],
  ];
  const side = isBuy ? 'below' : 'above';
  for (const [name, bound] of bounds) {
    if (bound === undefined || (isBuy ? stop.lt(bound) : stop.gt(bound))) continue;
    const text = typeof bound === 'string' ? bound : plain(bound);
    const sentence = `the stop of this ${isBuy ? 'buy' : 'sell'} must be ${side} the ${name} of ${pair.name}, or it would fire at once: it is ${plain(stop)} and the ${name} ${text}; write a stopLoss ${side} it.`;
    return refusal('bad-price', sentence, { stop: plain(stop), bound: text });
  }
  return undefined;
}

/** It goes out as a distance, because only Kraken sees the market that it follows. */
function trailing({
  stop,
  isBuy,
  pair,
  priced,
  last,
  steps,
}: Pricing): Result<PricedStop, Refusal> {
  const parsed = parseStopText(stop.price);
  const written = parsed.ok ? inPrices(parsed.value, pair.tickSize) : undefined;
  if (written?.kind !== 'distance') {
    const sentence = 'trailingStop keeps a distance: write it as 2%, +500 or 50 ticks.';
    return err(refusal('bad-price', sentence));
  }
  const { amount: length, isPercent } = written;
  const amount = isPercent
    ? roundDown(length, PERCENT_DECIMALS)
    : floorToStep(length, pair.tickSize);
  if (!amount.gt('0')) {
    const tick = plain(pair.tickSize);
    const sentence = `the trailing stop ${stop.price} is below the smallest price step of ${pair.name}, ${tick}: write at least that.`;
    return err(refusal('bad-price', sentence, { price: stop.price, tick }));
  }
  const from = priced.atPrice;
  const trail = { ...written, amount, sign: isBuy ? ('-' as const) : ('+' as const) };
  const at = priceAt(trail, from);
  if (!at.gt('0') || isFar(at, last)) return err(isAbsurd('trailing stop', at, { last, pair }));
  const price = distanceText({ ...trail, sign: '+' });
  steps.push({
    step: `trailing stop, first ${plain(lengthOf(trail, from))} from the entry ${plain(from)}`,
    value: inQuote(at, pair),
  });
  return ok({ close: { type: 'trailing-stop', price }, at, steps });
}
