/**
 * What is open on margin of a pair, and which strategies have to do with it: read before a position
 * is settled, and for nothing else.
 */
import { forEachEnded } from '../all-ended.ts';
import { bookOf, type BookRef } from '../book.ts';
import type { MarginView } from '../decide/settle-position.ts';
import { decimal } from '../decimal.ts';
import type { OrderDeps } from './order-deps.ts';
import type { Pair } from '../market/pair.ts';
import type { OrderRow } from '../order.ts';
import type { Exchange } from '../ports.ts';

/** Rows and books that are read at a time. */
const READS_AT_ONCE = 25;

/** Reads it. Throws ExchangeError. */
export async function readMargin(
  row: OrderRow,
  at: { readonly pair: Pair; readonly keyId: string; readonly validate: boolean },
  exchange: Pick<Exchange, 'positions'>,
  deps: Pick<OrderDeps, 'books' | 'orders' | 'config'>,
): Promise<MarginView> {
  const { pair, keyId, validate } = at;
  const own = bookOf(row, { pair: pair.name, keyId, validate });
  // On record before it is read: what an order of ours opens meanwhile is claimed.
  const names = Object.entries(deps.config.sources)
    .filter(([, { accounts }]) => accounts.includes(row.account))
    .map(([source]) => source);
  const claims = await forEachEnded(names, READS_AT_ONCE, (source) =>
    claimsOf({ ...own, source }, row, deps),
  );
  const lots = (await exchange.positions()).filter((lot) => lot.pair === pair.altname);
  return { lots, claims: claims.flat() };
}

/** What the book owns on margin, and what may still move it there. */
async function claimsOf(
  ref: BookRef,
  { orderKey: own }: OrderRow,
  { books, orders }: Pick<OrderDeps, 'books' | 'orders'>,
): Promise<readonly string[]> {
  const { book, inFlight } = await books.read(ref);
  const { source, account } = ref;
  const isOwned = book.leverage !== undefined && !decimal(book.quantity).eq('0');
  const owned = isOwned ? [`${source} owns ${book.quantity}`] : [];
  const others = inFlight.filter((orderKey) => orderKey !== own);
  const rows = await forEachEnded(others, READS_AT_ONCE, (orderKey) =>
    orders.read({ account, orderKey }),
  );
  const open = rows.flatMap((one) =>
    one?.attempt?.order.leverage === undefined
      ? []
      : [`${source} has an order there, client order id ${one.clientOrderId}`],
  );
  return [...owned, ...open];
}
