/** One entry of an order's audit chain as an action of the transaction that moves the row. */
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { auditEntry } from '../../core/audit.ts';
import type { OrderState } from '../../core/order-state.ts';
import type { AuditEntry, OrderRef, OrderRow } from '../../core/order.ts';
import type { Table } from './client.ts';
import { auditKey } from './keys.ts';

/** One action of a transaction. */
export type TransactAction = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** The audit entry of a row's next version. */
export function nextEntry(row: OrderRow, to: OrderState, why: string, atMs: number): AuditEntry {
  return auditEntry({ seq: row.version + 1, atMs, from: row.state, to, why }, row.auditHash);
}

/** Writes an audit entry; an entry is never overwritten. */
export function auditAction(table: Table, ref: OrderRef, entry: AuditEntry): TransactAction {
  return {
    Put: {
      TableName: table.name,
      Item: { ...auditKey(ref, entry.seq), ...entry },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}
