/**
 * A message that turns a position around is two orders: the exit, and the entry on the other side.
 * The entry is a row of its own, with an id that follows from the signal's, recorded before the exit
 * goes out: nothing that happens in between can lose it, and it waits until the exit is filled or it
 * is too old to open risk.
 */
import { orderKeyOf } from '../identity.ts';
import type { OrderRef, OrderRow } from '../order.ts';
import { assert } from '../result.ts';
import type { OrderDeps } from './order-deps.ts';
import { recordOwnSignal } from './own-signal.ts';
import type { Signal } from '../signal.ts';

/** No sender's id has this sign: ids that hold it are named by their hash. */
const ENTRY = '#entry';

/** The entry behind an exit, where its signal asks for one. */
export function secondLegOf({ account, signal }: Pick<OrderRow, 'account' | 'signal'>): OrderRef {
  const { source } = signal;
  return { account, orderKey: orderKeyOf({ source, account, signalId: entryId(signal) }) };
}

function entryId({ id }: Signal): string {
  return `${id}${ENTRY}`;
}

/** Records and queues the entry behind a row that is an exit; doing it again is harmless. */
export async function recordSecondLeg(
  { account, signal, payloadHash, receivedAtMs, clientOrderId }: OrderRow,
  deps: Pick<OrderDeps, 'orders' | 'queue' | 'clock' | 'config'>,
): Promise<void> {
  assert(signal.leg === undefined, 'a second leg has no second leg');
  const entry = { ...signal, id: entryId(signal), leg: { of: signal.id } };
  const given = { account, payloadHash, receivedAtMs, signal: entry };
  await recordOwnSignal(given, `entry behind the exit ${clientOrderId}`, deps);
}
