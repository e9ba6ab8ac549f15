/**
 * Once a minute: looks at every placed order that has not come to its end, at the stops that Kraken
 * opened from it, and at its take-profits. Nothing is written while nothing changes, so an order that rests for months
 * costs one read of the table a minute and a fiftieth of one call of Kraken's.
 */
import { forEachEnded } from '../all-ended.ts';
import { laneGroup } from '../execute/lane-group.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { openQueryExchange } from '../execute/query-exchange.ts';
import { releaseLane } from '../execute/take-lane.ts';
import type { OrderRef, OrderRow } from '../order.ts';
import { isPaperOrder } from '../paper/paper-key.ts';
import { LANE_REST_MS } from '../protocol.ts';
import { IDS_PER_CALL } from '../reconcile/orders-by-id.ts';
import { lookAtOrders, type Look } from './look-at-orders.ts';
import { watchProfits } from './watch-profits.ts';

/** Placed orders that are known of in one run. */
const FOLLOWED_MAX = 2_000;

/** Orders of one key in one run: five calls. Where there are more they take turns by the minute. */
const LOOKED_MAX = 5 * IDS_PER_CALL;

/** Rows that are read at a time. */
const READS_AT_ONCE = 25;

/** How many orders a run looked at, and of how many keys it could not. */
export interface FollowReport {
  readonly looked: number;
  readonly failed: number;
}

/** One run over every order that is followed. One key's trouble never stops the others. */
export async function followOrders(deps: OrderDeps): Promise<FollowReport> {
  const refs = await deps.orders.followed(FOLLOWED_MAX);
  const groups = new Map<string, OrderRef[]>();
  for (const ref of refs) {
    const group = laneGroup(deps.config, ref.account);
    groups.set(group, [...(groups.get(group) ?? []), ref]);
  }
  const minute = Math.floor(deps.clock.nowMs() / 60_000);
  let [looked, failed] = [0, 0];
  const runs = [...groups.values()].map(async (all) => {
    try {
      const looks = await followKey(turn(all, minute), deps);
      looked += looks.filter(({ isShown }) => isShown).length;
      // After the key is given back: nothing of it is asked at Kraken's private side.
      await watchProfits(
        looks.map(({ row }) => row),
        deps,
      );
    } catch (error) {
      failed += 1;
      const accounts = [...new Set(all.map(({ account }) => account))].join(', ');
      deps.log.warn('orders-not-followed', { accounts, error: String(error) });
    }
  });
  await Promise.all(runs);
  return { looked, failed };
}

/** Those whose turn it is; each comes as often as the others. */
function turn(refs: readonly OrderRef[], minute: number): readonly OrderRef[] {
  const parts = Math.ceil(refs.length / LOOKED_MAX);
  const at = (minute % parts) * LOOKED_MAX;
  return refs.slice(at, at + LOOKED_MAX);
}

async function followKey(refs: readonly OrderRef[], deps: OrderDeps): Promise<readonly Look[]> {
  const read = await forEachEnded(refs, READS_AT_ONCE, (ref) => readOrSay(ref, deps));
  // The index may lag behind: only the row itself says whether it is still followed.
  const rows = read.filter((row) => row !== undefined).filter((row) => isFollowed(row, deps));
  const [first] = rows;
  if (first === undefined) return [];
  const { exchange, lease } = await openQueryExchange(first.account, deps);
  try {
    // The next holder of the lane must not meet late requests of this one.
    const hasTime = () => deps.clock.nowMs() + LANE_REST_MS < lease.untilMs;
    return await lookAtOrders(rows, exchange, deps, hasTime);
  } finally {
    await releaseLane(lease, deps);
  }
}

/** A row that cannot be read, as one of another version, stops no other. */
async function readOrSay(ref: OrderRef, { orders, log }: OrderDeps): Promise<OrderRow | undefined> {
  try {
    return await orders.read(ref);
  } catch (error) {
    log.error('order-not-read', { ...ref, error: String(error) });
    return undefined;
  }
}

/** Whether something of the row may trade yet, at the exchange that its account has now. */
function isFollowed(row: OrderRow, { config }: OrderDeps): boolean {
  const { state, dueAtMs, exchangeOrderId = '', account } = row;
  const isOnPaper = config.accounts[account]?.mode === 'paper';
  return state === 'placed' && dueAtMs !== undefined && isPaperOrder(exchangeOrderId) === isOnPaper;
}
