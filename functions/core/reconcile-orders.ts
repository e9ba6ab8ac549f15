/**
 * Settles what is uncertain, once a minute. It looks and never sends: a row whose outcome is not
 * known is adopted when Kraken has the order, given up when two sweeps after the settling time
 * prove that Kraken does not, and handed to a person when neither can be told.
 *
 * Presence is conclusive at once; absence only after the deadline, the lag of Kraken's reads, and
 * a positive control that shows that this key would have seen the order.
 */
import type { Config } from './config.ts';
import { laneGroup } from './lane-group.ts';
import { isUncertain, isWaiting } from './order-state.ts';
import type { OrderRef, OrderRow } from './order.ts';
import { LANE_WAIT_MS, PREPARED_STALE_MS, REQUEUE_MS } from './protocol.ts';
import type {
  Clock,
  Exchange,
  Ids,
  LaneLease,
  Lanes,
  Log,
  MarketData,
  OrderLog,
  OrderQueue,
  Outbox,
  Switches,
  Tally,
} from './ports.ts';
import { expire } from './record-outcome.ts';
import { settleUncertain } from './settle-uncertain.ts';
import { requeueName, type Desk } from './execute-order.ts';

/** Rows handled in one run; the rest waits for the next minute, oldest first. */
const ROWS_MAX = 200;
const LANE_POLL_MS = 100;

/** What reconciling needs. `desk` opens the query half of an account's keys. */
export interface ReconcileDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly orders: OrderLog;
  readonly lanes: Lanes;
  readonly switches: Switches;
  readonly tally: Tally;
  readonly queue: OrderQueue;
  readonly outbox: Outbox;
  readonly market: MarketData;
  desk(account: string): Promise<Desk>;
}

/** How many rows a run looked at, and how many could not be looked at. */
export interface ReconcileReport {
  readonly looked: number;
  readonly failed: number;
}

/** One run over everything that is due. One row's trouble never stops the others. */
export async function reconcileOrders(deps: ReconcileDeps): Promise<ReconcileReport> {
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
  deps: ReconcileDeps,
): Promise<number> {
  let failed = 0;
  let exchange: Promise<Exchange> | undefined;
  let lease: LaneLease | undefined;
  // The lane of the query key is taken for the first row that needs the exchange, if any does.
  const open = (): Promise<Exchange> =>
    (exchange ??= openExchange(account, deps).then((opened) => {
      lease = opened.lease;
      return opened.exchange;
    }));
  for (const ref of refs) {
    try {
      await reconcileOrder(ref, open, deps);
    } catch (error) {
      failed += 1;
      deps.log.error('row-not-reconciled', { ...ref, error: String(error) });
    }
  }
  if (lease !== undefined) await deps.lanes.release(lease);
  return failed;
}

async function reconcileOrder(
  ref: OrderRef,
  open: () => Promise<Exchange>,
  deps: ReconcileDeps,
): Promise<void> {
  // The index may lag behind: only the row itself says where the order stands.
  const row = await deps.orders.read(ref);
  const nowMs = deps.clock.nowMs();
  if (row?.dueAtMs === undefined || row.dueAtMs > nowMs) return;
  if (isWaiting(row.state)) {
    if (nowMs >= row.expiresAtMs) await expire(row, deps);
    else await queueAgain(row, deps);
  } else if (isUncertain(row.state)) {
    const preparedAtMs = row.attempt?.preparedAtMs ?? row.receivedAtMs;
    if (row.state === 'prepared' && nowMs < preparedAtMs + PREPARED_STALE_MS) return;
    await settleUncertain(row, open, deps);
  }
}

/** No worker finished with the row: its message may be lost, so there will be one more. */
async function queueAgain(row: OrderRow, deps: ReconcileDeps): Promise<void> {
  const atMs = deps.clock.nowMs();
  const why = 'not carried out in time; queued again';
  const noted = await deps.orders.note(row, { why, atMs, dueAtMs: atMs + REQUEUE_MS });
  if (noted === 'lost') return;
  await deps.queue.enqueue(row, laneGroup(deps.config, row.account), requeueName(noted));
}

async function openExchange(
  account: string,
  deps: ReconcileDeps,
): Promise<{ exchange: Exchange; lease: LaneLease }> {
  const desk = await deps.desk(account);
  const owner = deps.ids.uuid();
  const untilMs = deps.clock.nowMs() + LANE_WAIT_MS;
  for (;;) {
    const lease = await deps.lanes.take(desk.keyId, owner);
    if (lease === 'not-armed') throw new Error(`the query key of ${account} is not armed`);
    if (lease !== 'busy') return { lease, exchange: desk.exchange(lease) };
    if (deps.clock.nowMs() >= untilMs) throw new Error(`the query lane of ${account} is busy`);
    await deps.clock.sleep(LANE_POLL_MS);
  }
}
