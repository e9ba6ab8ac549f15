/**
 * Plans what Harpoon itself asks for while a position is open: to sell a share at a take-profit, and to
 * put a stop where something was left without one. Both follow from the book as it then is, and neither
 * touches a later position. Pure.
 */
import { owes, type Book } from '../book.ts';
import { ceilToStep, decimal, floorToStep, min, plain, roundDown } from '../decimal.ts';
import { ZERO, type Decimal } from '../decimal.ts';
import { change, sellable, type Planned, type StopMove, type TargetInput } from './plan-change.ts';
import type { Ticker } from '../market/pair.ts';
import { isReached } from '../profits.ts';
import { assert, ok } from '../result.ts';
import type { Signal, TakenProfit } from '../signal.ts';
import { amountText } from './size-text.ts';

/** What such a plan is made from. */
export interface OwnInput extends TargetInput {
  /** The market now; absent: not known. */
  readonly ticker?: Ticker | undefined;
  /** Stops have given way for the order already, so that it goes on whatever the market does. */
  readonly isUnderway?: boolean;
  /** What stops rest for that are none of those to be there again. */
  readonly otherStops?: Decimal;
}

/** Whether a take-profit leaves nothing that could be sold afterwards. */
export function takesAll(signal: Signal, { book, pair }: Pick<TargetInput, 'book' | 'pair'>) {
  return heldBy(book).abs().minus(wishedOf(signal)).lt(pair.orderMin);
}

/** Sells a share of the position; what would be left below the smallest order goes with it. */
export function planTake(input: OwnInput): Planned {
  const { signal, book, pair, ticker, isUnderway = false } = input;
  const { takes } = signal;
  assert(takes !== undefined, 'only a take-profit is taken');
  const held = heldBy(book);
  const isLong = held.gt('0');
  if (book.profits?.includes(takes.orderKey) !== true || held.abs().lt(pair.orderMin)) {
    const why = `the position that the take-profit is of was left; the book holds ${amountText(held, pair)}`;
    return ok({ kind: 'unneeded', why });
  }
  if (!isUnderway) {
    if (ticker === undefined) return noPrice(input);
    if (!isReached(isLong ? 'buy' : 'sell', takes.price, ticker)) {
      const why = `the market has left ${takes.price} again (bid ${plain(ticker.bid)}, ask ${plain(ticker.ask)})`;
      return ok({ kind: 'unneeded', why });
    }
  }
  const volume = takesAll(signal, input) ? held.abs() : wishedOf(signal);
  const steps = [
    { step: 'the book holds', value: amountText(held, pair) },
    { step: 'the take-profit sells', value: amountText(volume, pair) },
  ];
  const by = isLong ? ZERO.minus(volume) : volume;
  const moves = evenMove(takes, isLong, input);
  return change({ ...input, held, steps, staysOut: false }, { by, isFirstLeg: false, moves });
}

/**
 * A stop for what none protects. Where the market is past its trigger already it trades at once: that
 * is what the stop would have done.
 */
export function planCover(input: OwnInput): Planned {
  const { signal, source, book, pair, stops = ZERO, otherStops = ZERO, ticker } = input;
  const held = heldBy(book);
  if (signal.covers?.since !== book.since) {
    return ok({ kind: 'unneeded', why: 'the position that had the stop was left' });
  }
  const bare = min(wishedOf(signal), held.abs().minus(otherStops)).minus(stops);
  const volume = roundDown(bare, pair.lotDecimals);
  if (volume.lt(pair.orderMin)) {
    const why = `the book holds ${amountText(held, pair)}, and stops rest for ${amountText(stops, pair)} of it: nothing that could have a stop is without one`;
    return ok({ kind: 'unneeded', why });
  }
  const last = ticker?.last;
  if (last === undefined) return noPrice(input);
  const { action: side } = signal;
  assert(side === (held.gt('0') ? 'sell' : 'buy'), 'a position keeps its side');
  const isPast = isPassed(signal, last);
  const steps = [
    { step: 'the book holds', value: amountText(held, pair) },
    { step: 'stops rest for', value: amountText(stops, pair) },
    ...(isPast ? [{ step: 'the market is past the stop', value: plain(last) }] : []),
  ];
  // On spot a stop holds what it would sell, as a sale does.
  const covered = sellable({ ...input, steps }, volume, { side, frees: ZERO });
  if (typeof covered === 'string') return ok({ kind: 'waits', why: covered });
  const { price, price2, size: _size, ...said } = signal;
  const planned: Signal = {
    ...said,
    reduceOnly: true,
    size: { unit: 'base', amount: plain(covered) },
    ...(book.leverage === undefined ? {} : { leverage: book.leverage }),
    ...(isPast ? atOnce(signal) : termsOf({ price, price2 })),
  };
  const exact = { ...source, size: { kind: 'signal' } } as const;
  return ok({ kind: 'order', signal: planned, source: exact, steps, isFirstLeg: false });
}

/** To where the entry was filled, on the tick, where a stop there would not fire at once. */
function evenMove(
  { orderKey, evenAt }: TakenProfit,
  isLong: boolean,
  { pair, ticker }: OwnInput,
): StopMove | undefined {
  if (evenAt === undefined || ticker === undefined) return undefined;
  const trigger = (isLong ? floorToStep : ceilToStep)(decimal(evenAt), pair.tickSize);
  const waits = isLong ? trigger.lt(ticker.last) : trigger.gt(ticker.last);
  return waits ? { orderKey, trigger } : undefined;
}

/** Whether the market is past a stop with a fixed trigger. */
function isPassed({ type, price = '', action }: Signal, last: Decimal): boolean {
  if (type === 'trailing-stop') return false;
  return action === 'sell' ? last.lte(price) : last.gte(price);
}

/** What a stop does that has fired: one with a limit trades no worse than there. */
function atOnce({ price2 }: Signal): Pick<Signal, 'type' | 'price'> {
  return price2 === undefined ? { type: 'market' } : { type: 'limit', price: price2 };
}

function termsOf({
  price,
  price2,
}: Record<'price' | 'price2', string | undefined>): Pick<Signal, 'price' | 'price2'> {
  return {
    ...(price === undefined ? {} : { price }),
    ...(price2 === undefined ? {} : { price2 }),
  };
}

function noPrice({ pair }: OwnInput): Planned {
  return ok({ kind: 'waits', why: `Kraken shows no price of ${pair.name}` });
}

function heldBy(book: Book): Decimal {
  return owes(book) ? ZERO : decimal(book.quantity);
}

function wishedOf({ size }: Signal): Decimal {
  assert(size?.unit === 'base', 'what Harpoon asks for says how much');
  return decimal(size.amount);
}
