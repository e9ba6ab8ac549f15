/**
 * The volume that is wished: an amount, money, or a share of the equity, of what is free, of what is
 * held, or of the equity that is lost at the stop. A share that is more than can be paid becomes
 * what can be paid, so that 100 % does not bounce; an amount or money that cannot be paid does not.
 */
import { assetName } from '../market/asset-name.ts';
import type { Size } from '../config.ts';
import { conversionPairs, convert, type Market } from '../market/convert.ts';
import { HUNDRED, parseDecimal, plain, ZERO, type Decimal } from '../decimal.ts';
import { equityPairs, type Balances, type EquityIn } from './equity.ts';
import { FEE_RESERVE_PERCENT, freeOf, largestCost } from './funds.ts';
import type { Money } from '../money.ts';
import type { PairTable } from '../market/pair-table.ts';
import type { Pair } from '../market/pair.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, unreachable, type Result } from '../result.ts';
import type { Signal, SignalSize } from '../signal.ts';
import { riskDistance } from './size-risk.ts';
import { based, noWay, quoted, type Note } from './size-text.ts';

/** What sizing looks at. */
export interface SizeInput extends Market {
  readonly signal: Signal;
  /** The source's setting. */
  readonly size: Size;
  readonly pair: Pair;
  readonly balances: Balances;
  readonly equityIn: EquityIn;
  /** Above zero. */
  readonly atPrice: Decimal;
  /** Where the order's own stop lies. */
  readonly stopAt?: Decimal;
  /** Largest addition, in percent, that lifts a size to Kraken's minimum; absent: none. */
  readonly roundUpWithin?: string;
}

/** Pairs whose tickers sizing needs besides the pair's own. */
export function sizePairs(
  { signal, size, pair }: Pick<SizeInput, 'signal' | 'size' | 'pair'>,
  balances: Balances,
  pairs: PairTable,
): readonly Pair[] {
  const wish = wishOf(size, signal);
  if (wish?.unit === 'percent' || wish?.unit === 'risk') {
    return equityPairs(pair.quote, balances, pairs);
  }
  if (wish?.unit !== 'quote') return [];
  const from = assetName(wish.currency);
  return from === pair.base ? [] : (conversionPairs({ from, to: pair.quote }, pairs) ?? []);
}

/** The wished volume in base units, not rounded; every step of the sum is noted. */
export function wishedVolume(input: SizeInput, note: Note): Result<Decimal, Refusal> {
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
  switch (wish.unit) {
    case 'base':
      note('size', `${plain(amount.value)} ${pair.base}`);
      return ok(amount.value);
    case 'quote': {
      const money = { amount: amount.value, currency: assetName(wish.currency) };
      note('size', `${plain(money.amount)} ${money.currency}`);
      if (money.currency === pair.base) return ok(money.amount);
      const worth = inQuote(input, money, note);
      return worth.ok ? ok(volumeFor(worth.value, pair, atPrice, note)) : worth;
    }
    case 'percent':
    case 'available':
    case 'position':
    case 'risk':
      return share(input, wish.unit, amount.value, note);
    default:
      return unreachable(wish);
  }
}

