/**
 * Lambda function check-prices, once a minute: looks at the prices that people want to be told of.
 * Wiring only. It needs no Kraken key; what it remembers between two runs may be lost at any time.
 */
import { readConfig, required } from '../adapters/config-file.ts';
import { dynamoAlertStore } from '../adapters/dynamo/alert-store.ts';
import { openTable } from '../adapters/dynamo/client.ts';
import { functionLog } from '../adapters/json-log.ts';
import { krakenSpotUrl } from '../adapters/kraken/spot-url.ts';
import { krakenPriceFeed } from '../adapters/kraken/price-feed.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { checkPrices } from '../core/alerts/check-prices.ts';
import { alertMemory } from '../core/alerts/memory.ts';

const clock = systemClock;
const log = functionLog('check-prices');
const table = openTable(required('HARPOON_TABLE'));
const deps = {
  ...{ config: readConfig(), clock, log, memory: alertMemory() },
  store: dynamoAlertStore(table),
  feed: krakenPriceFeed({ url: krakenSpotUrl(), clock, log }),
};

/** One run. The absence of its last line is what an alarm watches for. */
export async function handler(): Promise<void> {
  const checked = await checkPrices(deps);
  if (!checked.whole)
    throw new Error('prices could not be checked wholly; the next run catches up');
  log.info('prices-checked', { ...checked });
}
