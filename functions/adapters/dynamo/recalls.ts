/**
 * Recalls in DynamoDB: one item for each order, in an index partition while it waits. What is done
 * leaves the index and, after a month, the table.
 */
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Recall, Recalls } from '../../core/execute/recalls.ts';
import { isConditionFailure, type Table } from './client.ts';
import { dueItems } from './due-items.ts';
import { dueSort, RECALLED, recallKey } from './keys.ts';
import { EXPIRES_AT } from './table.ts';

const KEPT_MS = 30 * 24 * 60 * 60_000;

/** The recalls over a table. */
export function dynamoRecalls(table: Table): Recalls {
  return {
    ask: (recall) => ask(table, recall),
    async asked(ref) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: recallKey(ref), ConsistentRead: true }),
      );
      return Item?.['gsi1pk'] === RECALLED ? recallOf(Item) : undefined;
    },
    done: (recall) => done(table, recall),
    async waiting(limit) {
      const items = await dueItems(table, { partition: RECALLED, limit });
      return items.map(recallOf);
    },
  };
}

async function ask(table: Table, recall: Recall): Promise<void> {
  const due = { gsi1pk: RECALLED, gsi1sk: dueSort(recall.askedAtMs) };
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...recallKey(recall), ...due, ...recall },
        ConditionExpression: 'attribute_not_exists(gsi1pk)',
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

async function done(table: Table, recall: Recall): Promise<void> {
  const expiresAt = Math.ceil((recall.askedAtMs + KEPT_MS) / 1_000);
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: recallKey(recall),
      UpdateExpression: `SET ${EXPIRES_AT} = :expires REMOVE gsi1pk, gsi1sk`,
      ExpressionAttributeValues: { ':expires': expiresAt },
    }),
  );
}

function recallOf(item: Record<string, unknown>): Recall {
  const { account, orderKey, source, signalId, askedAtMs, because } = item as unknown as Recall;
  const wish = { account, orderKey, source, signalId, askedAtMs };
  return because === undefined ? wish : { ...wish, because };
}
