/** At rest: what of a position had a stop has one again, unless a person was told that it has not. */
import type { BookEntry, BookRef } from '../../functions/core/book.ts';
import { decimal, max, min, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { OrderState } from '../../functions/core/order-state.ts';
import type { FakeStore } from '../fakes/store.ts';
import { BTC_USD } from '../fakes/exchange.ts';
import type { Monitor } from './monitor.ts';

/** Ends of a stop for what was left with which nothing was placed, and of which somebody was told. */
const TOLD: readonly OrderState[] = [
  ...(['rejected', 'suppressed', 'expired', 'unplaced', 'needs-human', 'withdrawn'] as const),
];

/** A book at rest, and the base units that stops at the exchange would yet trade, of one side or of both. */
export interface BookAtRest {
  readonly ref: BookRef;
  readonly entries: readonly BookEntry[];
  readonly stopsOf: (side?: 'buy' | 'sell') => Decimal;
}

/** Holds one book to it. */
export function coveredAtRest(monitor: Monitor, store: FakeStore, book: BookAtRest): void {
  const { ref, entries, stopsOf } = book;
  const rowOf = (orderKey: string): OrderRow => store.row({ account: ref.account, orderKey });
  const { held, covered } = coverOf(entries, rowOf);
  for (const side of ['buy', 'sell'] as const) {
    const there = max(ZERO, side === 'sell' ? held : ZERO.minus(held));
    const rest = stopsOf(side);
    // An entry takes in dust of the other side: its stop is as large as the order, and gives that back,
    // and the stop of the dust rests on.
    if (rest.minus(there).lt(BTC_USD.orderMin)) continue;
    const detail = `${ref.source} on ${ref.account}: stops that ${side} rest for ${rest.toFixed()} of ${there.toFixed()}`;
    monitor.broken('stops at rest close no more than there is', detail);
  }
  const stops = stopsOf();
  if (covered.lt(BTC_USD.orderMin)) return;
  if (covered.minus(stops).lt(BTC_USD.orderMin)) {
    monitor.seen.add('book: at rest beside its stops');
    return;
  }
  const isTold = store
    .rows()
    .some(
      ({ signal, account, state }) =>
        signal.covers !== undefined &&
        TOLD.includes(state) &&
        account === ref.account &&
        signal.source === ref.source,
    );
  if (isTold) {
    monitor.seen.add('book: at rest without a stop, and somebody was told');
    return;
  }
  const detail = `stops rest for ${stops.toFixed()} of ${covered.toFixed()} that had one`;
  monitor.broken('what had a stop has one again', `${ref.source} on ${ref.account}: ${detail}`);
}

/**
 * What the book holds, and what of it stops once covered: the fills of entries that bring one, less
 * what stops traded; an order that leaves sells first what has none.
 */
function coverOf(
  entries: readonly BookEntry[],
  rowOf: (orderKey: string) => OrderRow,
): { readonly held: Decimal; readonly covered: Decimal } {
  let [held, covered] = [ZERO, ZERO];
  for (const entry of entries) {
    const volume = decimal(entry.volume);
    const { attempt, signal } = rowOf(entry.orderKey);
    const brings = attempt?.order.close !== undefined;
    // A take-profit and a stop sell what their entry bought.
    const isOwn = signal.covers !== undefined || signal.takes !== undefined;
    if (isOwn || entry.closeId !== undefined) covered = max(ZERO, covered.minus(volume));
    else if (brings) covered = covered.plus(volume);
    held = decimal(entry.quantity);
    covered = min(covered, held.abs());
  }
  return { held, covered };
}
