/**
 * The licence to send a change to a placed order, once. One transaction, as PREPARE is: the row, both
 * kill switches, the lane, the rails that count, and the audit entry.
 */
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { OrderRow } from '../../core/order.ts';
import type { AmendLicence } from '../../core/amending.ts';
import type { PrepareResult } from '../../core/ports.ts';
import { assert } from '../../core/result.ts';
import { auditAction, nextEntry, type TransactAction } from './audit-item.ts';
import { leftOf, riskActions } from './claim-risk.ts';
import { cancellationReasons, type Table } from './client.ts';
import { accountSwitch, GLOBAL_SWITCH } from './keys.ts';
import { orderRowOfRaw, replaceAction } from './order-item.ts';
import { laneAction, refusedBy, switchAction, type Guard } from './prepare-order.ts';

/** Writes the licence; see OrderLog.licenseAmend. Throws only when the outcome cannot be told. */
export async function licenseAmend(
  table: Table,
  row: OrderRow,
  { asked, lane, atMs, why, reducing, risk }: AmendLicence,
): Promise<PrepareResult> {
  assert(row.state === 'placed', 'only a placed order is amended');
  if (risk.notional !== undefined && leftOf(risk.notional) === undefined) {
    return { kind: 'daily-cap' };
  }
  const entry = nextEntry(row, row.state, why, atMs);
  const amended = { ...row.amended, asked };
  const next = { ...row, amended, version: row.version + 1, auditHash: entry.hash };
  const guarded: [Guard, TransactAction][] = [
    ['row', replaceAction(table, row, next)],
    ['switch', switchAction(table, GLOBAL_SWITCH, reducing)],
    ['switch', switchAction(table, accountSwitch(row.account), reducing)],
    ['lane', laneAction(table, lane, atMs)],
    ...riskActions(table, row.account, risk),
    ['audit', auditAction(table, row, entry)],
  ];
  try {
    const TransactItems = guarded.map(([, action]) => action);
    await table.client.send(new TransactWriteCommand({ TransactItems }));
    return { kind: 'prepared', row: next };
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (reasons === undefined) throw error;
    const seen = reasons[0]?.item;
    // Our own write, whose acknowledgement got lost: the hash holds the time and the row before.
    if (seen !== undefined && orderRowOfRaw(seen).auditHash === entry.hash) {
      return { kind: 'prepared', row: next };
    }
    const guards = guarded.map(([guard]) => guard);
    return refusedBy(guards, reasons);
  }
}
