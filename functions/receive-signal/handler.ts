/**
 * Lambda function receive-signal: the only one that faces the internet. Wiring only; the use case
 * is core/receive/receive-signal.ts. It can read the secrets of sources and no Kraken key.
 */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AWS_LIMITS } from '../adapters/aws-limits.ts';
import { readConfig, required } from '../adapters/config-file.ts';
import { dynamoAmends } from '../adapters/dynamo/amends.ts';
import { openTable } from '../adapters/dynamo/client.ts';
import { dynamoMarketSnapshots } from '../adapters/dynamo/market-snapshots.ts';
import { dynamoOrderLog } from '../adapters/dynamo/order-log.ts';
import { dynamoOutbox } from '../adapters/dynamo/outbox.ts';
import { dynamoHaltRequests } from '../adapters/dynamo/halt-requests.ts';
import { dynamoHeardSources } from '../adapters/dynamo/source-watches.ts';
import { dynamoRecalls } from '../adapters/dynamo/recalls.ts';
import { dynamoSwitches } from '../adapters/dynamo/switches.ts';
import { functionLog } from '../adapters/json-log.ts';
import { sourceSecrets } from '../adapters/secrets/source-secrets.ts';
import { sqsOrderQueue } from '../adapters/sqs/order-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { sourceGuard } from '../adapters/webhook/source-guard.ts';
import { serveSignals } from './serve.ts';

const config = readConfig();
const table = openTable(required('HARPOON_TABLE'));
const secrets = sourceSecrets(new SecretsManagerClient(AWS_LIMITS), systemClock);

/** Receives one POST of a sender. */
export const handler = serveSignals({
  config,
  clock: systemClock,
  guard: sourceGuard(config, secrets),
  orderLog: dynamoOrderLog(table),
  queue: sqsOrderQueue(required('HARPOON_QUEUE_URL')),
  switches: dynamoSwitches(table, systemClock),
  halts: dynamoHaltRequests(table),
  recalls: dynamoRecalls(table),
  heard: dynamoHeardSources(table),
  amends: dynamoAmends(table),
  outbox: dynamoOutbox(table),
  market: dynamoMarketSnapshots(table, systemClock),
  log: functionLog('receive-signal'),
});
