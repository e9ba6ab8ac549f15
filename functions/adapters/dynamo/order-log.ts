/**
 * The idempotency log in DynamoDB. Each change is ONE transaction over the row, its next audit
 * entry and, where somebody must hear of it, a notice; so no crash can leave one without the
 * others. Every update is conditional on the row's version: who read an old row changes nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { bookChange } from '../../core/book.ts';
import { auditEntry, NO_HASH } from '../../core/audit.ts';
import { assert } from '../../core/result.ts';
import type { Notice } from '../../core/notices/notice.ts';
import { mayMove, type OrderState } from '../../core/order-state.ts';
import type { OrderRef, OrderRow } from '../../core/order.ts';
import type { OrderLog, RowChange } from '../../core/ports.ts';
import { cancellationReasons, type Table } from './client.ts';
import { auditAction, nextEntry, type TransactAction } from './audit-item.ts';
import { bookActions } from './books.ts';
import { entriesBetween } from './due-items.ts';
import { DUE, dueSort, FOLLOWED, orderKey, orderRef } from './keys.ts';
import { licenseAmend } from './license-amend.ts';
import { orderItem, orderRow, orderRowOfRaw, replaceAction } from './order-item.ts';
import { noticeItem } from './outbox.ts';
import { prepareOrder } from './prepare-order.ts';
import { DUE_INDEX } from './table.ts';

/** The order log over a table. */
export function dynamoOrderLog(table: Table): OrderLog {
  const read = (ref: OrderRef): Promise<OrderRow | undefined> => readOrder(table, ref);
  return {
    read,
    receive: (row, why, notice) => receiveOrder(table, row, why, notice),
    prepare: (row, preparation) => prepareOrder(table, row, preparation),
    licenseAmend: (row, licence) => licenseAmend(table, row, licence),
    move: async (row, to, change) => {
      assert(mayMove(row.state, to), `an order may go from ${row.state} to ${to}`);
      return changeOrder(table, row, to, change);
    },
    note: (row, change) => changeOrder(table, row, row.state, change),
    due: (nowMs, limit) => dueOrders(table, nowMs, limit),
    followed: (limit) => followedOrders(table, limit),
  };
}

async function readOrder(table: Table, ref: OrderRef): Promise<OrderRow | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: orderKey(ref), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : orderRow(Item);
}

async function receiveOrder(
  table: Table,
  received: OrderRow,
  why: string,
  notice?: Notice,
): Promise<OrderRow | 'created'> {
  const { receivedAtMs: atMs, state: to } = received;
  const entry = auditEntry({ seq: 1, atMs, from: 'none', to, why }, NO_HASH);
  const row: OrderRow = { ...received, version: 1, auditHash: entry.hash };
  const put: TransactAction = {
    Put: {
      TableName: table.name,
      Item: orderItem(row),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
  const actions = [put, auditAction(table, row, entry), ...noticeActions(table, notice)];
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: actions }));
    return 'created';
  } catch (error) {
    const existing = cancellationReasons(error)?.[0]?.item;
    if (existing !== undefined) return orderRowOfRaw(existing);
    // Two identical signals at once may cancel each other; whoever was written is there to read.
    if (cancellationReasons(error) !== undefined) {
      const winner = await readOrder(table, received);
      if (winner !== undefined) return winner;
    }
    throw error;
  }
}

async function changeOrder(
  table: Table,
  row: OrderRow,
  to: OrderState,
  change: RowChange,
): Promise<OrderRow | 'lost'> {
  const changed = changedRow(row, to, change);
  const entry = nextEntry(row, to, change.why, change.atMs);
  const next: OrderRow = { ...changed, auditHash: entry.hash };
  const actions = [
    replaceAction(table, row, next),
    ...[auditAction(table, row, entry), ...noticeActions(table, change.notice)],
    ...bookActions(table, bookChange(row, to, change.book)),
    ...(change.others ?? []).flatMap((other) => bookActions(table, other)),
  ];
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: actions }));
    return next;
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (reasons === undefined) throw error;
    const found = reasons[0]?.item;
    // The same row means that it was our own write, whose acknowledgement got lost. Its hash alone
    // does not: it says nothing of what the step set besides the state.
    if (found !== undefined && isDeepStrictEqual(orderRowOfRaw(found), next)) return next;
    if (reasons.some(({ code }) => code === 'ConditionalCheckFailed')) return 'lost';
    throw error;
  }
}

function changedRow(row: OrderRow, to: OrderState, change: RowChange): OrderRow {
  const { dueAtMs: _due, ...rest } = row;
  const due = change.dueAtMs === null ? {} : { dueAtMs: change.dueAtMs };
  return { ...rest, ...change.set, ...due, state: to, version: row.version + 1 };
}

function noticeActions(table: Table, notice: Notice | undefined): TransactAction[] {
  // Unconditional: the row's version, checked in the same transaction, lets it be written once.
  return notice === undefined ? [] : [{ Put: { TableName: table.name, Item: noticeItem(notice) } }];
}

async function followedOrders(table: Table, limit: number): Promise<OrderRef[]> {
  const between = { from: dueSort(0), until: dueSort(Number.MAX_SAFE_INTEGER) };
  const entries = await entriesBetween(table, { partition: FOLLOWED, ...between, limit });
  return entries.flatMap(({ key }) => orderRef(key.pk) ?? []);
}

async function dueOrders(table: Table, nowMs: number, limit: number): Promise<OrderRef[]> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: DUE_INDEX,
      KeyConditionExpression: 'gsi1pk = :due AND gsi1sk <= :now',
      ExpressionAttributeValues: { ':due': DUE, ':now': dueSort(nowMs) },
      Limit: limit,
    }),
  );
  return (Items ?? []).flatMap((item) => orderRef(String(item['pk'])) ?? []);
}
