/**
 * From the wished size to a volume that Kraken takes: every step is written down for the person
 * who asks why. Volumes are rounded down, so that no more is traded than was wished.
 */
import { assetName } from './asset-name.ts';
import type { Size } from './config.ts';
import { conversionPairs, convert, type Market } from './convert.ts';
import { decimal, HUNDRED, parseDecimal, plain, roundDown, roundUp } from './decimal.ts';
import type { Decimal } from './decimal.ts';
import { equityIn, equityPairs, type Balances } from './equity.ts';
import { FEE_RESERVE_PERCENT, freeOf, largestCost } from './funds.ts';
import type { Money } from './money.ts';
import type { SizeStep } from './order.ts';
import type { PairTable } from './pair-table.ts';
import type { Pair } from './pair.ts';
import { refusal, type Refusal } from './refusal.ts';
import { err, ok, unreachable, type Result } from './result.ts';
import { isReducing, type Signal, type SignalSize } from './signal.ts';

/** What sizing looks at. */
export interface SizeInput extends Market {
  readonly signal: Signal;
  /** The source's setting. */
  readonly size: Size;
  readonly pair: Pair;
  readonly balances: Balances;
  /** Above zero. */
  readonly atPrice: Decimal;
}

/** A sized order. */
export interface Sized {
  /** Base units, a multiple of the pair's lot, at least its minimums. */
  readonly volume: Decimal;
  /** Volume times price, in the quote currency. */
  readonly notional: Decimal;
  readonly steps: readonly SizeStep[];
}

type Note = (step: string, value: string) => void;

/** Decimals beyond those of the lot that a wished volume is shown with. */
const MORE_DECIMALS = 4;

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
  const volume = roundDown(asked, pair.lotDecimals);
  note(`rounded down to ${pair.lotDecimals} decimals`, `${plain(volume)} ${pair.base}`);
  const notional = volume.times(atPrice);
  const tooSmall = belowMinimum({ pair, atPrice, volume, asked, notional });
  if (tooSmall !== undefined) return err(tooSmall);
  note('value', quoted(notional, pair));
  return ok({ volume, notional, steps });
}

/** Pairs whose tickers sizing needs besides the pair's own. */
export function sizePairs(
  { signal, size, pair }: Pick<SizeInput, 'signal' | 'size' | 'pair'>,
  balances: Balances,
  pairs: PairTable,
): readonly Pair[] {
  const wish = wishOf(size, signal);
  if (wish?.unit === 'percent') return equityPairs(pair.quote, balances, pairs);
  if (wish?.unit !== 'quote') return [];
  const from = assetName(wish.currency);
  return from === pair.base ? [] : (conversionPairs({ from, to: pair.quote }, pairs) ?? []);
}

/** The size that counts: the source's setting, or the message's where the source says so. */
function wishOf(size: Size, signal: Signal): SignalSize | undefined {
  switch (size.kind) {
    case 'base':
      return { unit: 'base', amount: size.amount };
    case 'quote':
      return { unit: 'quote', amount: size.amount, currency: size.currency };
    case 'equity':
      return { unit: 'percent', amount: size.percent };
    case 'available':
    case 'position':
    case 'risk':
      return { unit: size.kind, amount: size.percent };
    case 'signal':
      return signal.size;
    default:
      return unreachable(size);
  }
}

function wishedVolume(input: SizeInput, note: Note): Result<Decimal, Refusal> {
  const { size, signal, pair, atPrice } = input;
  const wish = wishOf(size, signal);
  if (wish === undefined) {
    const sentence =
      'the source takes its size from the message: write "size": "0.5", "10%" or "100 USD".';
    return err(refusal('missing-field', sentence));
  }
  const amount = parseDecimal(wish.amount);
  if (!amount.ok || !amount.value.gt('0')) {
    return err(refusal('bad-size', 'the size must be a plain decimal number above zero.'));
  }
  note('size from', size.kind === 'signal' ? 'the message' : 'the source in harpoon.yaml');
  if (wish.unit === 'base') {
    note('size', `${plain(amount.value)} ${pair.base}`);
    return ok(amount.value);
  }
  if (wish.unit === 'percent') return fromEquity(input, amount.value, note);
  if (wish.unit !== 'quote') {
    const sentence = 'write the size as 0.5 (of the base asset), 10% or 100 USD.';
    return err(refusal('not-supported', sentence));
  }
  const money = { amount: amount.value, currency: assetName(wish.currency) };
  note('size', `${plain(money.amount)} ${money.currency}`);
  if (money.currency === pair.base) return ok(money.amount);
  const worth = inQuote(input, money, note);
  return worth.ok ? ok(volumeFor(worth.value, pair, atPrice, note)) : worth;
}

