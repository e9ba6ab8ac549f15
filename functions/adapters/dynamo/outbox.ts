/**
 * The outbox: notices that wait for delivery. A notice is written in the transaction of what it
 * tells about, or once by its id; it leaves the index of what waits when every channel has taken it
 * or given it up. Delivery is at least once, and the id is shown to the person.
 */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Notice } from '../../core/notices/notice.ts';
import type { Delivery } from '../../core/notifications/ports.ts';
import type { Outbox } from '../../core/ports.ts';
import { isConditionFailure, type Table } from './client.ts';
import { dueSort, noticeKey, OUTBOX, OUTBOX_DONE, outboxSort } from './keys.ts';
import { EXPIRES_AT } from './table.ts';

/** What is done is kept this long for the record (DynamoDB TTL, in seconds). */
const KEEP_DONE_S = 90 * 24 * 3_600;

/** The item that holds a new notice. */
export function noticeItem(notice: Notice): Record<string, unknown> {
  return { ...noticeKey(notice.id), ...progressOf(notice, []), version: 1, notice };
}

/** Attributes of an item that change as its notice is delivered. */
export interface Progress {
  readonly deliveries: readonly Delivery[];
  readonly gsi1pk: string;
  readonly gsi1sk: string;
  /** Only of what waits no more and reached somebody. */
  readonly deliveredAtMs?: number;
  /** Only of what waits no more. */
  readonly [EXPIRES_AT]?: number;
}

/**
 * How a notice stands: among what waits, by the time at which it is to be looked at next; or among
 * what is done, by its own time, with the time at which it is forgotten.
 */
export function progressOf(notice: Notice, deliveries: readonly Delivery[]): Progress {
  const { atMs } = notice;
  const dueAtMs = nextDueAtMs(notice, deliveries);
  if (dueAtMs !== undefined) {
    return { deliveries, gsi1pk: OUTBOX, gsi1sk: outboxSort({ dueAtMs, atMs }) };
  }
  const taken = deliveries.filter(({ state }) => state === 'delivered');
  const timeOf = (some: readonly Delivery[]) => Math.max(...some.map((one) => one.atMs ?? atMs));
  return {
    deliveries,
    gsi1pk: OUTBOX_DONE,
    gsi1sk: dueSort(atMs),
    ...(taken.length > 0 ? { deliveredAtMs: timeOf(taken) } : {}),
    [EXPIRES_AT]: expiresAtS(timeOf(deliveries)),
  };
}

/** When something that was done at this time is forgotten, in seconds of Unix time. */
export function expiresAtS(doneAtMs: number): number {
  return Math.floor(doneAtMs / 1_000) + KEEP_DONE_S;
}

/** When a notice is to be looked at next; undefined when nothing of it waits. */
function nextDueAtMs(notice: Notice, deliveries: readonly Delivery[]): number | undefined {
  if (deliveries.length === 0) {
    const { atMs, urgency, notBeforeMs = 0 } = notice;
    // Quiet hours hold back what can wait; a page cannot.
    return urgency === 'page' ? atMs : Math.max(atMs, notBeforeMs);
  }
  const waiting = deliveries.filter(({ state }) => state === 'waiting');
  return waiting.length === 0 ? undefined : Math.min(...waiting.map(({ dueAtMs }) => dueAtMs));
}

/** The outbox over a table. */
export function dynamoOutbox(table: Table): Outbox {
  return { put: (notice) => putNotice(table, notice) };
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
