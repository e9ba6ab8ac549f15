/** Mutants. Stops that Kraken opened from entries: counted once, and never beside what leaves. */
import type { CloseRecord } from '../../functions/core/fill.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { Guard } from './guard.ts';

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const STOP_MUTANTS: readonly Guard[] = [
  {
    name: 'what a stop sold is counted without what was seen of it before',
    breaks: /counts each execution once/,
    withinSeeds: 10,
    ...{ follows: true, stops: true },
    reconcile: (deps) => withCloses(deps, () => undefined),
    execute: (deps) => withCloses(deps, () => undefined),
  },
  {
    name: 'what a stop sold does not move the book',
    breaks: /every execution is counted/,
    withinSeeds: 10,
    ...{ follows: true, stops: true },
    reconcile: unmoved,
    execute: unmoved,
  },
  {
    name: 'a position is left without its stops being cancelled first',
    breaks: /that a stop would sell too/,
    withinSeeds: 20,
    ...{ follows: true, stops: true },
    execute: (deps) => withCloses(deps, (closes) => closes && ended(closes)),
  },
  {
    name: 'a stop is taken for smaller that Kraken was never asked to make so',
    breaks: /that a stop would sell too/,
    withinSeeds: 20,
    ...{ follows: true, stops: true },
    execute: (deps) => ({
      ...deps,
      desk: async (account) => {
        const desk = await deps.desk(account);
        const amend = () =>
          Promise.resolve({ kind: 'amended', description: 'taken for it' } as const);
        return { ...desk, exchange: (lane) => ({ ...desk.exchange(lane), amend }) };
      },
    }),
  },
  {
    name: 'a change of a stop is followed by a sale before it is known',
    breaks: /that a stop would sell too/,
    withinSeeds: 60,
    ...{ follows: true, stops: true },
    execute: (deps) => withCloses(deps, (closes) => closes && shrunk(closes)),
  },
  {
    name: 'what an order leaves of a position is taken for a later one',
    breaks: /what had a stop has one again/,
    withinSeeds: 60,
    ...{ follows: true, stops: true },
    execute: (deps) =>
      withRows(deps, ({ signal, ...row }) => ({
        ...row,
        signal: signal.covers ? { ...signal, covers: { ...signal.covers, since: -1 } } : signal,
      })),
  },
];

/** As if each change that was sent had been made. */
function shrunk({ orders, ...more }: CloseRecord): CloseRecord {
  return {
    ...more,
    orders: orders.map(({ changingUntilMs, ...one }) =>
      changingUntilMs === undefined ? one : { ...one, cut: '0.0001' },
    ),
  };
}

/** Rows are read otherwise than they are. */
function withRows(deps: OrderDeps, change: (row: OrderRow) => OrderRow): OrderDeps {
  const read = async (ref: Parameters<typeof deps.orders.read>[0]) => {
    const row = await deps.orders.read(ref);
    return row && change(row);
  };
  return { ...deps, orders: { ...deps.orders, read } };
}

/** Rows are read with other close orders than they have. */
function withCloses(
  deps: OrderDeps,
  change: (closes: CloseRecord | undefined) => CloseRecord | undefined,
): OrderDeps {
  return withRows(deps, ({ closes, ...rest }) => {
    const changed = change(closes);
    return changed === undefined ? rest : { ...rest, closes: changed };
  });
}

function ended({ orders, ...more }: CloseRecord): CloseRecord {
  return { ...more, orders: orders.map((one) => ({ ...one, status: 'cancelled' })) };
}

function unmoved(deps: OrderDeps): OrderDeps {
  const { orders } = deps;
  return {
    ...deps,
    orders: {
      ...orders,
      note: (row, { book, ...change }) => {
        if (book?.moved?.entry.closeId === undefined) {
          return orders.note(row, book === undefined ? change : { ...change, book });
        }
        const { moved: _moved, ...rest } = book;
        return orders.note(row, { ...change, book: rest });
      },
    },
  };
}
