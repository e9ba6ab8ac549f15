/**
 * Rails: the limits that refuse an order. Closing is not opening: an order that only reduces a
 * position passes every limit against new risk, and is held only by what makes it impossible. What
 * counts over many orders (per day, per hour) is not judged here but claimed inside PREPARE, where
 * no two orders can both be the last allowed one.
 */
import type { Account, Rails } from '../config.ts';
import { conversionPairs, type Market } from '../market/convert.ts';
import { plain, roundUp, type Decimal } from '../decimal.ts';
import { equityPairs, type Balances } from './equity.ts';
import type { PairTable } from '../market/pair-table.ts';
import type { Pair } from '../market/pair.ts';
import type { RiskClaim } from '../ports.ts';
import type { RailVerdict } from './rail-verdict.ts';
import {
  equityOf,
  maxDailyLossVerdict,
  maxOrderVerdict,
  maxPositionVerdict,
  money,
  worth,
  type MoneyRailsInput,
} from './rails-money.ts';
import { maxOpenOrdersVerdict, sidesVerdict, typesVerdict } from './rails-order.ts';
import { maxPriceDeviationVerdict, maxSpreadVerdict, type PriceRailsInput } from './rails-price.ts';
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';

/** What the rails look at. */
export interface RailsInput extends MoneyRailsInput, PriceRailsInput {
  readonly reducing: boolean;
  readonly account: Account;
  /** How many orders are open on the account; asked for where countsOpenOrders says so. */
  readonly openOrders?: number;
}

/** What passing the rails means: the amounts to be counted, and the equity that was seen. */
export interface Passed {
  readonly risk: Omit<RiskClaim, 'atMs'>;
  readonly equity?: Decimal;
}

type Rail = (
  input: RailsInput,
  rails: Rails,
  equity: Result<Decimal, Refusal> | undefined,
) => RailVerdict | undefined;

/** In the order in which they speak. */
const RAILS: readonly Rail[] = [
  ({ signal }, rails) => sidesVerdict(signal, rails),
  ({ signal }, rails) => typesVerdict(signal, rails),
  ...[maxOpenOrdersVerdict, maxOrderVerdict, maxPositionVerdict],
  ...[maxSpreadVerdict, maxPriceDeviationVerdict, maxDailyLossVerdict],
];

/** Decimals of the amount that is counted against maxDaily; DynamoDB counts 38 digits exactly. */
const COUNTED_DECIMALS = 8;

/** Judges an order. The first rail that refuses speaks; each says what would pass. */
export function judge(input: RailsInput): Result<Passed, Refusal> {
  const { rails } = input.account;
  if (rails === undefined) return ok({ risk: {} });
  const equity = equityOf(input, rails);
  const seen = equity?.ok === true ? { equity: equity.value } : {};
  if (input.reducing) return ok({ risk: {}, ...seen });
  for (const rail of RAILS) {
    const refused = rail(input, rails, equity)?.refusal;
    if (refused !== undefined) return err(refused);
  }
  const risk = claim(input, rails);
  return risk.ok ? ok({ risk: risk.value, ...seen }) : risk;
}

/**
 * What each rail says that has a say about the order, for people: `judge` decides. None has one
 * about an order that only reduces a position.
 */
export function railVerdicts(input: RailsInput): readonly RailVerdict[] {
  const { rails } = input.account;
  if (rails === undefined || input.reducing) return [];
  const equity = equityOf(input, rails);
  return RAILS.flatMap((rail) => rail(input, rails, equity) ?? []);
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
  const notional = countedAs(input.sized.notional, { maxDaily }, input);
  return notional.ok ? ok({ ...count, notional: notional.value }) : notional;
}

/** An amount of the quote currency as maxDaily counts it, where there is that rail. */
export function countedAs(
  amount: Decimal,
  { maxDaily }: Required<Pick<Rails, 'maxDaily'>>,
  market: Market & { readonly pair: Pair },
): Result<NonNullable<RiskClaim['notional']>, Refusal> {
  const cap = money(maxDaily);
  const value = worth(amount, cap.currency, market);
  if (!value.ok) return value;
  // Rounded up, so that what is counted is never less than what is traded.
  const add = plain(roundUp(value.value, COUNTED_DECIMALS));
  return ok({ add, cap: plain(cap.amount) });
}
