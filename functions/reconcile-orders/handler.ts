/**
 * Lambda function reconcile-orders, once a minute: settles uncertain orders, refreshes the market
 * snapshot, delivers notices. Wiring only. It reads Kraken with the query keys and sends nothing.
 */
import { readConfig, required } from '../adapters/config-file.ts';
import { openTable } from '../adapters/dynamo/client.ts';
import { dynamoLanes } from '../adapters/dynamo/lanes.ts';
import { dynamoMarketSnapshots } from '../adapters/dynamo/market-snapshots.ts';
import { dynamoOrderLog } from '../adapters/dynamo/order-log.ts';
import { dynamoOutbox } from '../adapters/dynamo/outbox.ts';
import { dynamoSwitches } from '../adapters/dynamo/switches.ts';
import { dynamoTally } from '../adapters/dynamo/tally.ts';
import { functionLog } from '../adapters/json-log.ts';
import { krakenDesks } from '../adapters/kraken/desks.ts';
import { logNotifier } from '../adapters/log-notifier.ts';
import { randomIds } from '../adapters/random-ids.ts';
import { sqsOrderQueue } from '../adapters/sqs/order-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { deliverNotices } from '../core/deliver-notices.ts';
import { reconcileOrders, type ReconcileDeps } from '../core/reconcile-orders.ts';
import { refreshMarket } from '../core/refresh-market.ts';

const log = functionLog('reconcile-orders');
const config = readConfig();
const table = openTable(required('HARPOON_TABLE'));
const deps: ReconcileDeps = {
  config,
  clock: systemClock,
  ids: randomIds,
  log,
  orders: dynamoOrderLog(table),
  lanes: dynamoLanes(table, systemClock),
  switches: dynamoSwitches(table),
  tally: dynamoTally(table),
  outbox: dynamoOutbox(table),
  queue: sqsOrderQueue(required('HARPOON_QUEUE_URL')),
  ...krakenDesks({ config, half: 'query', clock: systemClock, log }),
};
const snapshots = dynamoMarketSnapshots(table, systemClock);

/** One minute's work. The three parts do not wait for each other's success. */
export async function handler(): Promise<void> {
  const [orders, market] = await Promise.allSettled([
    reconcileOrders(deps),
    refreshMarket({ ...deps, snapshots }),
  ]);
  const [notices] = await Promise.allSettled([
    deliverNotices({ ...deps, notifier: logNotifier(log) }),
  ]);
  for (const [part, outcome] of Object.entries({ orders, market, notices })) {
    if (outcome.status === 'rejected') {
      log.error('part-failed', { part, error: String(outcome.reason) });
    }
  }
  // The absence of this line is what an alarm watches for.
  if (orders.status === 'fulfilled') log.info('reconciled', { ...orders.value });
  else throw new Error('orders could not be reconciled', { cause: orders.reason });
}
