/**
 * An embedded DynamoDB for one machine, reachable by the real SDK. Every write of a request is one
 * leveldb batch and writes go one after the other: conditions hold at the instant of the write,
 * nobody sees half a transaction, and a kill -9 leaves no half of anything. Written data survive
 * the process, not a power cut (leveldb's log is not flushed to the disk for each write).
 */
import { mkdir } from 'node:fs/promises';
import { AwsError, serveAwsJson, type Input, type Running } from './aws-json-server.ts';
import {
  act,
  describe,
  ITEM_WRITES,
  openStore,
  READS,
  storeKey,
  storeKeyOfItem,
  TABLE_PREFIX,
  TABLE_WRITES,
  validated,
  type Item,
  type Store,
  type TableDescription,
} from './dynalite.ts';
import { stage } from './staged-store.ts';
import { transactGet, transactWrite, typeOf } from './transact.ts';
import { openTokens } from './transaction-tokens.ts';

/** Where the data live and on which port; without a directory they live in memory. */
export interface DynamoOptions {
  readonly directory?: string;
  readonly port?: number;
  /** Time by which tokens of transactions expire; the system's clock if absent. */
  readonly nowMs?: () => number;
}

/** Starts DynamoDB. Rejects when the directory is in use by another process. */
export async function startDynamo(options: DynamoOptions = {}): Promise<Running> {
  const store = await open(options.directory);
  await finishTables(store);
  const tokens = await openTokens(store, options.nowMs ?? Date.now);
  const alone = oneAtATime();

  const handle = async (operation: string, input: Input): Promise<object> => {
    if (READS.includes(operation)) return act(operation, validated(operation, input, store), store);
    if (ITEM_WRITES.includes(operation)) return alone(() => writeItem(store, operation, input));
    if (TABLE_WRITES.includes(operation)) {
      return alone(() => act(operation, validated(operation, input, store), store));
    }
    switch (operation) {
      case 'TransactWriteItems':
        return alone(() => transactWrite(store, tokens, input));
      case 'TransactGetItems':
        return alone(() => transactGet(store, input));
      case 'UpdateTimeToLive':
        return alone(() => updateTimeToLive(store, input));
      case 'DescribeTimeToLive':
        return describeTimeToLive(store, input);
      default:
        throw new AwsError('com.amazon.coral.service#UnknownOperationException', operation);
    }
  };

  const contentType = 'application/x-amz-json-1.0';
  const service = { name: 'DynamoDB', target: 'DynamoDB_20120810', contentType, handle } as const;
  const server = await serveAwsJson(service, options.port).catch(async (error: unknown) => {
    await store.db.close();
    throw error;
  });
  return {
    url: server.url,
    async close() {
      await server.close();
      await store.db.close();
    },
  };
}

async function open(directory: string | undefined): Promise<Store> {
  if (directory === undefined) return openStore(undefined);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return openStore(directory).catch((error: unknown) => {
    const text = `the table in ${directory} cannot be opened; is another Harpoon running on it?`;
    throw new Error(text, { cause: error });
  });
}

/** A table whose creation was cut off by a kill is complete but for its status. */
async function finishTables(store: Store): Promise<void> {
  const range = { gte: TABLE_PREFIX, lt: `${TABLE_PREFIX}\uffff` };
  for await (const [key, value] of store.db.iterator(range)) {
    const table = value as TableDescription;
    if (table.TableStatus !== 'CREATING') continue;
    table.TableStatus = 'ACTIVE';
    for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
    await store.db.batch([{ type: 'put', key, value: table }]);
  }
}

/** Runs tasks one after the other, in the order in which they came. */
function oneAtATime(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}

async function writeItem(store: Store, operation: string, input: Input): Promise<object> {
  const data = validated(operation, input, store);
  const staged = stage(store);
  try {
    const output = await act(operation, data, staged);
    await staged.commit();
    return output;
  } catch (error) {
    const wanted = input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD';
    const { type, message } = typeOf(error);
    if (!wanted || type !== 'ConditionalCheckFailedException') throw error;
    const table = await describe(String(data['TableName']), store);
    const put = data['Item'] as Item | undefined;
    const key = put ? storeKeyOfItem(put, table) : storeKey(data['Key'] as Item, table);
    const existing = await staged.item(table.TableName, key);
    const fields = existing === undefined ? {} : { Item: existing };
    throw new AwsError(`com.amazonaws.dynamodb.v20120810#${type}`, message, { fields });
  }
}

/** Kept and told, but nothing is deleted: on AWS, too, expired items stay readable for days. */
async function updateTimeToLive(store: Store, input: Input): Promise<object> {
  const table = await describe(String(input['TableName']), store);
  const TimeToLiveSpecification = input['TimeToLiveSpecification'];
  const key = `time-to-live~${table.TableName}`;
  await store.db.batch([{ type: 'put', key, value: TimeToLiveSpecification }]);
  return { TimeToLiveSpecification };
}

async function describeTimeToLive(store: Store, input: Input): Promise<object> {
  const table = await describe(String(input['TableName']), store);
  const set = await store.db.get(`time-to-live~${table.TableName}`);
  const { Enabled, AttributeName } = (set ?? {}) as { Enabled?: boolean; AttributeName?: string };
  return {
    TimeToLiveDescription: Enabled
      ? { TimeToLiveStatus: 'ENABLED', AttributeName }
      : { TimeToLiveStatus: 'DISABLED' },
  };
}
