/**
 * The decision about one signal for one account, as a pure function of what is known: which pair,
 * how much, whether it may. Its result is the order and the reasons, or a refusal with its numbers.
 */
import type { Account, Source } from '../config.ts';
import type { Market } from '../market/convert.ts';
import { plain, roundUp, type Decimal } from '../decimal.ts';
import { equitiesOf, type Balances, type EquityIn } from './equity.ts';
import { fundsRefusal } from './funds.ts';
import { marginRefusal } from './order-margin.ts';
import { orderOf } from './order-parts.ts';
import { priceOrder, type Priced } from './order-price.ts';
import { orderTimes } from './order-times.ts';
import type { PlannedOrder } from './plan-change.ts';
import type { Decision, Order, SizeStep } from '../order.ts';
import { priceProfits, type PricedProfits } from './price-profits.ts';
import { priceStop, type PricedStop } from './price-stop.ts';
import { pairNotAllowed, pairNotTrading } from './pair-rules.ts';
import type { ResolvedPair } from '../market/pair-table.ts';
import type { MarketMode, Pair } from '../market/pair.ts';
import type { RiskClaim } from '../ports.ts';
import type { RailVerdict } from './rail-verdict.ts';
import { judge, railsPairs, railVerdicts, type Passed, type RailsInput } from './rails.ts';
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import { isReducing, type Signal } from '../signal.ts';
import { settlementOf, type MarginView } from './settle-position.ts';
import { sizeOrder, type Sized } from './size-order.ts';
import { sizePairs } from './size-wish.ts';

/** Everything that a decision looks at. */
export interface DecisionInput extends Market {
  readonly signal: Signal;
  readonly accountName: string;
  readonly account: Account;
  readonly source: Source;
  readonly balances: Balances;
  /** How many orders are open on the account, where a rail looks at it. */
  readonly openOrders?: number;
  readonly mode: MarketMode;
  /** What is open on margin; read where a position is to be settled. */
  readonly margin?: MarginView;
  /** In the currency of the rails. */
  readonly equityAtDayStart?: Decimal;
  readonly nowMs: number;
  /** How the signal came about, where it follows from a target; see plan-target.ts. */
  readonly plan?: Pick<PlannedOrder, 'steps' | 'opens' | 'leaves'>;
}

/** An order that may be placed, and why. */
export interface DecidedOrder {
  readonly order: Order;
  readonly decision: Decision;
  readonly risk: Omit<RiskClaim, 'atMs'>;
  /** Equity in the currency of the rails, where a rail looks at it. */
  readonly equity?: Decimal;
}

/** The part of the input that is known before anything is asked. */
type Known = Pick<DecisionInput, 'signal' | 'account' | 'source' | 'pairs' | 'balances'>;

/** The pairs whose tickers the decision needs; none when the symbol means no pair. */
export function pairsNeeded(input: Known): readonly Pair[] {
  const { signal, account, source, pairs, balances } = input;
  const resolved = pairs.resolve(signal.symbol, source.symbols);
  if (!resolved.ok) return [];
  const { pair } = resolved.value;
  const needed = [
    pair,
    ...sizePairs({ signal, size: source.size, pair }, balances, pairs),
    ...railsPairs(pair, account.rails, { balances, pairs }),
  ];
  return [...new Map(needed.map((one) => [one.name, one])).values()];
}

/** The order that a signal asks for, and how it came about; no rail has seen it. */
export interface WantedOrder {
  readonly order: Order;
  readonly resolved: ResolvedPair;
  readonly priced: Priced;
  readonly stop: PricedStop | undefined;
  readonly profits: PricedProfits | undefined;
  readonly sized: Sized;
  readonly equityIn: EquityIn;
}

/** Decides. Never throws for what a sender, the market or the account can be. */
export function decideOrder(input: DecisionInput): Result<DecidedOrder, Refusal> {
  const wanted = wantedOrder(input);
  if (!wanted.ok) return wanted;
  const passed = judge(railsInput(input, wanted.value));
  if (!passed.ok) return passed;
  const decision = decisionOf(input, wanted.value, passed.value);
  return ok({ order: wanted.value.order, decision, ...passed.value });
}

/** What each rail says of the order, also where an earlier one refuses it; for people. */
export function railsOn(input: DecisionInput, wanted: WantedOrder): readonly RailVerdict[] {
  return railVerdicts(railsInput(input, wanted));
}

