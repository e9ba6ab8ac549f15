/**
 * The decision about one signal for one account, as a pure function of what is known: which pair,
 * how much, whether it may. Its result is the order and the reasons, or a refusal with its numbers.
 */
import type { Account, Source } from './config.ts';
import { conversionPairs } from './convert.ts';
import { decimal, plain, roundUp, type Decimal } from './decimal.ts';
import type { Decision, Order } from './order.ts';
import type { PairTable } from './pair-table.ts';
import type { MarketMode, Pair, Ticker } from './pair.ts';
import type { Balance, FoundOrder, RiskClaim } from './ports.ts';
import { judge, pairAllowed, railsCurrency, railsPairs } from './rails.ts';
import type { Refusal } from './refusal.ts';
import { err, ok, type Result } from './result.ts';
import { isReducing, type Signal } from './signal.ts';
import { equityPairs, sizeOrder, type Sized } from './size-order.ts';

/** Everything that a decision looks at. */
export interface DecisionInput {
  readonly signal: Signal;
  readonly accountName: string;
  readonly account: Account;
  readonly source: Source;
  readonly pairs: PairTable;
  /** By canonical pair name. */
  readonly tickers: ReadonlyMap<string, Ticker>;
  /** By canonical asset. */
  readonly balances: ReadonlyMap<string, Balance>;
  readonly mode: MarketMode;
  /** In the currency of the rails. */
  readonly equityAtDayStart?: Decimal;
  readonly nowMs: number;
}

/** An order that may be placed, and why. */
export interface DecidedOrder {
  readonly order: Order;
  readonly decision: Decision;
  readonly risk: Omit<RiskClaim, 'atMs'>;
  /** Equity in the currency of the rails, where a rail looks at it. */
  readonly equity?: Decimal;
}

/** The pairs whose tickers the decision needs; none when the symbol means no pair. */
export function pairsNeeded(
  input: Pick<DecisionInput, 'signal' | 'account' | 'source' | 'pairs' | 'balances'>,
): readonly Pair[] {
  const { signal, account, source, pairs } = input;
  const resolved = pairs.resolve(signal.symbol, source.symbols);
  if (!resolved.ok) return [];
  const { pair } = resolved.value;
  const needed = [pair, ...railsPairs(pair, account, pairs), ...sizePairs(input, pair)];
  const currency = railsCurrency(account.rails);
  if (account.rails?.maxDailyLoss !== undefined && currency !== undefined) {
    needed.push(...equityPairs(currency, input));
  }
  return [...new Map(needed.map((one) => [one.name, one])).values()];
}

function sizePairs(
  {
    signal,
    source,
    pairs,
    balances,
  }: Pick<DecisionInput, 'signal' | 'source' | 'pairs' | 'balances'>,
  pair: Pair,
): readonly Pair[] {
  const { size } = source;
  const wished = size.kind === 'signal' ? signal.size : undefined;
  if (size.kind === 'quote') return conversionPairs(size.currency, pair.quote, pairs);
  if (wished?.unit === 'quote') return conversionPairs(wished.currency, pair.quote, pairs);
  if (size.kind === 'equity' || wished?.unit === 'percent') {
    return equityPairs(pair.quote, { balances, pairs });
  }
  return [];
}

/** Decides. Never throws for what a sender, the market or the account can be. */
export function decideOrder(input: DecisionInput): Result<DecidedOrder, Refusal> {
  const { signal, account, accountName, source, pairs } = input;
  const resolved = pairs.resolve(signal.symbol, source.symbols);
  if (!resolved.ok) return resolved;
  const { pair, reason } = resolved.value;
  const notAllowed = pairAllowed(pair, account, accountName);
  if (notAllowed !== undefined) return err(notAllowed);

  const sized = sizeOrder({ ...input, pair, size: source.size });
  if (!sized.ok) return sized;

  const reducing = isReducing(signal);
  const judged = judge({ ...input, pair, reducing, sized: sized.value });
  if ('code' in judged) return err(judged);

  const { risk, equity } = judged;
  const decision: Decision = {
    pair: pair.name,
    pairReason: reason,
    steps: sized.value.steps,
    notional: plain(roundUp(sized.value.notional, pair.costDecimals)),
    atPrice: plain(sized.value.atPrice),
    reducing,
    ...(risk.notional === undefined ? {} : { counted: risk.notional.add }),
  };
  const order = orderOf(signal, pair, sized.value);
  return ok({ order, decision, risk, ...(equity === undefined ? {} : { equity }) });
}

function orderOf(signal: Signal, pair: Pair, { volume, limitPrice }: Sized): Order {
  return {
    pair: pair.altname,
    side: signal.action,
    type: signal.type,
    volume: plain(volume),
    ...(limitPrice === undefined ? {} : { price: plain(limitPrice) }),
    ...(signal.timeInForce === undefined ? {} : { timeInForce: signal.timeInForce }),
    ...(signal.postOnly === undefined ? {} : { postOnly: signal.postOnly }),
  };
}

/**
 * Whether an order at the exchange is the one that was sent: pair, side, type, volume and limit
 * price. The error says what differs.
 */
export function sameOrder(order: Order, found: FoundOrder, pair: Pair): Result<true, string> {
  const names = [pair.altname, pair.id, pair.wsname, pair.name].map((name) => name.toUpperCase());
  if (!names.includes(found.pair.toUpperCase())) return differs('pair', order.pair, found.pair);
  if (found.side !== order.side) return differs('side', order.side, found.side);
  if (found.type !== order.type) return differs('type', order.type, found.type);
  if (!found.volume.eq(decimal(order.volume))) {
    return differs('volume', order.volume, plain(found.volume));
  }
  if (order.price !== undefined && found.price?.eq(decimal(order.price)) !== true) {
    return differs('price', order.price, found.price === undefined ? 'none' : plain(found.price));
  }
  return ok(true);
}

function differs(what: string, sent: string, found: string): Result<true, string> {
  return err(`its ${what} is ${found}, and ${sent} was sent`);
}
