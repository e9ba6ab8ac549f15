/**
 * The prices of trailing stops. They go out as distances in Kraken's own notation, `+50` or `+2%`,
 * because only Kraken sees the market that they follow.
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order (`price`, `price2`)
 */
import { floorToStep, plain, roundDown, type Decimal } from '../decimal.ts';
import type { Priced, Pricing } from './order-price.ts';
import { inQuote, isAbsurd, isFar } from './price-bounds.ts';
import {
  distanceText,
  lengthOf,
  parsePriceText,
  priceAt,
  type Distance,
} from '../message/price-text.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';

/** Decimals of a percentage, as Kraken shows it: `+1.0000%`. */
const PERCENT_DECIMALS = 4;

/** Prices a trailing stop, with or without a limit. */
export function priceTrailing(at: Pricing): Result<Priced, Refusal> {
  const { signal, pair, last, steps } = at;
  const distance = trailOf(at, 'price', 'trailing distance');
  if (!distance.ok) return distance;
  const isBuy = signal.action === 'buy';
  // It follows at the other side of the market: above it for a buy, below it for a sale.
  const trail: Distance = { ...distance.value, sign: isBuy ? '+' : '-' };
  const trigger = priceAt(trail, last);
  if (isFar(trigger, last)) return err(isAbsurd('trigger price', trigger, at));
  const length = plain(lengthOf(trail, last));
  steps.push({
    step: `first trigger, ${length} from the last price`,
    value: inQuote(trigger, pair),
  });
  const price = distanceText(distance.value);
  // The trigger of a buy only ever falls; that of a sale rises with the market.
  if (signal.type === 'trailing-stop') return ok({ atPrice: isBuy ? trigger : last, price, steps });
  const offset = trailOf(at, 'price2', 'distance of the limit');
  if (!offset.ok) return offset;
  const limit = priceAt(offset.value, trigger);
  if (isFar(limit, last)) return err(isAbsurd('limit price', limit, at));
  const price2 = distanceText(offset.value);
  steps.push({ step: `first limit, ${price2} from the trigger`, value: inQuote(limit, pair) });
  const atPrice = isBuy || limit.gt(last) ? limit : last;
  return ok({ atPrice, price, price2, steps });
}

/** A distance that is a multiple of the tick, rounded down: what is followed closer loses less. */
function trailOf(
  { signal, pair, steps }: Pricing,
  field: 'price' | 'price2',
  what: string,
): Result<Distance, Refusal> {
  const text = signal[field];
  const parsed = text === undefined ? undefined : parsePriceText(text);
  const signs = field === 'price' ? 'such as +2% or +50' : 'such as -0.5% or +20';
  const isDistance = parsed?.ok === true && parsed.value.kind === 'distance';
  if (!isDistance || (field === 'price' && parsed.value.sign !== '+')) {
    const sentence = `an order of type ${signal.type} needs its ${what}: write "${field}" as a distance ${signs}.`;
    return err(refusal('bad-price', sentence));
  }
  const written = parsed.value;
  const amount = rounded(written, pair.tickSize);
  if (!amount.gt('0')) {
    const sentence = `the ${what} ${text ?? ''} is below the smallest price step of ${pair.name}, ${plain(pair.tickSize)}: write at least that.`;
    return err(refusal('bad-price', sentence));
  }
  const distance = { ...written, amount };
  steps.push({ step: what, value: distanceText(distance) });
  return ok(distance);
}

function rounded({ amount, isPercent }: Distance, tick: Decimal): Decimal {
  return isPercent ? roundDown(amount, PERCENT_DECIMALS) : floorToStep(amount, tick);
}
