/**
 * A look into the local stack for people and tests: orders with their audit chain, notices, and a
 * way to run the minute's job now. Served by the gateway on 127.0.0.1 only; it exists nowhere else.
 */
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../functions/adapters/dynamo/client.ts';
import { readAudit } from '../../functions/adapters/dynamo/order-log.ts';
import { orderRow } from '../../functions/adapters/dynamo/order-item.ts';
import { brokenLink } from '../../functions/core/audit.ts';
import type { Route } from './gateway.ts';
import type { Schedule } from './schedule.ts';

/** The routes under `/local`. */
export function lookRoutes(table: Table, reconcile: Schedule): readonly Route[] {
  return [
    { method: 'GET', path: '/local/orders', handler: async () => json(await orders(table)) },
    { method: 'GET', path: '/local/notices', handler: async () => json(await notices(table)) },
    {
      method: 'POST',
      path: '/local/reconcile',
      handler: async () => {
        await reconcile.now();
        return json({ done: true });
      },
    },
  ];
}

async function orders(table: Table): Promise<unknown[]> {
  const items = await scan(table, 'ORD#', 'A');
  const rows = items.map(orderRow).sort((a, b) => a.receivedAtMs - b.receivedAtMs);
  return Promise.all(
    rows.map(async (row) => {
      const audit = await readAudit(table, row);
      return { ...row, audit, auditFault: brokenLink(audit, row.auditHash) ?? null };
    }),
  );
}

async function notices(table: Table): Promise<unknown[]> {
  const items = await scan(table, 'OUT#', 'A');
  return items.map(({ notice, deliveredAtMs }) => ({ ...(notice as object), deliveredAtMs }));
}

async function scan(table: Table, noun: string, sk: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new ScanCommand({
        TableName: table.name,
        FilterExpression: 'begins_with(pk, :noun) AND sk = :sk',
        ExpressionAttributeValues: { ':noun': noun, ':sk': sk },
        ConsistentRead: true,
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
