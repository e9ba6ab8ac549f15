/**
 * What is done beside placing orders, and the calls of each: a long run must have killed whoever does
 * it on both sides of every one of them.
 */
import { HALT_PORTS, RECALL_PORTS } from './fault-kinds.ts';
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

/** What happens in a world beside placing orders. */
interface World {
  readonly halts: boolean;
  /** Whether halts may sell. */
  readonly sells: boolean;
  readonly isPaper: boolean;
  readonly follows: boolean;
  readonly amends?: boolean;
}

/** How often calls are killed that a world singles out, in a million on either side: by the call. */
export type Focus = ReadonlyMap<string, number>;

/** Worlds in a million that single calls out. */
const FOCUSED = 850_000;
/** Of these: every call of all that is done beside placing orders; the others take one of them. */
const FOCUSED_ON_ALL = 500_000;
/** Of those others: one of the calls that are made least. */
const FOCUSED_ON_RARE = 600_000;

/** What few processes come to: a cancel that finds what is due or in the market, a sale, a swing. */
const RARE_CALLS: readonly string[] = [
  ...['cancelling, orders.due', 'cancelling, orders.read'],
  ...['flattening, orders.due', 'flattening, orders.read', 'flattening, queue.enqueue'],
  ...['recalling, exchange.cancel', 'recalling, lanes.release'],
  ...['trading on paper, paper.depth', 'trading on paper, paper.candles'],
  ...['amending, exchange.balances', 'amending, orders.licenseAmend'],
  ...['amending, exchange.amend', 'amending, lanes.release'],
];

/**
 * How often a single call is killed. Where it is every call of a task, whoever carries it out has
 * some fifteen sides to come past: at one in sixteen the last of them are reached, and struck, most.
 */
const ONE_RATE = 400_000;
const ALL_RATE = 60_000;

/** A single call, `halting, board.turn`, as what a world singles out. */
export function focusOn(call: string): Focus {
  return new Map([[call, ONE_RATE]]);
}

/** The calls that are killed often in a world; most of those that do more than place orders have some. */
export function focusOf(random: Random, world: World): Focus | undefined {
  const calls = callsOf(tasksOf(world));
  if (calls.length === 0 || !random.chance(FOCUSED)) return undefined;
  if (random.chance(FOCUSED_ON_ALL)) {
    const ports = world.halts ? [...HALT_PORTS, ...RECALL_PORTS] : [];
    return new Map([...calls, ...ports].map((call) => [call, ALL_RATE]));
  }
  const rare = calls.filter((call) => RARE_CALLS.includes(call));
  const isOnRare = random.chance(FOCUSED_ON_RARE) && rare.length > 0;
  return focusOn(random.pick(isOnRare ? rare : calls));
}

/** What is done in a world beside placing orders. */
function tasksOf({ halts, sells, isPaper, follows, amends }: World): readonly Task[] {
  if (amends === true) return AMENDING_TASKS;
  if (follows) return ['following'];
  if (isPaper) return ['trading on paper'];
  if (!halts) return [];
  return HALTING_TASKS.filter((task) => sells || task !== 'flattening');
}
