/** The stores, each as the contract wants it. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoBooks } from '../../../functions/adapters/dynamo/books.ts';
import { accountSwitch, GLOBAL_SWITCH } from '../../../functions/adapters/dynamo/keys.ts';
import { armLane, dynamoLanes } from '../../../functions/adapters/dynamo/lanes.ts';
import { dynamoOrderLog } from '../../../functions/adapters/dynamo/order-log.ts';
import { dynamoDeliveryLog } from '../../../functions/adapters/dynamo/delivery-log.ts';
import { dynamoOutbox } from '../../../functions/adapters/dynamo/outbox.ts';
import { armSwitch, dynamoSwitches } from '../../../functions/adapters/dynamo/switches.ts';
import { dynamoHaltRequests } from '../../../functions/adapters/dynamo/halt-requests.ts';
import { dynamoRiskCounts } from '../../../functions/adapters/dynamo/risk-counts.ts';
import { dynamoAmends } from '../../../functions/adapters/dynamo/amends.ts';
import { dynamoRecalls } from '../../../functions/adapters/dynamo/recalls.ts';
import { dynamoSwitchBoard } from '../../../functions/adapters/dynamo/switch-board.ts';
import { dynamoTally } from '../../../functions/adapters/dynamo/tally.ts';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { orderKey } from '../../../functions/adapters/dynamo/keys.ts';
import type { AuditEntry, OrderRef } from '../../../functions/core/order.ts';
import { createTable } from '../../../infra/local/cloud/cloud.ts';
import { localClient } from '../../../infra/local/cloud/local-account.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeStore } from '../../fakes/store.ts';
import type { StoreUnderTest } from './store.contract.ts';

/** The store of the use cases' tests. */
export async function inMemory(): Promise<StoreUnderTest> {
  const clock = fakeClock();
  const store = fakeStore(clock);
  return {
    clock,
    ...store,
    arm: async (account, ...keyIds) => store.arm(account, ...keyIds),
    setSwitch: async (account, blocks, why) => store.setSwitch(account, blocks, why),
    audit: async (ref) => store.audit(ref),
  };
}

/** The adapters over a fresh table of a DynamoDB; what is to be closed goes in front of `stops`. */
export async function overDynamo(
  endpoint: string,
  stops: (() => Promise<void>)[],
): Promise<StoreUnderTest> {
  const name = `store-${randomUUID()}`;
  const raw = new DynamoDBClient(localClient(endpoint));
  await createTable(raw, name);
  const options = { marshallOptions: { removeUndefinedValues: true } };
  const table = { client: DynamoDBDocumentClient.from(raw, options), name };
  stops.unshift(async () => raw.destroy());
  const clock = fakeClock();
  return {
    clock,
    orders: dynamoOrderLog(table),
    books: dynamoBooks(table),
    lanes: dynamoLanes(table, clock),
    switches: dynamoSwitches(table, clock),
    board: dynamoSwitchBoard(table),
    halts: dynamoHaltRequests(table),
    recalls: dynamoRecalls(table),
    amends: dynamoAmends(table),
    tally: dynamoTally(table),
    outbox: dynamoOutbox(table),
    deliveries: dynamoDeliveryLog(table),
    counts: dynamoRiskCounts(table),
    async arm(account, ...keyIds) {
      await armSwitch(table, GLOBAL_SWITCH);
      await armSwitch(table, accountSwitch(account));
      for (const keyId of keyIds) await armLane(table, keyId, clock.nowMs() * 1_000);
    },
    async setSwitch(account, blocks, why) {
      // As the runbook tells the operator to write it.
      const key = account === 'global' ? GLOBAL_SWITCH : accountSwitch(account);
      const Item = { ...key, blocks, why };
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
