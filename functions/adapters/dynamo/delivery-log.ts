/**
 * The delivering side of the outbox. Whoever holds a notice has its newest version, and every write
 * is conditional on it. A claim moves the notice in the due index to the end of the claim: nobody
 * finds it before, and whoever dies leaves it to be found then.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Notice } from '../../core/notices/notice.ts';
import type { Delivery, DeliveryLog, OutboxEntry } from '../../core/notifications/ports.ts';
import { isConditionFailure, type Table } from './client.ts';
import { dueItems, latestEntries, readItems } from './due-items.ts';
import { noticeKey, noticeTime, OUTBOX, OUTBOX_DONE, outboxSort } from './keys.ts';
import { progressOf } from './outbox.ts';

/** The delivery log over a table. */
export function dynamoDeliveryLog(table: Table): DeliveryLog {
  return {
    async due(nowMs, limit) {
      const items = await dueItems(table, { partition: OUTBOX, nowMs, limit });
      return items.map((item) => {
        // It is due, so nobody is at it any more: a claim would have moved it to its end.
        const { leaseUntilMs: _over, ...entry } = outboxEntry(item);
        return entry;
      });
    },
    claim: (entry, untilMs) => claimEntry(table, entry, untilMs),
    record: (entry, deliveries) => recordEntry(table, entry, deliveries),
    recent: (limit) => recentEntries(table, limit),
  };
}

/** The entry that an item holds. One that an older Harpoon wrote has no version. */
function outboxEntry(item: Record<string, unknown>): OutboxEntry {
  const { notice, version = 0, deliveries = [], leaseUntilMs } = item;
  return {
    notice: notice as Notice,
    version: Number(version),
    deliveries: deliveries as readonly Delivery[],
    ...(leaseUntilMs === undefined ? {} : { leaseUntilMs: Number(leaseUntilMs) }),
  };
}

async function claimEntry(
  table: Table,
  entry: OutboxEntry,
  untilMs: number,
): Promise<OutboxEntry | 'lost'> {
  // Somebody was at it when it was read. The due list has no such entry.
  if (entry.leaseUntilMs !== undefined) return 'lost';
  const { notice } = entry;
  const claim = randomUUID();
  const sort = outboxSort({ dueAtMs: untilMs, atMs: notice.atMs });
  const found = await updateEntry(table, entry, {
    UpdateExpression: 'SET version = :next, leaseUntilMs = :until, claim = :claim, gsi1sk = :sort',
    // What waits no more is not claimed.
    ConditionExpression: 'gsi1pk = :waiting',
    ExpressionAttributeValues: {
      ...{ ':until': untilMs, ':claim': claim, ':sort': sort, ':waiting': OUTBOX },
    },
  });
  // The same name of the claim means that it was our own write, whose acknowledgement got lost.
  const isOurs = found === 'written' || found?.['claim'] === claim;
  return isOurs ? { ...entry, version: entry.version + 1, leaseUntilMs: untilMs } : 'lost';
}

async function recordEntry(
  table: Table,
  entry: OutboxEntry,
  deliveries: readonly Delivery[],
): Promise<OutboxEntry | 'lost'> {
  const { notice } = entry;
  const recorded = { notice, version: entry.version + 1, deliveries };
  const progress = Object.entries(progressOf(notice, deliveries));
  const found = await updateEntry(table, entry, {
    UpdateExpression:
      `SET version = :next, ${progress.map(([name]) => `${name} = :${name}`).join(', ')}` +
      ' REMOVE leaseUntilMs, claim',
    ExpressionAttributeValues: Object.fromEntries(
      progress.map(([name, value]) => [`:${name}`, value]),
    ),
  });
  if (found === 'written') return recorded;
  // Only the holder of a version writes the next one: with the same deliveries it is our own write,
  // whose acknowledgement got lost.
  const isOurs = found !== undefined && isDeepStrictEqual(outboxEntry(found), plainJson(recorded));
  return isOurs ? recorded : 'lost';
}

/** Without the fields that are undefined: as it comes back from the table. */
function plainJson(entry: OutboxEntry): unknown {
  return JSON.parse(JSON.stringify(entry));
}

/** Updates an entry that has still the version that was read; else what is there instead of it. */
async function updateEntry(
  table: Table,
  { notice, version }: OutboxEntry,
  update: Pick<
    UpdateCommandInput,
    'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'
  >,
): Promise<'written' | Record<string, unknown> | undefined> {
  const { UpdateExpression, ConditionExpression, ExpressionAttributeValues } = update;
  const isVersion =
    version === 0 ? 'attribute_exists(pk) AND attribute_not_exists(version)' : 'version = :version';
  const values = { ...ExpressionAttributeValues, ':next': version + 1 };
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: noticeKey(notice.id),
        UpdateExpression,
        ConditionExpression: [isVersion, ConditionExpression].filter(Boolean).join(' AND '),
        ExpressionAttributeValues: version === 0 ? values : { ...values, ':version': version },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return 'written';
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    const { Item } = error as { Item?: Record<string, AttributeValue> };
    return Item && unmarshall(Item);
  }
}

/**
 * The newest of what waits and of what is done. What is done stands in the index by its own time;
 * of what waits the index tells the time in its keys. So no more is read than is asked for.
 */
async function recentEntries(table: Table, limit: number): Promise<readonly OutboxEntry[]> {
  const [waiting, done] = await Promise.all([
    latestEntries(table, { partition: OUTBOX, limit: Infinity }),
    latestEntries(table, { partition: OUTBOX_DONE, limit }),
  ]);
  // While the index moves an entry from one list to the other, it may be in both.
  const byKey = new Map([...waiting, ...done].map((entry) => [entry.key.pk, entry]));
  const newest = [...byKey.values()].sort((a, b) => noticeTime(b.sort) - noticeTime(a.sort));
  const keys = newest.slice(0, limit).map(({ key }) => key);
  return (await readItems(table, keys)).map(outboxEntry);
}
