/**
 * Order rows as people ask for them: the newest, and those that an id names. Reads only, by keys and
 * by the index; never a scan.
 */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../functions/adapters/dynamo/client.ts';
import { dynamoDayBook } from '../../functions/adapters/dynamo/day-book.ts';
import { readItems } from '../../functions/adapters/dynamo/due-items.ts';
import { orderKey } from '../../functions/adapters/dynamo/keys.ts';
import { orderRow } from '../../functions/adapters/dynamo/order-item.ts';
import type { ReceivedOrder } from '../../functions/core/day-book.ts';
import { FLATTEN_SOURCE } from '../../functions/core/halt/flatten-source.ts';
import { clientOrderIdOf, explicitId, orderKeyOf } from '../../functions/core/identity.ts';
import type { AuditEntry, OrderRef, OrderRow } from '../../functions/core/order.ts';
import { isFinal } from '../../functions/core/order-state.ts';
import type { Installation } from './installation.ts';

/** What reading rows needs. */
export type Records = Pick<Installation, 'table' | 'config' | 'clock'>;

const DAY_MS = 86_400_000;

/** Days whose rows are found by the beginning of a name; by a whole signal id there is no limit. */
export const DAYS_BACK = 32;

/** Rows that are read for an id that only the row itself holds. */
const READ_MAX = 2_000;

/** Sources of signals that no line of harpoon.yaml names. */
const OWN_SOURCES = [FLATTEN_SOURCE];

/** Shortest beginning of an id that is looked for. */
export const PREFIX_MIN = 6;

/** A signal may stand in the index a moment from now, where clocks differ. */
const AHEAD_MS = 3_600_000;

/** Rows received in the time before now, newest first. */
export async function recentRows(
  records: Records,
  wanted: { readonly sinceMs: number; readonly keep: (row: OrderRow) => boolean; limit: number },
): Promise<readonly OrderRow[]> {
  const received = await index(records, wanted.sinceMs);
  const rows: OrderRow[] = [];
  // In parts: most of the time the newest few are enough.
  for (let at = 0; at < received.length && rows.length < wanted.limit; at += 100) {
    const part = await readRows(records.table, received.slice(at, at + 100));
    rows.push(...part.filter(wanted.keep));
  }
  return rows.slice(0, wanted.limit);
}

/** Rows of the last month whose story has not ended, newest first. None waits as long as that. */
export async function openRows(records: Records): Promise<readonly OrderRow[]> {
  const refs = await index(records, DAYS_BACK * DAY_MS);
  const rows = await readRows(
    records.table,
    refs.filter(({ state }) => !isFinal(state)),
  );
  return rows.filter(({ state }) => !isFinal(state));
}

/**
 * The rows that an id names: a signal id, the name of a row, a client order id, or an order id of
 * Kraken; also its beginning, where the row came within the last month. Newest first.
 */
export async function rowsNamed(id: string, records: Records): Promise<readonly OrderRow[]> {
  const exact = await readRows(records.table, refsNamed(id, records));
  if (exact.length > 0 || id.length < PREFIX_MIN) return exact;
  const wanted = id.toLowerCase();
  const received = await index(records, DAYS_BACK * DAY_MS);
  const named = received.filter(({ orderKey }) =>
    [orderKey, clientOrderIdOf(orderKey)].some((name) => name.startsWith(wanted)),
  );
  if (named.length > 0) return readRows(records.table, named.slice(0, READ_MAX));
  const rows = await readRows(records.table, received.slice(0, READ_MAX));
  const meant = rows.filter(({ exchangeOrderId, signal }) =>
    [exchangeOrderId ?? '', signal.id].some((name) => name.toLowerCase().startsWith(wanted)),
  );
  return meant.filter((row) => !isFollowing(row, meant));
}

/** Whether it is of Harpoon's own and follows from another one that is meant as well. */
function isFollowing({ signal: { id } }: OrderRow, others: readonly OrderRow[]): boolean {
  // No sender's id has this sign.
  return others.some(({ signal }) => id.startsWith(`${signal.id}#`));
}

/** The rows of that name, newest first; what is not there is left out. */
export async function rowsOfKeys(
  refs: readonly OrderRef[],
  { table }: Pick<Records, 'table'>,
): Promise<readonly OrderRow[]> {
  return readRows(table, refs);
}

/** Every row that an exact id could be: no index is needed, because names follow from signals. */
function refsNamed(id: string, { config }: Records): readonly OrderRef[] {
  const accounts = Object.keys(config.accounts);
  if (/^[0-9a-f]{64}$/.test(id)) return accounts.map((account) => ({ account, orderKey: id }));
  const explicit = explicitId(id);
  const ids = [...new Set([id, ...(explicit.ok ? [explicit.value] : [])])];
  return [...Object.keys(config.sources), ...OWN_SOURCES].flatMap((source) =>
    accounts.flatMap((account) =>
      ids.map((signalId) => ({ account, orderKey: orderKeyOf({ source, account, signalId }) })),
    ),
  );
}

async function index({ table, clock }: Records, sinceMs: number): Promise<ReceivedOrder[]> {
  const nowMs = clock.nowMs();
  const span = { fromMs: nowMs - sinceMs, untilMs: nowMs + AHEAD_MS };
  const { orders } = await dynamoDayBook(table).received(span);
  return [...orders].sort(newestFirst);
}

function newestFirst(a: { receivedAtMs: number }, b: { receivedAtMs: number }): number {
  return b.receivedAtMs - a.receivedAtMs;
}

async function readRows(table: Table, refs: readonly OrderRef[]): Promise<OrderRow[]> {
  return (await readItems(table, refs.map(orderKey))).map(orderRow).sort(newestFirst);
}

/** The audit chain of a row, first step first. */
export async function auditOf(table: Table, ref: OrderRef): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items, LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entry)',
        ExpressionAttributeValues: { ':pk': orderKey(ref).pk, ':entry': 'E#' },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    for (const { pk: _pk, sk: _sk, ...entry } of Items ?? []) {
      entries.push(entry as unknown as AuditEntry);
    }
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return entries;
}
