/** Rows that are in flight on a book in a state that a test says, and what Kraken shows of them. */
import type { Intent } from '../../../functions/core/decide/plan-target.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { FollowDeps } from '../../../functions/core/follow/follow-order.ts';
import { settleBook } from '../../../functions/core/follow/settle-book.ts';
import { FLATTEN_SOURCE } from '../../../functions/core/halt/flatten-source.ts';
import type { Order, OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { REF, stopEntry } from './stop-entry.ts';

/** How a row differs from a limit order that rests and has no stop. */
export interface Given extends Partial<Omit<OrderRow, 'attempt' | 'signal' | 'decision'>> {
  readonly order?: Partial<Order>;
  readonly signal?: Partial<OrderRow['signal']>;
  readonly reducing?: boolean;
}

/** A world in which rows are made up; nothing of them is in its store. */
export async function inFlight() {
  const all = await stopEntry();
  const placed = all.now();
  const shownAs = all.parent();

  const rowOf = (orderKey: string, given: Given = {}): OrderRow => {
    const { order, signal, reducing = false, ...more } = given;
    const { attempt, decision } = placed;
    if (attempt === undefined || decision === undefined) throw new Error('it was licensed');
    const { close: _none, ...bare } = attempt.order;
    const { stop: _stop, ...said } = placed.signal;
    const at = order?.type === 'market' ? withoutPrice(bare) : bare;
    return {
      ...{ ...placed, orderKey, clientOrderId: `client-${orderKey}`, exchangeOrderId: orderKey },
      attempt: { ...attempt, order: { ...at, ...order } },
      decision: { ...decision, reducing },
      signal: { ...said, id: `signal-${orderKey}`, ...signal },
      ...more,
    };
  };

  /** As it is on record. */
  const shown = ({ exchangeOrderId = '', fill }: OrderRow): FoundOrder => ({
    ...{ ...shownAs, exchangeOrderId, status: 'open' },
    ...{ filled: decimal(fill?.volume ?? '0'), cost: decimal(fill?.cost ?? '0') },
    fee: decimal(fill?.fee ?? '0'),
  });

  /** Settles the book for `by`, where these rows are in flight. */
  const settle = async (
    rows: readonly OrderRow[],
    asked: {
      by?: OrderRow;
      intent?: Intent;
      hidden?: readonly string[];
      gone?: readonly string[];
    } = {},
  ) => {
    const { by = rowOf('next'), intent = 'goes-on', hidden = [], gone = [] } = asked;
    const reads: string[] = [];
    const { book } = await all.view();
    const deps: FollowDeps = {
      ...all.deps,
      books: {
        ...all.deps.books,
        read: async ({ source }) => {
          reads.push(source);
          const keys = [...rows.map(({ orderKey }) => orderKey), ...gone];
          return { book, inFlight: source === FLATTEN_SOURCE ? [] : keys };
        },
      },
      orders: {
        ...all.deps.orders,
        read: async ({ orderKey }) => rows.find((row) => row.orderKey === orderKey),
      },
    };
    const orders = rows.filter((row) => !hidden.includes(row.orderKey)).map(shown);
    const stops = rows.flatMap((row) =>
      (row.closes?.orders ?? []).map((close) => ({
        ...shown(row),
        ...{ exchangeOrderId: close.exchangeOrderId, refid: row.exchangeOrderId ?? '' },
        ...{ side: 'sell' as const, type: 'stop-loss', volume: decimal(close.size) },
        price: decimal(row.attempt?.order.close?.price ?? '0'),
        ...{ filled: decimal('0'), cost: decimal('0'), fee: decimal('0') },
      })),
    );
    const exchange = {
      orders: async () => [...orders, ...stops],
      openOrders: async () => [...orders, ...stops],
      find: async () => [...orders, ...stops],
    };
    const settled = await settleBook(REF, { row: by, intent: () => intent }, exchange, deps);
    const isSettled = settled.kind === 'settled';
    return {
      ...{ settled, reads },
      why: isSettled ? undefined : settled.why,
      replaced: isSettled ? settled.replaces.map((one) => one.exchangeOrderId) : undefined,
      stops: isSettled ? settled.stops : undefined,
    };
  };
  return { ...all, rowOf, settle };
}

function withoutPrice({ price: _price, ...order }: Order): Order {
  return order;
}
