/**
 * From the wished size to a volume that Kraken takes: every step is written down for the person
 * who asks why. Volumes are rounded down, so that no more is traded than was wished; only a source
 * that says so (`roundUpWithin`) lets a size be raised to Kraken's minimum.
 */
import { decimal, HUNDRED, plain, roundDown, roundUp, type Decimal } from '../decimal.ts';
import { freeOf, largestCost } from './funds.ts';
import type { SizeStep } from '../order.ts';
import type { Pair } from '../market/pair.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import { isReducing } from '../signal.ts';
import { based, MORE_DECIMALS, quoted, type Note } from './size-text.ts';
import { wishedVolume, type SizeInput } from './size-wish.ts';

/** A sized order. */
export interface Sized {
  /** Base units, a multiple of the pair's lot, at least its minimums. */
  readonly volume: Decimal;
  /** Volume times price, in the quote currency. */
  readonly notional: Decimal;
  readonly steps: readonly SizeStep[];
}

/** Sizes the order, or says with which numbers it cannot be. */
export function sizeOrder(input: SizeInput): Result<Sized, Refusal> {
  const { pair, atPrice } = input;
  const steps: SizeStep[] = [];
  const note: Note = (step, value) => {
    steps.push({ step, value });
  };
  const wished = wishedVolume(input, note);
  if (!wished.ok) return wished;
  const asked = withinHolding(wished.value, input, note);
  const rounded = roundDown(asked, pair.lotDecimals);
  note(`rounded down to ${pair.lotDecimals} decimals`, `${plain(rounded)} ${pair.base}`);
  const enough = isEnough(rounded, input) ? ok(rounded) : raised(asked, input, note);
  if (!enough.ok) return err(tooSmall(input, { asked, rounded, why: enough.error }));
  const volume = enough.value;
  const notional = volume.times(atPrice);
  note('value', quoted(notional, pair));
  return ok({ volume, notional, steps });
}

/** An order that leaves a position sells no more than there is, instead of failing to leave. */
function withinHolding(wished: Decimal, input: SizeInput, note: Note): Decimal {
  const { signal, pair, balances } = input;
  const free = freeOf(pair.base, balances);
  // What a margin order may reduce is not held: Kraken cuts it itself, being told to only reduce.
  if (!isReducing(signal) || signal.leverage !== undefined) return wished;
  if (wished.lte(free) || !free.gt('0')) return wished;
  note('leaves the position, so at most what is free', `${plain(free)} ${pair.base}`);
  return free;
}

/** Kraken's minimums. Source: `ordermin` and `costmin` of AssetPairs. */
export function isEnough(
  volume: Decimal,
  { pair, atPrice }: Pick<SizeInput, 'pair' | 'atPrice'>,
): boolean {
  return volume.gt('0') && volume.gte(pair.orderMin) && volume.times(atPrice).gte(pair.costMin);
}

/** The smallest volume of whole lots that Kraken takes at this price. */
export function leastVolume({ pair, atPrice }: Pick<SizeInput, 'pair' | 'atPrice'>): Decimal {
  const lot = decimal(`1e-${pair.lotDecimals}`);
  const byCost = costVolume(pair, atPrice, lot);
  const byVolume = roundUp(pair.orderMin, pair.lotDecimals);
  return [lot, byCost, byVolume].reduce((a, b) => (a.gt(b) ? a : b));
}

/** A quotient is cut at some digit, so the volume may cost a little less than the minimum. */
function costVolume(pair: Pair, atPrice: Decimal, lot: Decimal): Decimal {
  const volume = roundUp(pair.costMin.div(atPrice), pair.lotDecimals);
  return volume.times(atPrice).gte(pair.costMin) ? volume : volume.plus(lot);
}

/** The smallest order instead, where the source lets the size grow by that much and it can be paid. */
function raised(asked: Decimal, input: SizeInput, note: Note): Result<Decimal, string> {
  const { roundUpWithin, pair } = input;
  if (roundUpWithin === undefined) return err('');
  const least = leastVolume(input);
  const most = asked.times(HUNDRED.plus(roundUpWithin)).div(HUNDRED);
  if (least.gt(most)) return err(`; raising it would add more than ${roundUpWithin} %`);
  if (!canPay(least, input)) return err('; raising it would need more than is free');
  const step = `raised to Kraken's smallest order, as it adds at most ${roundUpWithin} %`;
  note(step, `${plain(least)} ${pair.base}`);
  return ok(least);
}

function canPay(volume: Decimal, { signal, pair, balances, atPrice }: SizeInput): boolean {
  if (signal.leverage !== undefined) return true;
  return signal.action === 'buy'
    ? volume.times(atPrice).lte(largestCost(pair, balances))
    : volume.lte(freeOf(pair.base, balances));
}

function tooSmall(
  { pair, atPrice }: SizeInput,
  {
    asked,
    rounded,
    why,
  }: { readonly asked: Decimal; readonly rounded: Decimal; readonly why: string },
): Refusal {
  const least = leastVolume({ pair, atPrice });
  const costs = quoted(roundUp(least.times(atPrice), pair.costDecimals), pair);
  const sentence =
    `the size ${based(asked, pair)}, rounded down to ${plain(rounded)}, is below Kraken's smallest` +
    ` order of ${pair.name} (${plain(pair.orderMin)} ${pair.base} worth ${plain(pair.costMin)} ${pair.quote})${why}:` +
    ` send at least ${plain(least)} ${pair.base}, about ${costs}.`;
  return refusal('too-small', sentence, {
    requested: plain(roundDown(asked, pair.lotDecimals + MORE_DECIMALS)),
    rounded: plain(rounded),
    minimum: plain(pair.orderMin),
    minimumCost: plain(pair.costMin),
    wouldPass: plain(least),
  });
}
