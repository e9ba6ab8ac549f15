/**
 * The order that changes a book by so much: what leaves is held to what the book owns and what is free
 * of it, what opens to what was opened before. Pure.
 */
import type { Book } from '../book.ts';
import type { Source } from '../config.ts';
import { plain, roundDown, ZERO, type Decimal } from '../decimal.ts';
import { stoppedWords, takenFromStops } from './beside-stops.ts';
import { freeOf } from './funds.ts';
import type { Balances } from './equity.ts';
import type { Pair } from '../market/pair.ts';
import { amountText } from './size-text.ts';
import type { SizeStep } from '../order.ts';
import { SETTLE_MS } from '../protocol.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { assert, err, ok, type Result } from '../result.ts';
import type { Signal } from '../signal.ts';

/** What a plan is made from. */
export interface TargetInput {
  readonly signal: Signal;
  readonly source: Source;
  readonly pair: Pair;
  readonly book: Book;
  readonly balances: Balances;
  readonly nowMs: number;
  /** Since when nothing was cancelled for the order; balances may lag by what was. */
  readonly sinceMs: number;
  /** Base units for which stops rest and stay; absent: none. */
  readonly stops?: Decimal;
}

/** The order that is to be decided, in the words of a signal that says it itself. */
export interface PlannedOrder {
  readonly kind: 'order';
  readonly signal: Signal;
  readonly source: Source;
  readonly steps: readonly SizeStep[];
  /** The order opens the position; `size`: what the sender calls it, if it says so; `held` before it. */
  readonly opens?: { readonly size?: string; readonly held: Decimal };
  /** It sells all that the book holds and that can be traded. */
  readonly leaves?: true;
  /** Another order of the same signal has to follow once this one is filled. */
  readonly isFirstLeg: boolean;
  /** What the stops of the position have to give first; absent: nothing. */
  readonly room?: Room;
}

/** What an order that sells some of a position asks of the stops beside it. */
export interface Room {
  /** Base units that they may not hold any more; zero: they hold what they did. */
  readonly frees: Decimal;
  /** Where those of an entry trigger from now on, if that is better; absent: where they did. */
  readonly moves?: StopMove;
}

/** What is to be done. */
export type TargetPlan =
  | PlannedOrder
  /** Nothing. */
  | { readonly kind: 'unneeded'; readonly why: string; readonly isOutdated?: true }
  /** Nothing yet. */
  | { readonly kind: 'waits'; readonly why: string };

/** Where the stops that an entry opened are to trigger. */
export interface StopMove {
  readonly orderKey: string;
  readonly trigger: Decimal;
}

/** A plan, or why there is none. */
export type Planned = Result<TargetPlan, Refusal>;

/** What planning goes on with. */
export interface Planning extends TargetInput {
  /** What the book holds; on spot never below zero. */
  readonly held: Decimal;
  readonly steps: SizeStep[];
  /** A stop closed the position, and the strategy has not been out of it since. */
  readonly staysOut: boolean;
}

