/**
 * A look into the local stack for people and tests: orders with their audit chain, notices, and a
 * way to run the minute's jobs now. Served by the gateway on 127.0.0.1 only; it exists nowhere else.
 */
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../functions/adapters/dynamo/client.ts';
import { orderKey } from '../../functions/adapters/dynamo/keys.ts';
import { orderRow } from '../../functions/adapters/dynamo/order-item.ts';
import { brokenLink } from '../../functions/core/audit.ts';
import type { AuditEntry } from '../../functions/core/order.ts';
import type { Route } from './gateway.ts';
import type { Schedule } from './schedule.ts';

/** The routes under `/local`. */
export function lookRoutes(
  table: Table,
  jobs: { readonly reconcile: Schedule; readonly prices: Schedule },
): readonly Route[] {
  const now = (path: string, job: Schedule): Route => ({
    method: 'POST',
    path,
    handler: async () => {
      await job.now();
      return json({ done: true });
    },
  });
  return [
    { method: 'GET', path: '/local/orders', handler: async () => json(await orders(table)) },
    { method: 'GET', path: '/local/notices', handler: async () => json(await notices(table)) },
    now('/local/reconcile', jobs.reconcile),
    now('/local/check-prices', jobs.prices),
  ];
}

async function orders(table: Table): Promise<unknown[]> {
  const items = await scan(table, 'ORD#');
  const chains = new Map<string, AuditEntry[]>();
  for (const { pk, sk, ...entry } of items) {
    if (sk === 'A') continue;
    const chain = chains.get(String(pk)) ?? [];
    chains.set(String(pk), [...chain, entry as unknown as AuditEntry]);
  }
  const rows = items.filter(({ sk }) => sk === 'A').map(orderRow);
  return rows
    .sort((a, b) => a.receivedAtMs - b.receivedAtMs)
    .map((row) => {
      const audit = chains.get(orderKey(row).pk) ?? [];
      return { ...row, audit, auditFault: brokenLink(audit, row.auditHash) ?? null };
    });
}

async function notices(table: Table): Promise<unknown[]> {
  const items = await scan(table, 'OUT#');
  return items.map(({ notice, deliveries }) => ({ ...(notice as object), deliveries }));
}

const PAGE_ITEMS = 500;

/** Every item of a noun; items of one partition come in the order of their sort keys. */
async function scan(table: Table, noun: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new ScanCommand({
        TableName: table.name,
        FilterExpression: 'begins_with(pk, :noun)',
        ExpressionAttributeValues: { ':noun': noun },
        ConsistentRead: true,
        // Short pages: the embedded table would take seconds for a long one of a full table.
        Limit: PAGE_ITEMS,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

function json(value: unknown): { statusCode: number; body: string } {
  return { statusCode: 200, body: `${JSON.stringify(value, null, 2)}\n` };
}
