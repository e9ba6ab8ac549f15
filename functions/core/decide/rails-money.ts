/** Rails that hold what an order is worth: alone, with what is held, and with what the day lost. */
import type { Rails } from '../config.ts';
import { convert, type Market } from '../market/convert.ts';
import { decimal, plain, ZERO, type Decimal } from '../decimal.ts';
import type { Balances, EquityIn } from './equity.ts';
import { parseMoney, type Money } from '../money.ts';
import type { Priced } from './order-price.ts';
import type { Pair } from '../market/pair.ts';
import { blind, cents, type RailVerdict } from './rail-verdict.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { assert, err, ok, type Result } from '../result.ts';
import type { Signal } from '../signal.ts';
import type { Sized } from './size-order.ts';
import { noWay } from './size-text.ts';

/** What these rails look at. */
export interface MoneyRailsInput extends Market {
  readonly signal: Signal;
  readonly pair: Pair;
  readonly balances: Balances;
  readonly equityIn: EquityIn;
  readonly priced: Priced;
  readonly sized: Sized;
  /** How much of the order is filled, so that the account holds it by now; absent: nothing. */
  readonly filled?: Decimal;
  /** In the currency of the rails; undefined before the first order of the UTC day. */
  readonly equityAtDayStart?: Decimal;
}

/** What one order is worth. */
export function maxOrderVerdict(
  input: MoneyRailsInput,
  { maxOrder }: Rails,
): RailVerdict | undefined {
  if (maxOrder === undefined) return undefined;
  const cap = money(maxOrder);
  const value = worth(input.sized.notional, cap.currency, input);
  if (!value.ok) return blind('maxOrder', maxOrder, value.error);
  const seen = () => `${cents(value.value)} ${cap.currency}`;
  const verdict = { rail: 'maxOrder', limit: maxOrder, seen };
  if (value.value.lte(cap.amount)) return verdict;
  const shown = cents(value.value);
  const sentence = `the order is worth ${shown} ${cap.currency}, and one order may be worth ${maxOrder} (maxOrder): send a smaller size, or raise maxOrder in harpoon.yaml.`;
  const numbers = { value: shown, maxOrder: plain(cap.amount) };
  return { ...verdict, refusal: refusal('above-max-order', sentence, numbers) };
}

/** What the account would hold of the base asset, whoever bought it. */
export function maxPositionVerdict(
  input: MoneyRailsInput,
  { maxPosition }: Rails,
): RailVerdict | undefined {
  const { signal, pair, balances, sized, priced, tickers, filled = ZERO } = input;
  if (maxPosition === undefined || signal.action !== 'buy') return undefined;
  const cap = money(maxPosition);
  const held = balances.get(pair.base)?.total ?? decimal('0');
  const projected = held.plus(sized.volume).minus(filled);
  const ask = tickers.get(pair.name)?.ask;
  // A limit below the market does not make cheaper what is already held.
  const price = ask?.gt(priced.atPrice) === true ? ask : priced.atPrice;
  const value = worth(projected.times(price), cap.currency, input);
  if (!value.ok) return blind('maxPosition', maxPosition, value.error);
  const seen = () => `${plain(projected)} ${pair.base} worth ${cents(value.value)} ${cap.currency}`;
  const verdict = { rail: 'maxPosition', limit: maxPosition, seen };
  if (value.value.lte(cap.amount)) return verdict;
  const sentence = `the account would hold ${seen()}, and may hold ${maxPosition} (maxPosition): send a smaller size, or raise maxPosition in harpoon.yaml.`;
  const numbers = {
    held: plain(held),
    projected: plain(projected),
    value: cents(value.value),
    maxPosition: plain(cap.amount),
  };
  return { ...verdict, refusal: refusal('above-max-position', sentence, numbers) };
}

/** What the account lost since its first order of the UTC day. */
export function maxDailyLossVerdict(
  { equityAtDayStart: start }: MoneyRailsInput,
  { maxDailyLoss }: Rails,
  equity: Result<Decimal, Refusal> | undefined,
): RailVerdict | undefined {
  if (maxDailyLoss === undefined || equity === undefined) return undefined;
  if (!equity.ok) return blind('maxDailyLoss', maxDailyLoss, equity.error);
  const cap = money(maxDailyLoss);
  const loss = start?.minus(equity.value);
  const seen = () =>
    loss === undefined ? 'the first order of the day' : `${cents(loss)} ${cap.currency}`;
  const verdict = { rail: 'maxDailyLoss', limit: maxDailyLoss, seen };
  if (start === undefined || loss === undefined || loss.lte(cap.amount)) return verdict;
  const sentence = `the account lost ${cents(loss)} ${cap.currency} since its first order of this UTC day, and may lose ${maxDailyLoss} (maxDailyLoss): orders that close still pass, new risk is taken again tomorrow.`;
  const numbers = {
    start: plain(start),
    now: plain(equity.value),
    maxDailyLoss: plain(cap.amount),
  };
  return { ...verdict, refusal: refusal('daily-loss-reached', sentence, numbers) };
}

/** The account's equity in the currency of maxDailyLoss; undefined where no rail looks at it. */
export function equityOf(
  input: MoneyRailsInput,
  { maxDailyLoss }: Rails,
): Result<Decimal, Refusal> | undefined {
  if (maxDailyLoss === undefined) return undefined;
  const equity = input.equityIn(money(maxDailyLoss).currency);
  return equity.ok ? ok(equity.value.amount) : equity;
}

/** An amount of the quote currency at the highest value that live prices give it. */
export function worth(
  amount: Decimal,
  currency: string,
  { pair, pairs, tickers }: Market & { readonly pair: Pair },
): Result<Decimal, Refusal> {
  const currencies = { from: pair.quote, to: currency };
  const value = convert(amount, currencies, { pairs, tickers, side: 'high' });
  return value === undefined ? err(noWay(pair.quote, currency)) : ok(value);
}

/** An amount of harpoon.yaml. */
export function money(text: string): Money {
  const parsed = parseMoney(text);
  assert(parsed.ok, `the checker of harpoon.yaml lets only amounts through, not ${text}`);
  return parsed.value;
}
