/** An order row as a DynamoDB item: the row's own fields, its key, and its place in the due index. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { assert } from '../../core/result.ts';
import type { OrderRow } from '../../core/order.ts';
import type { TransactAction } from './audit-item.ts';
import type { Table } from './client.ts';
import { DUE, dueSort, FOLLOWED, orderKey, settledDay, settledSort } from './keys.ts';

/**
 * The item that holds a row. In the index it stands among what is due, by its time; among what is
 * followed, when it is placed and its order has not come to its end; or else among what was received
 * on its day.
 */
export function orderItem(row: OrderRow): Record<string, unknown> {
  const { dueAtMs, receivedAtMs, state } = row;
  const gsi1sk = settledSort(receivedAtMs, state);
  const looked = state === 'placed' ? { gsi1pk: FOLLOWED, gsi1sk } : { gsi1pk: DUE };
  const place =
    dueAtMs === undefined
      ? { gsi1pk: settledDay(receivedAtMs), gsi1sk }
      : { gsi1sk: dueSort(dueAtMs), ...looked };
  return { ...orderKey(row), ...place, ...row };
}

/**
 * Puts the row's next version in the place of the one that was read, if it still stands there. A put of
 * the whole row is the simplest update: what it will be is computed in one place and seen whole.
 */
export function replaceAction(table: Table, read: OrderRow, next: OrderRow): TransactAction {
  return {
    Put: {
      TableName: table.name,
      Item: orderItem(next),
      ConditionExpression: 'version = :version AND #state = :state',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':version': read.version, ':state': read.state },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/** The row that an item holds; throws when its schema is not ours (written by a newer version). */
export function orderRow(item: Record<string, unknown>): OrderRow {
  assert(item['schema'] === 1, `the order row has schema 1, not ${String(item['schema'])}`);
  const { pk: _pk, sk: _sk, gsi1pk: _g, gsi1sk: _s, ...row } = item;
  return row as unknown as OrderRow;
}

/** The row in a raw item, as cancellation reasons return it. */
export function orderRowOfRaw(item: Record<string, unknown>): OrderRow {
  return orderRow(unmarshall(item as Record<string, AttributeValue>));
}
