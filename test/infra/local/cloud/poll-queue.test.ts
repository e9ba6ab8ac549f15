/** The stand-in for Lambda's event source mapping, over the embedded SQS. */
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Running } from '../../../../infra/local/cloud/aws-json-server.ts';
import { localClient } from '../../../../infra/local/cloud/local-account.ts';
import {
  pollQueue,
  type Poller,
  type PollOptions,
} from '../../../../infra/local/cloud/poll-queue.ts';
import { startQueue } from '../../../../infra/local/cloud/queue.ts';
import { deferred } from './deferred.ts';

let server: Running;
let client: SQSClient;
let queueUrl: string;
let poller: Poller | undefined;
let errors: unknown[];

beforeEach(async () => {
  errors = [];
  server = await startQueue();
  client = new SQSClient(localClient(server.url));
  queueUrl = await create('orders.fifo', '90');
});
afterEach(async () => {
  await poller?.stop();
  poller = undefined;
  client.destroy();
  await server.close();
});

async function create(name: string, VisibilityTimeout: string): Promise<string> {
  const Attributes = { FifoQueue: 'true', VisibilityTimeout };
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return QueueUrl ?? '';
}

const send = (body: string, group = 'main') =>
  client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: body,
    }),
  );

function poll(handler: PollOptions['handler'], more: Partial<PollOptions> = {}): void {
  poller = pollQueue({ queueUrl, handler, onError: (error) => errors.push(error), ...more });
}

async function counts(): Promise<{ waiting: string; inFlight: string }> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] });
  const { Attributes = {} } = await client.send(command);
  return {
    waiting: Attributes['ApproximateNumberOfMessages'] ?? '',
    inFlight: Attributes['ApproximateNumberOfMessagesNotVisible'] ?? '',
  };
}

const bodiesOf = ({ Records }: SQSEvent) => Records.map(({ body }) => body);
const none: SQSBatchResponse = { batchItemFailures: [] };

test("a message arrives as Lambda's event and is deleted when the handler is done", async () => {
  const events: SQSEvent[] = [];
  poll(async (event) => {
    events.push(event);
    return none;
  });
  const { MessageId } = await send('{"orderKey":"k"}');
  await vi.waitUntil(() => events.length === 1);
  expect(events[0]?.Records).toEqual([
    {
      messageId: MessageId,
      receiptHandle: expect.any(String) as string,
      body: '{"orderKey":"k"}',
      attributes: {
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^[0-9]{13}$/) as string,
        SentTimestamp: expect.stringMatching(/^[0-9]{13}$/) as string,
        SenderId: '000000000000',
        SequenceNumber: '00000000000000000001',
        MessageDeduplicationId: '{"orderKey":"k"}',
        MessageGroupId: 'main',
      },
      messageAttributes: {},
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-2:000000000000:orders.fifo',
      awsRegion: 'eu-west-2',
    },
  ]);
  await expect.poll(counts).toEqual({ waiting: '0', inFlight: '0' });
});

test('a group comes in order, in batches of at most 10, one batch at a time', async () => {
  const sent = Array.from({ length: 25 }, (_, i) => String(i));
  for (const body of sent) await send(body);
  const batches: string[][] = [];
  let running = 0;
  poll(async (event) => {
    expect((running += 1)).toBe(1);
    batches.push(bodiesOf(event));
    await new Promise(setImmediate);
    running -= 1;
    return none;
  });
  await vi.waitUntil(() => batches.flat().length === 25);
  expect(batches.flat()).toEqual(sent);
  expect(batches.map(({ length }) => length)).toEqual([10, 10, 5]);
  expect(errors).toEqual([]);
});

test('a batch holds no more messages than wanted', async () => {
  for (const body of ['1', '2', '3']) await send(body);
  const batches: string[][] = [];
  const take = async (event: SQSEvent) => {
    batches.push(bodiesOf(event));
    return none;
  };
  poll(take, { batchSize: 1 });
  await vi.waitUntil(() => batches.length === 3);
  expect(batches).toEqual([['1'], ['2'], ['3']]);
});

