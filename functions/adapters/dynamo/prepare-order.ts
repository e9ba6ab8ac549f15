/**
 * PREPARE: the only licence to send an order. One transaction checks everything that must hold at
 * the same instant - the row, both kill switches, the lane, the rails that count - and writes
 * the attempt. Whoever gets `prepared` back sends once; nobody else may.
 */
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { assert, unreachable } from '../../core/result.ts';
import { MAX_SENDS, LANE_REST_MS } from '../../core/protocol.ts';
import type { AuditEntry, OrderRow } from '../../core/order.ts';
import type { LaneLease, Preparation, PrepareResult } from '../../core/ports.ts';
import { auditAction, nextEntry, type TransactAction } from './audit-item.ts';
import { holdAction } from './books.ts';
import { cancellationReasons, type CancellationReason, type Table } from './client.ts';
import { leftOf, riskActions, riskFull, type RiskGuard } from './claim-risk.ts';
import { accountSwitch, GLOBAL_SWITCH, laneKey, type Key } from './keys.ts';
import { orderItem, orderRowOfRaw } from './order-item.ts';

/** What an action of the transaction guards; says what a failed condition means. */
export type Guard = 'row' | 'switch' | 'lane' | RiskGuard | 'audit' | 'book';

/** Writes the licence; see OrderLog.prepare. Throws only when the outcome cannot be told. */
export async function prepareOrder(
  table: Table,
  row: OrderRow,
  preparation: Preparation,
): Promise<PrepareResult> {
  const { attempt, risk } = preparation;
  assert(row.sends < row.licences && row.licences <= MAX_SENDS, 'the row has a licence left');
  assert(row.signal.id !== '' && attempt.token !== '', 'attempts are named');
  if (risk.notional !== undefined && leftOf(risk.notional) === undefined) {
    return { kind: 'daily-cap' };
  }
  const { prepared, entry } = preparedRow(row, preparation);
  const guarded = actions(table, row, prepared, entry, preparation);
  try {
    await table.client.send(
      new TransactWriteCommand({ TransactItems: guarded.map(([, action]) => action) }),
    );
    return { kind: 'prepared', row: prepared };
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (reasons === undefined) throw error;
    const seen = reasons[0]?.item;
    // Our own write, whose acknowledgement got lost: the token is ours alone, so is the licence.
    if (seen !== undefined && orderRowOfRaw(seen).attempt?.token === attempt.token) {
      return { kind: 'prepared', row: prepared };
    }
    return refusedBy(
      guarded.map(([guard]) => guard),
      reasons,
    );
  }
}

function preparedRow(
  row: OrderRow,
  { attempt, decision, dueAtMs }: Preparation,
): { prepared: OrderRow; entry: AuditEntry } {
  const sends = row.sends + 1;
  const why = `attempt ${sends} of ${row.licences} prepared with nonce ${attempt.nonce}`;
  const entry = nextEntry(row, 'prepared', why, attempt.preparedAtMs);
  const { refusedBeforeEngine: _was, absences: _seen, ...rest } = row;
  const version = row.version + 1;
  const auditHash = entry.hash;
  const prepared = { ...rest, version, sends, attempt, decision, dueAtMs, auditHash };
  return { prepared: { ...prepared, state: 'prepared' }, entry };
}

function actions(
  table: Table,
  row: OrderRow,
  prepared: OrderRow,
  entry: AuditEntry,
  { attempt, decision, lane, risk, book }: Preparation,
): [Guard, TransactAction][] {
  const put: TransactAction = {
    Put: {
      TableName: table.name,
      Item: orderItem(prepared),
      ConditionExpression:
        'version = :version AND #state IN (:received, :queued) AND sends = :sends' +
        ' AND sends < licences AND expiresAtMs > :now AND payloadHash = :hash',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':version': row.version,
        ':received': 'received',
        ':queued': 'queued',
        ':sends': row.sends,
        ':now': attempt.preparedAtMs,
        ':hash': row.payloadHash,
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
  return [
    ['row', put],
    ['switch', switchAction(table, GLOBAL_SWITCH, decision.reducing)],
    ['switch', switchAction(table, accountSwitch(row.account), decision.reducing)],
    ['lane', laneAction(table, lane, attempt.preparedAtMs)],
    ...riskActions(table, row.account, risk),
    ['audit', auditAction(table, row, entry)],
    ['book', holdAction(table, row.orderKey, book)],
  ];
}

/** The lane is the caller's for long enough to send. */
export function laneAction(
  table: Table,
  { keyId, owner, fence }: LaneLease,
  atMs: number,
): TransactAction {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: laneKey(keyId),
      ConditionExpression: '#owner = :owner AND fence = :fence AND untilMs > :rest',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: {
        ':owner': owner,
        ':fence': fence,
        ':rest': atMs + LANE_REST_MS,
      },
    },
  };
}

/** A switch that blocks entries lets an order pass that only reduces a position. */
export function switchAction(table: Table, key: Key, reducing: boolean): TransactAction {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: key,
      ConditionExpression: reducing
        ? 'attribute_exists(blocks) AND blocks <> :blocked'
        : 'blocks = :blocked',
      ExpressionAttributeValues: { ':blocked': reducing ? 'all' : 'nothing' },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/** The first failed guard decides, in the order of the transaction: the row's own state first. */
export function refusedBy(
  guards: readonly Guard[],
  reasons: readonly CancellationReason[],
): PrepareResult {
  for (const [index, guard] of guards.entries()) {
    const reason = reasons[index];
    if (reason === undefined || reason.code === 'None') continue;
    // Another transaction touched the item at this instant; nothing was decided.
    if (reason.code !== 'ConditionalCheckFailed') return { kind: 'busy' };
    switch (guard) {
      case 'row':
      case 'audit':
      // The book moved since the order was decided from it.
      case 'book':
        return { kind: 'lost' };
      case 'switch':
        return { kind: reason.item === undefined ? 'not-armed' : 'switched-off' };
      case 'lane':
        return { kind: 'lane-lost' };
      case 'day':
      case 'hour':
      case 'cooldown':
        return riskFull(guard, reason);
      default:
        return unreachable(guard);
    }
  }
  return { kind: 'busy' };
}
