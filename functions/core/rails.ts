/**
 * Rails: the limits that refuse an order. Closing is not opening: an order that only reduces a
 * position passes every limit against new risk, and is held only by what makes it impossible or a
 * plain mistake. What counts over many orders (per day, per hour) is not judged here but claimed
 * inside PREPARE, where no two orders can both be the last allowed one.
 */
import type { Account, Rails } from './config.ts';
import { conversionPairs, convert } from './convert.ts';
import { decimal, HUNDRED, plain, roundUp, ZERO, type Decimal } from './decimal.ts';
import { parseMoney, type Money } from './money.ts';
import type { PairTable } from './pair-table.ts';
import type { MarketMode, Pair, Ticker } from './pair.ts';
import type { Balance, RiskClaim } from './ports.ts';
import { refusal, type Refusal } from './refusal.ts';
import { assert } from './result.ts';
import type { Signal } from './signal.ts';
import { equityIn, noWay, type Sized } from './size-order.ts';

/** A limit price this many times away from the live price is a mistake, also when it closes. */
const ABSURD_TIMES = decimal('10');

/** What the rails look at. */
export interface RailsInput {
  readonly signal: Signal;
  readonly reducing: boolean;
  readonly account: Account;
  readonly accountName: string;
  readonly pair: Pair;
  readonly pairs: PairTable;
  readonly tickers: ReadonlyMap<string, Ticker>;
  readonly balances: ReadonlyMap<string, Balance>;
  readonly mode: MarketMode;
  readonly sized: Sized;
  readonly equityAtDayStart?: Decimal;
}

/** What passing the rails means: the amounts to be counted, and the equity that was seen. */
export interface Passed {
  readonly risk: Omit<RiskClaim, 'atMs'>;
  readonly equity?: Decimal;
}

/** The currency in which an account's rails are written; undefined when none is an amount. */
export function railsCurrency(rails: Rails | undefined): string | undefined {
  const amount = rails?.maxOrder ?? rails?.maxPosition ?? rails?.maxDaily ?? rails?.maxDailyLoss;
  return amount === undefined ? undefined : money(amount).currency;
}

/** Judges an order. The first rail that refuses speaks; each says what would pass. */
export function judge(input: RailsInput): Passed | Refusal {
  const { account, reducing } = input;
  const { rails } = account;
  const refused = wrongMarket(input) ?? absurdPrice(input);
  if (refused !== undefined) return refused;
  if (rails === undefined || reducing) return { risk: {} };
  const value = valueOf(input.sized.notional, input, 'high');
  if ('code' in value) return value;
  const equity = equityOf(input);
  const refusedByRail =
    aboveMaxOrder(value, rails) ??
    aboveMaxPosition(input, rails) ??
    lostTooMuch(input, equity, rails) ??
    spreadTooWide(input, rails) ??
    priceDeviates(input, rails);
  if (refusedByRail !== undefined) return refusedByRail;
  const risk = claim(value, rails);
  return equity === undefined ? { risk } : { risk, equity };
}

/** Whether the account may trade the pair at all. */
export function pairAllowed(
  pair: Pair,
  account: Account,
  accountName: string,
): Refusal | undefined {
  const { rails } = account;
  if (rails === undefined || rails.pairs.includes(pair.name)) return undefined;
  const allowed = rails.pairs.join(', ');
  return refusal(
    'pair-not-allowed',
    `account ${accountName} trades only ${allowed}: add ${pair.name} to its rails if it may trade`,
  );
}

function wrongMarket({ mode, pair, sized, signal, reducing }: RailsInput): Refusal | undefined {
  const postOnly = signal.postOnly === true;
  const limit = sized.limitPrice !== undefined;
  const states = [mode, pair.status] as const;
  const no = (why: string): Refusal =>
    refusal('pair-not-trading', `${pair.name} cannot be traded now: ${why}`);
  for (const state of states) {
    if (state === 'maintenance') return no('Kraken is in maintenance');
    if (state === 'cancel_only') return no('Kraken takes cancels only (cancel_only)');
    if (state === 'post_only' && !postOnly)
      return no('Kraken takes post-only limit orders only (post_only)');
    if (state === 'limit_only' && !limit) return no('Kraken takes limit orders only (limit_only)');
    if (state === 'reduce_only' && !reducing)
      return no('Kraken takes reducing orders only (reduce_only)');
  }
  return undefined;
}

function absurdPrice({ sized, tickers, pair }: RailsInput): Refusal | undefined {
  const last = tickers.get(pair.name)?.last;
  if (sized.limitPrice === undefined || last === undefined) return undefined;
  const { limitPrice } = sized;
  if (limitPrice.lte(last.times(ABSURD_TIMES)) && limitPrice.times(ABSURD_TIMES).gte(last)) {
    return undefined;
  }
  const sentence = `the limit ${plain(limitPrice)} is more than ${plain(ABSURD_TIMES)} times away from the live price ${plain(last)}`;
  return refusal('bad-price', sentence, { limit: plain(limitPrice), last: plain(last) });
}

/** The order's value in the currency of the rails; undefined when no rail is an amount. */
function valueOf(
  notional: Decimal,
  input: RailsInput,
  side: 'high' | 'low',
): Money | { readonly amount: undefined } | Refusal {
  const currency = railsCurrency(input.account.rails);
  if (currency === undefined) return { amount: undefined };
  const { quote } = input.pair;
  const amount = convert(notional, { from: quote, to: currency }, { ...input, side });
  return amount === undefined ? noWay(quote, currency) : { amount, currency };
}

