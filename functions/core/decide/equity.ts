/**
 * The equity of an account: all that it owns, valued in one currency as cheaply as the live spread
 * allows. An asset that Kraken trades against nothing useful is left out and named; an asset whose
 * price is missing just now makes the equity unknown, because a guess would move limits.
 */
import { conversionPairs, convert, type Market } from '../market/convert.ts';
import { ZERO, type Decimal } from '../decimal.ts';
import type { PairTable } from '../market/pair-table.ts';
import type { Pair } from '../market/pair.ts';
import type { Balance } from '../ports.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';

/** Balances by canonical asset. */
export type Balances = ReadonlyMap<string, Balance>;

/** Equity and what it does not hold. */
export interface Equity {
  readonly amount: Decimal;
  /** Assets that no listed pair can value. */
  readonly leftOut: readonly string[];
}

/** Values all balances, also what open orders hold. */
export function equityIn(
  currency: string,
  { balances, ...market }: Market & { readonly balances: Balances },
): Result<Equity, Refusal> {
  let amount = ZERO;
  const leftOut: string[] = [];
  for (const [asset, { total }] of balances) {
    if (total.eq('0')) continue;
    const currencies = { from: asset, to: currency };
    // A debt is taken at what it costs to pay back.
    const side = total.lt('0') ? 'high' : 'low';
    const value = convert(total, currencies, { ...market, side });
    if (value !== undefined) amount = amount.plus(value);
    else if (conversionPairs(currencies, market.pairs) === undefined) leftOut.push(asset);
    else return err(notKnown(asset, currency));
  }
  return ok({ amount, leftOut });
}

/** The equity in a currency, worked out when it is first asked for: sizing and rails share it. */
export type EquityIn = (currency: string) => Result<Equity, Refusal>;

/** The equity of one account at one moment. */
export function equitiesOf(input: Market & { readonly balances: Balances }): EquityIn {
  const known = new Map<string, Result<Equity, Refusal>>();
  return (currency) => {
    const equity = known.get(currency) ?? equityIn(currency, input);
    known.set(currency, equity);
    return equity;
  };
}

/** Pairs whose tickers are needed to value everything that the account owns. */
export function equityPairs(
  currency: string,
  balances: Balances,
  pairs: PairTable,
): readonly Pair[] {
  return [...balances].flatMap(([asset, { total }]) =>
    total.eq('0') ? [] : (conversionPairs({ from: asset, to: currency }, pairs) ?? []),
  );
}

function notKnown(asset: string, currency: string): Refusal {
  const sentence = `Kraken gave no price for the ${asset} of the account in ${currency}, so its equity is not known: send the signal again when there is one.`;
  return refusal('no-market-data', sentence);
}
