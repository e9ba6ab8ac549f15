/**
 * Looks an order up at the exchange and says what that proves: it is there, it is there and wrong,
 * a full sweep shows nothing, or nothing can be concluded.
 */
import type { OrderDeps } from '../execute/order-deps.ts';
import type { AbsenceSweep, Attempt, OrderRow } from '../order.ts';
import { pairTable } from '../market/pair-table.ts';
import { isPaperKey, isPaperOrder } from '../paper/paper-key.ts';
import type { Exchange, FoundOrder } from '../ports.ts';
import { MAX_SKEW_MS, SETTLE_MS } from '../protocol.ts';
import { sameOrder } from './same-order.ts';

/** Clocks and Kraken's time stamps may differ by this much around the attempt's own times. */
const OPENED_TOLERANCE_MS = MAX_SKEW_MS + 3_000;

/** Exchange ids that one look-up takes. Source: QueryOrders, `txid`. */
const IDS_PER_CALL = 50;

/** What a look-up showed. */
export type Sight =
  | { readonly kind: 'found'; readonly order: FoundOrder }
  | { readonly kind: 'contradiction'; readonly why: string }
  | { readonly kind: 'nothing'; readonly sweep: AbsenceSweep }
  /** Nothing was found, but the look-up proves nothing either. */
  | { readonly kind: 'no-proof'; readonly why: string };

/** Looks for the order of a row by everything that could show it. A failed call proves nothing. */
export async function look(
  row: OrderRow,
  attempt: Attempt,
  open: () => Promise<Exchange>,
  deps: OrderDeps,
): Promise<Sight> {
  const atMs = deps.clock.nowMs();
  if (isPaperKey(attempt.keyId) !== isOnPaper(row.account, deps)) {
    const why = 'the account was changed between paper and Kraken since the order went out';
    return { kind: 'no-proof', why };
  }
  try {
    const exchange = await open();
    const found = await exchange.find(row.clientOrderId, earliestMs(row, attempt));
    if (found.length > 1) {
      const ids = found.map(({ exchangeOrderId }) => exchangeOrderId).join(', ');
      return { kind: 'contradiction', why: `Kraken has more than one order of this id: ${ids}` };
    }
    const [order] = found;
    if (order !== undefined) return compare(row, attempt, order, deps);
    return await proveAbsence(row, attempt, { exchange, atMs }, deps);
  } catch (error) {
    return { kind: 'no-proof', why: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Nothing of the row was sent earlier. A row that was licensed twice may be found by its first
 * attempt, of which only the receipt is known. PREPARE compared its clock with Kraken's, whoever
 * wrote the receipt did not: where that clock was ahead, the attempt or the sender's time says more.
 */
function earliestMs(row: OrderRow, attempt: Attempt): number {
  const knownMs = Math.min(row.receivedAtMs, attempt.preparedAtMs);
  return row.sends > 1 ? Math.min(knownMs, row.signal.sentAtMs) : knownMs;
}

async function compare(
  row: OrderRow,
  attempt: Attempt,
  order: FoundOrder,
  deps: OrderDeps,
): Promise<Sight> {
  const pair = pairTable(await deps.market.pairs()).byAnyName(attempt.order.pair);
  if (pair === undefined) return { kind: 'no-proof', why: `pair ${attempt.order.pair} is unknown` };
  const same = sameOrder(attempt.order, order, pair);
  if (!same.ok) return { kind: 'contradiction', why: `${order.exchangeOrderId}: ${same.error}` };
  const firstMs = earliestMs(row, attempt) - OPENED_TOLERANCE_MS;
  const latestMs = attempt.deadlineMs + OPENED_TOLERANCE_MS;
  if (order.openedAtMs < firstMs || order.openedAtMs > latestMs) {
    const opened = new Date(order.openedAtMs).toISOString();
    return {
      kind: 'contradiction',
      why: `${order.exchangeOrderId} was opened at ${opened}, outside of the attempt`,
    };
  }
  return { kind: 'found', order };
}

/**
 * Nothing by our id in open and closed orders. It counts as a sweep only when Kraken is up, the
 * clock is right, no trade since the attempt belongs to an order of ours, and the key is shown to
 * see old orders.
 */
async function proveAbsence(
  row: OrderRow,
  attempt: Attempt,
  { exchange, atMs }: { readonly exchange: Exchange; readonly atMs: number },
  deps: OrderDeps,
): Promise<Sight> {
  if ((await deps.market.mode()) === 'maintenance') {
    return { kind: 'no-proof', why: 'Kraken is in maintenance' };
  }
  const { startAtMs } = attempt.order;
  if (startAtMs !== undefined && atMs < startAtMs + SETTLE_MS) {
    return { kind: 'no-proof', why: 'an order that starts later may not be shown before it does' };
  }
  // How long reads had to settle is counted by this clock: one that is ahead believes too early.
  const skewMs = await deps.market.skewMs();
  if (Math.abs(skewMs) > MAX_SKEW_MS) {
    return { kind: 'no-proof', why: `this clock and Kraken's differ by ${skewMs} ms` };
  }
  // An order of ours trades at once, or it rests and is found by its id: later trades do not matter,
  // and a busy account has too many of them to read.
  const untilMs = attempt.deadlineMs + OPENED_TOLERANCE_MS;
  const firstMs = row.sends > 1 ? earliestMs(row, attempt) : attempt.preparedAtMs;
  const traded = await exchange.tradedOrders(firstMs - OPENED_TOLERANCE_MS, untilMs);
  const behindTrades = await ordersOf(traded, exchange);
  if (behindTrades.length < traded.length) {
    return { kind: 'no-proof', why: 'a recent trade belongs to an order that cannot be read' };
  }
  const ours = behindTrades.find(({ clientOrderId }) => clientOrderId === row.clientOrderId);
  if (ours !== undefined) return compare(row, attempt, ours, deps);
  const control = await positiveControl(row.account, exchange, deps);
  if (control === undefined) {
    return { kind: 'no-proof', why: 'the query key does not see an order that is known to exist' };
  }
  return { kind: 'nothing', sweep: { atMs, control } };
}

function isOnPaper(account: string, { config }: OrderDeps): boolean {
  return config.accounts[account]?.mode === 'paper';
}

/** The orders behind trades, asked for in as many calls as Kraken's limit on ids makes them. */
async function ordersOf(ids: readonly string[], exchange: Exchange): Promise<FoundOrder[]> {
  const found: FoundOrder[] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
    found.push(...(await exchange.orders(ids.slice(at, at + IDS_PER_CALL))));
  }
  return found;
}

async function positiveControl(
  account: string,
  exchange: Exchange,
  deps: OrderDeps,
): Promise<string | undefined> {
  const known = await deps.tally.lastPlaced(account);
  if (known !== undefined && isPaperOrder(known) === isOnPaper(account, deps)) {
    const [seen] = await exchange.orders([known]);
    return seen === undefined ? undefined : `order ${known} is seen`;
  }
  return 'no order yet; the key sees all times';
}
