/**
 * Lambda function reconcile-orders, once a minute: settles uncertain orders, matches paper orders
 * that rest, follows placed orders to their end, refreshes the market snapshot, and once a day compares the orders with Kraken and
 * writes the daily summary. Wiring only. It reads Kraken with the query keys and sends nothing.
 */
import { dynamoDayBook } from '../adapters/dynamo/day-book.ts';
import { dynamoDeliveryLog } from '../adapters/dynamo/delivery-log.ts';
import { dynamoMarketSnapshots } from '../adapters/dynamo/market-snapshots.ts';
import { openOrderDeps } from '../adapters/order-deps.ts';
import { paperMatcher } from '../adapters/paper/match-resting.ts';
import { followOrders } from '../core/follow/follow-orders.ts';
import { writeSummary } from '../core/notifications/write-summary.ts';
import { queueWaitingAmends } from '../core/execute/amends.ts';
import { queueWaitingRecalls } from '../core/execute/recalls.ts';
import { reconcileOrders } from '../core/reconcile/reconcile-orders.ts';
import { refreshMarket } from '../core/market/refresh-market.ts';
import { watchSwitches } from '../core/halt/switch-watch.ts';

const deps = openOrderDeps('reconcile-orders', 'query');
const { log } = deps;
const snapshots = dynamoMarketSnapshots(deps.table, deps.clock);

const matchPaper = paperMatcher(deps);

const summaryDeps = {
  ...deps,
  dayBook: dynamoDayBook(deps.table),
  deliveries: dynamoDeliveryLog(deps.table),
};

/** The summary begins to ask about no account after this; the function's time-out is 50 s. */
const SUMMARY_MS = 30_000;

/** One minute's work. The parts do not wait for each other's success. */
export async function handler(): Promise<void> {
  const untilMs = deps.clock.nowMs() + SUMMARY_MS;
  const [orders, market, switches, recalls, amends] = await Promise.allSettled([
    reconcileOrders(deps),
    refreshMarket({ ...deps, snapshots }),
    watchSwitches(deps),
    queueWaitingRecalls(deps),
    queueWaitingAmends(deps),
  ]);
  reportFailures({ orders, market, switches, recalls, amends });
  // The absence of this line is what an alarm watches for.
  if (orders.status === 'fulfilled') log.info('reconciled', { ...orders.value });
  // After the look-ups: following and the daily check take turns with them at the same keys.
  const [paper] = await Promise.allSettled([matchPaper()]);
  const [followed] = await Promise.allSettled([followOrders(deps)]);
  const [summary] = await Promise.allSettled([writeSummary(summaryDeps, untilMs)]);
  reportFailures({ paper, followed, summary });
  if (orders.status === 'rejected') {
    throw new Error('orders could not be reconciled', { cause: orders.reason });
  }
}

function reportFailures(parts: Readonly<Record<string, PromiseSettledResult<unknown>>>): void {
  for (const [part, outcome] of Object.entries(parts)) {
    if (outcome.status === 'rejected') {
      log.error('part-failed', { part, error: String(outcome.reason) });
    }
  }
}