type Value = Exclude<ReturnType<typeof valueOf>, Refusal>;

function aboveMaxOrder({ amount }: Value, { maxOrder }: Rails): Refusal | undefined {
  if (maxOrder === undefined || amount === undefined) return undefined;
  const cap = money(maxOrder);
  if (amount.lte(cap.amount)) return undefined;
  const shown = plain(roundUp(amount, 2));
  const sentence = `the order is worth ${shown} ${cap.currency}, more than maxOrder ${maxOrder}`;
  return refusal('above-max-order', sentence, {
    value: plain(amount),
    maxOrder: plain(cap.amount),
  });
}

function aboveMaxPosition(input: RailsInput, { maxPosition }: Rails): Refusal | undefined {
  const { signal, pair, balances, sized } = input;
  if (maxPosition === undefined || signal.action !== 'buy') return undefined;
  const cap = money(maxPosition);
  const held = balances.get(pair.base)?.total ?? ZERO;
  const projected = held.plus(sized.volume).times(sized.atPrice);
  const value = valueOf(projected, input, 'high');
  if ('code' in value) return value;
  if (value.amount === undefined || value.amount.lte(cap.amount)) return undefined;
  const shown = plain(roundUp(value.amount, 2));
  const sentence = `the account would hold ${pair.base} worth ${shown} ${cap.currency}, more than maxPosition ${maxPosition}`;
  return refusal('above-max-position', sentence, {
    held: plain(held),
    projected: plain(value.amount),
    maxPosition: plain(cap.amount),
  });
}

function equityOf(input: RailsInput): Decimal | undefined {
  const currency = railsCurrency(input.account.rails);
  if (currency === undefined || input.account.rails?.maxDailyLoss === undefined) return undefined;
  return equityIn(currency, input).equity;
}

function lostTooMuch(
  { equityAtDayStart: start }: RailsInput,
  equity: Decimal | undefined,
  { maxDailyLoss }: Rails,
): Refusal | undefined {
  if (maxDailyLoss === undefined || start === undefined || equity === undefined) return undefined;
  const cap = money(maxDailyLoss);
  const loss = start.minus(equity);
  if (loss.lt(cap.amount)) return undefined;
  const shown = plain(roundUp(loss, 2));
  const sentence = `the account lost ${shown} ${cap.currency} since its first order of the UTC day, and maxDailyLoss is ${maxDailyLoss}: entries go on tomorrow`;
  return refusal('daily-loss-reached', sentence, { start: plain(start), now: plain(equity) });
}

function spreadTooWide({ tickers, pair }: RailsInput, { maxSpread }: Rails): Refusal | undefined {
  if (maxSpread === undefined) return undefined;
  const ticker = tickers.get(pair.name);
  if (ticker === undefined)
    return refusal('no-market-data', `Kraken gave no price for ${pair.name}`);
  const mid = ticker.ask.plus(ticker.bid).div(decimal('2'));
  const spread = percentOf(ticker.ask.minus(ticker.bid), mid);
  if (spread.lte(maxSpread)) return undefined;
  const sentence = `the spread of ${pair.name} is ${plain(roundUp(spread, 3))} %, more than maxSpread ${maxSpread} %`;
  return refusal('spread-too-wide', sentence, { ask: plain(ticker.ask), bid: plain(ticker.bid) });
}

function priceDeviates(input: RailsInput, { maxPriceDeviation: cap }: Rails): Refusal | undefined {
  const { sized, tickers, pair, signal } = input;
  if (cap === undefined) return undefined;
  const last = tickers.get(pair.name)?.last;
  if (last === undefined) return refusal('no-market-data', `Kraken gave no price for ${pair.name}`);
  // A limit is compared with the live price; a market order with what its sender saw, if it says so.
  const compared = sized.limitPrice ?? (signal.seenPrice && decimal(signal.seenPrice));
  if (!compared) return undefined;
  const deviation = percentOf(compared.minus(last).abs(), last);
  if (deviation.lte(cap)) return undefined;
  const what = sized.limitPrice === undefined ? 'the price that the sender saw' : 'the limit price';
  const sentence = `${what}, ${plain(compared)}, is ${plain(roundUp(deviation, 2))} % from the live price ${plain(last)}, more than maxPriceDeviation ${cap} %`;
  return refusal('price-deviates', sentence, { price: plain(compared), last: plain(last) });
}

function claim({ amount }: Value, { maxDaily, maxOrdersPerHour }: Rails): Passed['risk'] {
  const notional =
    maxDaily === undefined || amount === undefined
      ? {}
      : // Rounded up, so that what is counted is never less than what is traded.
        { notional: { add: plain(roundUp(amount, 8)), cap: plain(money(maxDaily).amount) } };
  return maxOrdersPerHour === undefined
    ? notional
    : { ...notional, count: { cap: maxOrdersPerHour } };
}

/** Pairs whose tickers the rails need besides the pair's own. */
export function railsPairs(pair: Pair, account: Account, pairs: PairTable): readonly Pair[] {
  const currency = railsCurrency(account.rails);
  return currency === undefined ? [] : conversionPairs(pair.quote, currency, pairs);
}

function percentOf(part: Decimal, whole: Decimal): Decimal {
  assert(whole.gt('0'), 'a live price is above zero');
  return part.times(HUNDRED).div(whole);
}

function money(text: string): Money {
  const parsed = parseMoney(text);
  assert(parsed.ok, `the checker lets only amounts through, not ${text}`);
  return parsed.value;
}
