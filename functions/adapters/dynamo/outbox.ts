/**
 * The outbox: notices that wait for delivery. A notice is written in the transaction of what it
 * tells about, or once by its id; it leaves the index when it was delivered. Delivery is at least
 * once, and the id is shown to the person.
 */
import { PutCommand, QueryCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Notice } from '../../core/notice.ts';
import type { Outbox } from '../../core/ports.ts';
import { isConditionFailure, type Table } from './client.ts';
import { dueSort, noticeKey, OUTBOX } from './keys.ts';
import { DUE_INDEX, EXPIRES_AT } from './table.ts';

/** Delivered notices are kept this long for the record (DynamoDB TTL, in seconds). */
const KEEP_DELIVERED_S = 90 * 24 * 3_600;

/** The item that holds a notice which waits. */
export function noticeItem(notice: Notice): Record<string, unknown> {
  return { ...noticeKey(notice.id), gsi1pk: OUTBOX, gsi1sk: dueSort(notice.atMs), notice };
}

/** The outbox over a table. */
export function dynamoOutbox(table: Table): Outbox {
  return {
    put: (notice) => putNotice(table, notice),
    pending: (limit) => pendingNotices(table, limit),
    async delivered(notice, atMs) {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: noticeKey(notice.id),
          UpdateExpression: `SET deliveredAtMs = :at, ${EXPIRES_AT} = :expires REMOVE gsi1pk, gsi1sk`,
          ExpressionAttributeValues: {
            ':at': atMs,
            ':expires': Math.floor(atMs / 1_000) + KEEP_DELIVERED_S,
          },
        }),
      );
    },
  };
}

async function putNotice(table: Table, notice: Notice): Promise<void> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: noticeItem(notice),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  } catch (error) {
    // The same notice was written before.
    if (!isConditionFailure(error)) throw error;
  }
}

async function pendingNotices(table: Table, limit: number): Promise<readonly Notice[]> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: DUE_INDEX,
      KeyConditionExpression: 'gsi1pk = :outbox',
      ExpressionAttributeValues: { ':outbox': OUTBOX },
      Limit: limit,
    }),
  );
  const keys = (Items ?? []).map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
  const items = await Promise.all(
    keys.map((Key) =>
      table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true })),
    ),
  );
  return items.flatMap(({ Item }) =>
    // The index may lag: a notice without its index attributes was delivered meanwhile.
    Item?.['gsi1pk'] === OUTBOX ? [Item['notice'] as Notice] : [],
  );
}
