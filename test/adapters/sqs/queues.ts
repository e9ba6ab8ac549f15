/** The three queues, each as the contract wants it. */
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { vi } from 'vitest';
import { sqsOrderQueue } from '../../../functions/adapters/sqs/order-queue.ts';
import { createQueues } from '../../../infra/local/cloud/cloud.ts';
import { localClient, REGION } from '../../../infra/local/cloud/local-account.ts';
import { pollQueue } from '../../../infra/local/cloud/poll-queue.ts';
import { startQueue } from '../../../infra/local/cloud/queue.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeQueue } from '../../fakes/queue.ts';
import { deferred } from '../../infra/local/cloud/deferred.ts';
import { virtualTime } from '../../infra/local/cloud/virtual-time.ts';
import { SimulatedQueue } from '../../simulation/queue.ts';
import { simulated } from '../simulated.ts';
import type { Delivery, QueueUnderTest } from './queue.contract.ts';

/** The queue of the use cases' tests: what was sent, in order. */
export async function queueInMemory(): Promise<QueueUnderTest> {
  const clock = fakeClock();
  const queue = fakeQueue(clock);
  return {
    queue,
    advance: async (ms) => clock.advance(ms),
    async take() {
      const sent = queue.sent.shift();
      if (sent === undefined) throw new Error('nothing was sent');
      return { message: sent.ref, end: async () => undefined };
    },
    deadLetters: async () => 0,
    close: async () => undefined,
  };
}

/** The queue of the simulation, with no fault in it. */
export async function queueOfTheSimulation(): Promise<QueueUnderTest> {
  const { around, process, pass, until } = simulated();
  const deliveries: Delivery[] = [];
  const queue = new SimulatedQueue(around, ({ ref }, done) => {
    const end = async (how: 'done' | 'failed'): Promise<void> => {
      done(how === 'done');
      await pass(1);
    };
    deliveries.push({ message: ref, end });
  });
  const port = queue.portFor(process);
  return {
    queue: { enqueue: (...message) => until(port.enqueue(...message)) },
    advance: pass,
    async take() {
      for (let ms = 0; ms < 50 && deliveries.length === 0; ms += 1) await pass(1);
      const delivery = deliveries.shift();
      if (delivery === undefined) throw new Error('nothing is delivered');
      return delivery;
    },
    deadLetters: async () => queue.deadLetters,
    close: async () => undefined,
  };
}

/** The local SQS with the queues of the local stack, its poller, and the adapter over the SDK. */
export async function queueOfTheLocalCloud(): Promise<QueueUnderTest> {
  const time = virtualTime();
  const server = await startQueue({ time });
  const { queueUrl, deadLetterUrl } = await createQueues(server.url);
  const deliveries = channel<Delivery>();
  const running = new Set<(answer: SQSBatchResponse) => void>();
  const poller = pollQueue({
    queueUrl,
    batchSize: 1,
    handler: async ({ Records: [record] }) => {
      const answer = deferred<SQSBatchResponse>();
      running.add(answer.resolve);
      const failed = [{ itemIdentifier: record?.messageId ?? '' }];
      deliveries.put({
        message: JSON.parse(record?.body ?? ''),
        end: async (how) => answer.resolve({ batchItemFailures: how === 'failed' ? failed : [] }),
      });
      return answer.promise;
    },
  });
  const client = new SQSClient(localClient(server.url));
  vi.stubEnv('AWS_REGION', REGION);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', server.url);
  return {
    queue: sqsOrderQueue(queueUrl),
    advance: async (ms) => time.advance(ms),
    take: () => deliveries.take(),
    async deadLetters() {
      const command = new GetQueueAttributesCommand({
        QueueUrl: deadLetterUrl,
        AttributeNames: ['ApproximateNumberOfMessages'],
      });
      const { Attributes } = await client.send(command);
      return Number(Attributes?.['ApproximateNumberOfMessages']);
    },
    async close() {
      vi.unstubAllEnvs();
      for (const end of running) end({ batchItemFailures: [] });
      await poller.stop();
      client.destroy();
      await server.close();
    },
  };
}

/** Hands things over one by one, waiting for each. */
function channel<T>(): { put(thing: T): void; take(): Promise<T> } {
  const things: T[] = [];
  const takers: ((thing: T) => void)[] = [];
  return {
    put(thing) {
      const taker = takers.shift();
      if (taker === undefined) things.push(thing);
      else taker(thing);
    },
    take() {
      const thing = things.shift();
      return thing === undefined
        ? new Promise((resolve) => takers.push(resolve))
        : Promise.resolve(thing);
    },
  };
}
