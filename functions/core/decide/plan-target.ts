/**
 * From where a strategy is to stand to the order that takes its book there. A message that says where
 * the strategy stands heals what was missed, doubled or came late: the order is the difference to the
 * book, never the step that the sender took. Pure; what is open of the book has ended by then.
 */
import { owes, type Book, type Claim } from '../book.ts';
import type { Source } from '../config.ts';
import { decimal, plain, roundDown, ZERO, type Decimal } from '../decimal.ts';
import { besideStops, staysOut, stoppedWords } from './beside-stops.ts';
import { freeOf } from './funds.ts';
import type { Balances } from './equity.ts';
import type { Pair } from '../market/pair.ts';
import { amountText } from './size-text.ts';
import type { SizeStep } from '../order.ts';
import { SETTLE_MS } from '../protocol.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { assert, err, ok, type Result } from '../result.ts';
import { standText, type Signal, type Stand, type Target } from '../signal.ts';

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
  /** Base units for which stops rest that Kraken opened from entries; absent: none. */
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
  /** Another order of the same signal has to follow once this one is filled. */
  readonly isFirstLeg: boolean;
}

/** What is to be done. */
export type TargetPlan =
  | PlannedOrder
  /** Nothing. */
  | { readonly kind: 'unneeded'; readonly why: string; readonly isOutdated?: true }
  /** Nothing yet. */
  | { readonly kind: 'waits'; readonly why: string };

type Planned = Result<TargetPlan, Refusal>;

/** What a message means for what is open of its book. */
export type Intent =
  /** A newer message was carried out: nothing of this one is to be done. */
  | 'outdated'
  /** The whole position is left, so what protects it goes too. */
  | 'leaves'
  | 'goes-on';

/** What the target means for a book as it stands now. */
export function intentOf(
  signal: Signal,
  { pair, book }: Pick<TargetInput, 'pair' | 'book'>,
): Intent {
  const { target } = signal;
  assert(target !== undefined, 'only a target means something for a book');
  if (book.claim !== undefined && isOlder(signal, target, book.claim)) return 'outdated';
  const { isLeft } = standing(signal, target, { pair, book });
  return isLeft ? 'leaves' : 'goes-on';
}

/** Plans the order. */
export function planTarget(input: TargetInput): Planned {
  const { signal, pair, book } = input;
  const { target } = signal;
  assert(target !== undefined, 'only a target is planned');
  if (book.claim !== undefined && isOlder(signal, target, book.claim)) {
    const why = `a newer message of the strategy (${book.claim.signalId}, ${standText(book.claim)}) was carried out before`;
    return ok({ kind: 'unneeded', why, isOutdated: true });
  }
  const { held, stand, sign, isFlat, isOpposite } = standing(signal, target, { pair, book });
  const steps: SizeStep[] = [
    { step: 'the book holds', value: amountText(held, pair) },
    { step: 'the strategy says', value: standText(target) },
  ];
  if (stand.position !== target.position) {
    steps.push({ step: 'short without leverage', value: 'flat, as spot cannot be short' });
  }
  if (isOpposite && signal.leg !== undefined) {
    return ok({ kind: 'waits', why: `the exit before this entry has not filled yet` });
  }
  const at = { ...input, held, steps, staysOut: staysOut(signal, target, { stand, book }) };
  if (stand.position === 'flat' || isOpposite) return leave(at, isOpposite);
  return isFlat ? open(at, stand) : adjust(at, stand, sign);
}

/** Where the book stands, and where the target is from there. */
function standing(
  signal: Signal,
  target: Target,
  { pair, book }: Pick<TargetInput, 'pair' | 'book'>,
) {
  // Spot cannot be short: what was sold beyond the book is nothing to buy back.
  const held = owes(book) ? ZERO : decimal(book.quantity);
  const stand = onThisMarket(signal, target);
  const isFlat = held.abs().lt(pair.orderMin);
  const sign = stand.position === 'short' ? '-1' : '1';
  const isOpposite = !isFlat && stand.position !== 'flat' && held.times(sign).lt('0');
  const isLeft = stand.position === 'flat' || isOpposite;
  return { held, stand, sign, isFlat, isOpposite, isLeft };
}

/** What planning goes on with. */
interface Planning extends TargetInput {
  readonly held: Decimal;
  readonly steps: SizeStep[];
  /** A stop closed the position, and the strategy has not been out of it since. */
  readonly staysOut: boolean;
}

/** Closes the whole book; of a position on the other side, as the first leg. */
function leave(at: Planning, isFirstLeg: boolean): Planned {
  const { held, pair } = at;
  if (held.eq('0')) {
    const why = `the book owns no ${pair.base} on ${pair.name}, so there is nothing to close; what the account holds beside it was not bought by this strategy (to sell that too write "size": "100% position")`;
    return ok({ kind: 'unneeded', why });
  }
  return change(at, { by: ZERO.minus(held), isFirstLeg });
}

