/**
 * From the wished size to a volume that Kraken takes: every step is written down for the person
 * who asks why. Volumes are rounded down and limit prices never to their worse side.
 */
import type { Account, Size } from './config.ts';
import { conversionPairs, convert } from './convert.ts';
import {
  ceilToStep,
  decimal,
  floorToStep,
  HUNDRED,
  min,
  parseDecimal,
  plain,
  roundDown,
  roundUp,
  ZERO,
  type Decimal,
} from './decimal.ts';
import type { SizeStep } from './order.ts';
import type { PairTable } from './pair-table.ts';
import type { Pair, Ticker } from './pair.ts';
import type { Balance } from './ports.ts';
import { refusal, type Refusal } from './refusal.ts';
import { assert, err, ok, unreachable, type Result } from './result.ts';
import type { Signal } from './signal.ts';

/**
 * Kept back for Kraken's fee when an order buys, in percent of its cost: the highest taker fee of
 * Kraken's schedule for spot, so that "100 %" does not bounce.
 */
export const FEE_RESERVE_PERCENT = decimal('0.40');

/** What sizing looks at. */
export interface SizeInput {
  readonly signal: Signal;
  readonly size: Size;
  readonly account: Account;
  readonly pair: Pair;
  readonly pairs: PairTable;
  readonly tickers: ReadonlyMap<string, Ticker>;
  readonly balances: ReadonlyMap<string, Balance>;
}

/** A sized order. */
export interface Sized {
  readonly volume: Decimal;
  /** Price that the order is valued at: its limit, or the best price it would take. */
  readonly atPrice: Decimal;
  /** Rounded to the tick; absent for market orders. */
  readonly limitPrice?: Decimal;
  /** Volume times atPrice, in the quote currency. */
  readonly notional: Decimal;
  readonly steps: readonly SizeStep[];
}

/** Sizes the order, or says with which numbers it cannot be. */
export function sizeOrder(input: SizeInput): Result<Sized, Refusal> {
  const { signal, pair } = input;
  const steps: SizeStep[] = [];
  const note = (step: string, value: string): void => {
    steps.push({ step, value });
  };
  const limitPrice = limitPriceOf(signal, pair);
  const atPrice = limitPrice ?? bestPrice(input);
  if (atPrice === undefined) return err(noMarketData(pair));
  if (!atPrice.gt('0'))
    return err(refusal('bad-price', `the price of ${pair.name} must be above zero`));
  note(
    limitPrice === undefined ? `best price to ${signal.action}` : 'limit price',
    `${plain(atPrice)} ${pair.quote}`,
  );
  const wished = wishedVolume(input, atPrice, note);
  if (!wished.ok) return wished;
  const volume = roundDown(wished.value, pair.lotDecimals);
  note(`rounded down to ${pair.lotDecimals} decimals`, `${plain(volume)} ${pair.base}`);
  const tooSmall = belowMinimum({ pair, atPrice, volume, wished: wished.value });
  if (tooSmall !== undefined) return err(tooSmall);
  const notional = volume.times(atPrice);
  note('value', `${plain(notional)} ${pair.quote}`);
  const short = notCovered(input, volume, notional);
  if (short !== undefined) return err(short);
  const sized = { volume, atPrice, notional, steps };
  return ok(limitPrice === undefined ? sized : { ...sized, limitPrice });
}

function limitPriceOf({ action, price }: Signal, pair: Pair): Decimal | undefined {
  if (price === undefined) return undefined;
  // A buyer's limit is never raised and a seller's never lowered.
  const round = action === 'buy' ? floorToStep : ceilToStep;
  return round(decimal(price), pair.tickSize);
}

function bestPrice({ signal, pair, tickers }: SizeInput): Decimal | undefined {
  const ticker = tickers.get(pair.name);
  return signal.action === 'buy' ? ticker?.ask : ticker?.bid;
}

type Note = (step: string, value: string) => void;

function wishedVolume(input: SizeInput, atPrice: Decimal, note: Note): Result<Decimal, Refusal> {
  const { size, signal } = input;
  switch (size.kind) {
    case 'base':
      return fromBase(input, decimal(size.amount), note);
    case 'quote':
      return fromQuote(
        input,
        { amount: decimal(size.amount), currency: size.currency },
        atPrice,
        note,
      );
    case 'equity':
      return fromEquity(input, decimal(size.percent), atPrice, note);
    case 'signal':
      return fromSignal(input, signal.size, atPrice, note);
    default:
      return unreachable(size);
  }
}

function fromSignal(
  input: SizeInput,
  size: Signal['size'],
  atPrice: Decimal,
  note: Note,
): Result<Decimal, Refusal> {
  if (size === undefined) {
    return err(
      refusal(
        'missing-field',
        'the source takes its size from the signal: add "size", such as "0.01" or "100 USD"',
      ),
    );
  }
  const amount = parseDecimal(size.amount);
  if (!amount.ok || !amount.value.gt('0')) {
    return err(refusal('bad-size', 'the size must be a plain decimal number above zero'));
  }
  switch (size.unit) {
    case 'base':
      return fromBase(input, amount.value, note);
    case 'quote':
      return fromQuote(input, { amount: amount.value, currency: size.currency }, atPrice, note);
    case 'percent':
      return fromEquity(input, amount.value, atPrice, note);
    default:
      return unreachable(size);
  }
}

