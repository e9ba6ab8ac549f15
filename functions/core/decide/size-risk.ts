/**
 * How much one unit loses between the entry and the stop. A riskStop sizes the order and is never
 * traded, so one on the wrong side would size it by nonsense, and is refused.
 */
import type { Market } from '../market/convert.ts';
import { plain, type Decimal } from '../decimal.ts';
import type { Pair } from '../market/pair.ts';
import { parsePriceText, priceAt } from '../message/price-text.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { Signal } from '../signal.ts';

/** What the distance is made of. */
export interface RiskInput extends Market {
  readonly signal: Signal;
  readonly pair: Pair;
  /** The entry. */
  readonly atPrice: Decimal;
  /** Where the stop of the order itself lies: taken where the signal names no riskStop. */
  readonly stopAt?: Decimal;
}

/** The distance between entry and stop in the quote currency, above zero. */
export function riskDistance(input: RiskInput): Result<Decimal, Refusal> {
  const { signal, pair, atPrice } = input;
  const isBuy = signal.action === 'buy';
  if (!isBuy && signal.leverage === undefined) {
    const sentence =
      'a sale of what is held opens no risk to size by: write the size as "100% position", or as an amount.';
    return err(refusal('bad-size', sentence));
  }
  const stop = stopPrice(input);
  if (!stop.ok) return stop;
  const distance = isBuy ? atPrice.minus(stop.value) : stop.value.minus(atPrice);
  if (stop.value.gt('0') && distance.gt('0')) return ok(distance);
  const side = isBuy ? 'below' : 'above';
  const sentence = `the size by risk needs a stop ${side} the entry of ${pair.name}: riskStop is ${plain(stop.value)} and the entry ${plain(atPrice)}; write a riskStop ${side} it.`;
  const numbers = { riskStop: plain(stop.value), entry: plain(atPrice) };
  return err(refusal('bad-price', sentence, numbers));
}

function stopPrice({ signal, pair, tickers, stopAt }: RiskInput): Result<Decimal, Refusal> {
  if (signal.riskStop === undefined) {
    if (stopAt !== undefined) return ok(stopAt);
    const sentence =
      'a size by risk needs the price at which you would get out: write "riskStop": "95000".';
    return err(refusal('missing-field', sentence));
  }
  const stop = parsePriceText(signal.riskStop);
  if (!stop.ok) return err(refusal('bad-price', `riskStop is not readable: ${stop.error}.`));
  if (stop.value.kind === 'price') return ok(stop.value.price);
  const last = tickers.get(pair.name)?.last;
  if (last?.gt('0') === true) return ok(priceAt(stop.value, last));
  const sentence = `Kraken shows no last price of ${pair.name} just now: send the signal again when there is one.`;
  return err(refusal('no-market-data', sentence));
}
