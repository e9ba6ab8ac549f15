/**
 * Whose orders traded on an account: those on record as placed are Harpoon's; of the others it is
 * asked what they are. An order that Harpoon gave up and that traded is a difference, and so is one
 * that has the name of an order that is on record as another one; one that it never knew is somebody
 * else's. The close order of an order is whose that order is.
 */
import type { At, Findings, KeyInput } from './check-orders.ts';
import type { ReceivedOrder } from '../day-book.ts';
import { plain } from '../decimal.ts';
import { nameShown, possibleNames } from '../identity.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { isFinal } from '../order-state.ts';
import { IDS_PER_CALL, ordersById } from './orders-by-id.ts';
import type { FoundOrder } from '../ports.ts';

/** Orders not on record as placed that are looked at for one key. */
export const TRADED_MAX = 100;

/** Whose orders the trades of this time are. Nothing older is judged: its row may not be read. */
export const TRADED_MS = 24 * 3_600_000;

/** Looks at what traded on the accounts of one key. */
export async function compareTraded(
  names: string,
  { placed, received }: Pick<KeyInput, 'placed' | 'received'>,
  { sum, exchange }: At,
  { clock }: Pick<OrderDeps, 'clock'>,
): Promise<void> {
  const nowMs = clock.nowMs();
  const known = new Set(placed.map(({ exchangeOrderId }) => exchangeOrderId));
  const traded = await exchange.tradedOrders(nowMs - TRADED_MS, nowMs);
  const strange = traded.filter((id) => !known.has(id));
  const asked = strange.slice(0, TRADED_MAX);
  if (asked.length < strange.length) {
    const left = strange.length - asked.length;
    sum.unchecked.push(`${names}: ${left} more orders that traded were not looked at`);
  }
  const states = new Map(
    received.flatMap(({ orderKey, state }) =>
      possibleNames(orderKey).map((name) => [name, state] as const),
    ),
  );
  for (let at = 0; at < asked.length; at += IDS_PER_CALL) {
    const ids = asked.slice(at, at + IDS_PER_CALL);
    const orders = await ordersById(ids, exchange);
    if (orders.length < ids.length) {
      const missing = ids.length - orders.length;
      sum.unchecked.push(`${names}: ${missing} orders that traded cannot be read`);
    }
    // What our own orders left behind is ours, however long ago those were placed.
    const foreign = orders.filter(({ refid }) => refid === undefined || !known.has(refid));
    const parents = await parentsOf(foreign, exchange);
    const placedAs = namesOf(placed);
    for (const order of foreign) {
      const by = parents.get(order.refid ?? '') ?? order;
      judgeTraded({ order, by }, { names, states, placedAs, nowMs }, sum);
    }
  }
}

/** The orders that opened these, as their attached close orders, by exchange id. */
async function parentsOf(
  orders: readonly FoundOrder[],
  exchange: At['exchange'],
): Promise<ReadonlyMap<string, FoundOrder>> {
  const ids = [...new Set(orders.flatMap(({ refid }) => refid ?? []))];
  const found = await ordersById(ids, exchange);
  return new Map(found.map((order) => [order.exchangeOrderId, order]));
}

/** An order that traded and is not among those on record as placed, and the one that opened it. */
function judgeTraded(
  { order, by }: { readonly order: FoundOrder; readonly by: FoundOrder },
  at: {
    readonly names: string;
    readonly states: ReadonlyMap<string, ReceivedOrder['state']>;
    readonly placedAs: ReadonlyMap<string, string>;
    readonly nowMs: number;
  },
  sum: Findings,
): void {
  const { exchangeOrderId, side, volume, pair } = order;
  // One that rested for days may be Harpoon's, whose row is not read.
  if (by.openedAtMs < at.nowMs - TRADED_MS) return;
  const what = `${side} ${plain(volume)} ${pair} on ${at.names} (Kraken order id ${exchangeOrderId})`;
  const name = nameShown(by) ?? '';
  const state = at.states.get(name);
  const placedAs = at.placedAs.get(name);
  if (placedAs !== undefined && placedAs !== by.exchangeOrderId) {
    const where = `Harpoon’s order of that name is ${placedAs}`;
    // Nobody keeps a userref to himself; an id of ours is nobody else's, and must be there once.
    if (by.clientOrderId !== undefined) sum.differences.push(`${what}: it traded, and ${where}`);
    else sum.external.push(`${what}: it has the userref of another; ${where}`);
  } else if (state === undefined) {
    sum.external.push(what);
  } else if (isFinal(state) && state !== 'placed') {
    sum.differences.push(`${what}: it traded, and Harpoon has it on record as ${state}`);
  }
}

/** Kraken's id of each order on record as placed, by every name that it may show under. */
function namesOf(placed: KeyInput['placed']): ReadonlyMap<string, string> {
  return new Map(
    placed.flatMap(({ orderKey, exchangeOrderId }) =>
      exchangeOrderId === undefined
        ? []
        : possibleNames(orderKey).map((name) => [name, exchangeOrderId] as const),
    ),
  );
}
