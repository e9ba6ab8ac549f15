/**
 * Halts that came as messages. The function that faces the internet may not touch a switch, lest
 * whoever takes it over lifts one: it puts the wish on record and hands it to the worker, which
 * turns the switches. The minute's job does it when the worker did not.
 */
import { haltTrading, type HaltDeps, type HaltOrder, type HaltResult } from './halt-trading.ts';
import { sha256 } from '../hash.ts';
import type { OrderRef } from '../order.ts';
import type { OrderQueue } from '../ports.ts';
import { scopeName } from './switch-board.ts';

/** What waits to be carried out for a source. */
export interface HaltRequest {
  /** Counts what was asked for. */
  readonly version: number;
  /** One for each choice of switches that was asked for, in the order of asking. */
  readonly orders: readonly HaltOrder[];
}

/** What sources asked to halt; one request waits for each source. */
export interface HaltRequests {
  /** Asks, beside what waits already; returns the request that waits now. */
  ask(source: string, order: HaltOrder): Promise<HaltRequest>;
  /** The request that waits; undefined when none does. */
  asked(source: string): Promise<HaltRequest | undefined>;
  /** Ends the request, unless more was asked for meanwhile. */
  done(source: string, request: HaltRequest): Promise<void>;
}

/** What carries a request out. */
export type ApplyHaltDeps = HaltDeps & { readonly halts: HaltRequests };

/** The name by which the queue speaks of a source's halt; the key of no order row. */
export function haltRef(source: string): OrderRef {
  return { account: source, orderKey: sha256(JSON.stringify(['halt', source])) };
}

/** Whether the message speaks of a halt. */
export function isHaltRef(ref: OrderRef): boolean {
  return ref.orderKey === haltRef(ref.account).orderKey;
}

/** Hands the request to the worker, in a group of its own: it waits for no order. */
export async function queueHalt(
  source: string,
  { version }: HaltRequest,
  queue: OrderQueue,
): Promise<void> {
  await queue.enqueue(haltRef(source), `halt-${source}`, `halt-${source}-${version}`);
}

/**
 * Carries out what waits for a source; nothing when nothing does. Throws when it could not; doing it
 * again is harmless.
 */
export async function applyHalt(
  source: string,
  deps: ApplyHaltDeps,
): Promise<readonly HaltResult[]> {
  const request = await deps.halts.asked(source);
  if (request === undefined) return [];
  const results: HaltResult[] = [];
  for (const order of request.orders) results.push(await haltTrading(order, deps));
  await deps.halts.done(source, request);
  return results;
}

/**
 * What waits after one more is asked for. Only halts of the same switches become one: the level, the
 * cancel and the sales of a halt hold for the accounts that it names, and for no other.
 */
export function withHalt(
  waiting: readonly HaltOrder[] | undefined,
  order: HaltOrder,
): readonly HaltOrder[] {
  const same = waiting?.find((one) => switchesOf(one) === switchesOf(order));
  if (waiting === undefined || same === undefined) return [...(waiting ?? []), order];
  return waiting.map((one) => (one === same ? bothHalts(same, order) : one));
}

/** Two halts of the same switches as one: whatever either wants stopped is stopped. */
function bothHalts(first: HaltOrder, second: HaltOrder): HaltOrder {
  return {
    ...second,
    level: first.level === 'all' ? 'all' : second.level,
    cancel: first.cancel || second.cancel,
    ...(second.flatten === true ? {} : salesOf(first)),
  };
}

function salesOf({ flatten, sales }: HaltOrder): Pick<HaltOrder, 'flatten' | 'sales'> {
  if (flatten !== true) return {};
  return sales === undefined ? { flatten } : { flatten, sales };
}

/** The same for the same switches, in whatever order they are named. */
function switchesOf({ scopes }: HaltOrder): string {
  return JSON.stringify(scopes.map(scopeName).toSorted());
}
