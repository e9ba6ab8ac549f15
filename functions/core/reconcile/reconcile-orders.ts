/**
 * Settles what is uncertain, once a minute. It looks and never sends: a row whose outcome is not
 * known is adopted when Kraken has the order, given up when two sweeps after the settling time
 * prove that Kraken does not, and handed to a person when neither can be told.
 *
 * Presence is conclusive at once; absence only after the deadline, the lag of Kraken's reads, and
 * a positive control that shows that this key would have seen the order.
 */
import type { OrderDeps } from '../execute/order-deps.ts';
import { isUncertain, isWaiting } from '../order-state.ts';
import type { OrderRef } from '../order.ts';
import type { Exchange, LaneLease } from '../ports.ts';
import { PREPARED_STALE_MS } from '../protocol.ts';
import { openQueryExchange } from '../execute/query-exchange.ts';
import { queueAgain } from '../execute/queue-again.ts';
import { expire } from '../execute/record-outcome.ts';
import { settleUncertain } from './settle-uncertain.ts';
import { releaseLane } from '../execute/take-lane.ts';
import { watchAbsent } from './watch-absent.ts';

/** Rows handled in one run; the rest waits for the next minute, oldest first. */
const ROWS_MAX = 200;
/**
 * Look-ups for one account in one run: each takes up to six calls, Kraken's counter holds 15 to 20
 * of them and recovers 20 to 60 in a minute, and the lane's nonces must suffice.
 */
const LOOK_UPS_MAX = 8;

/** An account's look-ups end before its lane does, also when Kraken is slow. */
const ACCOUNT_MS = 12_000;

/** How many rows a run looked at, and how many could not be looked at. */
export interface ReconcileReport {
  readonly looked: number;
  readonly failed: number;
}

/** One run over everything that is due. One row's trouble never stops the others. */
export async function reconcileOrders(deps: OrderDeps): Promise<ReconcileReport> {
  const refs = await deps.orders.due(deps.clock.nowMs(), ROWS_MAX);
  const byAccount = groupByAccount(refs);
  const failed = await Promise.all(
    [...byAccount].map(([account, rows]) => reconcileAccount(account, rows, deps)),
  );
  const failures = failed.reduce((sum, one) => sum + one, 0);
  return { looked: refs.length, failed: failures };
}

function groupByAccount(refs: readonly OrderRef[]): Map<string, OrderRef[]> {
  const groups = new Map<string, OrderRef[]>();
  for (const ref of refs) groups.set(ref.account, [...(groups.get(ref.account) ?? []), ref]);
  return groups;
}

async function reconcileAccount(
  account: string,
  refs: readonly OrderRef[],
  deps: OrderDeps,
): Promise<number> {
  let failed = 0;
  let exchange: Promise<Exchange> | undefined;
  let lease: LaneLease | undefined;
  // The lane of the query key is taken for the first row that needs the exchange, if any does.
  const open = (): Promise<Exchange> =>
    (exchange ??= openQueryExchange(account, deps).then((opened) => {
      lease = opened.lease;
      return opened.exchange;
    }));
  const untilMs = deps.clock.nowMs() + ACCOUNT_MS;
  let lookUps = 0;
  const limited = (): Promise<Exchange> => {
    lookUps += 1;
    return open();
  };
  for (const ref of refs) {
    // The rest stays due and comes first in the next minute.
    if (lookUps >= LOOK_UPS_MAX || deps.clock.nowMs() > untilMs) break;
    try {
      await reconcileOrder(ref, limited, deps);
    } catch (error) {
      failed += 1;
      deps.log.error('row-not-reconciled', { ...ref, error: String(error) });
    }
  }
  if (lease !== undefined) await releaseLane(lease, deps);
  return failed;
}

async function reconcileOrder(
  ref: OrderRef,
  open: () => Promise<Exchange>,
  deps: OrderDeps,
): Promise<void> {
  // The index may lag behind: only the row itself says where the order stands.
  const row = await deps.orders.read(ref);
  const nowMs = deps.clock.nowMs();
  if (row?.dueAtMs === undefined || row.dueAtMs > nowMs) return;
  if (isWaiting(row.state)) {
    if (nowMs >= row.expiresAtMs) await expire(row, deps);
    else await queueAgain(row, row.outcome ?? 'no worker took it in time', deps);
  } else if (isUncertain(row.state)) {
    const preparedAtMs = row.attempt?.preparedAtMs ?? row.receivedAtMs;
    if (row.state === 'prepared' && nowMs < preparedAtMs + PREPARED_STALE_MS) return;
    await settleUncertain(row, open, deps);
  } else if (row.state === 'unplaced') {
    await watchAbsent(row, open, deps);
  }
}