function fromBase({ pair }: SizeInput, amount: Decimal, note: Note): Result<Decimal, Refusal> {
  note('wished', `${plain(amount)} ${pair.base}`);
  return ok(amount);
}

function fromQuote(
  input: SizeInput,
  wished: { readonly amount: Decimal; readonly currency: string },
  atPrice: Decimal,
  note: Note,
): Result<Decimal, Refusal> {
  const { pair } = input;
  note('wished', `${plain(wished.amount)} ${wished.currency}`);
  if (wished.currency === pair.base) return ok(wished.amount);
  const inQuote = convert(
    wished.amount,
    { from: wished.currency, to: pair.quote },
    { ...input, side: 'low' },
  );
  if (inQuote === undefined) return err(noWay(wished.currency, pair.quote));
  if (wished.currency !== pair.quote) note(`in ${pair.quote}`, plain(inQuote));
  return ok(inQuote.div(atPrice));
}

function fromEquity(
  input: SizeInput,
  percent: Decimal,
  atPrice: Decimal,
  note: Note,
): Result<Decimal, Refusal> {
  const { pair, signal } = input;
  if (percent.gt(HUNDRED)) {
    return err(
      refusal(
        'bad-size',
        `${plain(percent)} % of equity is more than the account has: write at most 100 %`,
      ),
    );
  }
  const { equity, leftOut } = equityIn(pair.quote, input);
  note('equity', `${plain(equity)} ${pair.quote}`);
  if (leftOut.length > 0) note('left out of equity, no price', leftOut.join(', '));
  let value = equity.times(percent).div(HUNDRED);
  note(`${plain(percent)} % of equity`, `${plain(value)} ${pair.quote}`);
  if (signal.action === 'buy') {
    // A share of equity may be more than is free; then what is free is bought with, less the fee.
    const free = input.balances.get(pair.quote)?.available ?? ZERO;
    const most = free.times(HUNDRED).div(HUNDRED.plus(FEE_RESERVE_PERCENT));
    if (value.gt(most) && most.gt('0')) {
      value = min(value, most);
      note(`free ${pair.quote} less ${plain(FEE_RESERVE_PERCENT)} % for the fee`, plain(value));
    }
  }
  return ok(value.div(atPrice));
}

/** All that the account owns, valued low; what has no price is left out and named. */
export function equityIn(
  currency: string,
  { balances, pairs, tickers }: Pick<SizeInput, 'balances' | 'pairs' | 'tickers'>,
): { readonly equity: Decimal; readonly leftOut: readonly string[] } {
  let equity = ZERO;
  const leftOut: string[] = [];
  for (const [asset, { total }] of balances) {
    if (total.eq('0')) continue;
    const value = convert(total, { from: asset, to: currency }, { pairs, tickers, side: 'low' });
    if (value === undefined) leftOut.push(asset);
    else equity = equity.plus(value);
  }
  return { equity, leftOut };
}

/** Pairs whose tickers are needed to value everything that the account owns. */
export function equityPairs(
  currency: string,
  { balances, pairs }: Pick<SizeInput, 'balances' | 'pairs'>,
): readonly Pair[] {
  const owned = [...balances].filter(([, { total }]) => !total.eq('0'));
  return owned.flatMap(([asset]) => conversionPairs(asset, currency, pairs));
}

function belowMinimum(at: {
  readonly pair: Pair;
  readonly atPrice: Decimal;
  readonly volume: Decimal;
  readonly wished: Decimal;
}): Refusal | undefined {
  const { pair, atPrice, volume, wished } = at;
  const byCost = roundUp(pair.costMin.div(atPrice), pair.lotDecimals);
  const least = byCost.gt(pair.orderMin) ? byCost : pair.orderMin;
  if (volume.gte(least)) return undefined;
  const sentence =
    `${plain(volume)} ${pair.base} is below what Kraken takes for ${pair.name}:` +
    ` at this price at least ${plain(least)} ${pair.base} (about ${plain(roundUp(least.times(atPrice), 2))} ${pair.quote}) would pass`;
  return refusal('too-small', sentence, {
    requested: plain(wished),
    rounded: plain(volume),
    minimum: plain(pair.orderMin),
    minimumCost: plain(pair.costMin),
    wouldPass: plain(least),
  });
}

function notCovered(
  { signal, pair, balances }: SizeInput,
  volume: Decimal,
  notional: Decimal,
): Refusal | undefined {
  const buys = signal.action === 'buy';
  const asset = buys ? pair.quote : pair.base;
  const fee = buys ? notional.times(FEE_RESERVE_PERCENT).div(HUNDRED) : ZERO;
  const needed = buys ? notional.plus(fee) : volume;
  const available = balances.get(asset)?.available ?? ZERO;
  if (available.gte(needed)) return undefined;
  const upTo = buys ? ' with the fee' : '';
  const sentence = `the account has ${plain(available)} ${asset} free and the order needs ${plain(needed)} ${asset}${upTo}`;
  return refusal('insufficient-funds', sentence, {
    available: plain(available),
    needed: plain(needed),
  });
}

function noMarketData(pair: Pair): Refusal {
  return refusal('no-market-data', `Kraken gave no price for ${pair.name}`);
}

/** No chain of pairs leads from one currency to the other. */
export function noWay(from: string, to: string): Refusal {
  assert(from !== to, 'a currency converts to itself');
  return refusal(
    'no-market-data',
    `there is no price between ${from} and ${to}: write the amount in ${to}`,
  );
}
