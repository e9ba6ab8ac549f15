/** Rails that look at the market of the moment: its spread, and how far the order's price is off. */
import type { Rails } from '../config.ts';
import { decimal, HUNDRED, plain, roundUp, type Decimal } from '../decimal.ts';
import { noPrice, type Priced } from './order-price.ts';
import type { Pair, Ticker } from '../market/pair.ts';
import { blind, cents, type RailVerdict } from './rail-verdict.ts';
import { refusal } from '../refusal.ts';
import type { Signal } from '../signal.ts';

/** What these rails look at. */
export interface PriceRailsInput {
  readonly signal: Signal;
  readonly pair: Pair;
  /** Whether the chart behind the signal is another one than the pair's. */
  readonly mapped: boolean;
  readonly priced: Priced;
  readonly tickers: ReadonlyMap<string, Ticker>;
}

/** The distance of bid and ask. */
export function maxSpreadVerdict(
  { tickers, pair }: PriceRailsInput,
  { maxSpread }: Rails,
): RailVerdict | undefined {
  if (maxSpread === undefined) return undefined;
  const limit = `${maxSpread} %`;
  const ticker = tickers.get(pair.name);
  if (ticker?.ask.gt('0') !== true) return blind('maxSpread', limit, noPrice(pair, 'ask'));
  if (!ticker.bid.gt('0')) return blind('maxSpread', limit, noPrice(pair, 'bid'));
  const { ask, bid } = ticker;
  const spread = percentOf(ask.minus(bid), ask.plus(bid).div('2'));
  const seen = () => `${plain(roundUp(spread, 3))} %`;
  const verdict = { rail: 'maxSpread', limit, seen };
  if (spread.lte(maxSpread)) return verdict;
  const shown = plain(roundUp(spread, 3));
  const sentence = `the spread of ${pair.name} is ${shown} %, and may be ${maxSpread} % (maxSpread): send the signal again when the order book is fuller.`;
  const numbers = { ask: plain(ask), bid: plain(bid), spread: shown };
  return { ...verdict, refusal: refusal('spread-too-wide', sentence, numbers) };
}

/** A limit is compared with the live price; a market order with what its sender saw, if told. */
export function maxPriceDeviationVerdict(
  { priced, mapped, signal, tickers, pair }: PriceRailsInput,
  { maxPriceDeviation: most }: Rails,
): RailVerdict | undefined {
  // The price of another chart may be in another currency, so it says nothing about this pair.
  const saw = mapped || signal.seenPrice === undefined ? undefined : decimal(signal.seenPrice);
  const price = priced.limitPrice ?? saw;
  if (most === undefined || price === undefined) return undefined;
  const limit = `${most} %`;
  const last = tickers.get(pair.name)?.last;
  if (last?.gt('0') !== true) {
    return blind('maxPriceDeviation', limit, noPrice(pair, 'last price'));
  }
  const deviation = percentOf(price.minus(last).abs(), last);
  const seen = () => `${cents(deviation)} %, ${plain(price)} and ${plain(last)}`;
  const verdict = { rail: 'maxPriceDeviation', limit, seen };
  if (deviation.lte(most)) return verdict;
  const what =
    priced.limitPrice === undefined ? 'the price that the sender saw' : 'the limit price';
  const sentence = `${what}, ${plain(price)}, is ${cents(deviation)} % away from the live price of ${pair.name}, ${plain(last)}, and may be ${most} % (maxPriceDeviation): correct the price, or raise maxPriceDeviation in harpoon.yaml.`;
  const numbers = { price: plain(price), last: plain(last) };
  return { ...verdict, refusal: refusal('price-deviates', sentence, numbers) };
}

function percentOf(part: Decimal, whole: Decimal): Decimal {
  return part.times(HUNDRED).div(whole);
}
