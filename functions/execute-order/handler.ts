/**
 * Lambda function execute-order: the only one that sends, changes and cancels orders. Wiring only; the money
 * path is core/execute/execute-order.ts. Invoked by the FIFO queue, one group of messages for each API key.
 */
import type { Context, SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { openOrderDeps } from '../adapters/order-deps.ts';
import { readOrderMessage } from '../adapters/sqs/order-queue.ts';
import { cancelOrders } from '../core/halt/cancel-orders.ts';
import { isCancelRef } from '../core/halt/cancel-ref.ts';
import { amendOrder } from '../core/execute/amend-order.ts';
import { orderOfAmend } from '../core/execute/amends.ts';
import { executeOrder } from '../core/execute/execute-order.ts';
import { recallOrder } from '../core/execute/recall-order.ts';
import { orderOfRecall } from '../core/execute/recalls.ts';
import { applyHalt, isHaltRef } from '../core/halt/halt-requests.ts';
import { reportForeignMessage } from '../core/execute/strange-message.ts';

const deps = openOrderDeps('execute-order', 'trade');

/** The local stack gives no context and cuts nothing off; it works with the time-out of the stack. */
const LOCAL_TIMEOUT_MS = 15_000;

/**
 * Carries out the orders that the messages name. A failed message comes back, and with it the rest
 * of its group, so that an order that failed is not overtaken by the next one of its key.
 */
export async function handler(
  event: SQSEvent,
  context?: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SQSBatchResponse> {
  const leftMs = context?.getRemainingTimeInMillis() ?? LOCAL_TIMEOUT_MS;
  const untilMs = deps.clock.nowMs() + leftMs;
  const batchItemFailures: SQSBatchItemFailure[] = [];
  const held = new Set<string>();
  for (const { body, messageId, attributes } of event.Records) {
    const group = attributes.MessageGroupId ?? '';
    try {
      if (held.has(group)) throw new Error('an earlier order of this group failed');
      const ref = readOrderMessage(body);
      const recalled = ref && orderOfRecall(ref);
      const amended = ref && orderOfAmend(ref);
      if (ref === undefined) await reportForeignMessage(messageId, deps);
      else if (isCancelRef(ref)) await cancelOrders(ref.account, deps);
      else if (recalled !== undefined) await recallOrder(recalled, deps, untilMs);
      else if (amended !== undefined) await amendOrder(amended, deps, untilMs);
      else if (isHaltRef(ref)) await applyHalt(ref.account, deps);
      else await executeOrder(ref, deps, untilMs);
    } catch (error) {
      deps.log.error('message-comes-back', { messageId, error: String(error) });
      held.add(group);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
