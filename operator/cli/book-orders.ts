/** The orders of a book, as their rows and the exchange have them. Reads only. */
import { bookOf, type BookEntry, type BookRef, type BookView } from '../../functions/core/book.ts';
import { fillOf, hasEnded } from '../../functions/core/fill.ts';
import { REBUILT, type BookOrder } from '../../functions/core/follow/rebuild-book.ts';
import { isFinal } from '../../functions/core/order-state.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { Exchange, FoundOrder } from '../../functions/core/ports.ts';
import { IDS_PER_CALL, ordersById } from '../../functions/core/reconcile/orders-by-id.ts';
import { DAYS_BACK, recentRows, rowsOfKeys, type Records } from './order-records.ts';

/** Rows of the last month that are looked through for orders that the log has lost. */
const ROWS_MAX = 5_000;

/**
 * Rows of a book's orders in the order in which they were sent: those that its entries name, those in
 * flight, and those of the last month that traded or may.
 */
export async function rowsOfBook(
  { book, inFlight }: BookView,
  entries: readonly BookEntry[],
  records: Records,
): Promise<readonly OrderRow[]> {
  const named = entries.map(({ orderKey }) => orderKey).filter((key) => key !== REBUILT);
  const keys = [...new Set([...inFlight, ...named])];
  const { account } = book;
  const [known, recent] = await Promise.all([
    rowsOfKeys(
      keys.map((orderKey) => ({ account, orderKey })),
      records,
    ),
    recentRows(records, {
      ...{ sinceMs: DAYS_BACK * 86_400_000, limit: ROWS_MAX },
      // One that was placed before strategies had books was never looked at, and is in none.
      keep: (row) => isOfBook(row, book) && (isOpen(row) || row.fill !== undefined),
    }),
  ]);
  const rows = new Map([...recent, ...known].map((row) => [row.orderKey, row]));
  const sentAt = ({ attempt }: OrderRow) => attempt?.preparedAtMs ?? 0;
  return [...rows.values()].sort((a, b) => sentAt(a) - sentAt(b));
}

function isOfBook(row: OrderRow, { on, account, source, pair }: BookRef): boolean {
  const { attempt, decision } = row;
  if (attempt === undefined || decision === undefined) return false;
  const its = bookOf(row, { ...attempt, pair: decision.pair });
  const isSameOwner = its.account === account && its.source === source;
  return isSameOwner && its.on === on && its.pair === pair;
}

/** Whether the order was licensed and may still move its book. */
export function isOpen(row: OrderRow): boolean {
  return isFollowed(row) || (row.attempt !== undefined && !isFinal(row.state));
}

function isFollowed({ state, dueAtMs, fill }: OrderRow): boolean {
  const isOver = fill !== undefined && hasEnded(fill);
  return state === 'placed' && dueAtMs !== undefined && !isOver;
}

/** What the exchange shows of them, by its ids. */
export async function shownOrders(
  rows: readonly OrderRow[],
  exchange: Pick<Exchange, 'orders'>,
): Promise<ReadonlyMap<string, FoundOrder>> {
  const ids = rows.flatMap(({ exchangeOrderId }) => exchangeOrderId ?? []);
  const shown = new Map<string, FoundOrder>();
  for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
    const found = await ordersById(ids.slice(at, at + IDS_PER_CALL), exchange);
    for (const order of found) shown.set(order.exchangeOrderId, order);
  }
  return shown;
}

/** A placed order as its book is made again from it; undefined for a row that has none. */
export function bookOrder(
  row: OrderRow,
  shown: ReadonlyMap<string, FoundOrder>,
  atMs: number,
): BookOrder | undefined {
  const { attempt, decision, state, orderKey, fill, exchangeOrderId = '' } = row;
  if (attempt === undefined || decision === undefined || state !== 'placed') return undefined;
  const found = shown.get(exchangeOrderId);
  const { side, leverage } = attempt.order;
  return {
    ...{ orderKey, side, isFollowed: isFollowed(row) },
    ...(decision.perUnit === undefined ? {} : { perUnit: decision.perUnit }),
    ...(leverage === undefined ? {} : { leverage }),
    ...(fill === undefined ? {} : { recorded: fill }),
    ...(found === undefined ? {} : { shown: fillOf(found, atMs) }),
  };
}
