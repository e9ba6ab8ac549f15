/**
 * What is done beside placing orders, and the calls of each: a long run must have killed whoever does
 * it on both sides of every one of them.
 */
import type { Random } from './random.ts';

/** Every call, by what it is for. */
export const TASK_CALLS = {
  'asking to halt': ['queue.enqueue'],
  halting: [
    ...(['halts.asked', 'board.read', 'board.turn', 'board.askCancel'] as const),
    ...(['queue.enqueue', 'halts.done'] as const),
  ],
  cancelling: [
    ...(['board.cancelAsked', 'lanes.take', 'orders.due', 'orders.read'] as const),
    ...(['exchange.cancelAll', 'outbox.put', 'board.cancelDone', 'lanes.release'] as const),
  ],
  flattening: [
    ...(['lanes.take', 'orders.due', 'orders.read', 'exchange.cancelAll'] as const),
    ...(['exchange.balances', 'switches.read', 'orders.receive', 'queue.enqueue'] as const),
    ...(['outbox.put', 'board.cancelDone', 'lanes.release'] as const),
  ],
  resuming: ['board.read', 'board.offerResume', 'board.resume'],
  'asking to recall': ['queue.enqueue'],
  recalling: [
    ...(['recalls.asked', 'orders.read', 'orders.move', 'lanes.take'] as const),
    ...(['exchange.cancel', 'outbox.put', 'recalls.done', 'lanes.release'] as const),
  ],
  'asking to amend': ['queue.enqueue'],
  amending: [
    ...(['amends.asked', 'orders.read', 'lanes.take', 'exchange.orders'] as const),
    ...(['exchange.balances', 'orders.licenseAmend', 'exchange.amend', 'orders.note'] as const),
    ...(['outbox.put', 'amends.done', 'lanes.release'] as const),
  ],
  following: [
    ...(['orders.followed', 'orders.read', 'lanes.take', 'exchange.orders'] as const),
    ...(['books.read', 'orders.note', 'lanes.release'] as const),
  ],
  'trading on paper': [
    ...(['paper.read', 'paper.order', 'paper.write', 'paper.fees', 'paper.depth'] as const),
    'paper.candles',
  ],
} as const;

/** What a process is about. */
export type Task = keyof typeof TASK_CALLS;

/** Tasks of worlds in which somebody halts; selling and recalling are not in all of them. */
export const HALTING_TASKS = [
  ...(['asking to halt', 'halting', 'cancelling', 'flattening', 'resuming'] as const),
  ...(['asking to recall', 'recalling'] as const),
] as const satisfies readonly Task[];

/** Tasks of worlds in which senders change orders. */
export const AMENDING_TASKS = ['asking to amend', 'amending'] as const satisfies readonly Task[];

/** The calls of some tasks, `halting, board.turn`. */
export function callsOf(tasks: readonly Task[]): readonly string[] {
  return tasks.flatMap((task) => TASK_CALLS[task].map((port) => `${task}, ${port}`));
}

/** Worlds in a million that single a call out, and those of them in which halts sell: one of these. */
const FOCUSED = 850_000;
const FOCUSED_ON_SELLING = 600_000;

/** The call that is killed often in a world; most of those that do more than place orders have one. */
export function focusOf(
  random: Random,
  world: {
    readonly halts: boolean;
    readonly sells: boolean;
    readonly isPaper: boolean;
    readonly follows: boolean;
    readonly amends?: boolean;
  },
): string | undefined {
  if (!random.chance(FOCUSED)) return undefined;
  const isSelling = random.chance(FOCUSED_ON_SELLING) && world.sells;
  if (world.amends === true) return random.pick(callsOf(AMENDING_TASKS));
  if (world.follows) return random.pick(callsOf(['following']));
  if (world.isPaper) return random.pick(callsOf(['trading on paper']));
  if (!world.halts) return undefined;
  return random.pick(callsOf(isSelling ? ['flattening'] : HALTING_TASKS));
}
