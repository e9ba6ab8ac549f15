/**
 * From where a strategy is to stand to the order that takes its book there. A message that says where
 * the strategy stands heals what was missed, doubled or came late: the order is the difference to the
 * book, never the step that the sender took. Pure; what is open of the book has ended by then.
 */
import { owes, type Claim } from '../book.ts';
import { ageWithin, type Age } from './same-second.ts';
import { decimal, ZERO, type Decimal } from '../decimal.ts';
import { staysOut, stoppedWords } from './beside-stops.ts';
import { amountText } from './size-text.ts';
import type { SizeStep } from '../order.ts';
import {
  change,
  plainSignal,
  type Planned,
  type Planning,
  type TargetInput,
} from './plan-change.ts';
import { refusal } from '../refusal.ts';
import { assert, err, ok } from '../result.ts';
import { standText, type Signal, type Stand, type Target } from '../signal.ts';

/** What a message means for what is open of its book. */
export type Intent =
  /** A newer message was carried out, or may have been: nothing of this one is to be done now. */
  | 'outdated'
  /** The whole position is left, so what protects it goes too. */
  | 'leaves'
  /** Only what nothing protects is looked for: nothing is replaced. */
  | 'guards'
  | 'goes-on';

/** What the target means for a book as it stands now. */
export function intentOf(
  signal: Signal,
  { pair, book }: Pick<TargetInput, 'pair' | 'book'>,
): Intent {
  const { target } = signal;
  assert(target !== undefined, 'only a target means something for a book');
  if (ageOf(signal, target, book.claim) !== 'newer') return 'outdated';
  const { isLeft } = standing(signal, target, { pair, book });
  return isLeft ? 'leaves' : 'goes-on';
}

/** Plans the order. */
export function planTarget(input: TargetInput): Planned {
  const { signal, pair, book } = input;
  const { target } = signal;
  assert(target !== undefined, 'only a target is planned');
  const age = ageOf(signal, target, book.claim);
  if (age !== 'newer' && book.claim !== undefined) {
    const other = `(${book.claim.signalId}, ${standText(book.claim)})`;
    if (age === 'unknown') return ok({ kind: 'waits', why: sameSecondWords(other) });
    const why = `a newer message of the strategy ${other} was carried out before`;
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

/** Without leverage a short position cannot be held: the nearest to it is none. */
function onThisMarket({ leverage }: Signal, { position, size }: Target): Stand {
  if (position === 'flat') return { position };
  if (position === 'short' && leverage === undefined) return { position: 'flat' };
  return { position, ...(size === undefined ? {} : { size }) };
}

/**
 * Whether the message was sent before the one that the book was last set by. Where both bear the same
 * second, what each says of before tells, as far as it does. What Harpoon says again is older than any
 * message but the one that it restates.
 */
function ageOf(
  { id, leg, sentAtMs, restates }: Signal,
  target: Target,
  claim: Claim | undefined,
): Age {
  if (claim === undefined || claim.signalId === (leg?.of ?? id)) return 'newer';
  if (restates !== undefined) return claim.signalId === restates.signalId ? 'newer' : 'older';
  if (sentAtMs !== claim.sentAtMs) return sentAtMs < claim.sentAtMs ? 'older' : 'newer';
  return ageWithin(target, claim);
}

function sameSecondWords(other: string): string {
  return `it bears the same second as the message ${other} that was carried out, and what they say of before does not tell which was first: it waits for what comes between them, and a message of a later second stands above both`;
}
