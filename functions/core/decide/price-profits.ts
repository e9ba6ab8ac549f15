/**
 * Prices the take-profits of an order: each is rounded to the tick so that no less is won than was
 * asked for, lies on the winning side of the entry, is not reached already, and is worth an order of
 * its own. They are not sent with the order: what is sold there is sold when the market is there.
 */
import { ceilToStep, floorToStep, HUNDRED, plain, roundDown, roundUp } from '../decimal.ts';
import { decimal, ZERO, type Decimal } from '../decimal.ts';
import type { SizeStep, TakeProfit } from '../order.ts';
import type { Pair, Ticker } from '../market/pair.ts';
import { noPrice, type Priced } from './order-price.ts';
import { inQuote, isAbsurd, isFar } from './price-bounds.ts';
import { priceAt } from '../message/price-text.ts';
import { inPrices, parseStopText } from '../message/stop-text.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import { isReducing, type Signal, type SignalTakeProfit } from '../signal.ts';
import { isEnough, leastVolume } from './size-order.ts';
import { quoted } from './size-text.ts';

/** Take-profits with their prices, in the order in which the market comes to them. */
export interface PricedProfits {
  readonly takeProfits: readonly TakeProfit[];
  readonly steps: readonly SizeStep[];
}

/** What take-profits are priced with. */
export interface ProfitFacts {
  readonly pair: Pair;
  readonly ticker: Ticker | undefined;
  /** What the order opens, in base units. */
  readonly volume: Decimal;
}

interface Pricing extends Omit<ProfitFacts, 'ticker'> {
  readonly isBuy: boolean;
  readonly entry: Decimal;
  readonly last: Decimal;
  /** Whether the market is where it is filled; what rests or waits is filled when it comes there. */
  readonly isMarket: boolean;
  readonly steps: SizeStep[];
}

/** Prices them, or says why they have no price; undefined: the order has none. */
export function priceProfits(
  signal: Signal,
  { atPrice: entry }: Priced,
  { pair, ticker, volume }: ProfitFacts,
): Result<PricedProfits | undefined, Refusal> {
  const { takeProfits, action, type } = signal;
  if (takeProfits === undefined || leaves(signal)) return ok(undefined);
  const last = ticker?.last;
  if (last?.gt('0') !== true) return err(noPrice(pair, 'last price'));
  const [isBuy, isMarket] = [action === 'buy', type === 'market'];
  const at: Pricing = { pair, volume, isBuy, entry, last, isMarket, steps: [] };
  const placed: Placed[] = [];
  for (const asked of takeProfits) {
    const one = placeOne(at, asked, placed);
    if (!one.ok) return one;
    placed.push(one.value);
  }
  const tooSmall = refusalOfShares(at, placed);
  if (tooSmall !== undefined) return err(tooSmall);
  const priced = placed.map(({ price, share }) => ({ price: plain(price), share: plain(share) }));
  return ok({ takeProfits: priced, steps: at.steps });
}

/** What leaves a position has nothing to win; a planned exit still has what its strategy said. */
function leaves(signal: Signal): boolean {
  return signal.reduceOnly === true || isReducing(signal);
}

interface Placed {
  readonly name: string;
  readonly price: Decimal;
  readonly share: Decimal;
  /** Base units. */
  readonly sells: Decimal;
}

function placeOne(
  at: Pricing,
  { price: text, share: percent }: SignalTakeProfit,
  before: readonly Placed[],
): Result<Placed, Refusal> {
  const { pair, volume, steps } = at;
  const name = `take-profit ${before.length + 1}`;
  const price = winningPrice(at, text, name);
  if (!price.ok) return price;
  const wrong = wrongSide(at, price.value, name) ?? wrongOrder(at, price.value, before.at(-1));
  if (wrong !== undefined) return err(wrong);
  const share = decimal(percent);
  const sells = roundDown(volume.times(share).times('0.01'), pair.lotDecimals);
  const step = `${name}: ${plain(share)}% at ${inQuote(price.value, pair)}`;
  steps.push({ step, value: `${plain(sells)} ${pair.base}` });
  return ok({ name, price: price.value, share, sells });
}

/** A price on the tick, rounded away from the entry. */
function winningPrice(
  { isBuy, pair, entry, last, steps }: Pricing,
  text: string,
  what: string,
): Result<Decimal, Refusal> {
  const parsed = parseStopText(text);
  if (!parsed.ok) return err(refusal('bad-price', `${what} is not readable: ${parsed.error}.`));
  const written = inPrices(parsed.value, pair.tickSize);
  const isDistance = written.kind === 'distance';
  const wanted = written.kind === 'distance' ? priceAt(written, entry) : written.price;
  const step = isDistance ? `${what}, ${text} from the entry ${plain(entry)}` : what;
  steps.push({ step, value: inQuote(wanted, pair) });
  if (isFar(wanted, last)) return err(isAbsurd(what, wanted, { last, pair }));
  const price = (isBuy ? ceilToStep : floorToStep)(wanted, pair.tickSize);
  // Rounded down to nothing, where a tick is a large part of the price.
  if (isFar(price, last)) return err(isAbsurd(what, price, { last, pair }));
  if (price.eq(wanted)) return ok(price);
  const rounded = `rounded ${isBuy ? 'up' : 'down'} to the tick ${plain(pair.tickSize)}`;
  steps.push({ step: rounded, value: inQuote(price, pair) });
  return ok(price);
}

