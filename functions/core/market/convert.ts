/**
 * Values amounts in another currency through live tickers: directly, or over one currency in
 * between. USD, USDT and USDC are three currencies. Where there is no way, there is no value:
 * nothing is ever taken for one to one.
 */
import { decimal, type Decimal } from '../decimal.ts';
import type { PairTable } from './pair-table.ts';
import type { Pair, Ticker } from './pair.ts';

/** Currencies that nearly everything trades against, tried as the one in between. */
const BRIDGES = ['USD', 'EUR', 'BTC', 'USDT'] as const;

/** The last digit of a division. */
const LAST_DIGIT = decimal('1e-20');

/** Pairs and their live prices. */
export interface Market {
  readonly pairs: PairTable;
  /** By canonical pair name. */
  readonly tickers: ReadonlyMap<string, Ticker>;
}

/**
 * Which side of the spread counts. `high` values an amount as dearly as the spread allows, `low` as
 * cheaply: what is held against a limit is taken high, what the account owns or may buy is taken low.
 */
export type Side = 'high' | 'low';

/** A change of currency. */
export interface Exchanged {
  readonly from: string;
  readonly to: string;
}

/** One step of a conversion: at a pair's price, or divided by it. */
interface Step {
  readonly pair: Pair;
  readonly inverse: boolean;
}

/**
 * Pairs whose tickers a conversion needs: none when the currencies are the same, undefined when
 * Kraken lists no way.
 */
export function conversionPairs(
  currencies: Exchanged,
  pairs: PairTable,
): readonly Pair[] | undefined {
  return route(currencies, pairs)?.map(({ pair }) => pair);
}

/** The amount in the other currency; undefined when it cannot be told. */
export function convert(
  amount: Decimal,
  currencies: Exchanged,
  { pairs, tickers, side }: Market & { readonly side: Side },
): Decimal | undefined {
  const steps = route(currencies, pairs);
  if (steps === undefined) return undefined;
  let value = amount;
  for (const { pair, inverse } of steps) {
    const ticker = tickers.get(pair.name);
    if (ticker === undefined) return undefined;
    // Dividing by the bid gives more than dividing by the ask.
    const price = (side === 'high') === !inverse ? ticker.ask : ticker.bid;
    // Where nobody bids, what is owned is worth nothing; no other price can be zero.
    const isPrice = price.gt('0') || (side === 'low' && !inverse && price.eq('0'));
    if (!isPrice) return undefined;
    value = inverse ? divide(value, price, side) : value.times(price);
  }
  return value;
}

/** A quotient that is never below the true one for `high` and never above it for `low`. */
function divide(amount: Decimal, price: Decimal, side: Side): Decimal {
  const quotient = amount.div(price);
  const isShort = quotient.times(price).lt(amount);
  return side === 'high' && isShort ? quotient.plus(LAST_DIGIT) : quotient;
}

/** Ways that were found once: sizing and several rails ask for the same of one table. */
const ROUTES = new WeakMap<PairTable, Map<string, readonly Step[] | undefined>>();

function route({ from, to }: Exchanged, pairs: PairTable): readonly Step[] | undefined {
  if (from === to) return [];
  const known = ROUTES.get(pairs) ?? new Map<string, readonly Step[] | undefined>();
  ROUTES.set(pairs, known);
  const name = `${from} ${to}`;
  if (!known.has(name)) known.set(name, routeOf({ from, to }, pairs));
  return known.get(name);
}

function routeOf({ from, to }: Exchanged, pairs: PairTable): readonly Step[] | undefined {
  const direct = step(from, to, pairs);
  if (direct !== undefined) return [direct];
  for (const bridge of BRIDGES) {
    const first = step(from, bridge, pairs);
    const second = first === undefined ? undefined : step(bridge, to, pairs);
    if (first !== undefined && second !== undefined) return [first, second];
  }
  return undefined;
}

function step(from: string, to: string, pairs: PairTable): Step | undefined {
  const straight = pairs.byName(`${from}/${to}`);
  if (straight !== undefined) return { pair: straight, inverse: false };
  const inverse = pairs.byName(`${to}/${from}`);
  return inverse === undefined ? undefined : { pair: inverse, inverse: true };
}
