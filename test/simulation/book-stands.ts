/** At rest: a strategy's book stands where its last message wanted it, unless that was refused. */
import { bookOf } from '../../functions/core/book.ts';
import { decimal, type Decimal } from '../../functions/core/decimal.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';
import type { FakeStore } from '../fakes/store.ts';
import { BTC_USD } from '../fakes/exchange.ts';
import { wantedOf } from './book-targets.ts';
import type { Monitor } from './monitor.ts';

/** Holds every strategy of the world to it. */
export function standsAtRest(
  monitor: Monitor,
  store: FakeStore,
  orderOf: (clientOrderId: string) => FoundOrder | undefined,
): void {
  const strategies = new Map<string, OrderRow[]>();
  for (const row of store.rows()) {
    const { signal, account } = row;
    if (signal.target === undefined) continue;
    const name = `${signal.source} ${account}`;
    strategies.set(name, [...(strategies.get(name) ?? []), row]);
  }
  for (const [name, rows] of strategies) {
    const lastMs = Math.max(...rows.map(({ signal }) => signal.sentAtMs));
    const last = rows.filter(({ signal }) => signal.sentAtMs === lastMs);
    if (last.length > 1) monitor.seen.add('book: target turned around');
    if (!last.every((row) => isReached(row, orderOf(row.clientOrderId)))) continue;
    if (isStopped(store, last)) {
      monitor.seen.add('book: a stop took its strategy out');
      continue;
    }
    const fault = standFault(monitor, store, last);
    monitor.seen.add('book: stands where its last message wanted it');
    if (fault === undefined) continue;
    const promise = 'a book stands where the last message of its strategy wanted it';
    monitor.broken(promise, `${name}: ${fault}`, last[0]?.clientOrderId);
  }
}

/** Whether nothing kept the message from being carried out. */
function isReached({ state }: OrderRow, order: FoundOrder | undefined): boolean {
  if (state === 'unneeded') return true;
  return state === 'placed' && order?.status === 'closed' && order.filled.eq(order.volume);
}

/** Whether a stop at the exchange has closed something since the strategy opened. */
function isStopped(store: FakeStore, [row]: readonly OrderRow[]): boolean {
  if (row === undefined) return false;
  const { keyId = '', validate = false } = row.attempt ?? {};
  const ref = bookOf(row, { pair: BTC_USD.name, keyId, validate });
  return store.bookRow(ref).book.stopped !== undefined;
}

function standFault(
  { config }: Monitor,
  store: FakeStore,
  last: readonly OrderRow[],
): string | undefined {
  const [row] = last;
  if (row === undefined) return undefined;
  const { keyId = '', validate = false } = row.attempt ?? {};
  const ref = bookOf(row, { pair: BTC_USD.name, keyId, validate });
  const { quantity, perUnit } = store.bookRow(ref).book;
  const held = decimal(quantity);
  const source = config.sources[row.signal.source];
  const wanted: Decimal | undefined = wantedOf(row.signal, { held, source, perUnit });
  if (wanted === undefined) {
    // What harpoon.yaml sizes was opened with its money.
    const isThere = row.signal.target?.position === 'short' ? held.lt('0') : held.gt('0');
    return isThere ? undefined : `it holds ${quantity}`;
  }
  const isNear = held.minus(wanted).abs().lt(BTC_USD.orderMin);
  return isNear ? undefined : `it holds ${quantity} instead of ${wanted.toFixed()}`;
}
