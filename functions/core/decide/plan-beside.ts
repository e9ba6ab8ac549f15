/**
 * An order with leverage that says itself what it is, beside the stops of the position that it meets.
 * On spot the exchange holds the coins that a stop would sell; on margin it holds nothing, and a stop
 * that is left behind opens a position the other way. So what the order leaves, its stops give first.
 * Pure.
 *
 * Source: https://support.kraken.com/hc/en-us/articles/203053246 (conditional close)
 */
import type { Book } from '../book.ts';
import { decimal, max, min, plain, roundDown, ZERO, type Decimal } from '../decimal.ts';
import { takenFromStops } from './beside-stops.ts';
import type { Pair } from '../market/pair.ts';
import { refusal } from '../refusal.ts';
import { err, ok } from '../result.ts';
import { isReducing, type Signal } from '../signal.ts';
import type { Planned, TargetInput } from './plan-change.ts';
import { amountText } from './size-text.ts';

/** Whether a signal is such an order. */
export function meetsStops({ type, leverage, target, takes, covers }: Signal): boolean {
  // A settlement goes out only where no strategy has anything open.
  const isOwn = takes !== undefined || covers !== undefined || type === 'settle-position';
  return leverage !== undefined && target === undefined && !isOwn;
}

/** Whether it leaves nothing that a stop could protect; only of what says its size in base units. */
export function leavesAll(signal: Signal, at: Pick<TargetInput, 'book' | 'pair' | 'source'>) {
  const wished = wishedOf(signal, at);
  const met = metBy(signal, at.book);
  if (wished === undefined || met.eq('0') || !tradesNow(signal)) return false;
  return met.minus(wished).lt(at.pair.orderMin);
}

/** Plans the order as it is said, with what stops have to give before it. */
export function planBeside(input: TargetInput): Planned {
  const { signal, source, pair, book, stops = ZERO } = input;
  const met = metBy(signal, book);
  // Also once its stops are gone: what it is to leave behind is no part of the position that comes next.
  const left = isReducing(signal) && leavesAll(signal, input) ? { leaves: true as const } : {};
  const asSaid = { kind: 'order', signal, source, steps: [], isFirstLeg: false, ...left } as const;
  if (met.eq('0')) return ok(asSaid);
  // Dust is taken in: no order could leave it first.
  const isDust = met.lt(pair.orderMin);
  if (!isDust && (signal.stop !== undefined || signal.takeProfits !== undefined)) {
    return err(overlaps(input));
  }
  if (stops.eq('0')) return ok(asSaid);
  const wished = wishedOf(signal, input);
  if (!tradesNow(signal) || wished === undefined) return err(staysBehind(input, stops));
  const leaves = min(wished, met);
  const frees = takenFromStops({ held: met, wished: leaves, stops });
  const steps = [
    { step: 'the book holds', value: amountText(decimal(book.quantity), pair) },
    { step: 'taken from its stops', value: amountText(frees, pair) },
  ];
  const room = frees.gt('0') ? { room: { frees } } : {};
  return ok({ ...asSaid, steps, ...room });
}

/** What the book has open on margin on the other side. */
function metBy({ action }: Signal, { quantity, leverage }: Book): Decimal {
  if (leverage === undefined) return ZERO;
  const held = decimal(quantity);
  return max(ZERO, action === 'buy' ? ZERO.minus(held) : held);
}

/** Until the order trades the position would have no stop. */
function tradesNow({ type, startAtMs }: Signal): boolean {
  return type === 'market' && startAtMs === undefined;
}

/** Its size as it goes out: whole lots, of which stops are made, and no less than the smallest order. */
function wishedOf(
  signal: Signal,
  { source: { size }, pair }: Pick<TargetInput, 'source' | 'pair'>,
): Decimal | undefined {
  const said = size.kind === 'signal' && signal.size?.unit === 'base' ? signal.size : undefined;
  const amount = size.kind === 'base' ? size.amount : said?.amount;
  if (amount === undefined) return undefined;
  return max(roundDown(decimal(amount), pair.lotDecimals), pair.orderMin);
}

function overlaps({ book, pair }: { readonly book: Book; readonly pair: Pair }) {
  const held = amountText(decimal(book.quantity), pair);
  const sentence = `the book holds ${held} on margin, which this order would leave first, and its stop or take-profit would be for all of the order: leave the position by "close" without a size, then enter.`;
  return refusal('not-supported', sentence, { held: plain(decimal(book.quantity)) });
}

function staysBehind({ pair }: { readonly pair: Pair }, stops: Decimal) {
  const sentence = `a stop of the position rests for ${amountText(stops, pair)}, and on margin it would open a position the other way once this order has left: leave by "close" without a size, send a market order without "start" and with its size in ${pair.base}, or cancel the stop first.`;
  return refusal('not-supported', sentence, { stops: plain(stops) });
}
