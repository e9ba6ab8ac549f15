/**
 * A process to be killed: opens the embedded DynamoDB in the directory given as its argument and
 * moves one unit after another from `from` to `to`, several at once, each with a receipt that is
 * in the due index. Prints the number of every transaction that was acknowledged.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { startDynamo } from '../../../../infra/local/cloud/dynamo.ts';
import { localClient } from '../../../../infra/local/cloud/local-account.ts';

const [, , directory = '', first = '0'] = process.argv;
const TableName = 'harpoon';
const server = await startDynamo({ directory });
const client = DynamoDBDocumentClient.from(new DynamoDBClient(localClient(server.url)));
const { Item } = await client.send(
  new GetCommand({ TableName, Key: { pk: 'from', sk: 'A' }, ConsistentRead: true }),
);
if (Item === undefined) throw new Error('the counter must be there');

// The parent holds the other end; without it nobody would end this process.
process.stdin.on('end', () => process.exit(1)).resume();

let next = Number(first);
async function work(): Promise<never> {
  for (;;) {
    const seq = next++;
    const add = (pk: string, n: number) => ({
      Update: {
        TableName,
        Key: { pk, sk: 'A' },
        UpdateExpression: 'ADD n :n',
        ExpressionAttributeValues: { ':n': n },
      },
    });
    const receipt = { pk: `receipt-${seq}`, sk: 'A', gsi1pk: 'RECEIPT', gsi1sk: String(seq) };
    const TransactItems = [add('from', -1), add('to', 1), { Put: { TableName, Item: receipt } }];
    await client.send(new TransactWriteCommand({ TransactItems }));
    process.stdout.write(`${seq}\n`);
  }
}
await Promise.all(Array.from({ length: 4 }, work));