/** The order that changes the book by so much. */
export function change(
  at: Planning,
  {
    by,
    opens,
    isFirstLeg,
    moves,
  }: {
    readonly by: Decimal;
    readonly opens?: PlannedOrder['opens'];
    readonly isFirstLeg: boolean;
    /** See Room. */
    readonly moves?: StopMove | undefined;
  },
): Planned {
  const { signal, source, pair, held, book, steps } = at;
  steps.push({ step: 'so it is to hold', value: amountText(held.plus(by), pair) });
  const isLeaving = held.times(by).lt('0') && by.abs().lte(held.abs());
  if (at.staysOut && !isLeaving && !by.eq('0')) {
    return ok({ kind: 'unneeded', why: stoppedWords(at) });
  }
  const side = by.gt('0') ? 'buy' : 'sell';
  const leverage = isLeaving ? book.leverage : signal.leverage;
  // Spot is never short, so nothing is ever bought back there.
  assert(!isLeaving || side === 'sell' || leverage !== undefined, 'a book on spot is long');
  const isFlat = held.abs().lt(pair.orderMin);
  if (!isLeaving && !isFlat && leverage !== book.leverage) return err(otherLeverage(at));
  const wished = roundDown(by.abs(), pair.lotDecimals);
  if (wished.lt(pair.orderMin)) return ok({ kind: 'unneeded', why: tooLittle(at, by) });
  const frees = isLeaving ? takenFromStops({ ...at, wished }) : ZERO;
  if (frees.gt('0')) steps.push({ step: 'taken from its stops', value: amountText(frees, pair) });
  const volume = isLeaving ? sellable(at, wished, { side, frees }) : wished;
  if (typeof volume === 'string') return ok({ kind: 'waits', why: volume });
  const { leverage: _given, stop, takeProfits, breakEven, ...said } = plainSignal(signal);
  const protection = {
    ...(stop === undefined ? {} : { stop }),
    ...(takeProfits === undefined ? {} : { takeProfits }),
    ...(breakEven === undefined ? {} : { breakEven }),
  };
  const planned: Signal = {
    ...said,
    action: side,
    size: { unit: 'base', amount: plain(volume) },
    ...(leverage === undefined ? {} : { leverage }),
    // What leaves has nothing that a stop could close.
    ...(isLeaving ? { reduceOnly: true } : protection),
  };
  const exact = { ...source, size: { kind: 'signal' } } as const;
  const isMoving = frees.gt('0') || (isLeaving && moves !== undefined);
  const more = {
    ...(opens === undefined ? {} : { opens }),
    ...(isLeaving && held.plus(by).abs().lt(pair.orderMin) ? { leaves: true as const } : {}),
    ...(isMoving ? { room: { frees, ...(moves === undefined ? {} : { moves }) } } : {}),
  };
  return ok({ kind: 'order', signal: planned, source: exact, steps, ...more, isFirstLeg });
}

/** One order can leave only what was opened alike: coins are sold, a margin position is reduced. */
function otherLeverage({ signal, book }: Planning): Refusal {
  const words = (leverage: string | undefined): string =>
    leverage === undefined ? 'without leverage' : `with leverage ${leverage}`;
  const sentence = `the position was opened ${words(book.leverage)} and the message adds to it ${words(signal.leverage)}: send the same leverage, or leave the position first.`;
  return refusal('not-supported', sentence);
}

/**
 * What of it can be sold, or why that is not known yet: Kraken's balances lag what was just cancelled
 * or bought. What is owned and was moved away by hand, or is held by an order that is not the
 * strategy's, cannot be; the rest is, rather than nothing.
 */
export function sellable(
  { book, pair, balances, steps, nowMs, sinceMs }: Omit<Planning, 'held' | 'staysOut'>,
  wished: Decimal,
  { side, frees }: { readonly side: 'buy' | 'sell'; readonly frees: Decimal },
): Decimal | string {
  if (side === 'buy' || book.leverage !== undefined) return wished;
  const free = roundDown(freeOf(pair.base, balances).plus(frees), pair.lotDecimals);
  if (free.gte(wished)) return wished;
  if (nowMs < Math.max(sinceMs, book.movedAtMs ?? 0) + SETTLE_MS) {
    const parts = `${amountText(free, pair)} of the ${amountText(wished, pair)} to be sold`;
    return `Kraken shows ${parts} as free, which may be behind what was just cancelled or bought`;
  }
  if (free.lt(pair.orderMin)) return wished;
  steps.push({ step: 'at most what is free', value: amountText(free, pair) });
  return free;
}

function tooLittle({ held, pair }: Planning, by: Decimal): string {
  if (by.eq('0'))
    return `the book holds ${amountText(held, pair)} already, which is what is wanted`;
  const rest = held.plus(by).eq('0') ? '; it stays in the book and goes with the next order' : '';
  return `the book holds ${amountText(held, pair)}, and the difference of ${amountText(by.abs(), pair)} is below Kraken's smallest order of ${pair.name} (${amountText(pair.orderMin, pair)})${rest}`;
}

/** The signal without what only belongs to a target. */
export function plainSignal(signal: Signal): Signal {
  const { target: _target, marketPosition: _where, ...rest } = signal;
  return rest;
}
