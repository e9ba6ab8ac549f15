/**
 * Lambda function reconcile-orders, once a minute: settles uncertain orders, matches paper orders
 * that rest, follows placed orders to their end, refreshes the market snapshot, looks whether the
 * sources that should speak do, and once a day compares the orders with Kraken and writes the daily
 * summary. Wiring only. It reads Kraken with the query keys and sends nothing.
 */
import { dynamoDayBook } from '../adapters/dynamo/day-book.ts';
import { dynamoDeliveryLog } from '../adapters/dynamo/delivery-log.ts';
import { dynamoMarketSnapshots } from '../adapters/dynamo/market-snapshots.ts';
import { dynamoSourceWatches } from '../adapters/dynamo/source-watches.ts';
import { openOrderDeps } from '../adapters/order-deps.ts';
import { paperMatcher } from '../adapters/paper/match-resting.ts';
import { followOrders } from '../core/follow/follow-orders.ts';
import { watchBooks } from '../core/follow/watch-books.ts';
import { writeSummary } from '../core/notifications/write-summary.ts';
import { queueWaitingAmends } from '../core/execute/amends.ts';
import { queueWaitingRecalls } from '../core/execute/recalls.ts';
import { reconcileOrders } from '../core/reconcile/reconcile-orders.ts';
import { refreshMarket } from '../core/market/refresh-market.ts';
import { watchSwitches } from '../core/halt/switch-watch.ts';
import { watchSources } from '../core/silence/watch-sources.ts';

const deps = openOrderDeps('reconcile-orders', 'query');
const { log } = deps;
const snapshots = dynamoMarketSnapshots(deps.table, deps.clock);

const matchPaper = paperMatcher(deps);

const dayBook = dynamoDayBook(deps.table);
const silenceDeps = { ...deps, dayBook, watches: dynamoSourceWatches(deps.table) };

const summaryDeps = {
  ...deps,
  dayBook,
  deliveries: dynamoDeliveryLog(deps.table),
};

/** No account is asked after this for a silent source, a book or the summary; the time-out is 50 s. */
const CANCELS_MS = 25_000;
const BOOKS_MS = 28_000;
const SUMMARY_MS = 30_000;

/** One minute's work. The parts do not wait for each other's success. */
export async function handler(): Promise<void> {
  const startMs = deps.clock.nowMs();
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
  // After the look-ups: these take turns with them at the same keys.
  const [paper] = await Promise.allSettled([matchPaper()]);
  const [followed] = await Promise.allSettled([followOrders(deps)]);
  const [silence] = await Promise.allSettled([watchSources(silenceDeps, startMs + CANCELS_MS)]);
  const [compared] = await Promise.allSettled([watchBooks(deps, startMs + BOOKS_MS)]);
  const [summary] = await Promise.allSettled([writeSummary(summaryDeps, startMs + SUMMARY_MS)]);
  reportFailures({ paper, followed, silence, compared, summary });
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
