/** The orders of a book, as their rows and the exchange have them. Reads only. */
import { bookOf, type BookEntry, type BookRef, type BookView } from '../../functions/core/book.ts';
import { closesOf, isOver, lackOf } from '../../functions/core/closes.ts';
import { decimal, plain } from '../../functions/core/decimal.ts';
import { fillOf, hasEnded, type CloseFill, type Fill } from '../../functions/core/fill.ts';
import { isCloseOf } from '../../functions/core/follow/follow-close.ts';
import { marksOfOrder } from '../../functions/core/fill-marks.ts';
import { isOrder, type BookOrder } from '../../functions/core/follow/rebuild-book.ts';
import { orderNameOf } from '../../functions/core/identity.ts';
import { isFinal } from '../../functions/core/order-state.ts';
import type { BookShare, OrderRow } from '../../functions/core/order.ts';
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
  const named = entries.filter(isOrder).map(({ orderKey }) => orderKey);
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
      keep: (row) =>
        (isOfBook(row, book) && (isOpen(row) || row.fill !== undefined)) ||
        shareOf(row, book) !== undefined,
    }),
  ]);
  const rows = new Map([...recent, ...known].map((row) => [row.orderKey, row]));
  const sentAt = ({ attempt }: OrderRow) => attempt?.preparedAtMs ?? 0;
  return [...rows.values()].sort((a, b) => sentAt(a) - sentAt(b));
}

function isOfBook(row: OrderRow, ref: BookRef): boolean {
  return isBeside(row, ref) && (row.signal.owner ?? row.signal.source) === ref.source;
}

/** Whether the order trades what the book is of, whoever's it is. */
function isBeside(row: OrderRow, { on, account, pair }: BookRef): boolean {
  const { attempt, decision } = row;
  if (attempt === undefined || decision === undefined) return false;
  const its = bookOf(row, { ...attempt, pair: decision.pair });
  return its.account === account && its.on === on && its.pair === pair;
}

/** What the book lost by the sale of a halt, as its row has it; undefined: nothing, or it is no such sale. */
function shareOf(row: OrderRow, ref: BookRef): BookShare | undefined {
  if (!isBeside(row, ref)) return undefined;
  return row.shares?.find(({ source }) => source === ref.source);
}

/** What was read of a book and its orders at one time. */
export interface BookRead {
  readonly view: BookView;
  readonly rows: readonly OrderRow[];
}

/** Whether the book, what is in flight, or one of the orders is other than it was. */
export function hasMoved(now: BookRead, before: BookRead): boolean {
  const standOf = ({ view: { book, inFlight }, rows }: BookRead) => {
    const versions = rows.map(({ orderKey, version }) => `${orderKey} ${version}`).sort();
    return JSON.stringify([book.version, inFlight, versions]);
  };
  return standOf(now) !== standOf(before);
}

/** Keys of orders of the book that may still move it. */
export function openIn(rows: readonly OrderRow[], ref: BookRef): readonly string[] {
  return rows.filter((row) => isOfBook(row, ref) && isOpen(row)).map(({ orderKey }) => orderKey);
}

/** Whether the order was licensed and may still move its book. */
function isOpen(row: OrderRow): boolean {
  return isFollowed(row) || (row.attempt !== undefined && !isFinal(row.state));
}

function isFollowed(row: OrderRow): boolean {
  return row.state === 'placed' && row.dueAtMs !== undefined && !isOver(row);
}

