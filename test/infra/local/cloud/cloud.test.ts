/** The whole: what `startCloud` starts is found by clients that know only the environment. */
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startCloud, type Cloud } from '../../../../infra/local/cloud/cloud.ts';

let directory: string;
let cloud: Cloud;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harpoon-cloud-'));
  await start();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
  await rm(directory, { recursive: true });
});

async function start(): Promise<void> {
  cloud = await startCloud({ directory });
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value);
}

test('the table is the one that the functions expect', async () => {
  const client = new DynamoDBClient();
  const { Table } = await client.send(new DescribeTableCommand({ TableName: cloud.tableName }));
  expect(Table).toMatchObject({
    TableName: 'harpoon',
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'due',
        Projection: { ProjectionType: 'KEYS_ONLY' },
        KeySchema: [
          { AttributeName: 'gsi1pk', KeyType: 'HASH' },
          { AttributeName: 'gsi1sk', KeyType: 'RANGE' },
        ],
      },
    ],
  });
});

test('orders that fail five times go to the dead letters, which are kept for 14 days', async () => {
  const client = new SQSClient();
  const attributes = async (QueueUrl: string) => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    return (await client.send(command)).Attributes ?? {};
  };
  const [orders, dead] = [await attributes(cloud.queueUrl), await attributes(cloud.deadLetterUrl)];
  expect(orders).toMatchObject({ FifoQueue: 'true', VisibilityTimeout: '90' });
  expect(JSON.parse(orders['RedrivePolicy'] ?? '')).toEqual({
    deadLetterTargetArn: dead['QueueArn'],
    maxReceiveCount: 5,
  });
  expect(dead['MessageRetentionPeriod']).toBe(String(14 * 24 * 3_600));
});

test('table and secrets are there again after a restart', async () => {
  const Item = { pk: 'x', sk: 'A' };
  const put = new PutCommand({ TableName: cloud.tableName, Item });
  await DynamoDBDocumentClient.from(new DynamoDBClient()).send(put);
  const create = new CreateSecretCommand({ Name: 'harpoon/main/trade', SecretString: 'value' });
  await new SecretsManagerClient().send(create);

  await cloud.close();
  await start();

  const get = new GetCommand({ TableName: cloud.tableName, Key: Item });
  const found = await DynamoDBDocumentClient.from(new DynamoDBClient()).send(get);
  expect(found.Item).toEqual(Item);
  const read = new GetSecretValueCommand({ SecretId: 'harpoon/main/trade' });
  expect((await new SecretsManagerClient().send(read)).SecretString).toBe('value');
});

test('a part that cannot start takes the started ones down with it', async () => {
  const other = join(directory, 'other');
  const taken = Number(new URL(cloud.queueUrl).port);
  const failing = startCloud({ directory: other, ports: { queue: taken } });
  await expect(failing).rejects.toThrow(`SQS cannot listen on 127.0.0.1:${taken}`);
  const second = await startCloud({ directory: other });
  await second.close();
});
