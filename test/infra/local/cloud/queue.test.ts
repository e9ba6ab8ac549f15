/** The embedded SQS through the real SDK. */
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Running } from '../../../../infra/local/cloud/aws-json-server.ts';
import { localArn, localClient } from '../../../../infra/local/cloud/local-account.ts';
import { startQueue } from '../../../../infra/local/cloud/queue.ts';

let server: Running;
let client: SQSClient;
let QueueUrl: string;

beforeEach(async () => {
  server = await startQueue();
  client = new SQSClient(localClient(server.url));
  QueueUrl = await create('dead.fifo', {});
  const deadLetterTargetArn = localArn('sqs', 'dead.fifo');
  QueueUrl = await create('orders.fifo', {
    VisibilityTimeout: '90',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 }),
  });
});
afterEach(async () => {
  client.destroy();
  await server.close();
});

async function create(name: string, attributes: Record<string, string>): Promise<string> {
  const Attributes = { FifoQueue: 'true', ...attributes };
  const created = await client.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return created.QueueUrl ?? '';
}

const send = (body: string, group = 'main', id = body) =>
  client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: id,
    }),
  );

const receive = async (more: object = {}) => {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All'],
    ...more,
  });
  return (await client.send(command)).Messages ?? [];
};

test('a message goes through with the attributes that Lambda hands on', async () => {
  const { MessageId, SequenceNumber } = await send('{"orderKey":"é"}');
  expect(await receive()).toMatchObject([
    {
      MessageId,
      Body: '{"orderKey":"é"}',
      Attributes: {
        MessageGroupId: 'main',
        MessageDeduplicationId: '{"orderKey":"é"}',
        ApproximateReceiveCount: '1',
        SequenceNumber,
      },
    },
  ]);
  const counts = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  expect(counts.Attributes).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '1',
    VisibilityTimeout: '90',
  });
});

test('a duplicate is accepted under the name of the first', async () => {
  const first = await send('one', 'main', 'id');
  const second = await send('two', 'main', 'id');
  expect(second.MessageId).toBe(first.MessageId);
  expect((await receive()).map(({ Body }) => Body)).toEqual(['one']);
});

test('its URL names this machine and is found again', async () => {
  expect(QueueUrl).toBe(`${server.url}/000000000000/orders.fifo`);
  const found = await client.send(new GetQueueUrlCommand({ QueueName: 'orders.fifo' }));
  expect(found.QueueUrl).toBe(QueueUrl);
  const { QueueUrls } = await client.send(new ListQueuesCommand({}));
  expect(QueueUrls).toHaveLength(2);
});

test('creating a queue again is the same queue, unless it should be another', async () => {
  expect(await create('other.fifo', {})).toBe(await create('other.fifo', {}));
  const other = create('other.fifo', { VisibilityTimeout: '1' });
  await expect(other).rejects.toThrow(expect.objectContaining({ name: 'QueueNameExists' }));
});

describe('long polling', () => {
  test('hears of a message as soon as it is sent', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send('late');
    expect((await waiting).map(({ Body }) => Body)).toEqual(['late']);
  });

  test('hears of the next message of a group when the one before is deleted', async () => {
    for (const body of ['a1', 'a2']) await send(body);
    const [first] = await receive({ MaxNumberOfMessages: 1 });
    const waiting = receive({ WaitTimeSeconds: 20 });
    const handle = { QueueUrl, ReceiptHandle: first?.ReceiptHandle };
    await client.send(new DeleteMessageCommand(handle));
    expect((await waiting).map(({ Body }) => Body)).toEqual(['a2']);
  });

  test('hears of a message whose visibility time-out is over', async () => {
    QueueUrl = await create('short.fifo', { VisibilityTimeout: '0' });
    await send('again');
    await receive();
    expect((await receive({ WaitTimeSeconds: 20 })).map(({ Body }) => Body)).toEqual(['again']);
  });

  test('ends when the service closes', { timeout: 5_000 }, async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await client.send(new ListQueuesCommand({}));
    await server.close();
    // A poll that had not arrived yet finds nobody.
    expect(await waiting.catch(() => [])).toEqual([]);
    server = await startQueue();
  });
});

test('a message that failed too often is found in the other queue', async () => {
  const { MessageId } = await send('bad');
  const [first] = await receive();
  const handle = { QueueUrl, ReceiptHandle: first?.ReceiptHandle };
  await client.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: 0 }));
  expect(await receive()).toEqual([]);
  const dead = QueueUrl.replace('orders.fifo', 'dead.fifo');
  expect(await receive({ QueueUrl: dead })).toMatchObject([{ MessageId, Body: 'bad' }]);
});

test('a batch is deleted, an empty queue is empty', async () => {
  for (const body of ['a', 'b', 'c']) await send(body);
  const Entries = (await receive()).map(({ MessageId, ReceiptHandle }) => ({
    Id: MessageId,
    ReceiptHandle,
  }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  await send('d');
  await client.send(new PurgeQueueCommand({ QueueUrl }));
  expect(await receive()).toEqual([]);
});

test.each([
  [
    'an unknown queue',
    'QueueDoesNotExist',
    () => new PurgeQueueCommand({ QueueUrl: `${server.url}/0/x.fifo` }),
  ],
  [
    'a message without a group',
    'MissingParameter',
    () => new SendMessageCommand({ QueueUrl, MessageBody: 'x' }),
  ],
  [
    '11 messages at once',
    'InvalidParameterValue',
    () => new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }),
  ],
  [
    'a wait of 21 s',
    'InvalidParameterValue',
    () => new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 21 }),
  ],
  [
    'a queue that is not FIFO',
    'InvalidParameterValue',
    () => new CreateQueueCommand({ QueueName: 'plain' }),
  ],
  [
    'a message that is not in flight',
    'MessageNotInflight',
    () =>
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: 'x', VisibilityTimeout: 1 }),
  ],
] as const)('%s is refused as %s', async (_, name, command) => {
  const work = client.send(command() as PurgeQueueCommand);
  await expect(work).rejects.toThrow(expect.objectContaining({ name }));
});
