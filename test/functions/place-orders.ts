/** A process that carries out the orders it is told to, four at a time, on a key that others use too. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import type { OrderRef } from '../../functions/core/order.ts';
import { localClient } from '../../infra/local/cloud/local-account.ts';
import { fakeLog } from '../fakes/log.ts';
import { fakeQueue } from '../fakes/queue.ts';
import { depsOver } from './order-world.ts';

/** What the process is told. */
export interface Work {
  readonly dynamoUrl: string;
  readonly tableName: string;
  readonly krakenUrl: string;
  readonly key: { readonly key: string; readonly secret: string };
  readonly refs: readonly OrderRef[];
}

const WORKERS = 4;

const work = JSON.parse(process.argv[2] ?? '') as Work;
const client = DynamoDBDocumentClient.from(new DynamoDBClient(localClient(work.dynamoUrl)), {
  marshallOptions: { removeUndefinedValues: true },
});
const queue = fakeQueue(systemClock);
const deps = depsOver({
  table: { client, name: work.tableName },
  clock: systemClock,
  key: work.key,
  krakenUrl: work.krakenUrl,
  log: fakeLog(),
  queue,
});
const waiting = [...work.refs];
// What found the key busy for too long, as on a slow machine, is queued again.
const next = (): OrderRef | undefined => waiting.shift() ?? queue.sent.shift()?.ref;
const worker = async (): Promise<void> => {
  for (let ref = next(); ref !== undefined; ref = next()) await executeOrder(ref, deps);
};
await Promise.all(Array.from({ length: WORKERS }, worker));
process.exit(0);