function inQuote(input: SizeInput, money: Money, note: Note): Result<Decimal, Refusal> {
  const { pair, pairs, tickers } = input;
  if (money.currency === pair.quote) return ok(money.amount);
  const currencies = { from: money.currency, to: pair.quote };
  const worth = convert(money.amount, currencies, { pairs, tickers, side: 'low' });
  if (worth === undefined) return err(noWay(currencies.from, currencies.to));
  note(`in ${pair.quote}`, quoted(worth, pair));
  return ok(worth);
}

function fromEquity(input: SizeInput, percent: Decimal, note: Note): Result<Decimal, Refusal> {
  const { pair, signal, balances, atPrice } = input;
  const share = plain(percent);
  if (percent.gt(HUNDRED)) {
    const sentence = `${share} % of the equity is more than the account owns: write at most 100 %.`;
    return err(refusal('bad-size', sentence));
  }
  const equity = equityIn(pair.quote, input);
  if (!equity.ok) return equity;
  note('equity', quoted(equity.value.amount, pair));
  const { leftOut } = equity.value;
  if (leftOut.length > 0) note('left out of the equity, as no pair values it', leftOut.join(', '));
  const wished = equity.value.amount.times(percent).div(HUNDRED);
  note(`${share} % of the equity`, quoted(wished, pair));
  // A share may be more than is free. What is free is then bought with, so that 100 % can pass.
  const most = largestCost(freeOf(pair.quote, balances));
  const isShort = signal.action === 'buy' && wished.gt(most) && most.gt('0');
  if (isShort) note(`free, less ${plain(FEE_RESERVE_PERCENT)} % for the fee`, quoted(most, pair));
  return ok(volumeFor(isShort ? most : wished, pair, atPrice, note));
}

function volumeFor(worth: Decimal, pair: Pair, atPrice: Decimal, note: Note): Decimal {
  const volume = worth.div(atPrice);
  note(`divided by ${plain(atPrice)}`, based(volume, pair));
  return volume;
}

/** An order that leaves a position sells no more than there is, instead of failing to leave. */
function withinHolding(wished: Decimal, input: SizeInput, note: Note): Decimal {
  const { signal, pair, balances } = input;
  const free = freeOf(pair.base, balances);
  if (!isReducing(signal) || wished.lte(free) || !free.gt('0')) return wished;
  note('leaves the position, so at most what is free', `${plain(free)} ${pair.base}`);
  return free;
}

/** Kraken's minimums. Source: `ordermin` and `costmin` of AssetPairs. */
function belowMinimum(at: {
  readonly pair: Pair;
  readonly atPrice: Decimal;
  readonly volume: Decimal;
  readonly asked: Decimal;
  readonly notional: Decimal;
}): Refusal | undefined {
  const { pair, atPrice, volume, asked, notional } = at;
  if (volume.gt('0') && volume.gte(pair.orderMin) && notional.gte(pair.costMin)) return undefined;
  const lot = decimal(`1e-${pair.lotDecimals}`);
  const byCost = roundUp(pair.costMin.div(atPrice), pair.lotDecimals);
  const byVolume = roundUp(pair.orderMin, pair.lotDecimals);
  const least = [lot, byCost, byVolume].reduce((a, b) => (a.gt(b) ? a : b));
  const costs = quoted(roundUp(least.times(atPrice), pair.costDecimals), pair);
  const sentence =
    `the size ${based(asked, pair)}, rounded down to ${plain(volume)}, is below Kraken's smallest` +
    ` order of ${pair.name} (${plain(pair.orderMin)} ${pair.base} worth ${plain(pair.costMin)} ${pair.quote}):` +
    ` send at least ${plain(least)} ${pair.base}, about ${costs}.`;
  return refusal('too-small', sentence, {
    requested: plain(roundDown(asked, pair.lotDecimals + MORE_DECIMALS)),
    rounded: plain(volume),
    minimum: plain(pair.orderMin),
    minimumCost: plain(pair.costMin),
    wouldPass: plain(least),
  });
}

/** No chain of pairs with live prices leads from one currency to the other. */
export function noWay(from: string, to: string): Refusal {
  const sentence = `there is no live price that leads from ${from} to ${to}: write amounts in ${to}, or send the signal again later.`;
  return refusal('no-market-data', sentence);
}

function quoted(amount: Decimal, pair: Pair): string {
  return `${plain(roundDown(amount, pair.costDecimals))} ${pair.quote}`;
}

function based(volume: Decimal, pair: Pair): string {
  return `${plain(roundDown(volume, pair.lotDecimals + MORE_DECIMALS))} ${pair.base}`;
}
