/**
 * Lambda function reconcile-orders, once a minute: settles uncertain orders, refreshes the market
 * snapshot, delivers notices. Wiring only. It reads Kraken with the query keys and sends nothing.
 */
import { dynamoMarketSnapshots } from '../adapters/dynamo/market-snapshots.ts';
import { logNotifier } from '../adapters/log-notifier.ts';
import { openOrderDeps } from '../adapters/order-deps.ts';
import { deliverNotices } from '../core/deliver-notices.ts';
import { reconcileOrders } from '../core/reconcile-orders.ts';
import { refreshMarket } from '../core/refresh-market.ts';

const deps = openOrderDeps('reconcile-orders', 'query');
const { log } = deps;
const snapshots = dynamoMarketSnapshots(deps.table, deps.clock);

/** One minute's work. The three parts do not wait for each other's success. */
export async function handler(): Promise<void> {
  // What waits is told first: a minute in which Kraken hangs must not end in silence.
  const deliver = () => deliverNotices({ ...deps, notifier: logNotifier(log) });
  const [earlier, orders, market] = await Promise.allSettled([
    deliver(),
    reconcileOrders(deps),
    refreshMarket({ ...deps, snapshots }),
  ]);
  const [notices] = await Promise.allSettled([deliver()]);
  for (const [part, outcome] of Object.entries({ earlier, orders, market, notices })) {
    if (outcome.status === 'rejected') {
      log.error('part-failed', { part, error: String(outcome.reason) });
    }
  }
  // The absence of this line is what an alarm watches for.
  if (orders.status === 'fulfilled') log.info('reconciled', { ...orders.value });
  else throw new Error('orders could not be reconciled', { cause: orders.reason });
}
