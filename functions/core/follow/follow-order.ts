/**
 * One placed order: what traded of it since the last look moves the strategy's book, in the same
 * transaction that writes the look down. A look that is made twice, by two processes, or from a read
 * that lags, moves the book once: it is the difference to what the row has on record. What Kraken
 * opened from its fills is in follow-close.ts.
 */
import type { FillTerms } from '../book.ts';
import { marksOfOrder } from '../fill-marks.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { isDone } from '../profits.ts';
import { fillOf, hasEnded, tradedSince, type Fill } from '../fill.ts';
import { fillNotice } from '../notices/fill-notice.ts';
import { guessedSaleNotice } from '../notices/guessed-sale-notice.ts';
import type { OrderRow } from '../order.ts';
import type { FoundOrder, RowChange } from '../ports.ts';
import { assert } from '../result.ts';
import { bookStep } from './book-step.ts';
import type { Seen } from './sale-owners.ts';
import { shareSale, type WaitingSale } from './share-sale.ts';

/** What following an order needs. */
export type FollowDeps = Pick<OrderDeps, 'clock' | 'config' | 'log' | 'orders' | 'books'>;

/**
 * Writes a look down; `lost`: somebody else changed the row or its book meanwhile, so look again.
 * `put-off`: it is the sale of a halt, and what its owners traded has to be known before; `seen`: of
 * which of their orders that is.
 */
export async function followOrder(
  row: OrderRow,
  found: FoundOrder,
  deps: FollowDeps,
  seen: Seen = new Set(),
): Promise<OrderRow | 'lost' | 'put-off'> {
  assert(row.state === 'placed', 'only what is placed is followed');
  assert(found.exchangeOrderId === row.exchangeOrderId, 'a look is at the order of its row');
  const atMs = deps.clock.nowMs();
  const fill = fillOf(found, atMs);
  const traded = tradedSince(row.fill, fill);
  // A read that lags shows the order as it was before; what has ended does not change again.
  if (traded === undefined || (row.fill !== undefined && hasEnded(row.fill))) return row;
  const isSame = fill.status === (row.fill?.status ?? 'open');
  if (isSame && traded.volume.eq('0') && traded.cost.eq('0') && traded.fee.eq('0')) return row;
  const shared = await shareSale(row, { traded, atMs, seen }, deps);
  if ('waits' in shared) return putOff(row, shared, deps);
  const { rest, changes: others, shares, guessed } = shared;
  const set = { fill, ...(shares === undefined ? {} : { shares }) };
  const next: OrderRow = { ...row, ...set };
  const book = await bookStep(next, { traded: rest, terms: termsOf(next, fill) }, deps);
  const why = fillWords(fill);
  const context = { config: deps.config, atMs };
  const moved = (others.length > 0 ? others : [book]).flatMap((one) => one.moved?.to ?? []);
  const notice =
    guessed.length > 0
      ? guessedSaleNotice(next, guessed, moved, context)
      : fillNotice(next, fill, moved, context);
  const change: RowChange = {
    ...{ why, atMs, set, dueAtMs: isDone(next) ? null : (row.dueAtMs ?? atMs) },
    ...{ book, others },
    ...(notice === undefined ? {} : { notice }),
  };
  const { account, orderKey } = row;
  const { status, volume } = fill;
  deps.log.info('order-followed', { account, orderKey, status, volume });
  return deps.orders.note(row, change);
}

/** The row stays as it is: the next look finds the same to share, and more of the owners' orders. */
function putOff({ account, orderKey }: OrderRow, { waits }: WaitingSale, { log }: FollowDeps) {
  const names = waits.map(({ clientOrderId }) => clientOrderId).join(', ');
  log.warn('sale-not-shared', { account, orderKey, waitsFor: names.slice(0, 500) });
  return 'put-off' as const;
}

/** What the fill is for the book. */
function termsOf(row: OrderRow, { seenAtMs }: Fill): FillTerms {
  const { attempt, orderKey } = row;
  assert(attempt !== undefined, 'a placed order was licensed');
  return { side: attempt.order.side, orderKey, atMs: seenAtMs, ...marksOfOrder(row) };
}

/** For the record of the row. */
function fillWords({ status, volume, cost, fee }: Fill): string {
  const traded = `${volume} traded for ${cost}, fee ${fee}`;
  return status === 'open' ? `partly filled: ${traded}` : `${status}: ${traded}`;
}
