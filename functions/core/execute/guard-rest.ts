/**
 * What is left of a position keeps its stop. Before stops give room for an order that sells some of
 * it, a row of its own is recorded for what that order may leave without one: it was refused, or sold
 * less, or a stop could not be changed in place and had to go. The row waits until the order has ended
 * and then puts a stop there; mostly nothing is left to do for it.
 */
import { sha256 } from '../hash.ts';
import { orderKeyOf } from '../identity.ts';
import type { CloseOrder, OrderRow } from '../order.ts';
import type { Signal } from '../signal.ts';
import { REDUCING_MAX_AGE_MS } from '../protocol.ts';
import type { OrderDeps } from './order-deps.ts';
import { recordOwnSignal } from './own-signal.ts';

/** The stop that may be needed. */
export interface Guard {
  /** Base units for which stops rested before, decimal text. */
  readonly volume: string;
  readonly side: 'buy' | 'sell';
  readonly terms: CloseOrder;
  /** The position; see Book.since. */
  readonly since: number;
  /** Keys of the entries that brought those stops. */
  readonly of: readonly string[];
  readonly leverage?: string;
}

/** By so much it outlives the order that it follows, at least. */
const OUTLIVES_MS = 60 * 60_000;

/** No sender's id has this sign: ids that hold it are named by their hash. */
const GUARD = '#stop';

/** Key of the row that is recorded behind an order that needs room. */
export function guardKeyOf({ account, signal }: Pick<OrderRow, 'account' | 'signal'>): string {
  return orderKeyOf({ source: signal.source, account, signalId: guardId(signal) });
}

function guardId({ id }: Signal): string {
  return `${id}${GUARD}`;
}

/** Records and queues the stop behind a row that needs room; doing it again is harmless. */
export async function recordGuard(
  { account, signal: behind, orderKey, clientOrderId, expiresAtMs }: OrderRow,
  { volume, side, terms, since, of, leverage }: Guard,
  deps: Pick<OrderDeps, 'orders' | 'queue' | 'clock' | 'config'>,
): Promise<void> {
  const id = guardId(behind);
  const signal: Signal = {
    ...{ id, source: behind.source, sentAtMs: behind.sentAtMs },
    ...{ symbol: behind.symbol, action: side, reduceOnly: true },
    ...{ ...terms, size: { unit: 'base', amount: volume }, covers: { orderKey, since, of } },
    ...(leverage === undefined ? {} : { leverage }),
    ...(behind.owner === undefined ? {} : { owner: behind.owner }),
  };
  const payloadHash = sha256(JSON.stringify(signal));
  const why = `stop for what the order ${clientOrderId} may leave without one`;
  // It outlives the order that it follows, and waits as long as any that leaves.
  const untilMs = Math.max(deps.clock.nowMs() + REDUCING_MAX_AGE_MS, expiresAtMs + OUTLIVES_MS);
  await recordOwnSignal({ account, signal, payloadHash, expiresAtMs: untilMs }, why, deps);
}
