/**
 * Lambda function deliver-notifications, once a minute: hands what waits in the outbox to Slack and
 * e-mail. Wiring only. It has no Kraken key; the candles of its pictures are public.
 */
import { channelNotifier } from '../adapters/notify/channels.ts';
import { readConfig, required } from '../adapters/config-file.ts';
import { openTable } from '../adapters/dynamo/client.ts';
import { dynamoDeliveryLog } from '../adapters/dynamo/delivery-log.ts';
import { dynamoOutbox } from '../adapters/dynamo/outbox.ts';
import { functionLog } from '../adapters/json-log.ts';
import { krakenPriceFeed } from '../adapters/kraken/price-feed.ts';
import { krakenSpotUrl } from '../adapters/kraken/spot-url.ts';
import { randomIds } from '../adapters/random-ids.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { deliverNotifications } from '../core/notifications/deliver-notifications.ts';
import type { ChartPainter } from '../core/notifications/ports.ts';

const clock = systemClock;
const log = functionLog('deliver-notifications');
const config = readConfig();
const table = openTable(required('HARPOON_TABLE'));

/** Drawing is heavy: it is loaded with the first picture, and not at all in most minutes. */
const loadPainter = async (): Promise<ChartPainter> => {
  const { chartPainter } = await import('../adapters/chart/chart-painter.ts');
  return chartPainter();
};
let painter: Promise<ChartPainter> | undefined;

const deps = {
  ...{ config, clock, log },
  deliveries: dynamoDeliveryLog(table),
  outbox: dynamoOutbox(table),
  notifier: channelNotifier({
    ...{ config, clock, log, ids: randomIds },
    pictures: process.env['HARPOON_PICTURES'],
  }),
  rests: new Map<string, number>(),
  feed: krakenPriceFeed({ url: krakenSpotUrl(), clock, log }),
  painter: {
    async paint(...input: Parameters<ChartPainter['paint']>) {
      painter ??= loadPainter();
      return (await painter).paint(...input);
    },
  },
};

/** One run. The absence of its last line is what an alarm watches for. */
export async function handler(): Promise<void> {
  log.info('notifications-delivered', { ...(await deliverNotifications(deps)) });
}
