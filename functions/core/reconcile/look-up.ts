/**
 * Looks an order up at the exchange and says what that proves: it is there, it is there and wrong,
 * a full sweep shows nothing, or nothing can be concluded.
 */
import type { OrderDeps } from '../execute/order-deps.ts';
import { hasName, orderNameOf } from '../identity.ts';
import type { Attempt, OrderRow } from '../order.ts';
import { isPaperKey, isPaperOrder } from '../paper/paper-key.ts';
import type { Exchange } from '../ports.ts';
import { MAX_SKEW_MS, SETTLE_MS } from '../protocol.ts';
import { ordersIfAll } from './orders-by-id.ts';
import { earliestMs, judge, OPENED_TOLERANCE_MS, type Sight } from './whose-order.ts';

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
    const name = orderNameOf(row, attempt.order);
    const found = await exchange.find(name, earliestMs(row, attempt));
    const seen = await judge(found, { row, attempt, exchange }, deps);
    return seen ?? (await proveAbsence(row, attempt, { exchange, atMs }, deps));
  } catch (error) {
    return { kind: 'no-proof', why: error instanceof Error ? error.message : String(error) };
  }
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
  // It trades nothing, and no source says that look-ups show it: that it is not seen says nothing,
  // and a second one would pay off as much again. What Kraken refused before its engine was not made.
  if (attempt.order.type === 'settle-position' && row.refusedBeforeEngine !== true) {
    return {
      kind: 'no-proof',
      why: 'a settlement may not be shown: compare what is open at Kraken',
    };
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
  const behindTrades = await ordersIfAll(traded, exchange);
  if (behindTrades === undefined) {
    return { kind: 'no-proof', why: 'a recent trade belongs to an order that cannot be read' };
  }
  const name = orderNameOf(row, attempt.order);
  const named = behindTrades.filter((order) => hasName(name, order));
  const seen = await judge(named, { row, attempt, exchange }, deps);
  if (seen !== undefined) return seen;
  const control = await positiveControl(row.account, exchange, deps);
  if (control === undefined) {
    return { kind: 'no-proof', why: 'the query key does not see an order that is known to exist' };
  }
  return { kind: 'nothing', sweep: { atMs, control } };
}

function isOnPaper(account: string, { config }: OrderDeps): boolean {
  return config.accounts[account]?.mode === 'paper';
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
