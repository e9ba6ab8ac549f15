/**
 * The witness of what traded on an account: what people placed there by hand is named by the day's
 * comparison, or it is said what could not be compared, and nothing of ours is called foreign.
 */
import { checkOrders, type OrderCheck } from '../../functions/core/reconcile/check-orders.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { Monitor } from './monitor.ts';

/** No account is begun later in a run; the time-out of the function is 50 s. */
const BEGIN_MS = 30_000;

/** The comparison of the day's summary, over the rows as they are. */
export function compareDay(deps: OrderDeps, store: FakeStore): Promise<OrderCheck> {
  const rows = [...store.rows()].sort((a, b) => b.receivedAtMs - a.receivedAtMs);
  const placed = rows.filter(({ state }) => state === 'placed');
  const untilMs = deps.clock.nowMs() + BEGIN_MS;
  return checkOrders({ received: rows, placed, untilMs }, deps);
}

/** Holds a comparison against what was placed by hand within its day. */
export function holdForeign(
  monitor: Monitor,
  { external, differences, unchecked }: OrderCheck,
  byHand: readonly string[],
): void {
  const foreign = external.map(namedIn);
  const ours = foreign.find((id) => !byHand.includes(id));
  if (ours !== undefined && !monitor.hasRewound) {
    monitor.broken('no order of ours is called foreign', ours);
  }
  if (unchecked.length > 0) {
    monitor.seen.add('comparison: says what it could not compare');
    return;
  }
  // One with the userref of an order that Harpoon gave up could be that order.
  const named = [...foreign, ...differences.map(namedIn)];
  const missing = byHand.find((id) => !named.includes(id));
  if (missing !== undefined) monitor.broken('what is not ours is named within a day', missing);
  else monitor.seen.add('comparison: names what was placed by hand');
}

/** The order that a sentence is about. */
function namedIn(sentence: string): string {
  return /order id ([^)\s]+)\)/.exec(sentence)?.[1] ?? sentence;
}
