/**
 * The FIFO queue of orders. A message carries the name of an order row and nothing else: whoever
 * forges one can at most make a worker look at a row.
 */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AWS_LIMITS } from '../aws-limits.ts';
import type { OrderRef } from '../../core/order.ts';
import type { OrderQueue } from '../../core/ports.ts';

/** The queue behind a URL; region, credentials and endpoint come from the environment. */
export function sqsOrderQueue(queueUrl: string): OrderQueue {
  const client = new SQSClient(AWS_LIMITS);
  return {
    async enqueue(ref, group, dedup) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: orderMessage(ref),
          MessageGroupId: group,
          MessageDeduplicationId: dedup,
        }),
      );
    },
  };
}

/** The text of a message. */
export function orderMessage({ account, orderKey }: OrderRef): string {
  return JSON.stringify({ account, orderKey });
}

/** Reads a message; undefined when it is not one of ours, whatever it is. */
export function readOrderMessage(body: string): OrderRef | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { account, orderKey, ...rest } = parsed as Record<string, unknown>;
  if (Object.keys(rest).length > 0) return undefined;
  if (typeof account !== 'string' || !/^[a-z][a-z0-9-]{0,31}$/.test(account)) return undefined;
  if (typeof orderKey !== 'string' || !/^(?:recall-|amend-)?[0-9a-f]{64}$/.test(orderKey))
    return undefined;
  return { account, orderKey };
}
