/**
 * Items that are found by the due index. The index holds keys only and may lag behind the table, so
 * each item is read consistently and looked at again before anybody acts on it. By GetItem: a
 * function that may read one item of a noun needs no other right.
 */
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';
import { dueSort, type Key } from './keys.ts';
import { DUE_INDEX } from './table.ts';

/** Reads under way at a time: the SDK opens no more connections than this. */
const READS_AT_ONCE = 50;

/** What to look for. */
export interface DueQuery {
  readonly partition: string;
  readonly limit: number;
  /** Only what is due at this time; absent: everything of the partition. */
  readonly nowMs?: number;
}

/** An entry of the index. */
export interface IndexEntry {
  readonly key: Key;
  readonly sort: string;
}

/** The items of an index partition, earliest first. */
export async function dueItems(table: Table, query: DueQuery): Promise<Record<string, unknown>[]> {
  const { partition, limit, nowMs } = query;
  const end = nowMs === undefined ? undefined : dueSort(nowMs + 1);
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items, LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: DUE_INDEX,
        KeyConditionExpression: `gsi1pk = :in${end === undefined ? '' : ' AND gsi1sk < :end'}`,
        ExpressionAttributeValues: { ':in': partition, ...(end ? { ':end': end } : {}) },
        Limit: limit - items.length,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    const found = await readItems(table, (Items ?? []).map(keyOf));
    // What left the partition, or is due later by now, is not what was looked for.
    items.push(
      ...found.filter(
        ({ gsi1pk, gsi1sk }) => gsi1pk === partition && (end === undefined || String(gsi1sk) < end),
      ),
    );
    start = LastEvaluatedKey;
  } while (start !== undefined && items.length < limit);
  return items;
}

/** Entries of an index partition, latest first; `Infinity`: all of them. */
export async function latestEntries(
  table: Table,
  { partition, limit }: { readonly partition: string; readonly limit: number },
): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items, LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'gsi1pk = :in',
        ExpressionAttributeValues: { ':in': partition },
        ScanIndexForward: false,
        ...(Number.isFinite(limit) ? { Limit: limit - entries.length } : {}),
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    const found = Items ?? [];
    entries.push(...found.map((item) => ({ key: keyOf(item), sort: String(item['gsi1sk']) })));
    start = LastEvaluatedKey;
  } while (start !== undefined && entries.length < limit);
  return entries;
}

/** Entries of an index partition whose sort keys lie between two, earliest first. */
export async function entriesBetween(
  table: Table,
  query: {
    readonly partition: string;
    readonly from: string;
    readonly until: string;
    readonly limit: number;
  },
): Promise<IndexEntry[]> {
  const { partition, from, until, limit } = query;
  const entries: IndexEntry[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items, LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'gsi1pk = :in AND gsi1sk BETWEEN :from AND :until',
        ExpressionAttributeValues: { ':in': partition, ':from': from, ':until': until },
        Limit: limit - entries.length,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    const found = Items ?? [];
    entries.push(...found.map((item) => ({ key: keyOf(item), sort: String(item['gsi1sk']) })));
    start = LastEvaluatedKey;
  } while (start !== undefined && entries.length < limit);
  return entries;
}

/** Items by key, read consistently, in the order of the keys; what is gone is left out. */
export async function readItems(
  table: Table,
  keys: readonly Key[],
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for (let at = 0; at < keys.length; at += READS_AT_ONCE) {
    const answers = await Promise.all(
      keys
        .slice(at, at + READS_AT_ONCE)
        .map((Key) =>
          table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true })),
        ),
    );
    items.push(...answers.flatMap(({ Item }) => (Item === undefined ? [] : [Item])));
  }
  return items;
}

function keyOf(item: Record<string, unknown>): Key {
  return { pk: String(item['pk']), sk: String(item['sk']) };
}
