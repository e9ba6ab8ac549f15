/** What is open on an account, in sentences for a person who is about to go on after a halt. */
import { allEnded } from '../all-ended.ts';
import { plain } from '../decimal.ts';
import { FLATTEN_SOURCE } from './flatten-source.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { isUncertain, type OrderState } from '../order-state.ts';
import { DEADLINE_MS, MAX_SKEW_MS } from '../protocol.ts';
import type { FoundOrder } from '../ports.ts';
import { openQueryExchange } from '../execute/query-exchange.ts';
import { releaseLane } from '../execute/take-lane.ts';

/** States in which Harpoon itself does not know, or does not know yet, what became of an order. */
const UNSETTLED: readonly OrderState[] = ['prepared', 'unknown', 'needs-human'];

/** Rows that are looked at for unsettled orders. */
const ROWS_MAX = 200;

/** Rows that need a look within this time: every unsettled one does, sooner or later. */
const AHEAD_MS = 8 * 24 * 3_600_000;

/** The orders that are open at Kraken, asked with the query key. Throws when it cannot be used. */
export async function openAtKraken(account: string, deps: OrderDeps): Promise<readonly string[]> {
  const { exchange, lease } = await openQueryExchange(account, deps);
  try {
    return (await exchange.openOrders()).map(sentenceOf);
  } finally {
    await releaseLane(lease, deps);
  }
}

/** Harpoon's own orders whose outcome is not settled. */
export async function unsettledOrders(
  accounts: readonly string[],
  { orders, clock }: Pick<OrderDeps, 'orders' | 'clock'>,
): Promise<readonly string[]> {
  const refs = await orders.due(clock.nowMs() + AHEAD_MS, ROWS_MAX);
  const rows = await Promise.all(
    refs.filter(({ account }) => accounts.includes(account)).map((ref) => orders.read(ref)),
  );
  return rows.flatMap((row) => {
    if (row === undefined || !UNSETTLED.includes(row.state)) return [];
    const { signal, account, clientOrderId, state } = row;
    const what = `${signal.action} ${row.decision?.pair ?? signal.symbol} on ${account}`;
    return [`${what} is ${state} (client order id ${clientOrderId})`];
  });
}

/**
 * Whether an order that was licensed before `beforeMs` may yet arrive at the exchange: its answer is
 * not there, and its deadline has not passed by a clock that is behind ours.
 */
export async function mayStillArrive(
  account: string,
  beforeMs: number,
  { orders, clock }: Pick<OrderDeps, 'orders' | 'clock'>,
): Promise<boolean> {
  const nowMs = clock.nowMs();
  if (nowMs >= beforeMs + DEADLINE_MS + MAX_SKEW_MS) return false;
  const refs = await orders.due(nowMs + AHEAD_MS, ROWS_MAX);
  if (refs.length >= ROWS_MAX) return true;
  const own = refs.filter((ref) => ref.account === account);
  const rows = await allEnded(own.map((ref) => orders.read(ref)));
  // A sale of a flatten came after it: it brings nothing that would have to be cancelled or sold.
  return rows.some(
    (row) => row !== undefined && isUncertain(row.state) && row.signal.source !== FLATTEN_SOURCE,
  );
}

function sentenceOf(order: FoundOrder): string {
  const { side, volume, pair, type, price, price2, filled, exchangeOrderId } = order;
  const at = [price === undefined ? undefined : plain(price), price2].filter((one) => one);
  const where = at.length === 0 ? '' : ` at ${at.join(' / ')}`;
  const done = filled.gt('0') ? `, ${plain(filled)} of it filled` : '';
  return `${side} ${plain(volume)} ${pair}, ${type}${where}${done} (Kraken order id ${exchangeOrderId})`;
}
