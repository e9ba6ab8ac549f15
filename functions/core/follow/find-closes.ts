/**
 * Finds the close orders that the exchange opened from fills and that no row knows yet. One that
 * rests is among the open orders, which one call shows for all entries of a key; one that has traded
 * already is behind the userref of its entry, which it has, as far as is known. Either must name its
 * entry (`refid`).
 */
import { closesOf, lackOf } from '../closes.ts';
import { ZERO } from '../decimal.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { orderNameOf } from '../identity.ts';
import type { OrderRow } from '../order.ts';
import type { Exchange, FoundOrder } from '../ports.ts';
import { isCloseOf } from './follow-close.ts';

/** Entries that are looked up by their userref in one run: each takes two calls or more. */
const FINDS_MAX = 2;

/** What is asked. */
export type CloseReads = Pick<Exchange, 'openOrders' | 'find'>;

/** What was found for one entry. */
export interface FoundCloses {
  readonly row: OrderRow;
  /** Close orders of it that it does not know. */
  readonly closes: readonly FoundOrder[];
  /** Everything was searched, and the search showed the entry itself: what it lacks is not there. */
  readonly isWhole: boolean;
}

/** Searches for what entries lack; asks nothing when none lacks any. Throws ExchangeError. */
export async function findCloses(
  rows: readonly OrderRow[],
  exchange: CloseReads,
  { clock, log }: Pick<OrderDeps, 'clock' | 'log'>,
): Promise<readonly FoundCloses[]> {
  const lacking = rows.filter((row) => lackOf(row).gt('0'));
  if (lacking.length === 0) return [];
  const open = await exchange.openOrders();
  const found: FoundCloses[] = [];
  let finds = 0;
  for (const row of inTurn(lacking, Math.floor(clock.nowMs() / 60_000))) {
    const resting = open.filter((order) => isNew(row, order));
    const isEnough = volumeOf(resting).gte(lackOf(row));
    if (isEnough || finds >= FINDS_MAX) {
      found.push({ row, closes: resting, isWhole: false });
      continue;
    }
    finds += 1;
    found.push(
      await byName(row, resting, exchange).catch((error: unknown) => {
        // More orders of the name than can be read, or Kraken is away: no other entry's trouble.
        const { account, orderKey } = row;
        log.warn('closes-not-found', { account, orderKey, error: String(error) });
        return { row, closes: resting, isWhole: false };
      }),
    );
  }
  return found;
}

async function byName(
  row: OrderRow,
  resting: readonly FoundOrder[],
  exchange: CloseReads,
): Promise<FoundCloses> {
  const { attempt, receivedAtMs, exchangeOrderId } = row;
  const name = orderNameOf(row, attempt?.order);
  const shown = await exchange.find(name, attempt?.preparedAtMs ?? receivedAtMs);
  const more = shown.filter((order) => isNew(row, order));
  // The later read last: it says more.
  const all = new Map([...resting, ...more].map((order) => [order.exchangeOrderId, order]));
  const isWhole = shown.some((order) => order.exchangeOrderId === exchangeOrderId);
  return { row, closes: [...all.values()], isWhole };
}

/** Whether it is a close order of the row that the row does not know. */
function isNew(row: OrderRow, order: FoundOrder): boolean {
  const isKnown = closesOf(row).some((one) => one.exchangeOrderId === order.exchangeOrderId);
  return !isKnown && isCloseOf(row, order);
}

function volumeOf(orders: readonly FoundOrder[]) {
  return orders.reduce((sum, { volume }) => sum.plus(volume), ZERO);
}

/** Where not all can be looked up in one run, each begins with others. */
function inTurn(rows: readonly OrderRow[], minute: number): readonly OrderRow[] {
  const from = (minute * FINDS_MAX) % rows.length;
  return [...rows.slice(from), ...rows.slice(0, from)];
}
