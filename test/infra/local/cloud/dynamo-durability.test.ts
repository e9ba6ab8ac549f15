/** What the embedded DynamoDB keeps over a restart and over kill -9. */
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tableCommand } from '../../../../infra/local/cloud/cloud.ts';
import { startDynamo, type DynamoOptions } from '../../../../infra/local/cloud/dynamo.ts';
import { openStore } from '../../../../infra/local/cloud/dynalite.ts';
import { localClient } from '../../../../infra/local/cloud/local-account.ts';
import { TOKEN_MS } from '../../../../infra/local/cloud/transaction-tokens.ts';
import { TYPESCRIPT } from '../../../typescript.ts';

const TableName = 'harpoon';
const CHILD = fileURLToPath(new URL('./transfer-child.ts', import.meta.url));

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harpoon-dynamo-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** As many as the child writes with each transaction. */
const RECEIPT_PARTS = 40;

/** Runs something against the database in the directory, then stops the database. */
async function opened<T>(
  use: (client: DynamoDBDocumentClient) => Promise<T>,
  options: DynamoOptions = {},
): Promise<T> {
  const server = await startDynamo({ directory, ...options });
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(localClient(server.url)));
  try {
    return await use(client);
  } finally {
    client.destroy();
    await server.close();
  }
}

async function createTable(client: DynamoDBDocumentClient): Promise<void> {
  await client.send(tableCommand(TableName));
  await vi.waitUntil(async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    return Table?.TableStatus === 'ACTIVE';
  });
}

test('a restart keeps the table, its items and its index', async () => {
  const item = { pk: 'x', sk: 'A', gsi1pk: 'DUE', gsi1sk: '1' };
  await opened(async (client) => {
    await createTable(client);
    await client.send(new PutCommand({ TableName, Item: item }));
  });
  await opened(async (client) => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: { pk: 'x', sk: 'A' } }));
    expect(Item).toEqual(item);
    expect(await indexed(client, 'DUE')).toEqual(['x']);
  });
});

test('a table whose creation was cut off is usable after the restart', async () => {
  await opened(createTable);
  const store = await openStore(directory);
  const table = (await store.db.get('table~harpoon')) as object;
  const value = { ...table, TableStatus: 'CREATING' };
  await store.db.batch([{ type: 'put', key: 'table~harpoon', value }]);
  await store.db.close();
  await opened(async (client) => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table?.TableStatus).toBe('ACTIVE');
  });
});

test('a second process is told that the database is in use', async () => {
  await opened(async () => {
    await expect(startDynamo({ directory })).rejects.toThrow(/is another Harpoon running on it/);
  });
});

test('a token outlives a restart and expires after 10 minutes', async () => {
  let nowMs = 1_000_000;
  const count = (client: DynamoDBDocumentClient) =>
    client.send(
      new TransactWriteCommand({
        ClientRequestToken: 'token',
        TransactItems: [
          {
            Update: {
              TableName,
              Key: { pk: 'n', sk: 'A' },
              UpdateExpression: 'ADD n :one',
              ExpressionAttributeValues: { ':one': 1 },
            },
          },
        ],
      }),
    );
  const options = { nowMs: () => nowMs };
  await opened(async (client) => {
    await createTable(client);
    await count(client);
  }, options);
  await opened(async (client) => {
    nowMs += TOKEN_MS;
    await count(client);
    expect(await counter(client, 'n')).toBe(1);
    nowMs += 1;
    await count(client);
    expect(await counter(client, 'n')).toBe(2);
  }, options);
});

test('killed at any time, it keeps all of a transaction or nothing, and all acknowledged ones', async () => {
  await opened(async (client) => {
    await createTable(client);
    const Items = [
      { pk: 'from', sk: 'A', n: 1_000_000 },
      { pk: 'to', sk: 'A', n: 0 },
    ];
    const requests = Items.map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
  });
  const acknowledged = new Set<string>();
  let first = 0;
  const somewhere = (range: number) => 1 + Math.floor(Math.random() * range);
  const deaths = [
    [1, `${somewhere(40)}ms`],
    [5, `${somewhere(40)}ms`],
    [1, `${somewhere(30)}`],
    [10, `${somewhere(30)}`],
    [20, `${somewhere(30)}`],
  ] as const;
  for (const [acknowledgements, more] of deaths) {
    const acks = await runUntilDeath([String(first), String(acknowledgements), more]);
    for (const seq of acks) acknowledged.add(seq);
    first += acks.length + 100;
    await opened(async (client) => {
      const [from, to] = [await counter(client, 'from'), await counter(client, 'to')];
      const parts = await indexed(client, 'RECEIPT');
      const receipts = new Set(parts);
      expect(from + to).toBe(1_000_000);
      expect(parts).toHaveLength(RECEIPT_PARTS * to);
      expect(receipts.size).toBe(to);
      const lost = [...acknowledged].filter((seq) => !receipts.has(`receipt-${seq}`));
      expect(lost).toEqual([]);
      expect(to).toBeGreaterThanOrEqual(acknowledged.size);
    });
  }
});

/** Runs the child until it dies; returns the numbers that it acknowledged. */
async function runUntilDeath(given: readonly string[]): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, CHILD, directory, ...given], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  const acks: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => acks.push(line));
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  expect(child.signalCode).toBe('SIGKILL');
  return acks;
}

async function counter(client: DynamoDBDocumentClient, pk: string): Promise<number> {
  const { Item } = await client.send(new GetCommand({ TableName, Key: { pk, sk: 'A' } }));
  return Number(Item?.['n']);
}

async function indexed(client: DynamoDBDocumentClient, gsi1pk: string): Promise<string[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'due',
      KeyConditionExpression: 'gsi1pk = :pk',
      ExpressionAttributeValues: { ':pk': gsi1pk },
    }),
  );
  return Items.map(({ pk }) => String(pk));
}
