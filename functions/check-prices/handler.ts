/**
 * Lambda function check-prices, once a minute: looks at the prices that people want to be told of,
 * and hands on the signals that their rules raise. Wiring only. It needs no Kraken key; what it
 * remembers between two runs may be lost at any time.
 */
import { readConfig, required } from '../adapters/config-file.ts';
import { dynamoAlertStore } from '../adapters/dynamo/alert-store.ts';
import { openTable } from '../adapters/dynamo/client.ts';
import { dynamoMarketSnapshots } from '../adapters/dynamo/market-snapshots.ts';
import { dynamoOrderLog } from '../adapters/dynamo/order-log.ts';
import { dynamoOutbox } from '../adapters/dynamo/outbox.ts';
import { dynamoSwitches } from '../adapters/dynamo/switches.ts';
import { functionLog } from '../adapters/json-log.ts';
import { krakenSpotUrl } from '../adapters/kraken/spot-url.ts';
import { krakenPriceFeed } from '../adapters/kraken/price-feed.ts';
import { sqsOrderQueue } from '../adapters/sqs/order-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { checkPrices } from '../core/alerts/check-prices.ts';
import { alertMemory } from '../core/alerts/memory.ts';
import { raiseSignals } from '../core/alerts/raise-signals.ts';

const clock = systemClock;
const log = functionLog('check-prices');
const table = openTable(required('HARPOON_TABLE'));
const alerts = dynamoAlertStore(table);
const deps = {
  ...{ config: readConfig(), clock, log, memory: alertMemory(), alerts, store: alerts },
  feed: krakenPriceFeed({ url: krakenSpotUrl(), clock, log }),
  orderLog: dynamoOrderLog(table),
  switches: dynamoSwitches(table, systemClock),
  outbox: dynamoOutbox(table),
  queue: sqsOrderQueue(required('HARPOON_QUEUE_URL')),
  market: dynamoMarketSnapshots(table, clock),
};

/** One run. The absence of its last line is what an alarm watches for. */
export async function handler(): Promise<void> {
  const checked = await checkPrices(deps);
  // Also those of earlier runs that could not be handed on.
  const raised = await raiseSignals(deps);
  if (!checked.whole)
    throw new Error('prices could not be checked wholly; the next run catches up');
  log.info('prices-checked', { ...checked, raised: raised.handedOver });
}
