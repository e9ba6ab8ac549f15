/**
 * What a person says of an order of which Harpoon cannot tell whether the exchange has it: that it is
 * a certain order there, or that it is not there. Nothing is sent here. What the exchange shows is held
 * against what was sent first, and the write is conditional on the row: whoever settles it in the same
 * moment, a look-up or another person, there is one end.
 */
import type { OrderDeps } from '../execute/order-deps.ts';
import { endStep } from '../follow/book-step.ts';
import { hasName, isOtherName, nameShown, orderNameOf } from '../identity.ts';
import type { Pair } from '../market/pair.ts';
import { settledNotice } from '../notices/settled-notice.ts';
import type { OrderRow, Settlement } from '../order.ts';
import type { Exchange, FoundOrder } from '../ports.ts';
import { LOOK_AGAIN_MS } from '../protocol.ts';
import { assert } from '../result.ts';
import { isOfPair, sameOrder } from './same-order.ts';
import { lookedForUntil } from './watch-absent.ts';
import { earliestMs, judge, OPENED_TOLERANCE_MS, type Sight } from './whose-order.ts';

/** Who says it, and why; for the record. */
export type Word = Pick<Settlement, 'by' | 'why'>;

/** What settling needs. */
export type SettleDeps = Pick<OrderDeps, 'clock' | 'config' | 'log' | 'orders' | 'books'>;

/** What the exchange shows under the name of the row, and what that says by itself. */
export interface Shown {
  readonly orders: readonly FoundOrder[];
  /** Absent: nothing that is shown is to be taken for it. */
  readonly sight?: Sight;
}

/** Looks at what bears the name of a row. Throws ExchangeError. */
export async function shownOf(row: OrderRow, exchange: Exchange, deps: OrderDeps): Promise<Shown> {
  const { attempt } = row;
  assert(attempt !== undefined, 'an uncertain row holds its attempt');
  const name = orderNameOf(row, attempt.order);
  const orders = await exchange.find(name, earliestMs(row, attempt));
  const sight = await judge(orders, { row, attempt, exchange }, deps);
  return { orders, ...(sight === undefined ? {} : { sight }) };
}

/**
 * Why an order at the exchange cannot be the one of the row, in one sentence; undefined: it may be. It
 * bears the name of the row, or was found by it: one that a person placed instead would hide it for
 * ever, should it turn up.
 */
export function placedFault(
  row: OrderRow,
  found: FoundOrder,
  { pair, shown }: { readonly pair: Pair; readonly shown: Shown },
): string | undefined {
  const { attempt, receivedAtMs } = row;
  assert(attempt !== undefined, 'an uncertain row holds its attempt');
  const { order } = attempt;
  const { exchangeOrderId: id, refid } = found;
  if (!isOfPair(found, pair)) return `${id} is of ${found.pair}, and ${pair.name} was sent`;
  if (found.side !== order.side) return `${id} is a ${found.side}, and a ${order.side} was sent`;
  if (refid !== undefined) return `${id} is the stop that Kraken opened from ${refid}: name that`;
  const name = orderNameOf(row, order);
  const isNamed =
    hasName(name, found) ||
    shown.orders.some((one) => one.exchangeOrderId === found.exchangeOrderId);
  if (isOtherName(name, found) || !isNamed) {
    const bears = nameShown(found) ?? 'none';
    return `${id} does not bear the name that was sent (${name.userref ?? name.clientOrderId}), but ${bears}: Harpoon did not place it`;
  }
  const firstMs = Math.min(receivedAtMs, earliestMs(row, attempt)) - OPENED_TOLERANCE_MS;
  if (found.openedAtMs >= firstMs) return undefined;
  return `${id} was opened at ${instant(found.openedAtMs)}, before the signal came`;
}

/** In what an order differs from what was sent, though it may be the one; sentences. */
export function placedDoubts(row: OrderRow, found: FoundOrder, pair: Pair): readonly string[] {
  const { attempt } = row;
  assert(attempt !== undefined, 'an uncertain row holds its attempt');
  const { order, deadlineMs } = attempt;
  const same = sameOrder(order, found, pair);
  const isLate = found.openedAtMs > deadlineMs + OPENED_TOLERANCE_MS;
  return [
    ...(same.ok ? [] : [same.error]),
    ...(isLate ? [`it was opened at ${instant(found.openedAtMs)}, after its deadline`] : []),
  ];
}

/**
 * The row is that order at the exchange: it is followed from now on. `lost`: somebody else moved the
 * row meanwhile.
 */
export function settlePlaced(
  row: OrderRow,
  found: FoundOrder,
  word: Word,
  deps: SettleDeps,
): Promise<OrderRow | 'lost'> {
  const { exchangeOrderId } = found;
  const says = `it is ${exchangeOrderId} (${found.status})`;
  return settle(row, { word, says: 'placed', words: says, exchangeOrderId }, deps);
}

/** The row is not at the exchange, on a person's word; it is looked for still. `lost`: as above. */
export function settleAbsent(
  row: OrderRow,
  word: Word,
  deps: SettleDeps,
): Promise<OrderRow | 'lost'> {
  return settle(row, { word, says: 'absent', words: 'it is not at Kraken' }, deps);
}

async function settle(
  row: OrderRow,
  said: {
    readonly word: Word;
    readonly says: Settlement['says'];
    readonly words: string;
    readonly exchangeOrderId?: string;
  },
  { clock, config, orders, books, log }: SettleDeps,
): Promise<OrderRow | 'lost'> {
  assert(row.state === 'needs-human', 'a person settles only what Harpoon cannot');
  const { word, says, words, exchangeOrderId } = said;
  const atMs = clock.nowMs();
  const why = `${word.by} says that ${words}: ${word.why}`;
  const set = {
    ...(exchangeOrderId === undefined ? {} : { exchangeOrderId }),
    ...{ outcome: why, settled: { says, ...word, atMs } },
  };
  const next: OrderRow = { ...row, ...set };
  const untilMs = lookedForUntil(next);
  const notice = settledNotice(next, { says, why, untilMs }, { config, atMs });
  const dueAtMs = says === 'placed' ? atMs : atMs + LOOK_AGAIN_MS;
  const book = says === 'placed' ? undefined : await endStep(row, atMs, { books });
  const { account, orderKey } = row;
  log.warn('settled-by-hand', { account, orderKey, says, by: word.by });
  return orders.move(row, says === 'placed' ? 'placed' : 'unplaced', {
    ...{ why, set, atMs, dueAtMs, notice },
    ...(book === undefined ? {} : { book }),
  });
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
