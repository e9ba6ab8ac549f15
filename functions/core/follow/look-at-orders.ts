/**
 * Looks at placed orders and at what the exchange opened from their fills, in as few calls as there
 * are: all that is known by id together, then a search for close orders that are not known yet. What
 * changed is written down order by order, an entry before its close orders. Sales of halts are asked
 * for first and written down last: they are shared by what strategies own, so what those traded before
 * has to be in their books.
 */
import { closesOf, lackOf, openCloses } from '../closes.ts';
import { isDone } from '../profits.ts';
import { plain, type Decimal } from '../decimal.ts';
import { hasEnded } from '../fill.ts';
import { unseenCloseNotice } from '../notices/close-notice.ts';
import type { OrderRow } from '../order.ts';
import type { Exchange, FoundOrder } from '../ports.ts';
import { GIVE_UP_MS, SWEEP_GAP_MS } from '../protocol.ts';
import { IDS_PER_CALL, ordersById } from '../reconcile/orders-by-id.ts';
import { bookStep } from './book-step.ts';
import { findCloses, type FoundCloses } from './find-closes.ts';
import { followClose, isCloseOf } from './follow-close.ts';
import { followOrder, type FollowDeps } from './follow-order.ts';
import { inFlightOf, isSale, ownersOf, type Seen } from './sale-owners.ts';

const CHANGED = 'has just changed';

/** What is asked. */
export type LookReads = Pick<Exchange, 'orders' | 'openOrders' | 'find'>;

/** One row after the look. */
export interface Look {
  readonly row: OrderRow;
  /** Whether any of its orders was shown, where one was asked for. */
  readonly isShown: boolean;
  /** Why its record may not be how things stand; absent: it is, as far as reads do not lag. */
  readonly doubt?: string;
}

/**
 * Looks at the orders of the rows, all of one key; begins no call when there is no time for it, and
 * leaves out what there was none for. Where sales of halts are among them, orders of the books that
 * share those are looked at too. Throws ExchangeError.
 */
export async function lookAtOrders(
  rows: readonly OrderRow[],
  exchange: LookReads,
  deps: FollowDeps,
  hasTime: () => boolean = () => true,
): Promise<readonly Look[]> {
  const sales = rows.filter(isSale);
  if (!hasTime()) return [];
  const shown = await shownById(sales.flatMap(idsOf), exchange);
  const own = rows.filter((row) => !sales.includes(row));
  const looks = [...(await lookAtOwn(own, exchange, deps, hasTime))];
  for (const sale of sales) {
    const known = new Set(looks.map(({ row }) => row.orderKey));
    const more = await inFlightOf(sale, await ownersOf(sale, deps), known, deps);
    const placed = more.filter(({ state }) => state === 'placed');
    looks.push(...(await lookAtOwn(placed, exchange, deps, hasTime)));
    const sure = looks.filter(({ doubt }) => doubt === undefined);
    const seen = new Set(sure.map(({ row }) => row.orderKey));
    looks.push(await followKnown(sale, { shown, seen }, deps).catch(fails(sale, deps)));
  }
  return looks;
}

async function lookAtOwn(
  rows: readonly OrderRow[],
  exchange: LookReads,
  deps: FollowDeps,
  hasTime: () => boolean,
): Promise<readonly Look[]> {
  const looks: Look[] = [];
  for (const some of batchesOf(rows)) {
    if (!hasTime()) return looks;
    const shown = await shownById(some.flatMap(idsOf), exchange);
    for (const row of some) {
      looks.push(await followKnown(row, { shown }, deps).catch(fails(row, deps)));
    }
  }
  if (!hasTime()) return looks;
  const sure = looks.filter(({ doubt }) => doubt === undefined).map(({ row }) => row);
  const after = new Map<OrderRow, Look>();
  for (const one of await findCloses(sure, exchange, deps)) {
    const look = followFound(one, deps).catch(fails(one.row, deps));
    after.set(one.row, { isShown: true, ...(await look) });
  }
  return looks.map((look) => after.get(look.row) ?? look);
}

/** One row's trouble stops no other: it is in doubt, and the next look begins with what is on record. */
function fails(row: OrderRow, { log }: FollowDeps): (error: unknown) => Look {
  return (error) => {
    const { account, orderKey } = row;
    log.error('order-not-followed', { account, orderKey, error: String(error) });
    return { row, isShown: false, doubt: 'could not be looked at' };
  };
}

/** Ids of a row's orders of which more may trade. */
export function idsOf(row: OrderRow): readonly string[] {
  const { fill, exchangeOrderId } = row;
  const own = fill !== undefined && hasEnded(fill) ? [] : [exchangeOrderId ?? ''];
  return [...own, ...openCloses(row).map((close) => close.exchangeOrderId)];
}