/** What the exchange shows of them and of the stops that they opened, by its ids. */
export async function shownOrders(
  rows: readonly OrderRow[],
  exchange: Pick<Exchange, 'orders' | 'find'>,
): Promise<ReadonlyMap<string, FoundOrder>> {
  const ids = rows.flatMap((row) => [
    ...(row.exchangeOrderId === undefined ? [] : [row.exchangeOrderId]),
    ...closesOf(row).map((close) => close.exchangeOrderId),
  ]);
  const shown = new Map<string, FoundOrder>();
  for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
    const found = await ordersById(ids.slice(at, at + IDS_PER_CALL), exchange);
    for (const order of found) shown.set(order.exchangeOrderId, order);
  }
  // A stop that nobody has seen yet, or that was given up, is behind the userref of its entry.
  for (const row of rows.filter(mayHaveMore)) {
    const { attempt, receivedAtMs } = row;
    const name = orderNameOf(row, attempt?.order);
    const found = await exchange.find(name, attempt?.preparedAtMs ?? receivedAtMs);
    for (const order of found) shown.set(order.exchangeOrderId, order);
  }
  return shown;
}

function mayHaveMore(row: OrderRow): boolean {
  return lackOf(row).gt('0') || decimal(row.closes?.unseen ?? '0').gt('0');
}

/**
 * A placed order, and the stops that it opened, as a book is made again from them; none for a row
 * that was not placed. Of the sale of a halt each book has its share, which only the row tells.
 */
export function bookOrders(
  row: OrderRow,
  { ref, shown }: { readonly ref: BookRef; readonly shown: ReadonlyMap<string, FoundOrder> },
  atMs: number,
): readonly BookOrder[] {
  const { attempt, decision, state, orderKey, fill, exchangeOrderId = '', shares = [] } = row;
  if (attempt === undefined || decision === undefined || state !== 'placed') return [];
  // What was settled was in no book.
  if (attempt.order.type === 'settle-position') return [];
  const isOpen = fill === undefined || !hasEnded(fill);
  if (!isOfBook(row, ref)) return sharedOrder(row, ref);
  const found = shown.get(exchangeOrderId);
  const { side, leverage } = attempt.order;
  const margin = leverage === undefined ? {} : { leverage };
  const own: BookOrder = {
    ...{ orderKey, side, isFollowed: isFollowed(row) && isOpen },
    ...marksOfOrder(row),
    ...(fill === undefined ? {} : { recorded: withoutShares(fill, shares) }),
    ...(found === undefined ? {} : { shown: withoutShares(fillOf(found, atMs), shares) }),
  };
  const known = new Map<string, CloseFill | undefined>(
    [...shown.values()]
      .filter((order) => isCloseOf(row, order))
      .map((order) => [order.exchangeOrderId, undefined]),
  );
  for (const close of closesOf(row)) known.set(close.exchangeOrderId, close);
  const closes = [...known].map(([closeId, recorded]): BookOrder => {
    const now = shown.get(closeId);
    const mayTrade = recorded === undefined || !hasEnded(recorded);
    return {
      ...{ orderKey, closeId, side: side === 'buy' ? 'sell' : 'buy', ...margin },
      isFollowed: isFollowed(row) && mayTrade,
      ...(recorded === undefined ? {} : { recorded }),
      ...(now === undefined ? {} : { shown: fillOf(now, atMs) }),
    };
  });
  return [own, ...closes];
}

/** The share of a book in the sale of a halt; its row is the only record of it. */
function sharedOrder(row: OrderRow, ref: BookRef): readonly BookOrder[] {
  const share = shareOf(row, ref);
  const { orderKey, fill } = row;
  if (share === undefined || fill === undefined) return [];
  const { volume, cost, fee } = share;
  const known: Fill = { ...fill, volume, cost, fee };
  const isOpen = isFollowed(row) && !hasEnded(fill);
  return [
    {
      ...{ orderKey, side: 'sell', takenOut: true, cause: 'flatten' },
      ...{ isFollowed: isOpen, recorded: known, shown: known },
    },
  ];
}

/** What of a sale is in no strategy's book. */
function withoutShares(fill: Fill, shares: readonly BookShare[]): Fill {
  const rest = (of: 'volume' | 'cost' | 'fee') =>
    plain(shares.reduce((left, share) => left.minus(share[of]), decimal(fill[of])));
  return { ...fill, volume: rest('volume'), cost: rest('cost'), fee: rest('fee') };
}
