/**
 * Amends: the wish of a source to change the order of one of its own signals while it rests, named by
 * the signal's id. The function that faces the internet puts the wish on record and hands it to the
 * worker; the minute's job hands it over again as long as it waits.
 *
 * On record is the newest wish alone. Whatever is delivered late or twice, an older amend never
 * stands above a newer one.
 */
import type { AmendWish } from '../amending.ts';
import type { Config } from '../config.ts';
import { laneGroup } from './lane-group.ts';
import type { AmendName, OrderRef } from '../order.ts';
import type { Clock, OrderQueue } from '../ports.ts';
import { REQUEUE_MS } from '../protocol.ts';

/** A wish to change the order of one signal on one account. */
export interface Amend extends OrderRef, AmendName {
  readonly source: string;
  /** The id of the signal, as the sender wrote it or as its hash. */
  readonly signalId: string;
  readonly wish: AmendWish;
  readonly askedAtMs: number;
  /** From here on it may not go out any more. */
  readonly untilMs: number;
}

/**
 * What asking came to. repeated: the very amend is on record, waiting or done. older: a newer one is.
 * clash: another amend has the same fire time, so that nobody can tell which is the newer one.
 */
export type Asked = 'asked' | 'repeated' | 'older' | 'clash';

/** The newest amend of each order. */
export interface Amends {
  /** Asks; what waits and is older becomes part of it, see `joined`. */
  ask(amend: Amend): Promise<Asked>;
  /** The amend of the order that waits, strongly consistent; undefined when none does. */
  asked(ref: OrderRef): Promise<Amend | undefined>;
  /** Ends the amend, unless a newer one waits by now. */
  done(amend: Amend): Promise<void>;
  /** Amends that wait, oldest first. May be stale: whoever acts asks `asked` first. */
  waiting(limit: number): Promise<readonly Amend[]>;
}

/** What asking means, given what is on record: the amend to write, or why none is written. */
export function joined(
  amend: Amend,
  known: { readonly amend: Amend; readonly waits: boolean } | undefined,
): Amend | Exclude<Asked, 'asked'> {
  if (known === undefined) return amend;
  const { amend: before, waits } = known;
  if (before.firedAtMs > amend.firedAtMs) return 'older';
  if (before.firedAtMs === amend.firedAtMs) {
    return before.hash === amend.hash ? 'repeated' : 'clash';
  }
  // One after the other they would both be carried out; what the older one says alone still counts.
  const stillCounts = waits && before.untilMs > amend.askedAtMs;
  return stillCounts ? { ...amend, wish: { ...before.wish, ...amend.wish } } : amend;
}

const PREFIX = 'amend-';

/** The name by which the queue speaks of the amend of an order. */
export function amendRef({ account, orderKey }: OrderRef): OrderRef {
  return { account, orderKey: `${PREFIX}${orderKey}` };
}

/** The order whose amend the message speaks of; undefined when it speaks of something else. */
export function orderOfAmend({ account, orderKey }: OrderRef): OrderRef | undefined {
  if (!orderKey.startsWith(PREFIX)) return undefined;
  return { account, orderKey: orderKey.slice(PREFIX.length) };
}

/** What handing an amend over needs. */
export interface QueueAmendDeps {
  readonly config: Config;
  readonly queue: OrderQueue;
}

/**
 * Hands an amend to the worker, behind the orders of its key: the order that it changes goes out
 * first. `time` tells this message from the ones before it; the queue drops a name that it saw in the
 * last five minutes.
 */
export async function queueAmend(
  amend: Amend,
  time: number,
  { config, queue }: QueueAmendDeps,
): Promise<void> {
  const ref = amendRef(amend);
  await queue.enqueue(ref, laneGroup(config, amend.account), `${ref.orderKey}-${time}`);
}

/** Amends that one run hands over again; the rest waits for the next minute. */
const AMENDS_MAX = 100;

/** Once a minute: hands over again what still waits. */
export async function queueWaitingAmends({
  amends,
  clock,
  ...deps
}: QueueAmendDeps & {
  readonly amends: Amends;
  readonly clock: Pick<Clock, 'nowMs'>;
}): Promise<void> {
  const nowMs = clock.nowMs();
  for (const amend of await amends.waiting(AMENDS_MAX)) {
    if (nowMs < amend.askedAtMs + REQUEUE_MS) continue;
    // One message a minute, whatever runs twice.
    await queueAmend(amend, Math.floor(nowMs / 60_000), deps);
  }
}
