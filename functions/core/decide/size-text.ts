/** How sizes are written for the person who asks why. */
import { plain, roundDown, type Decimal } from '../decimal.ts';
import type { Pair } from '../market/pair.ts';
import { refusal, type Refusal } from '../refusal.ts';

/** Writes a step of the sum down. */
export type Note = (step: string, value: string) => void;

/** Decimals beyond those of the lot that a wished volume is shown with. */
export const MORE_DECIMALS = 4;

/** An amount of the quote currency, rounded down to the decimals of a cost. */
export function quoted(amount: Decimal, pair: Pair): string {
  return `${plain(roundDown(amount, pair.costDecimals))} ${pair.quote}`;
}

/** A volume, rounded down to a little more than a lot's decimals. */
export function based(volume: Decimal, pair: Pair): string {
  return `${plain(roundDown(volume, pair.lotDecimals + MORE_DECIMALS))} ${pair.base}`;
}

/** No chain of pairs with live prices leads from one currency to the other. */
export function noWay(from: string, to: string): Refusal {
  const sentence = `there is no live price that leads from ${from} to ${to}: write amounts in ${to}, or send the signal again later.`;
  return refusal('no-market-data', sentence);
}

/** A quantity of the base asset as a person reads it: `0.5 BTC`. */
export function amountText(quantity: Decimal, { base, lotDecimals }: Pair): string {
  return `${plain(roundDown(quantity, lotDecimals))} ${base}`;
}
