/** Mutants. Strategies' books: settled before they are decided from, moved once by each execution. */
import type { BookView } from '../../functions/core/book.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import type { Books } from '../../functions/core/ports.ts';
import type { Guard } from './guard.ts';

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const BOOK_MUTANTS: readonly Guard[] = [
  {
    name: 'nobody is told that a message waits behind an order that needs a person',
    breaks: /within twenty minutes/,
    withinSeeds: 40,
    against: ['query key is blind', 'order answer lost'],
    focus: 'exchange.place',
    follows: true,
    execute: withoutWaiting,
    reconcile: withoutWaiting,
  },
  {
    name: 'an order is licensed whatever became of the book that it was decided from',
    breaks: /is the difference to the book/,
    withinSeeds: 10,
    follows: true,
    execute: (deps, { memory }) => ({
      ...deps,
      // A read that lags, as one that is not consistent may; the version is what forbids the rest.
      books: lagging(deps.books, memory),
      orders: {
        ...deps.orders,
        prepare: (row, preparation) => {
          const { version: _version, ...book } = preparation.book;
          return deps.orders.prepare(row, { ...preparation, book });
        },
      },
    }),
  },
  {
    name: 'what is in flight is not settled before an order follows from the book',
    breaks: /a book that nothing can move any more/,
    withinSeeds: 20,
    follows: true,
    execute: (deps) => withBooks(deps, (view) => ({ ...view, inFlight: [] })),
  },
  {
    name: 'a fill is counted without what was seen of it before',
    breaks: /counts each execution once/,
    withinSeeds: 10,
    follows: true,
    reconcile: withoutFill,
    execute: withoutFill,
  },
  {
    name: 'a message is carried out although a newer one was',
    breaks: /never undoes a newer one/,
    withinSeeds: 20,
    follows: true,
    against: ['signal delayed'],
    execute: (deps) =>
      withBooks(deps, ({ book: { claim: _claim, ...book }, inFlight }) => ({ book, inFlight })),
  },
  {
    name: 'what has come to its end stays in flight',
    breaks: /in no book any more as in flight/,
    withinSeeds: 10,
    follows: true,
    reconcile: withoutLanding,
    execute: withoutLanding,
  },
  {
    name: 'an end is not written down when the look shows nothing new but the end',
    breaks: /followed to its end|in flight/,
    withinSeeds: 20,
    follows: true,
    reconcile: withoutEnds,
    execute: withoutEnds,
  },
];

function withBooks(deps: OrderDeps, change: (view: BookView) => BookView): OrderDeps {
  return {
    ...deps,
    books: { ...deps.books, read: async (ref) => change(await deps.books.read(ref)) },
  };
}

/** Each read shows what the read before it should have shown. */
function lagging(books: Books, memory: Map<string, unknown>): Books {
  return {
    ...books,
    read: async (ref) => {
      const name = `${ref.account} ${ref.source} ${ref.pair}`;
      const view = await books.read(ref);
      const before = (memory.get(name) as BookView | undefined) ?? view;
      memory.set(name, view);
      const { claim: _claim, ...book } = before.book;
      const { claim } = view.book;
      return { book: claim ? { ...book, claim } : book, inFlight: view.inFlight };
    },
  };
}

function withoutFill(deps: OrderDeps): OrderDeps {
  const { orders } = deps;
  return {
    ...deps,
    orders: {
      ...orders,
      read: async (ref) => {
        const row = await orders.read(ref);
        if (row === undefined) return undefined;
        const { fill: _fill, ...rest } = row;
        return rest;
      },
    },
  };
}

function withoutLanding(deps: OrderDeps): OrderDeps {
  const { orders } = deps;
  return {
    ...deps,
    orders: {
      ...orders,
      note: (row, { book, ...change }) => {
        if (book === undefined) return orders.note(row, change);
        const { landed: _landed, ...rest } = book;
        return orders.note(row, { ...change, book: rest });
      },
    },
  };
}

function withoutEnds(deps: OrderDeps): OrderDeps {
  const { orders } = deps;
  return {
    ...deps,
    orders: {
      ...orders,
      note: async (row, change) => {
        const isEnd = change.set?.fill !== undefined && change.book?.moved === undefined;
        return isEnd ? row : orders.note(row, change);
      },
    },
  };
}

/** Who would be told that something waits is not. */
function withoutWaiting(deps: OrderDeps): OrderDeps {
  const put: OrderDeps['outbox']['put'] = async (notice) =>
    notice.id.startsWith('waiting:') ? undefined : deps.outbox.put(notice);
  return { ...deps, outbox: { ...deps.outbox, put } };
}