test('another group does not wait for a group that is being worked on', async () => {
  const release = deferred<void>();
  const done: string[] = [];
  poll(async (event) => {
    if (bodiesOf(event).includes('slow')) await release.promise;
    done.push(...bodiesOf(event));
    return none;
  });
  await send('slow', 'a');
  await send('after slow', 'a');
  await send('quick', 'b');
  await vi.waitUntil(() => done.includes('quick'));
  expect(done).toEqual(['quick']);
  release.resolve();
  await vi.waitUntil(() => done.length === 3);
  expect(done).toEqual(['quick', 'slow', 'after slow']);
});

test('no more batches run at once than allowed', async () => {
  let running = 0;
  let most = 0;
  let done = 0;
  for (let i = 0; i < 12; i += 1) await send(String(i), `group-${i}`);
  poll(
    async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
      done += 1;
      return none;
    },
    { maxConcurrency: 3 },
  );
  await vi.waitUntil(() => done === 12);
  expect(most).toBe(3);
});

describe('what failed stays in the queue and what succeeded is deleted', () => {
  const failing = (...itemIdentifiers: unknown[]) =>
    ({
      batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
    }) as SQSBatchResponse;

  test.each<[string, (event: SQSEvent) => SQSBatchResponse | void, number]>([
    ['an empty list', () => none, 0],
    ['no answer', () => undefined, 0],
    ['null for a list', () => ({ batchItemFailures: null }) as unknown as SQSBatchResponse, 0],
    ['the last message', ({ Records }) => failing(Records.at(-1)?.messageId), 1],
    ['two of three', ({ Records }) => failing(...Records.slice(1).map((it) => it.messageId)), 2],
    ['an unknown message', () => failing('another'), 3],
    ['an empty name', () => failing(''), 3],
    ['null for a name', () => failing(null), 3],
  ])('the handler names %s', async (_, answer, failed) => {
    for (const body of ['a', 'b', 'c']) await send(body);
    let calls = 0;
    poll(async (event) => {
      calls += 1;
      return answer(event);
    });
    await expect.poll(counts).toEqual({ waiting: '0', inFlight: String(failed) });
    await poller?.stop();
    expect(calls).toBe(1);
    expect(errors).toHaveLength(failed === 3 ? 1 : 0);
  });

  test('the handler throws', async () => {
    for (const body of ['a', 'b']) await send(body);
    const error = new Error('defect');
    poll(() => Promise.reject(error));
    await vi.waitUntil(() => errors.length > 0);
    await poller?.stop();
    expect(errors).toEqual([error]);
    expect(await counts()).toEqual({ waiting: '0', inFlight: '2' });
  });

  test('and comes again after the visibility time-out, counted', async () => {
    queueUrl = await create('short.fifo', '1');
    const seen: string[] = [];
    poll(async ({ Records }) => {
      seen.push(...Records.map((it) => `${it.body}:${it.attributes.ApproximateReceiveCount}`));
      if (seen.length === 1) throw new Error('first time');
      return none;
    });
    await send('a');
    await vi.waitUntil(() => seen.length === 2, { timeout: 10_000 });
    expect(seen).toEqual(['a:1', 'a:2']);
  });
});

test('stopping waits for what is running and takes nothing new', async () => {
  const started = deferred<void>();
  const release = deferred<void>();
  const done: string[] = [];
  poll(async (event) => {
    started.resolve();
    await release.promise;
    done.push(...bodiesOf(event));
    return none;
  });
  await send('running');
  await started.promise;
  const stopped = poller?.stop().then(() => [...done]);
  await send('later');
  release.resolve();
  expect(await stopped).toEqual(['running']);
  expect(await counts()).toEqual({ waiting: '1', inFlight: '0' });
});

test('a queue that cannot be reached is reported, not fatal', async () => {
  queueUrl = queueUrl.replace('orders', 'missing');
  poll(async () => none);
  await vi.waitUntil(() => errors.length > 0);
  expect(errors[0]).toMatchObject({ name: 'QueueDoesNotExist' });
});
