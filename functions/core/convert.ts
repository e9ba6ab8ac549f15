/**
 * Values amounts in another currency through live tickers: directly, or over one currency in
 * between. USD, USDT and USDC are three currencies. Where there is no way, there is no value:
 * nothing is ever taken for one to one.
 */
import type { Decimal } from './decimal.ts';
import type { PairTable } from './pair-table.ts';
import type { Pair, Ticker } from './pair.ts';

/** Currencies that nearly everything trades against, tried as the one in between. */
const BRIDGES = ['USD', 'EUR', 'BTC', 'USDT'] as const;

/** One step of a conversion: at a pair's price, or divided by it. */
interface Step {
  readonly pair: Pair;
  readonly inverse: boolean;
}

/**
 * `high` values an amount as dearly as the spread allows, `low` as cheaply: limits take the high
 * value, what the account owns is taken at the low one.
 */
export type Side = 'high' | 'low';

/** Pairs whose tickers a conversion needs; empty when the currencies are the same or no way exists. */
export function conversionPairs(from: string, to: string, pairs: PairTable): readonly Pair[] {
  return (route(from, to, pairs) ?? []).map(({ pair }) => pair);
}

/** The amount in the other currency; undefined when it cannot be told. */
export function convert(
  amount: Decimal,
  currencies: { readonly from: string; readonly to: string },
  at: {
    readonly pairs: PairTable;
    readonly tickers: ReadonlyMap<string, Ticker>;
    readonly side: Side;
  },
): Decimal | undefined {
  const steps = route(currencies.from, currencies.to, at.pairs);
  if (steps === undefined) return undefined;
  let value = amount;
  for (const { pair, inverse } of steps) {
    const ticker = at.tickers.get(pair.name);
    if (ticker === undefined) return undefined;
    // Dividing by the bid gives more than dividing by the ask.
    const price = (at.side === 'high') === !inverse ? ticker.ask : ticker.bid;
    if (!price.gt('0')) return undefined;
    value = inverse ? value.div(price) : value.times(price);
  }
  return value;
}

function route(from: string, to: string, pairs: PairTable): readonly Step[] | undefined {
  if (from === to) return [];
  const direct = step(from, to, pairs);
  if (direct !== undefined) return [direct];
  for (const bridge of BRIDGES) {
    const first = step(from, bridge, pairs);
    const second = step(bridge, to, pairs);
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