/** Opens a position from flat: as large as the message says, or as harpoon.yaml does. */
function open(at: Planning, { position, size }: Stand): Planned {
  const { signal, source, held, steps, pair } = at;
  const side = position === 'short' ? 'sell' : 'buy';
  if (at.staysOut) return ok({ kind: 'unneeded', why: stoppedWords(at) });
  if (held.abs().gt('0')) {
    steps.push({ step: 'too little to trade, kept in the book', value: amountText(held, pair) });
  }
  if (source.size.kind !== 'signal') {
    const { size: _none, ...said } = plainSignal(signal);
    const opens = { held: towards(side, held), ...(size === undefined ? {} : { size }) };
    const planned = { ...said, action: side } as const;
    return ok({ kind: 'order', signal: planned, source, steps, opens, isFirstLeg: false });
  }
  if (size === undefined) {
    const sentence = `the message says ${position} and not how much, and this source takes its size from the message: write "positionSize": "{{strategy.market_position_size}}", or set a size for the source in harpoon.yaml.`;
    return err(refusal('missing-field', sentence));
  }
  const opens = { size, held: towards(side, held) };
  const by = towards(side, decimal(size)).minus(held);
  return change(at, { by, opens, isFirstLeg: false });
}

/** A quantity as seen from a side: what a sale adds is below zero, and what it is added to as well. */
function towards(side: 'buy' | 'sell', quantity: Decimal): Decimal {
  return side === 'buy' ? quantity : ZERO.minus(quantity);
}

/** Grows or shrinks a position on the side on which it is. */
function adjust(at: Planning, stand: Stand, sign: string): Planned {
  const { held, pair, book, source } = at;
  const perUnit = source.size.kind === 'signal' ? '1' : book.perUnit;
  const wanted = wantedQuantity(at, stand, perUnit);
  if (wanted === undefined) {
    const why = `the book is ${stand.position} already with ${amountText(held, pair)}, and the message does not say by how much that changes`;
    return ok({ kind: 'unneeded', why });
  }
  return change(at, { by: wanted.times(sign).minus(held), isFirstLeg: false });
}

/** How much the book is to hold, without sign; undefined where the message does not tell. */
function wantedQuantity(
  { held, signal }: Planning,
  { size, position }: Stand,
  perUnit: string | undefined,
): Decimal | undefined {
  if (size === undefined) return undefined;
  if (perUnit !== undefined) return decimal(size).times(perUnit);
  const prev = signal.target?.prev;
  if (prev?.size === undefined || prev.position !== position) return undefined;
  return held.abs().times(size).div(prev.size);
}

/** The order that changes the book by so much. */
function change(
  at: Planning,
  {
    by,
    opens,
    isFirstLeg,
  }: { readonly by: Decimal; readonly opens?: PlannedOrder['opens']; readonly isFirstLeg: boolean },
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
  const beside = isLeaving ? besideStops({ ...at, by }) : undefined;
  if (beside !== undefined) return err(beside);
  const wished = roundDown(by.abs(), pair.lotDecimals);
  if (wished.lt(pair.orderMin)) return ok({ kind: 'unneeded', why: tooLittle(at, by) });
  const volume = isLeaving ? sellable(at, wished, side) : wished;
  if (typeof volume === 'string') return ok({ kind: 'waits', why: volume });
  const { leverage: _given, stop, ...said } = plainSignal(signal);
  const planned: Signal = {
    ...said,
    action: side,
    size: { unit: 'base', amount: plain(volume) },
    ...(leverage === undefined ? {} : { leverage }),
    // What leaves has nothing that a stop could close.
    ...(isLeaving ? { reduceOnly: true } : stop === undefined ? {} : { stop }),
  };
  const exact = { ...source, size: { kind: 'signal' } } as const;
  const more = opens === undefined ? {} : { opens };
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
function sellable(
  { book, pair, balances, steps, nowMs, sinceMs }: Planning,
  wished: Decimal,
  side: 'buy' | 'sell',
): Decimal | string {
  if (side === 'buy' || book.leverage !== undefined) return wished;
  const free = roundDown(freeOf(pair.base, balances), pair.lotDecimals);
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
function plainSignal(signal: Signal): Signal {
  const { target: _target, marketPosition: _where, ...rest } = signal;
  return rest;
}

/** Without leverage a short position cannot be held: the nearest to it is none. */
function onThisMarket({ leverage }: Signal, { position, size }: Target): Stand {
  if (position === 'flat') return { position };
  if (position === 'short' && leverage === undefined) return { position: 'flat' };
  return { position, ...(size === undefined ? {} : { size }) };
}

/**
 * Whether the message was sent before the one that the book was last set by. Where both bear the same
 * second, the position that each says it comes from tells which was first. What Harpoon says again is
 * older than any message but the one that it restates.
 */
function isOlder({ id, leg, sentAtMs, restates }: Signal, target: Target, claim: Claim): boolean {
  if (claim.signalId === (leg?.of ?? id)) return false;
  if (restates !== undefined) return claim.signalId !== restates.signalId;
  if (sentAtMs !== claim.sentAtMs) return sentAtMs < claim.sentAtMs;
  return isSame(claim.prev, target) && !isSame(target.prev, claim);
}

function isSame(a: Stand | undefined, b: Stand): boolean {
  if (a?.position !== b.position) return false;
  return a.position === 'flat' || (a.size ?? '') === (b.size ?? '');
}
