/**
 * A process that dies: opens the embedded DynamoDB in the directory given as its argument and
 * moves one unit after another from `from` to `to`, several at once, each with a receipt of many
 * parts that are in the due index: writing takes long enough to be hit. Prints the number of every transaction that was acknowledged.
 *
 * Arguments: the directory, the first number, and when to die by SIGKILL: after how many
 * acknowledgements, and then after how many milliseconds (`20ms`) or writes to leveldb (`7`).
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { createRequire } from 'node:module';
import { startDynamo } from '../../../../infra/local/cloud/dynamo.ts';
import { localClient } from '../../../../infra/local/cloud/local-account.ts';

const [, , directory = '', first = '0', acknowledgements = '', more = ''] = process.argv;
const TableName = 'harpoon';
let acknowledged = 0;
countWrites();
const server = await startDynamo({ directory });
const client = DynamoDBDocumentClient.from(new DynamoDBClient(localClient(server.url)));
const { Item } = await client.send(
  new GetCommand({ TableName, Key: { pk: 'from', sk: 'A' }, ConsistentRead: true }),
);
if (Item === undefined) throw new Error('the counter must be there');

// The parent holds the other end; without it nobody would end this process.
process.stdin.on('end', () => process.exit(1)).resume();

/** The test counts them. */
const RECEIPT_PARTS = 40;

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
    const receipt = Array.from({ length: RECEIPT_PARTS }, (_, part) => ({
      Put: {
        TableName,
        Item: { pk: `receipt-${seq}`, sk: String(part), gsi1pk: 'RECEIPT', gsi1sk: `${seq}` },
      },
    }));
    const TransactItems = [add('from', -1), ...receipt, add('to', 1)];
    await client.send(new TransactWriteCommand({ TransactItems }));
    process.stdout.write(`${seq}\n`);
    acknowledged += 1;
    if (acknowledged === Number(acknowledgements) && more.endsWith('ms')) {
      setTimeout(die, Number.parseInt(more, 10));
    }
  }
}
await Promise.all(Array.from({ length: 4 }, work));

/** Dies between two writes to leveldb: where a transaction that is not one write would tear. */
function countWrites(): void {
  const require = createRequire(import.meta.url);
  const fromDynalite = createRequire(require.resolve('dynalite'));
  type Write = (...given: unknown[]) => Promise<void>;
  const { Level } = fromDynalite('level') as { Level: { prototype: Record<string, Write> } };
  let writes = 0;
  for (const name of ['_put', '_del', '_batch']) {
    const write = Level.prototype[name];
    if (write === undefined) throw new Error(`leveldb has no ${name} to count`);
    Level.prototype[name] = async function (this: unknown, ...given) {
      await write.apply(this, given);
      if (acknowledged >= Number(acknowledgements) && (writes += 1) === Number(more)) die();
    };
  }
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
