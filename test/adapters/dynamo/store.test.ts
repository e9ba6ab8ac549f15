import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe } from 'vitest';
import { accountSwitch, GLOBAL_SWITCH } from '../../../functions/adapters/dynamo/keys.ts';
import { armLane, dynamoLanes } from '../../../functions/adapters/dynamo/lanes.ts';
import { dynamoOrderLog } from '../../../functions/adapters/dynamo/order-log.ts';
import { dynamoOutbox } from '../../../functions/adapters/dynamo/outbox.ts';
import { armSwitch, dynamoSwitches } from '../../../functions/adapters/dynamo/switches.ts';
import { dynamoTally } from '../../../functions/adapters/dynamo/tally.ts';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { orderKey } from '../../../functions/adapters/dynamo/keys.ts';
import type { AuditEntry, OrderRef } from '../../../functions/core/order.ts';
import { tableCommand } from '../../../infra/local/cloud/cloud.ts';
import { startDynamo } from '../../../infra/local/cloud/dynamo.ts';
import { localClient } from '../../../infra/local/cloud/local-account.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeStore } from '../../fakes/store.ts';
import { storeContract, type StoreUnderTest } from './store.contract.ts';

storeContract('the store in memory', async () => {
  const clock = fakeClock();
  const store = fakeStore(clock);
  return {
    clock,
    ...store,
    arm: async (account, ...keyIds) => store.arm(account, ...keyIds),
    setSwitch: async (account, blocks, why) => store.setSwitch(account, blocks, why),
    audit: async (ref) => store.audit(ref),
  };
});

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

storeContract('the store in the embedded DynamoDB', async () => {
  const server = await startDynamo();
  stops.push(() => server.close());
  return overDynamo(server.url);
});

// Started by .ci/dynamodb-local.sh, which prints this variable.
const url = process.env['DYNAMODB_LOCAL_URL'];
describe.runIf(url !== undefined)('the reference', () => {
  storeContract("the store in AWS's DynamoDB Local", () => overDynamo(url ?? ''));
});

async function overDynamo(endpoint: string): Promise<StoreUnderTest> {
  const name = `store-${randomUUID()}`;
  const raw = new DynamoDBClient(localClient(endpoint));
  await raw.send(tableCommand(name));
  const options = { marshallOptions: { removeUndefinedValues: true } };
  const table = { client: DynamoDBDocumentClient.from(raw, options), name };
  stops.unshift(async () => raw.destroy());
  const clock = fakeClock();
  return {
    clock,
    orders: dynamoOrderLog(table),
    lanes: dynamoLanes(table, clock),
    switches: dynamoSwitches(table),
    tally: dynamoTally(table),
    outbox: dynamoOutbox(table),
    async arm(account, ...keyIds) {
      await armSwitch(table, GLOBAL_SWITCH);
      await armSwitch(table, accountSwitch(account));
      for (const keyId of keyIds) await armLane(table, keyId, clock.nowMs() * 1_000);
    },
    async setSwitch(account, blocks, why) {
      // As the runbook tells the operator to write it.
      const Item = { ...accountSwitch(account), blocks, why };
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
    },
    audit: (ref) => readAudit(table, ref),
  };
}

/** The whole audit chain of an order, oldest first. */
async function readAudit(table: Table, ref: OrderRef): Promise<readonly AuditEntry[]> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entries)',
      ExpressionAttributeValues: { ':pk': orderKey(ref).pk, ':entries': 'E#' },
      ConsistentRead: true,
    }),
  );
  return (Items ?? []).map(({ pk: _pk, sk: _sk, ...entry }) => entry as unknown as AuditEntry);
}
