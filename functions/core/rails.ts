/**
 * Rails: the limits that refuse an order. Closing is not opening: an order that only reduces a
 * position passes every limit against new risk, and is held only by what makes it impossible. What
 * counts over many orders (per day, per hour) is not judged here but claimed inside PREPARE, where
 * no two orders can both be the last allowed one.
 */
import type { Account, Rails } from './config.ts';
import { conversionPairs, convert, type Market } from './convert.ts';
import { decimal, HUNDRED, plain, roundUp, type Decimal } from './decimal.ts';
import { equityIn, equityPairs, type Balances } from './equity.ts';
import { parseMoney, type Money } from './money.ts';
import { noPrice, type Priced } from './order-price.ts';
import type { PairTable } from './pair-table.ts';
import type { Pair } from './pair.ts';
import type { RiskClaim } from './ports.ts';
import { refusal, type Refusal } from './refusal.ts';
import { assert, err, ok, type Result } from './result.ts';
import type { Signal } from './signal.ts';
import { orderRefusal } from './rails-order.ts';
import type { Sized } from './size-order.ts';
import { noWay } from './size-text.ts';

/** What the rails look at. */
export interface RailsInput extends Market {
  readonly signal: Signal;
  readonly reducing: boolean;
  readonly account: Account;
  readonly pair: Pair;
  /** Whether the chart behind the signal is another one than the pair's. */
  readonly mapped: boolean;
  readonly balances: Balances;
  /** How many orders are open on the account; asked for where countsOpenOrders says so. */
  readonly openOrders?: number;
  readonly priced: Priced;
  readonly sized: Sized;
  /** In the currency of the rails; undefined before the first order of the UTC day. */
  readonly equityAtDayStart?: Decimal;
}

/** What passing the rails means: the amounts to be counted, and the equity that was seen. */
export interface Passed {
  readonly risk: Omit<RiskClaim, 'atMs'>;
  readonly equity?: Decimal;
}

/** Decimals of the amount that is counted against maxDaily; DynamoDB counts 38 digits exactly. */
const COUNTED_DECIMALS = 8;

/** Judges an order. The first rail that refuses speaks; each says what would pass. */
export function judge(input: RailsInput): Result<Passed, Refusal> {
  const { rails } = input.account;
  if (rails === undefined) return ok({ risk: {} });
  const equity = equityOf(input, rails);
  const seen = equity?.ok === true ? { equity: equity.value } : {};
  if (input.reducing) return ok({ risk: {}, ...seen });
  const refused =
    orderRefusal(input, rails) ??
    aboveMaxOrder(input, rails) ??
    aboveMaxPosition(input, rails) ??
    spreadTooWide(input, rails) ??
    priceDeviates(input, rails) ??
    lostTooMuch(input, equity, rails);
  if (refused !== undefined) return err(refused);
  const risk = claim(input, rails);
  return risk.ok ? ok({ risk: risk.value, ...seen }) : risk;
}

/** Pairs whose tickers the rails need besides the pair's own. */
export function railsPairs(
  pair: Pair,
  rails: Rails | undefined,
  { balances, pairs }: { readonly balances: Balances; readonly pairs: PairTable },
): readonly Pair[] {
  const { maxOrder, maxPosition, maxDaily, maxDailyLoss } = rails ?? {};
  const caps = [maxOrder, maxPosition, maxDaily].filter((cap) => cap !== undefined);
  const valued = caps.flatMap(
    (cap) => conversionPairs({ from: pair.quote, to: money(cap).currency }, pairs) ?? [],
  );
  if (maxDailyLoss === undefined) return valued;
  return [...valued, ...equityPairs(money(maxDailyLoss).currency, balances, pairs)];
}

function aboveMaxOrder(input: RailsInput, { maxOrder }: Rails): Refusal | undefined {
  if (maxOrder === undefined) return undefined;
  const cap = money(maxOrder);
  const value = worth(input.sized.notional, cap.currency, input);
  if (!value.ok) return value.error;
  if (value.value.lte(cap.amount)) return undefined;
  const shown = cents(value.value);
  const sentence = `the order is worth ${shown} ${cap.currency}, and one order may be worth ${maxOrder} (maxOrder): send a smaller size, or raise maxOrder in harpoon.yaml.`;
  return refusal('above-max-order', sentence, { value: shown, maxOrder: plain(cap.amount) });
}

/** What the account would hold of the base asset, whoever bought it. */
function aboveMaxPosition(input: RailsInput, { maxPosition }: Rails): Refusal | undefined {
  const { signal, pair, balances, sized, priced, tickers } = input;
  if (maxPosition === undefined || signal.action !== 'buy') return undefined;
  const cap = money(maxPosition);
  const held = balances.get(pair.base)?.total ?? decimal('0');
  const projected = held.plus(sized.volume);
  const ask = tickers.get(pair.name)?.ask;
  // A limit below the market does not make cheaper what is already held.
  const price = ask?.gt(priced.atPrice) === true ? ask : priced.atPrice;
  const value = worth(projected.times(price), cap.currency, input);
  if (!value.ok) return value.error;
  if (value.value.lte(cap.amount)) return undefined;
  const shown = cents(value.value);
  const sentence = `the account would hold ${plain(projected)} ${pair.base} worth ${shown} ${cap.currency}, and may hold ${maxPosition} (maxPosition): send a smaller size, or raise maxPosition in harpoon.yaml.`;
  return refusal('above-max-position', sentence, {
    held: plain(held),
    projected: plain(projected),
    value: shown,
    maxPosition: plain(cap.amount),
  });
}

