/**
 * Recalls: the wish of a source to cancel the order of one of its own signals, named by the
 * signal's id. The function that faces the internet puts the wish on record and hands it to the
 * worker; the minute's job hands it over again as long as it waits. The same is wished for a source
 * that fell silent.
 */
import type { Config } from '../config.ts';
import { laneGroup } from './lane-group.ts';
import type { OrderRef } from '../order.ts';
import type { Clock, OrderQueue } from '../ports.ts';

/** A wish to cancel the order of one signal on one account. */
export interface Recall extends OrderRef {
  readonly source: string;
  /** The id of the signal, as the sender wrote it or as its hash. */
  readonly signalId: string;
  readonly askedAtMs: number;
  /** Absent: the source asked itself. */
  readonly because?: 'silence';
}

/** What waits to be recalled; at most one recall for each order. */
export interface Recalls {
  /** Asks; one that waits already stays as it is. */
  ask(recall: Recall): Promise<void>;
  /** The recall of the order that waits, strongly consistent; undefined when none does. */
  asked(ref: OrderRef): Promise<Recall | undefined>;
  /** Ends the recall. */
  done(recall: Recall): Promise<void>;
  /** Recalls that wait, oldest first. May be stale: whoever acts asks `asked` first. */
  waiting(limit: number): Promise<readonly Recall[]>;
}

const PREFIX = 'recall-';

/** The name by which the queue speaks of the recall of an order. */
export function recallRef({ account, orderKey }: OrderRef): OrderRef {
  return { account, orderKey: `${PREFIX}${orderKey}` };
}

/** The order whose recall the message speaks of; undefined when it speaks of something else. */
export function orderOfRecall({ account, orderKey }: OrderRef): OrderRef | undefined {
  if (!orderKey.startsWith(PREFIX)) return undefined;
  return { account, orderKey: orderKey.slice(PREFIX.length) };
}

/** What handing a recall over needs. */
export interface QueueRecallDeps {
  readonly config: Config;
  readonly queue: OrderQueue;
}

/**
 * Hands a recall to the worker, in a group of its own: it waits for no order. `time` tells this
 * message from the ones before it; the queue drops a name that it saw in the last five minutes.
 */
export async function queueRecall(
  recall: Recall,
  time: number,
  { config, queue }: QueueRecallDeps,
): Promise<void> {
  const ref = recallRef(recall);
  await queue.enqueue(
    ref,
    `recall-${laneGroup(config, recall.account)}`,
    `${ref.orderKey}-${time}`,
  );
}

/** A recall that waits longer than this has lost its message, or its worker. */
const QUEUE_AGAIN_MS = 60_000;

/** Recalls that one run hands over again; the rest waits for the next minute. */
const RECALLS_MAX = 100;

/** Once a minute: hands over again what still waits. */
export async function queueWaitingRecalls({
  recalls,
  clock,
  ...deps
}: QueueRecallDeps & {
  readonly recalls: Recalls;
  readonly clock: Pick<Clock, 'nowMs'>;
}): Promise<void> {
  const nowMs = clock.nowMs();
  for (const recall of await recalls.waiting(RECALLS_MAX)) {
    if (nowMs < recall.askedAtMs + QUEUE_AGAIN_MS) continue;
    // One message a minute, whatever runs twice.
    await queueRecall(recall, Math.floor(nowMs / 60_000), deps);
  }
}
