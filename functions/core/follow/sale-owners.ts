/** Whose books lose by the sale of a halt, and what of them may have traded that is not in them yet. */
import { forEachEnded } from '../all-ended.ts';
import { bookOf, type BookView } from '../book.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { FLATTEN_SOURCE } from '../halt/flatten-source.ts';
import { isUncertain } from '../order-state.ts';
import type { OrderRow } from '../order.ts';
import { assert } from '../result.ts';

/** Books whose names are read, to find those that no source of harpoon.yaml has any more. */
const BOOKS_MAX = 1_000;

/** Rows that are read at a time. */
const READS_AT_ONCE = 25;

/** Keys of orders whose rows say how things stand, by a look that was made after the one at the sale. */
export type Seen = ReadonlySet<string>;

/** Whether a row is the sale of a halt. */
export function isSale({ signal, attempt }: OrderRow): boolean {
  return signal.source === FLATTEN_SOURCE && attempt?.order.side === 'sell';
}

/** The books of strategies beside the sale's own: of sources there are, and of those there were. */
export async function ownersOf(
  sale: OrderRow,
  { books, config }: Pick<OrderDeps, 'books' | 'config'>,
): Promise<readonly BookView[]> {
  const { attempt, decision } = sale;
  assert(attempt !== undefined && decision !== undefined, 'a placed order was decided');
  const ref = bookOf(sale, { ...attempt, pair: decision.pair });
  const { on, account, pair } = ref;
  const all = await books.all(BOOKS_MAX);
  const known = all.filter((one) => one.on === on && one.account === account && one.pair === pair);
  // The index may lag behind: a book that was opened a moment ago is found by its source.
  const named = Object.entries(config.sources).filter(([, one]) => one.accounts.includes(account));
  const sources = new Set([...named.map(([name]) => name), ...known.map(({ source }) => source)]);
  sources.delete(ref.source);
  return Promise.all([...sources].map((source) => books.read({ on, account, source, pair })));
}

/** Orders that may have moved the books and are not among those that were seen. */
export async function inFlightOf(
  { account }: OrderRow,
  owners: readonly BookView[],
  seen: Seen,
  { orders }: Pick<OrderDeps, 'orders'>,
): Promise<readonly OrderRow[]> {
  const keys = owners.flatMap(({ inFlight }) => inFlight).filter((key) => !seen.has(key));
  const read = await forEachEnded([...new Set(keys)], READS_AT_ONCE, (orderKey) =>
    orders.read({ account, orderKey }),
  );
  return read
    .filter((row) => row !== undefined)
    .filter(({ state }) => state === 'placed' || isUncertain(state));
}
