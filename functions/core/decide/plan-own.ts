/**
 * Plans what Harpoon itself asks for while a position is open: to sell a share at a take-profit, and to
 * put a stop where something was left without one. Both follow from the book as it then is. Pure.
 */
import { owes, type Book } from '../book.ts';
import {
  ceilToStep,
  decimal,
  floorToStep,
  min,
  plain,
  roundDown,
  ZERO,
  type Decimal,
} from '../decimal.ts';
import { change, type Planned, type TargetInput } from './plan-change.ts';
import type { Ticker } from '../market/pair.ts';
import { assert, ok } from '../result.ts';
import type { Signal } from '../signal.ts';
import { amountText } from './size-text.ts';

/** What such a plan is made from. */
export interface OwnInput extends TargetInput {
  /** The market now; absent: not known. */
  readonly ticker?: Ticker;
}

/** Whether a take-profit leaves nothing that could be sold afterwards. */
export function takesAll(signal: Signal, { book, pair }: Pick<TargetInput, 'book' | 'pair'>) {
  const held = heldBy(book).abs();
  return held.minus(wishedOf(signal)).lt(pair.orderMin);
}

/** Sells a share of the position; what would be left below the smallest order goes with it. */
export function planTake(input: OwnInput): Planned {
  const { signal, book, pair } = input;
  const held = heldBy(book);
  if (held.abs().lt(pair.orderMin)) {
    const why = `the book holds ${amountText(held, pair)}, so there is nothing left to sell at the take-profit`;
    return ok({ kind: 'unneeded', why });
  }
  const volume = takesAll(signal, input) ? held.abs() : wishedOf(signal);
  const steps = [
    { step: 'the book holds', value: amountText(held, pair) },
    { step: 'the take-profit sells', value: amountText(volume, pair) },
  ];
  const by = held.gt('0') ? ZERO.minus(volume) : volume;
  const moveTo = signal.breakEven === true ? breakEvenOf(input) : undefined;
  return change({ ...input, held, steps, staysOut: false }, { by, isFirstLeg: false, moveTo });
}

/**
 * A stop for what none protects. Where the market is past its trigger already, it is sold at once: that
 * is what the stop would have done.
 */
export function planCover(input: OwnInput): Planned {
  const { signal, source, book, pair, stops = ZERO, ticker } = input;
  const held = heldBy(book);
  const bare = min(wishedOf(signal), held.abs().minus(stops));
  const volume = roundDown(bare, pair.lotDecimals);
  if (volume.lt(pair.orderMin)) {
    const why = `the book holds ${amountText(held, pair)}, and stops rest for ${amountText(stops, pair)} of it: nothing that could have a stop is without one`;
    return ok({ kind: 'unneeded', why });
  }
  const last = ticker?.last;
  if (last === undefined)
    return ok({ kind: 'waits', why: `Kraken shows no price of ${pair.name}` });
  const side = held.gt('0') ? 'sell' : 'buy';
  const isPast = isReached(signal, { side, last });
  const { price, price2, size: _size, ...said } = signal;
  const priced = {
    ...(price === undefined ? {} : { price }),
    ...(price2 === undefined ? {} : { price2 }),
  };
  const planned: Signal = {
    ...said,
    action: side,
    reduceOnly: true,
    size: { unit: 'base', amount: plain(volume) },
    ...(book.leverage === undefined ? {} : { leverage: book.leverage }),
    ...(isPast ? { type: 'market' } : priced),
  };
  const steps = [
    { step: 'the book holds', value: amountText(held, pair) },
    { step: 'stops rest for', value: amountText(stops, pair) },
    ...(isPast ? [{ step: 'the market is past the stop', value: plain(last) }] : []),
  ];
  const exact = { ...source, size: { kind: 'signal' } } as const;
  return ok({ kind: 'order', signal: planned, source: exact, steps, isFirstLeg: false });
}

/** The average price of what is held, on the tick, where a stop there would not fire at once. */
function breakEvenOf({ book, pair, ticker }: OwnInput): Decimal | undefined {
  const held = heldBy(book);
  const average = decimal(book.cost).div(held.abs());
  const last = ticker?.last;
  if (last === undefined) return undefined;
  const isLong = held.gt('0');
  const price = (isLong ? floorToStep : ceilToStep)(average, pair.tickSize);
  return (isLong ? price.lt(last) : price.gt(last)) ? price : undefined;
}

/** Of a stop with a fixed trigger. */
function isReached(
  { type, price = '' }: Signal,
  { side, last }: { readonly side: 'buy' | 'sell'; readonly last: Decimal },
): boolean {
  if (type === 'trailing-stop') return false;
  return side === 'sell' ? last.lte(price) : last.gte(price);
}

function heldBy(book: Book): Decimal {
  return owes(book) ? ZERO : decimal(book.quantity);
}

function wishedOf({ size }: Signal): Decimal {
  assert(size?.unit === 'base', 'what Harpoon asks for says how much');
  return decimal(size.amount);
}