/** The pair, the price, the size, and whether it could be paid for: all but the rails. */
export function wantedOrder(input: DecisionInput): Result<WantedOrder, Refusal> {
  const { signal, account, source, pairs, tickers, balances } = input;
  const resolved = pairs.resolve(signal.symbol, source.symbols);
  if (!resolved.ok) return resolved;
  const { pair } = resolved.value;
  const barred =
    pairNotAllowed(pair, account, input.accountName) ??
    pairNotTrading(pair, input.mode, signal) ??
    marginRefusal(signal, pair, input);
  if (barred !== undefined) return err(barred);

  if (signal.type === 'settle-position') return wantedSettlement(input, resolved.value);
  const ticker = tickers.get(pair.name);
  const priced = priceOrder(signal, pair, ticker);
  if (!priced.ok) return priced;
  const { atPrice } = priced.value;
  const stop = priceStop(signal, priced.value, { pair, ticker });
  if (!stop.ok) return stop;
  const times = orderTimes(signal, input.nowMs);
  if (!times.ok) return times;

  const { size, roundUpWithin } = source;
  const equityIn = equitiesOf(input);
  const least = roundUpWithin === undefined ? {} : { roundUpWithin };
  const risked = stop.value === undefined ? {} : { stopAt: stop.value.at };
  const sized = sizeOrder({ ...input, ...least, ...risked, pair, size, atPrice, equityIn });
  if (!sized.ok) return sized;
  const { volume, notional } = sized.value;
  const profits = priceProfits(signal, priced.value, { pair, ticker, volume });
  if (!profits.ok) return profits;

  const parts = { volume, priced: priced.value, times: times.value, close: stop.value?.close };
  const order = orderOf(signal, pair, parts);
  if (!order.ok) return order;

  const { action: side, leverage } = signal;
  const unpaid = fundsRefusal({ side, pair, volume, notional, leverage }, balances);
  if (unpaid !== undefined) return err(unpaid);
  const made = { priced: priced.value, stop: stop.value, sized: sized.value, equityIn };
  return ok({ order: order.value, resolved: resolved.value, profits: profits.value, ...made });
}

/** What is open is paid off at what it had cost: no market has a part in it. */
function wantedSettlement(
  input: DecisionInput,
  resolved: ResolvedPair,
): Result<WantedOrder, Refusal> {
  const { signal } = input;
  const { pair } = resolved;
  const settled = settlementOf({ ...input, pair });
  if (!settled.ok) return settled;
  const { volume, cost, steps } = settled.value;
  const atPrice = roundUp(cost.div(volume), pair.costDecimals);
  const priced: Priced = { atPrice, steps: [] };
  const order = orderOf(signal, pair, { volume, priced, times: {}, close: undefined });
  if (!order.ok) return order;
  const sized = { volume, notional: cost, steps };
  const made = { priced, sized, equityIn: equitiesOf(input), stop: undefined, profits: undefined };
  return ok({ order: order.value, resolved, ...made });
}

function railsInput(
  input: DecisionInput,
  { resolved: { pair, mapped }, priced, sized, equityIn }: WantedOrder,
): RailsInput {
  const reducing = isReducing(input.signal);
  return { ...input, pair, mapped, priced, sized, equityIn, reducing };
}

/** Every step from the signal to the order: its plan, its prices, its stop, its size, its profits. */
export function stepsOf(
  { plan }: Pick<DecisionInput, 'plan'>,
  { priced, stop, sized, profits }: WantedOrder,
): readonly SizeStep[] {
  const placed = [...priced.steps, ...(stop?.steps ?? [])];
  return [...(plan?.steps ?? []), ...placed, ...sized.steps, ...(profits?.steps ?? [])];
}

function decisionOf(input: DecisionInput, wanted: WantedOrder, { risk }: Passed): Decision {
  const { signal, plan } = input;
  const { resolved, priced, sized, profits } = wanted;
  const { pair, reason } = resolved;
  const counted = risk.notional?.add;
  const perUnit = plan?.opens && perUnitOf(plan.opens, sized);
  return {
    pair: pair.name,
    pairReason: reason,
    steps: stepsOf(input, wanted),
    notional: plain(roundUp(sized.notional, pair.costDecimals)),
    atPrice: plain(priced.atPrice),
    reducing: isReducing(signal),
    ...(counted === undefined ? {} : { counted }),
    ...(perUnit === undefined ? {} : { perUnit }),
    ...(plan?.leaves === undefined ? {} : { leaves: true }),
    ...(profits === undefined ? {} : { takeProfits: profits.takeProfits }),
  };
}

/** What one unit of the sender's position comes to in the book, once the order is filled. */
function perUnitOf(
  { size, held }: NonNullable<PlannedOrder['opens']>,
  { volume }: Sized,
): string | undefined {
  return size === undefined ? undefined : plain(held.plus(volume).div(size));
}
