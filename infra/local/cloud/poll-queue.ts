/**
 * The stand-in for Lambda's event source mapping of an SQS FIFO queue: long-polls, hands the
 * messages of a group to the handler in order, deletes what succeeded and leaves the rest to the
 * visibility time-out. The queue's lock on a group keeps its batches one after the other.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { setTimeout as sleep } from 'node:timers/promises';
import { localArn, localClient, REGION } from './local-account.ts';

/** What to poll and whom to call. */
export interface PollOptions {
  readonly queueUrl: string;
  readonly handler: (event: SQSEvent) => Promise<SQSBatchResponse | void>;
  /** Batches, each of another group, that may run at once. */
  readonly maxConcurrency?: number;
  /** Messages of a group in one call of the handler; 10, Lambda's own default, if absent. */
  readonly batchSize?: number;
  /** Hears of a failed batch and of a queue that cannot be reached; by default on stderr. */
  readonly onError?: (error: unknown) => void;
}

/** A running poller. */
export interface Poller {
  /** Takes nothing more and resolves when every running batch has ended. */
  stop(): Promise<void>;
}

/** What Lambda takes unless told otherwise, and its limit for FIFO queues. */
const BATCH_SIZE = 10;
const WAIT_S = 20;
const RETRY_AFTER_MS = 500;

/** Starts polling. */
export function pollQueue(options: PollOptions): Poller {
  const { origin } = new URL(options.queueUrl);
  const client = new SQSClient(localClient(origin));
  const stopping = new AbortController();
  const polling = poll(client, options, stopping.signal).finally(() => client.destroy());
  return {
    async stop() {
      stopping.abort();
      await polling;
    },
  };
}

async function poll(client: SQSClient, options: PollOptions, stop: AbortSignal): Promise<void> {
  const { maxConcurrency = 8, onError = printError } = options;
  const running = new Set<Promise<void>>();
  while (!stop.aborted) {
    try {
      for (const batch of byGroup(await receive(client, options, stop))) {
        while (running.size >= maxConcurrency) await Promise.race(running);
        const run = runBatch(client, options, batch)
          .catch(onError)
          .finally(() => running.delete(run));
        running.add(run);
      }
      while (running.size >= maxConcurrency) await Promise.race(running);
    } catch (error) {
      if (stop.aborted) break;
      onError(error);
      await sleep(RETRY_AFTER_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
  await Promise.all(running);
}

async function receive(
  client: SQSClient,
  { queueUrl, batchSize = BATCH_SIZE }: PollOptions,
  stop: AbortSignal,
): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: batchSize,
    WaitTimeSeconds: WAIT_S,
    MessageSystemAttributeNames: ['All'],
  });
  const { Messages } = await client.send(command, { abortSignal: stop });
  return Messages ?? [];
}

function byGroup(messages: readonly Message[]): Message[][] {
  const groups = new Map<string, Message[]>();
  for (const message of messages) {
    const name = message.Attributes?.MessageGroupId ?? '';
    groups.set(name, [...(groups.get(name) ?? []), message]);
  }
  return [...groups.values()];
}

async function runBatch(
  client: SQSClient,
  { queueUrl, handler }: PollOptions,
  batch: readonly Message[],
): Promise<void> {
  const records = batch.map((message) => recordOf(message, queueUrl));
  const failed = failedIds(await handler({ Records: records }), records);
  const succeeded = records.filter(({ messageId }) => !failed.has(messageId));
  if (succeeded.length === 0) return;
  const Entries = succeeded.map(({ messageId, receiptHandle }) => ({
    Id: messageId,
    ReceiptHandle: receiptHandle,
  }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}

/**
 * Which messages failed by the handler's answer. Nothing or an empty list: none; an identifier that
 * is empty or of no record: the whole batch, by an error.
 */
function failedIds(
  answer: SQSBatchResponse | void,
  records: readonly SQSRecord[],
): ReadonlySet<string> {
  // Handlers are only promised to be typed: Lambda sees whatever they return as JSON.
  const failures: readonly { itemIdentifier?: unknown }[] = answer?.batchItemFailures ?? [];
  const known = new Set(records.map(({ messageId }) => messageId));
  const failed = new Set<string>();
  for (const { itemIdentifier } of failures) {
    if (typeof itemIdentifier !== 'string' || !known.has(itemIdentifier)) {
      const given = JSON.stringify(itemIdentifier);
      throw new Error(`the whole batch failed: batchItemFailures names ${given}, no message of it`);
    }
    failed.add(itemIdentifier);
  }
  return failed;
}

function recordOf(message: Message, queueUrl: string): SQSRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: message.Attributes as SQSRecord['attributes'],
    messageAttributes: {},
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: localArn('sqs', queueUrl.split('/').at(-1) ?? ''),
    awsRegion: REGION,
  };
}

function printError(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`queue poller: ${text}\n`);
}
