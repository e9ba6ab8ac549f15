/** Ways to put something between a use case and its ports, for mutants. */
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import type { Attempt, OrderRow } from '../../functions/core/order.ts';
import type { Exchange, LaneLease, PrepareResult } from '../../functions/core/ports.ts';

/** What PREPARE would have returned. */
export function forged(row: OrderRow, attempt: Attempt): PrepareResult {
  return { kind: 'prepared', row: { ...row, state: 'prepared', attempt } };
}

/** PREPARE with another result. */
export function withPrepare(
  deps: OrderDeps,
  change: (row: OrderRow, attempt: Attempt, result: PrepareResult) => PrepareResult,
): OrderDeps {
  return {
    ...deps,
    orders: {
      ...deps.orders,
      prepare: async (row, preparation) =>
        change(row, preparation.attempt, await deps.orders.prepare(row, preparation)),
    },
  };
}

/** The uncertain row as reconcile is made to see it; what it writes holds the attempt as it was. */
export function withRow(
  deps: OrderDeps,
  change: (row: OrderRow, attempt: Attempt) => OrderRow,
): OrderDeps {
  const { orders } = deps;
  const attempts = new Map<string, Attempt>();
  const asItWas = (row: OrderRow): OrderRow => {
    const attempt = row.attempt && attempts.get(row.attempt.token);
    return attempt === undefined ? row : { ...row, attempt };
  };
  return {
    ...deps,
    orders: {
      ...orders,
      move: (row, to, changes) => orders.move(asItWas(row), to, changes),
      note: (row, changes) => orders.note(asItWas(row), changes),
      read: async (ref) => {
        const row = await orders.read(ref);
        if (row?.attempt === undefined) return row;
        attempts.set(row.attempt.token, row.attempt);
        return change(row, row.attempt);
      },
    },
  };
}

/** The exchange behind another one. */
export function withExchange(
  deps: OrderDeps,
  change: (exchange: Exchange, lane: LaneLease) => Exchange,
): OrderDeps {
  return {
    ...deps,
    desk: async (account) => {
      const desk = await deps.desk(account);
      return { ...desk, exchange: (lane) => change(desk.exchange(lane), lane) };
    },
  };
}

/** The lanes with nonces of another kind. */
export function withNonces(
  deps: OrderDeps,
  nonces: (keyId: string, fence: number) => () => string,
): OrderDeps {
  return {
    ...deps,
    lanes: {
      ...deps.lanes,
      take: async (keyId, owner) => {
        const lane = await deps.lanes.take(keyId, owner);
        if (typeof lane !== 'object') return lane;
        return { ...lane, nextNonce: nonces(keyId, lane.fence) };
      },
    },
  };
}