function spreadTooWide({ tickers, pair }: RailsInput, { maxSpread }: Rails): Refusal | undefined {
  if (maxSpread === undefined) return undefined;
  const ticker = tickers.get(pair.name);
  if (ticker?.ask.gt('0') !== true) return noPrice(pair, 'ask');
  if (!ticker.bid.gt('0')) return noPrice(pair, 'bid');
  const { ask, bid } = ticker;
  const spread = percentOf(ask.minus(bid), ask.plus(bid).div('2'));
  if (spread.lte(maxSpread)) return undefined;
  const shown = plain(roundUp(spread, 3));
  const sentence = `the spread of ${pair.name} is ${shown} %, and may be ${maxSpread} % (maxSpread): send the signal again when the order book is fuller.`;
  return refusal('spread-too-wide', sentence, { ask: plain(ask), bid: plain(bid), spread: shown });
}

/** A limit is compared with the live price; a market order with what its sender saw, if told. */
function priceDeviates(
  { priced, mapped, signal, tickers, pair }: RailsInput,
  { maxPriceDeviation: most }: Rails,
): Refusal | undefined {
  // The price of another chart may be in another currency, so it says nothing about this pair.
  const seen = mapped || signal.seenPrice === undefined ? undefined : decimal(signal.seenPrice);
  const price = priced.limitPrice ?? seen;
  if (most === undefined || price === undefined) return undefined;
  const last = tickers.get(pair.name)?.last;
  if (last?.gt('0') !== true) return noPrice(pair, 'last price');
  const deviation = percentOf(price.minus(last).abs(), last);
  if (deviation.lte(most)) return undefined;
  const what =
    priced.limitPrice === undefined ? 'the price that the sender saw' : 'the limit price';
  const sentence = `${what}, ${plain(price)}, is ${cents(deviation)} % away from the live price of ${pair.name}, ${plain(last)}, and may be ${most} % (maxPriceDeviation): correct the price, or raise maxPriceDeviation in harpoon.yaml.`;
  return refusal('price-deviates', sentence, { price: plain(price), last: plain(last) });
}

function lostTooMuch(
  { equityAtDayStart: start }: RailsInput,
  equity: Result<Decimal, Refusal> | undefined,
  { maxDailyLoss }: Rails,
): Refusal | undefined {
  if (maxDailyLoss === undefined || equity === undefined) return undefined;
  if (!equity.ok) return equity.error;
  if (start === undefined) return undefined;
  const cap = money(maxDailyLoss);
  const loss = start.minus(equity.value);
  if (loss.lte(cap.amount)) return undefined;
  const sentence = `the account lost ${cents(loss)} ${cap.currency} since its first order of this UTC day, and may lose ${maxDailyLoss} (maxDailyLoss): orders that close still pass, new risk is taken again tomorrow.`;
  return refusal('daily-loss-reached', sentence, {
    start: plain(start),
    now: plain(equity.value),
    maxDailyLoss: plain(cap.amount),
  });
}

function equityOf(input: RailsInput, rails: Rails): Result<Decimal, Refusal> | undefined {
  if (rails.maxDailyLoss === undefined) return undefined;
  const equity = equityIn(money(rails.maxDailyLoss).currency, input);
  return equity.ok ? ok(equity.value.amount) : equity;
}

function claim(
  input: RailsInput,
  { maxDaily, maxOrdersPerHour, cooldownMs }: Rails,
): Result<Passed['risk'], Refusal> {
  const { source } = input.signal;
  const count = {
    ...(maxOrdersPerHour === undefined ? {} : { count: { cap: maxOrdersPerHour } }),
    ...(cooldownMs === undefined ? {} : { cooldown: { source, ms: cooldownMs } }),
  };
  if (maxDaily === undefined) return ok(count);
  const cap = money(maxDaily);
  const value = worth(input.sized.notional, cap.currency, input);
  if (!value.ok) return value;
  // Rounded up, so that what is counted is never less than what is traded.
  const add = plain(roundUp(value.value, COUNTED_DECIMALS));
  return ok({ ...count, notional: { add, cap: plain(cap.amount) } });
}

/** An amount of the quote currency at the highest value that live prices give it. */
function worth(
  amount: Decimal,
  currency: string,
  { pair, pairs, tickers }: RailsInput,
): Result<Decimal, Refusal> {
  const currencies = { from: pair.quote, to: currency };
  const value = convert(amount, currencies, { pairs, tickers, side: 'high' });
  return value === undefined ? err(noWay(pair.quote, currency)) : ok(value);
}

function percentOf(part: Decimal, whole: Decimal): Decimal {
  return part.times(HUNDRED).div(whole);
}

/** Shown to people; rounded up, so that a limit that was passed looks passed. */
function cents(amount: Decimal): string {
  return plain(roundUp(amount, 2));
}

function money(text: string): Money {
  const parsed = parseMoney(text);
  assert(parsed.ok, `the checker of harpoon.yaml lets only amounts through, not ${text}`);
  return parsed.value;
}
