/** Mutants. Orders of every kind on the wire, rails that count over orders, halts and cancels. */
import type { Attempt, Order } from '../../functions/core/order.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import type { Guard } from './guard.ts';
import { withExchange } from './mutant-wraps.ts';

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const LANGUAGE_MUTANTS: readonly Guard[] = [
  {
    name: 'the wire drops reduce-only',
    breaks: /one order with its parameters/,
    withinSeeds: 20,
    speaks: true,
    execute: (deps) => withOrder(deps, ({ reduceOnly: _dropped, ...order }) => order),
  },
  {
    name: 'the wire drops post-only',
    breaks: /one order with its parameters/,
    withinSeeds: 20,
    speaks: true,
    execute: (deps) => withOrder(deps, ({ postOnly: _dropped, ...order }) => order),
  },
  {
    name: 'PREPARE does not count for the cooldown and the cap of an hour',
    breaks: /cap|cooldown/,
    withinSeeds: 40,
    speaks: true,
    execute: uncounted,
  },
  {
    name: 'nobody looks how many orders are open',
    breaks: /comes to rest where another one may/,
    withinSeeds: 40,
    speaks: true,
    execute: (deps) =>
      withExchange(deps, (exchange) => ({
        ...exchange,
        openOrders: async () => {
          await exchange.openOrders();
          return [];
        },
      })),
  },
  {
    name: 'a cancel ignores whose orders it is about',
    breaks: /a cancel/,
    withinSeeds: 40,
    speaks: true,
    cancel: (deps) => ({
      ...deps,
      desk: (account) => deps.desk(account === 'second' ? 'main' : 'second'),
    }),
  },
  {
    name: 'a recall takes whatever order it finds',
    breaks: /its sender wants back is cancelled/,
    withinSeeds: 20,
    speaks: true,
    execute: (deps) =>
      withExchange(deps, (exchange) => ({
        ...exchange,
        cancel: async (id) => {
          const open = await exchange.openOrders();
          const other = open.find(({ exchangeOrderId }) => exchangeOrderId !== id);
          return exchange.cancel(other?.exchangeOrderId ?? id);
        },
      })),
  },
  {
    name: 'a recall is done before Kraken has cancelled',
    breaks: /recall is done is not open/,
    withinSeeds: 20,
    speaks: true,
    execute: (deps) => withExchange(deps, (exchange) => ({ ...exchange, cancel: async () => 1 })),
  },
  {
    name: 'nobody looks again for a halt or a cancel whose message got lost',
    breaks: /asked to stop is stopped/,
    withinSeeds: 20,
    speaks: true,
    against: ['enqueue fails'],
    switches: (ports, process) =>
      process.startsWith('reconcile')
        ? {
            board: { ...ports.board, cancelAsked: () => Promise.resolve(undefined) },
            halts: { ...ports.halts, asked: () => Promise.resolve(undefined) },
          }
        : ports,
  },
];

function withOrder(deps: OrderDeps, change: (order: Order) => Order): OrderDeps {
  return withExchange(deps, (exchange) => ({
    ...exchange,
    place: (attempt: Attempt, id) =>
      exchange.place({ ...attempt, order: change(attempt.order) }, id),
  }));
}

/** What PREPARE counts in its own transaction, it is not told. */
function uncounted(deps: OrderDeps): OrderDeps {
  return {
    ...deps,
    orders: {
      ...deps.orders,
      prepare: (row, preparation) => {
        const { count: _count, cooldown: _cooldown, ...risk } = preparation.risk;
        return deps.orders.prepare(row, { ...preparation, risk });
      },
    },
  };
}
