/**
 * Lambda function reconcile-orders, once a minute: settles uncertain orders and refreshes the market
 * snapshot. Wiring only. It reads Kraken with the query keys and sends nothing.
 */
import { dynamoMarketSnapshots } from '../adapters/dynamo/market-snapshots.ts';
import { openOrderDeps } from '../adapters/order-deps.ts';
import { reconcileOrders } from '../core/reconcile-orders.ts';
import { refreshMarket } from '../core/refresh-market.ts';

const deps = openOrderDeps('reconcile-orders', 'query');
const { log } = deps;
const snapshots = dynamoMarketSnapshots(deps.table, deps.clock);

/** One minute's work. The two parts do not wait for each other's success. */
export async function handler(): Promise<void> {
  const [orders, market] = await Promise.allSettled([
    reconcileOrders(deps),
    refreshMarket({ ...deps, snapshots }),
  ]);
  for (const [part, outcome] of Object.entries({ orders, market })) {
    if (outcome.status === 'rejected') {
      log.error('part-failed', { part, error: String(outcome.reason) });
    }
  }
  // The absence of this line is what an alarm watches for.
  if (orders.status === 'fulfilled') log.info('reconciled', { ...orders.value });
  else throw new Error('orders could not be reconciled', { cause: orders.reason });
}
