/** What an account has open on margin: lots, each made by one fill. Balances do not show them. */
import { ZERO, type Decimal } from './decimal.ts';
import type { Pair } from './market/pair.ts';

/** What is still open of a lot. */
export interface OpenLot {
  /** The pair's altname, as in Order.pair. */
  readonly pair: string;
  /** `buy` is long. */
  readonly side: 'buy' | 'sell';
  /** Base units, above zero. */
  readonly volume: Decimal;
  /** What that had cost when it was opened, in the quote currency, without fees. */
  readonly cost: Decimal;
  readonly openedAtMs: number;
}

/** What an exchange says of margin. */
export interface MarginReads {
  /** What is open, the first opened first. Throws ExchangeError. */
  positions(): Promise<readonly OpenLot[]>;
}

/** What is open on a pair in base units: above zero long, below zero short. */
export function openOn(lots: readonly OpenLot[], { altname }: Pick<Pair, 'altname'>): Decimal {
  return lots
    .filter(({ pair }) => pair === altname)
    .reduce(
      (sum, { side, volume }) => (side === 'buy' ? sum.plus(volume) : sum.minus(volume)),
      ZERO,
    );
}