/** That of a long is above everything that its entry may be filled at, that of a short below. */
function wrongSide(at: Pricing, price: Decimal, name: string): Refusal | undefined {
  const { isBuy, entry, last, isMarket, pair } = at;
  const side = isBuy ? 'above' : 'below';
  if (!isBeyond(at, price, entry)) {
    const sentence = `${name} of this ${isBuy ? 'buy' : 'sell'} must be ${side} the entry of ${pair.name}, or nothing is won: it is ${plain(price)} and the entry ${plain(entry)}; write a takeProfit ${side} it.`;
    return refusal('bad-price', sentence, { takeProfit: plain(price), bound: plain(entry) });
  }
  if (!isMarket || isBeyond(at, price, last)) return undefined;
  const sentence = `${name} of this ${isBuy ? 'buy' : 'sell'} must be ${side} the last price of ${pair.name}, or it would sell at once: it is ${plain(price)} and the last price ${plain(last)}; write a takeProfit ${side} it.`;
  return refusal('bad-price', sentence, { takeProfit: plain(price), bound: plain(last) });
}

function wrongOrder(at: Pricing, price: Decimal, before: Placed | undefined): Refusal | undefined {
  if (before === undefined || isBeyond(at, price, before.price)) return undefined;
  const side = at.isBuy ? 'above' : 'below';
  const sentence = `${before.name} is at ${plain(before.price)} and the one after it at ${plain(price)}, which is not ${side} it: write the take-profits in the order in which the market comes to them.`;
  const numbers = { takeProfit: plain(price), before: plain(before.price) };
  return refusal('bad-price', sentence, numbers);
}

/** Whether the market comes to the price after the other one, on its way to win. */
function isBeyond({ isBuy }: Pricing, price: Decimal, other: Decimal): boolean {
  return isBuy ? price.gt(other) : price.lt(other);
}

/**
 * Each share is sold by an order of its own, and what is left over must be one that a stop can have:
 * none may be below Kraken's minimums.
 */
function refusalOfShares(at: Pricing, placed: readonly Placed[]): Refusal | undefined {
  const { pair, volume, entry } = at;
  const small = parts(at, placed).find(({ price, sells }) => {
    return !isEnough(sells, { pair, atPrice: price });
  });
  if (small === undefined) return undefined;
  const { name, share, sells } = small;
  const wouldPass = parts(at, placed)
    .map((part) => leastWhole(part, pair))
    .reduce((a, b) => (a.gt(b) ? a : b));
  const costs = quoted(roundUp(wouldPass.times(entry), pair.costDecimals), pair);
  const sentence =
    `${name} would be ${plain(share)}% of ${plain(volume)} ${pair.base}, which is ${plain(sells)} and below Kraken's smallest` +
    ` order of ${pair.name} (${plain(pair.orderMin)} ${pair.base} worth ${plain(pair.costMin)} ${pair.quote}):` +
    ` write fewer take-profits with larger shares, or a size of at least ${plain(wouldPass)} ${pair.base}, about ${costs}.`;
  return refusal('too-small', sentence, {
    ...{ volume: plain(volume), share: plain(share), sells: plain(sells) },
    ...{ minimum: plain(pair.orderMin), minimumCost: plain(pair.costMin) },
    wouldPass: plain(wouldPass),
  });
}

/** The take-profits, and what none of them sells, valued at the entry. */
function parts({ volume, entry }: Pricing, placed: readonly Placed[]): readonly Placed[] {
  const sum = (of: 'share' | 'sells') => placed.reduce((all, one) => all.plus(one[of]), ZERO);
  const share = HUNDRED.minus(sum('share'));
  // Of shares that come to all, the last one sells what was rounded down.
  if (share.eq('0')) return placed;
  const rest = {
    name: 'what is left over',
    price: entry,
    share,
    sells: volume.minus(sum('sells')),
  };
  return [...placed, rest];
}

/** The size of which the share is enough. */
function leastWhole({ price, share }: Placed, pair: Pair): Decimal {
  const least = leastVolume({ pair, atPrice: price });
  return roundUp(least.times(HUNDRED).div(share), pair.lotDecimals);
}
