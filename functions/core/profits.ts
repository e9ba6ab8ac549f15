/**
 * The take-profits of an entry: which are still to come, which the market has reached, and how much of
 * the position each sells. Pure.
 */
import { closedBy, isOver } from './closes.ts';
import { decimal, max, min, roundDown, ZERO, type Decimal } from './decimal.ts';
import { hasEnded } from './fill.ts';
import type { Pair, Ticker } from './market/pair.ts';
import type { OrderRow, ProfitRecord, ProfitTry, TakeProfit } from './order.ts';

/** A take-profit of an entry that has not sold yet. */
export interface PendingProfit extends TakeProfit {
  /** From 1 on. */
  readonly number: number;
  /** Base units that it sells of what is filled now, on the lot. */
  readonly volume: Decimal;
  /** The order that was recorded for it last; absent: none was. */
  readonly tried?: ProfitTry;
}

const HUNDRED = '100';

/** Whether something of the row may yet be sold at a take-profit. */
export function awaitsProfits({ decision, fill, profits }: OrderRow): boolean {
  if (decision?.takeProfits === undefined || profits?.ended === true) return false;
  return fill === undefined || !hasEnded(fill) || decimal(fill.volume).gt('0');
}

/** Whether nobody has to look at a placed row again. */
export function isDone(row: OrderRow): boolean {
  return isOver(row) && !awaitsProfits(row);
}

/** Those that have not sold, in the order in which the market comes to them. */
export function pendingProfits(row: OrderRow, { lotDecimals }: Pair): readonly PendingProfit[] {
  const { decision, fill, profits, closes } = row;
  const filled = decimal(fill?.volume ?? '0');
  let before = { share: ZERO, volume: ZERO };
  // What its stops have closed is not sold again, out of what another entry brought.
  let left = filled.minus(closedBy(closes));
  return (decision?.takeProfits ?? []).flatMap((profit, at): readonly PendingProfit[] => {
    // Each sells what its share and those before come to, so that the last leaves no dust behind.
    const share = before.share.plus(profit.share);
    const upTo = roundDown(filled.times(share).div(HUNDRED), lotDecimals);
    const volume = upTo.minus(before.volume);
    before = { share, volume: upTo };
    const tried = profits?.tries.find(({ number }) => number === at + 1);
    const sells = max(ZERO, min(volume, left));
    left = left.minus(volume);
    if (tried?.done === true) return [];
    return [
      { ...profit, number: at + 1, volume: sells, ...(tried === undefined ? {} : { tried }) },
    ];
  });
}

/** Whether the market can be sold to at this price or a better one; of a short, bought from. */
export function isReached(side: 'buy' | 'sell', price: string, { bid, ask }: Ticker): boolean {
  return side === 'buy' ? bid.gte(price) : ask.gt('0') && ask.lte(price);
}

/** The record with this try in place of the one before. */
export function withTry(record: ProfitRecord | undefined, now: ProfitTry): ProfitRecord {
  const others = (record?.tries ?? []).filter(({ number }) => number !== now.number);
  return { ...record, tries: [...others, now] };
}
