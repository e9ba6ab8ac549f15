/**
 * The rails that count, as actions of PREPARE's transaction: an order is counted in its day, its hour
 * and its source's cooldown in the same instant in which it gets its licence, or not at all.
 */
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { decimal, plain } from '../../core/decimal.ts';
import type { PrepareResult, RiskClaim } from '../../core/ports.ts';
import { assert, unreachable } from '../../core/result.ts';
import type { TransactAction } from './audit-item.ts';
import type { CancellationReason, Table } from './client.ts';
import { cooldownKey, riskDay, riskHour } from './keys.ts';

/** What such an action guards. */
export type RiskGuard = 'day' | 'hour' | 'cooldown';

/** What the claim counts, as actions of PREPARE's transaction. */
export function riskActions(
  table: Table,
  account: string,
  risk: RiskClaim,
): [RiskGuard, TransactAction][] {
  const claimed: [RiskGuard, TransactAction][] = [];
  if (risk.notional !== undefined) {
    const left = leftOf(risk.notional);
    assert(left !== undefined, 'the order alone is within the daily cap');
    claimed.push([
      'day',
      {
        Update: {
          TableName: table.name,
          Key: riskDay(account, risk.atMs),
          UpdateExpression: 'ADD notional :add',
          ConditionExpression: 'attribute_not_exists(notional) OR notional <= :left',
          ExpressionAttributeValues: {
            ':add': NumberValue.from(risk.notional.add),
            ':left': NumberValue.from(left),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ]);
  }
  if (risk.count !== undefined) {
    claimed.push([
      'hour',
      {
        Update: {
          TableName: table.name,
          Key: riskHour(account, risk.atMs),
          UpdateExpression: 'ADD orders :one',
          ConditionExpression: 'attribute_not_exists(orders) OR orders < :cap',
          ExpressionAttributeValues: { ':one': 1, ':cap': risk.count.cap },
        },
      },
    ]);
  }
  if (risk.cooldown !== undefined) {
    const { source, ms } = risk.cooldown;
    claimed.push([
      'cooldown',
      {
        Update: {
          TableName: table.name,
          Key: cooldownKey(account, source),
          UpdateExpression: 'SET openedAtMs = :now',
          ConditionExpression: 'attribute_not_exists(openedAtMs) OR openedAtMs <= :before',
          ExpressionAttributeValues: { ':now': risk.atMs, ':before': risk.atMs - ms },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ]);
  }
  return claimed;
}

/** What a failed condition of such an action says. */
export function riskFull(guard: RiskGuard, { item }: CancellationReason): PrepareResult {
  switch (guard) {
    case 'day': {
      const counted = numberOf(item?.['notional']);
      return { kind: 'daily-cap', ...(counted === undefined ? {} : { counted }) };
    }
    case 'hour':
      return { kind: 'hourly-cap' };
    case 'cooldown':
      return { kind: 'cooling-down', openedAtMs: Number(numberOf(item?.['openedAtMs'])) };
    default:
      return unreachable(guard);
  }
}

/** A number in DynamoDB's own attribute form, as plain text. */
function numberOf(attribute: unknown): string | undefined {
  if (typeof attribute !== 'object' || attribute === null || !('N' in attribute)) return undefined;
  return plain(decimal(String(attribute.N)));
}

/** What may already be counted so that this order still fits; undefined when it never fits. */
export function leftOf({ add, cap }: NonNullable<RiskClaim['notional']>): string | undefined {
  const left = decimal(cap).minus(decimal(add));
  return left.lt('0') ? undefined : left.toFixed();
}
