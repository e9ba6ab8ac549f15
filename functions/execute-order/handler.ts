/**
 * Lambda function execute-order: the only one that sends orders. Wiring only; the money path is
 * core/execute-order.ts. Invoked by the FIFO queue, one group of messages for each API key.
 */
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readConfig, required } from '../adapters/config-file.ts';
import { openTable } from '../adapters/dynamo/client.ts';
import { dynamoLanes } from '../adapters/dynamo/lanes.ts';
import { dynamoOrderLog } from '../adapters/dynamo/order-log.ts';
import { dynamoOutbox } from '../adapters/dynamo/outbox.ts';
import { dynamoSwitches } from '../adapters/dynamo/switches.ts';
import { dynamoTally } from '../adapters/dynamo/tally.ts';
import { functionLog } from '../adapters/json-log.ts';
import { krakenDesks } from '../adapters/kraken/desks.ts';
import { randomIds } from '../adapters/random-ids.ts';
import { readOrderMessage, sqsOrderQueue } from '../adapters/sqs/order-queue.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { executeOrder, reportForeignMessage, type ExecuteDeps } from '../core/execute-order.ts';

const log = functionLog('execute-order');
const config = readConfig();
const table = openTable(required('HARPOON_TABLE'));
const deps: ExecuteDeps = {
  config,
  clock: systemClock,
  ids: randomIds,
  log,
  orders: dynamoOrderLog(table),
  lanes: dynamoLanes(table, systemClock),
  switches: dynamoSwitches(table),
  tally: dynamoTally(table),
  outbox: dynamoOutbox(table),
  queue: sqsOrderQueue(required('HARPOON_QUEUE_URL')),
  ...krakenDesks({ config, half: 'trade', clock: systemClock, log }),
};

/**
 * Carries out the orders that the messages name. A failed message comes back, and with it the rest
 * of its group, so that orders of one key stay in order.
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchItemFailure[] = [];
  const held = new Set<string>();
  for (const { body, messageId, attributes } of event.Records) {
    const group = attributes.MessageGroupId ?? '';
    try {
      if (held.has(group)) throw new Error('an earlier order of this group failed');
      const ref = readOrderMessage(body);
      await (ref === undefined ? reportForeignMessage(messageId, deps) : executeOrder(ref, deps));
    } catch (error) {
      log.error('message-comes-back', { messageId, error: String(error) });
      held.add(group);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