/** Rows whose ids one call takes; a row with more than that stands alone. */
function batchesOf(rows: readonly OrderRow[]): readonly (readonly OrderRow[])[] {
  const batches: OrderRow[][] = [];
  let room = 0;
  for (const row of rows) {
    const { length } = idsOf(row);
    if (length > room || batches.length === 0) {
      batches.push([]);
      room = IDS_PER_CALL;
    }
    batches.at(-1)?.push(row);
    room -= length;
  }
  return batches;
}

async function shownById(
  ids: readonly string[],
  exchange: LookReads,
): Promise<ReadonlyMap<string, FoundOrder>> {
  const shown = new Map<string, FoundOrder>();
  for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
    const found = await ordersById(ids.slice(at, at + IDS_PER_CALL), exchange);
    for (const order of found) shown.set(order.exchangeOrderId, order);
  }
  return shown;
}

async function followKnown(
  before: OrderRow,
  { shown, seen }: { readonly shown: ReadonlyMap<string, FoundOrder>; readonly seen?: Seen },
  deps: FollowDeps,
): Promise<Look> {
  const ids = idsOf(before);
  const isShown = ids.length === 0 || ids.some((id) => shown.has(id));
  let row = before;
  let doubt: string | undefined;
  for (const id of ids) {
    const isClose = id !== before.exchangeOrderId;
    const order = shown.get(id);
    // What is not shown stays due; the daily check tells of it.
    if (order === undefined || (isClose && !isCloseOf(row, order))) {
      doubt = isClose ? `has a stop (${id}) that Kraken does not show` : 'is not shown by Kraken';
      continue;
    }
    const next = await (isClose
      ? followClose(row, order, deps)
      : followOrder(row, order, deps, seen));
    if (next === 'lost') return { row, isShown, doubt: CHANGED };
    if (next === 'put-off') return { row, isShown, doubt: 'waits to be shared among the books' };
    row = next;
  }
  return { row, isShown, ...(doubt === undefined ? {} : { doubt }) };
}

/** The row after what was found for it, and what is open about it. */
async function followFound(
  { row: before, closes, isWhole }: FoundCloses,
  deps: FollowDeps,
): Promise<Omit<Look, 'isShown'>> {
  let row = before;
  for (const order of closes) {
    const next = await followClose(row, order, deps);
    if (next === 'lost') return { row, doubt: CHANGED };
    row = next;
  }
  const lack = lackOf(row);
  if (lack.eq('0')) return { row };
  const doubt = `was filled, and its stop for ${plain(lack)} is not shown yet`;
  const atMs = deps.clock.nowMs();
  const isLate = atMs >= (row.fill?.seenAtMs ?? 0) + GIVE_UP_MS;
  if (!isWhole || !isLate) return { row, doubt };
  const { missedAtMs } = row.closes ?? {};
  if (missedAtMs === undefined) return missed(row, doubt, deps);
  return atMs >= missedAtMs + SWEEP_GAP_MS ? giveUp(row, lack, deps) : { row, doubt };
}

/** One search may miss what is there for a moment: a second one has to miss it too. */
async function missed(
  row: OrderRow,
  doubt: string,
  deps: FollowDeps,
): Promise<Omit<Look, 'isShown'>> {
  const atMs = deps.clock.nowMs();
  const closes = { ...row.closes, orders: closesOf(row), missedAtMs: atMs };
  const why = 'a search shows no stop for some of what was filled';
  const noted = await deps.orders.note(row, {
    why,
    atMs,
    set: { closes },
    dueAtMs: row.dueAtMs ?? atMs,
  });
  return noted === 'lost' ? { row, doubt: CHANGED } : { row: noted, doubt };
}

/**
 * Kraken's reads lag by a minute at most: what two searches do not show after so long, of which each
 * showed the entry itself, is not there.
 */
async function giveUp(row: OrderRow, lack: Decimal, deps: FollowDeps) {
  const { config, clock, log, orders } = deps;
  const { account, orderKey } = row;
  const atMs = clock.nowMs();
  const unseen = plain(lack.plus(row.closes?.unseen ?? '0'));
  const closes = { orders: closesOf(row), unseen };
  const next: OrderRow = { ...row, closes };
  log.error('close-unseen', { account, orderKey, lack: plain(lack) });
  const noted = await orders.note(row, {
    why: `Kraken shows no stop for ${plain(lack)} of what was filled`,
    ...{ atMs, set: { closes } },
    dueAtMs: isDone(next) ? null : (row.dueAtMs ?? atMs),
    book: await bookStep(next, undefined, deps),
    notice: unseenCloseNotice(row, plain(lack), { config, atMs }),
  });
  return noted === 'lost' ? { row, doubt: CHANGED } : { row: noted };
}