/** The size that counts: the source's setting, or the message's where the source says so. */
export function wishOf(size: Size, signal: Signal): SignalSize | undefined {
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

type Share = Exclude<SignalSize['unit'], 'base' | 'quote'>;

/** What a share is of, as a trader says it. */
const WHOLE: Readonly<Record<Share, string>> = {
  percent: 'the equity',
  available: 'what is free',
  position: 'what is held',
  risk: 'the equity',
};

function share(
  input: SizeInput,
  unit: Share,
  percent: Decimal,
  note: Note,
): Result<Decimal, Refusal> {
  if (percent.gt(HUNDRED)) {
    const sentence = `${plain(percent)} % of ${WHOLE[unit]} is more than there is: write at most 100 %.`;
    return err(refusal('bad-size', sentence));
  }
  switch (unit) {
    case 'percent':
      return fromEquity(input, percent, note);
    case 'risk':
      return fromRisk(input, percent, note);
    case 'available':
      return fromFree(input, percent, note);
    case 'position':
      return fromHolding(input, percent, note);
    default:
      return unreachable(unit);
  }
}

function fromEquity(input: SizeInput, percent: Decimal, note: Note): Result<Decimal, Refusal> {
  const { pair, atPrice } = input;
  const equity = shareOfEquity(input, percent, { note, words: 'of the equity' });
  return equity.ok
    ? ok(volumeFor(payable(equity.value, input, note), pair, atPrice, note))
    : equity;
}

/** So much that the equity loses the share when the price goes from the entry to the stop. */
function fromRisk(input: SizeInput, percent: Decimal, note: Note): Result<Decimal, Refusal> {
  const { pair, atPrice } = input;
  const distance = riskDistance(input);
  if (!distance.ok) return distance;
  const words = 'of the equity may be lost';
  const loss = shareOfEquity(input, percent, { note, words });
  if (!loss.ok) return loss;
  note('from the entry to the stop', `${plain(distance.value)} ${pair.quote}`);
  const volume = loss.value.div(distance.value);
  note(`divided by ${plain(distance.value)}`, based(volume, pair));
  const worth = volume.times(atPrice);
  const most = payable(worth, input, note);
  return ok(most.lt(worth) ? volumeFor(most, pair, atPrice, note) : volume);
}

/** A share of the money that is free for a buy, of the asset that is free for a sale. */
function fromFree(input: SizeInput, percent: Decimal, note: Note): Result<Decimal, Refusal> {
  const { pair, signal, balances, atPrice } = input;
  const asset = signal.action === 'buy' ? pair.quote : pair.base;
  const free = freeOf(asset, balances);
  if (!free.gt('0')) {
    const sentence = `no ${asset} is free, so there is no share of it: add funds, or cancel orders that hold some.`;
    return err(refusal('insufficient-funds', sentence, { available: plain(free) }));
  }
  note('free', `${plain(free)} ${asset}`);
  const wished = free.times(percent).div(HUNDRED);
  const words = `${plain(percent)} % of what is free`;
  if (signal.action === 'sell') {
    note(words, based(wished, pair));
    return ok(wished);
  }
  note(words, quoted(wished, pair));
  return ok(volumeFor(payable(wished, input, note), pair, atPrice, note));
}

/** A share of what the account holds of the base asset, of which a sale sells what is free. */
function fromHolding(input: SizeInput, percent: Decimal, note: Note): Result<Decimal, Refusal> {
  const { pair, signal, balances } = input;
  if (signal.leverage !== undefined) {
    const sentence = `a share of the position is of the ${pair.base} that the account holds, and a margin position is not held: write the size as an amount, such as "0.5".`;
    return err(refusal('not-supported', sentence));
  }
  const held = balances.get(pair.base)?.total;
  if (held?.gt('0') !== true) {
    const sentence = `the account holds no ${pair.base}, so there is no share of it: write the size as an amount, such as "0.5" or "100 ${pair.quote}".`;
    return err(refusal('insufficient-funds', sentence, { held: plain(held ?? ZERO) }));
  }
  note('held', `${plain(held)} ${pair.base}`);
  const wished = held.times(percent).div(HUNDRED);
  note(`${plain(percent)} % of what is held`, based(wished, pair));
  const free = freeOf(pair.base, balances);
  if (signal.action === 'buy' || wished.lte(free) || !free.gt('0')) return ok(wished);
  note('at most what is free', `${plain(free)} ${pair.base}`);
  return ok(free);
}

function shareOfEquity(
  input: SizeInput,
  percent: Decimal,
  { note, words }: { readonly note: Note; readonly words: string },
): Result<Decimal, Refusal> {
  const { pair } = input;
  const equity = input.equityIn(pair.quote);
  if (!equity.ok) return equity;
  note('equity', quoted(equity.value.amount, pair));
  const { leftOut } = equity.value;
  if (leftOut.length > 0) note('left out of the equity, as no pair values it', leftOut.join(', '));
  const wished = equity.value.amount.times(percent).div(HUNDRED);
  note(`${plain(percent)} % ${words}`, quoted(wished, pair));
  return ok(wished);
}

/** A buy spends at most what is free, less the fee. With leverage Kraken says what can be paid. */
function payable(wished: Decimal, { signal, pair, balances }: SizeInput, note: Note): Decimal {
  if (signal.action !== 'buy' || signal.leverage !== undefined) return wished;
  const most = largestCost(pair, balances);
  if (wished.lte(most) || !most.gt('0')) return wished;
  note(`free, less ${plain(FEE_RESERVE_PERCENT)} % for the fee`, quoted(most, pair));
  return most;
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

function volumeFor(worth: Decimal, pair: Pair, atPrice: Decimal, note: Note): Decimal {
  const volume = worth.div(atPrice);
  note(`divided by ${plain(atPrice)}`, based(volume, pair));
  return volume;
}
