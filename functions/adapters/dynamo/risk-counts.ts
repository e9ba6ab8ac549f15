/** What the counting rails have counted, for somebody who only looks; claim-risk.ts counts. */
import { GetItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { decimal, ZERO } from '../../core/decimal.ts';
import type { RiskCounts } from '../../core/receive/preview-order.ts';
import type { Table } from './client.ts';
import { cooldownKey, riskDay, riskHour, type Key } from './keys.ts';

/** The counts over a table. */
export function dynamoRiskCounts(table: Table): RiskCounts {
  // In DynamoDB's own form: its client would make floats of the numbers.
  const numberIn = async (key: Key, name: string): Promise<string | undefined> => {
    const { Item } = await table.client.send(
      new GetItemCommand({ TableName: table.name, Key: marshall(key), ConsistentRead: true }),
    );
    const attribute: AttributeValue | undefined = Item?.[name];
    return attribute?.N;
  };
  return {
    async counted(account, { atMs, source }) {
      const [notional, orders, openedAtMs] = await Promise.all([
        numberIn(riskDay(account, atMs), 'notional'),
        numberIn(riskHour(account, atMs), 'orders'),
        numberIn(cooldownKey(account, source), 'openedAtMs'),
      ]);
      return {
        notional: notional === undefined ? ZERO : decimal(notional),
        orders: Number(orders ?? 0),
        ...(openedAtMs === undefined ? {} : { openedAtMs: Number(openedAtMs) }),
      };
    },
  };
}
