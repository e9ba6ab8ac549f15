/**
 * A message that turns a position around is two orders: the exit, and the entry on the other side.
 * The entry is a row of its own, with an id that follows from the signal's, recorded before the exit
 * goes out: nothing that happens in between can lose it, and it waits until the exit is filled or it
 * is too old to open risk.
 */
import type { OrderRow } from '../order.ts';
import { assert } from '../result.ts';
import type { OrderDeps } from './order-deps.ts';
import { recordOwnSignal } from './own-signal.ts';

/** No sender's id has this sign: ids that hold it are named by their hash. */
const ENTRY = '#entry';

/** Records and queues the entry behind a row that is an exit; doing it again is harmless. */
export async function recordSecondLeg(
  { account, signal, payloadHash, receivedAtMs, clientOrderId }: OrderRow,
  deps: Pick<OrderDeps, 'orders' | 'queue' | 'clock' | 'config'>,
): Promise<void> {
  assert(signal.leg === undefined, 'a second leg has no second leg');
  const entry = { ...signal, id: `${signal.id}${ENTRY}`, leg: { of: signal.id } };
  const given = { account, payloadHash, receivedAtMs, signal: entry };
  await recordOwnSignal(given, `entry behind the exit ${clientOrderId}`, deps);
}
