/** Small running figures of an account: failures in a row, newest known order, equity of the day. */
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { decimal, plain } from '../../core/decimal.ts';
import type { Tally } from '../../core/ports.ts';
import type { Table } from './client.ts';
import { riskDay, tallyKey } from './keys.ts';

/** What the items hold. */
interface TallyItem {
  readonly lastPlaced?: string;
  readonly equity?: string;
}

/** The tally over a table. */
export function dynamoTally(table: Table): Tally {
  const get = async (key: ReturnType<typeof tallyKey>): Promise<TallyItem> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
    );
    return (Item ?? {}) as TallyItem;
  };
  return {
    async failed(account) {
      const { Attributes } = await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: tallyKey(account),
          UpdateExpression: 'ADD failuresInARow :one',
          ExpressionAttributeValues: { ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return Number(Attributes?.['failuresInARow']);
    },
    async placed(account, exchangeOrderId) {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: tallyKey(account),
          UpdateExpression: 'SET failuresInARow = :none, lastPlaced = :order',
          ExpressionAttributeValues: { ':none': 0, ':order': exchangeOrderId },
        }),
      );
    },
    async lastPlaced(account) {
      const { lastPlaced } = await get(tallyKey(account));
      return lastPlaced;
    },
    async equityAtDayStart(account, atMs) {
      // Kept as text: a DynamoDB number would come back as a float.
      const { equity } = await get(riskDay(account, atMs));
      return equity === undefined ? undefined : decimal(equity);
    },
    async recordEquity(account, atMs, equity) {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: riskDay(account, atMs),
          UpdateExpression: 'SET equity = if_not_exists(equity, :equity)',
          ExpressionAttributeValues: { ':equity': plain(equity) },
        }),
      );
    },
  };
}
