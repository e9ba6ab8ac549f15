/**
 * The AWS services of the local stack: DynamoDB, SQS and Secrets Manager on 127.0.0.1, with
 * Harpoon's table and queues in them. The real SDK finds them by the environment that this returns.
 */
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DUE_INDEX,
  DUE_PARTITION_KEY,
  DUE_SORT_KEY,
  PARTITION_KEY,
  SORT_KEY,
  TABLE_NAME,
} from '../../../functions/adapters/dynamo/table.ts';
import type { Running } from './aws-json-server.ts';
import { startDynamo } from './dynamo.ts';
import { localArn, localClient, REGION } from './local-account.ts';
import { startQueue } from './queue.ts';
import { startSecrets } from './secrets.ts';

/** Where the data live (in memory if absent) and on which ports (any if absent). */
export interface CloudOptions {
  readonly directory?: string;
  readonly ports?: { readonly dynamo?: number; readonly queue?: number; readonly secrets?: number };
}

/** The running services. */
export interface Cloud {
  /** For the process, or the child processes, that use the SDK. */
  readonly environment: Readonly<Record<string, string>>;
  readonly queueUrl: string;
  readonly deadLetterUrl: string;
  readonly tableName: string;
  /** Stops all of them; running requests end first. */
  close(): Promise<void>;
}

const QUEUE = 'harpoon-orders.fifo';
const DEAD_LETTERS = 'harpoon-orders-dlq.fifo';

/** Six times the 15 s time-out of the function, as AWS advises for event source mappings. */
const VISIBILITY_S = 90;
const MAX_RECEIVES = 5;
const DEAD_LETTER_RETENTION_S = 14 * 24 * 3_600;

/** Starts the services and creates what is missing of the table and the queues. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const { directory, ports } = options;
  const started: Running[] = [];
  const close = async () => {
    await Promise.all(started.map((service) => service.close()));
  };
  try {
    const dynamo = await startDynamo({ ...inside(directory, 'dynamo'), ...on(ports?.dynamo) });
    started.push(dynamo);
    const secrets = await startSecrets({ ...inside(directory, 'secrets'), ...on(ports?.secrets) });
    started.push(secrets);
    const queue = await startQueue(on(ports?.queue));
    started.push(queue);

    await openTable(dynamo.url);
    const { queueUrl, deadLetterUrl } = await createQueues(queue.url);
    const environment = {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
      AWS_ENDPOINT_URL_SQS: queue.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    };
    return { environment, queueUrl, deadLetterUrl, tableName: TABLE_NAME, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openTable(url: string): Promise<void> {
  const client = new DynamoDBClient(localClient(url));
  try {
    await createTable(client, TABLE_NAME).catch((error: unknown) => {
      if (!(error instanceof ResourceInUseException)) throw error;
      return untilActive(client, TABLE_NAME);
    });
  } finally {
    client.destroy();
  }
}

/** Creates Harpoon's table under a name, and returns when it can be used. */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(tableCommand(name));
  await untilActive(client, name);
}

async function untilActive(client: DynamoDBClient, name: string): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await sleep(5);
  }
}

/** Harpoon's table under a name. */
export function tableCommand(name: string): CreateTableCommand {
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' }) as const;
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  return new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [PARTITION_KEY, SORT_KEY, DUE_PARTITION_KEY, DUE_SORT_KEY].map(text),
    KeySchema: keys(PARTITION_KEY, SORT_KEY),
    GlobalSecondaryIndexes: [
      {
        IndexName: DUE_INDEX,
        KeySchema: keys(DUE_PARTITION_KEY, DUE_SORT_KEY),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
}

/** Creates what is missing of Harpoon's queue and its dead letters in the queue service. */
export async function createQueues(
  url: string,
): Promise<{ queueUrl: string; deadLetterUrl: string }> {
  const client = new SQSClient(localClient(url));
  try {
    const deadLetterUrl = await createQueue(client, DEAD_LETTERS, {
      MessageRetentionPeriod: String(DEAD_LETTER_RETENTION_S),
    });
    const redrive = {
      deadLetterTargetArn: localArn('sqs', DEAD_LETTERS),
      maxReceiveCount: MAX_RECEIVES,
    };
    const queueUrl = await createQueue(client, QUEUE, {
      VisibilityTimeout: String(VISIBILITY_S),
      RedrivePolicy: JSON.stringify(redrive),
    });
    return { queueUrl, deadLetterUrl };
  } finally {
    client.destroy();
  }
}

async function createQueue(
  client: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<string> {
  const Attributes = { FifoQueue: 'true', ...attributes };
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  if (QueueUrl === undefined) throw new Error(`no URL for queue ${name}`);
  return QueueUrl;
}

function inside(directory: string | undefined, name: string): { directory?: string } {
  return directory === undefined ? {} : { directory: join(directory, name) };
}

function on(port: number | undefined): { port?: number } {
  return port === undefined ? {} : { port };
}
