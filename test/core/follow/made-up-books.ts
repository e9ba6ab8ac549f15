/** Books that a test makes up, on accounts that hold what it says, and their comparison. */
import { emptyBook, type Book, type BookRef, type BookView } from '../../../functions/core/book.ts';
import type { Account, Source } from '../../../functions/core/config.ts';
import type { OrderDeps } from '../../../functions/core/execute/order-deps.ts';
import { watchBooks } from '../../../functions/core/follow/watch-books.ts';
import { clientOrderIdOf, orderKeyOf } from '../../../functions/core/identity.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { balancesOf, PAIRS } from '../market-fixture.ts';
import { MAIN, orderRow, TREND, world } from '../order-fixture.ts';
import { REF } from './stop-entry.ts';

/** What a test says of a book, beside the usual. */
export type GivenBook = Partial<Book> & { readonly inFlight?: readonly string[] };

/** What is there. */
export interface MadeUp {
  readonly books?: readonly GivenBook[];
  /** Amounts that accounts hold, by account and asset; 1 BTC where none is said. */
  readonly held?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly accounts?: Readonly<Record<string, Account>>;
  readonly source?: Partial<Source>;
  readonly rows?: readonly OrderRow[];
}

/** A claim that was made long ago. */
export const claimOf = (claim: Omit<NonNullable<Book['claim']>, 'signalId' | 'sentAtMs'>) => {
  return { ...claim, signalId: 'said', sentAtMs: 1 };
};

/** A world of such books, in a minute in which they are compared. */
export function madeUpBooks({ books = [], held = {}, rows = [], ...given }: MadeUp) {
  const source = { target: true, size: { kind: 'signal' as const }, ...given.source };
  const all = world({ source });
  Object.assign(all.config.sources, { other: { ...TREND, ...source } });
  Object.assign(all.config.accounts, given.accounts ?? { main: MAIN });
  const views = books.map(({ inFlight = [], ...book }): BookView => {
    return { book: { ...emptyBook({ ...REF, ...book }), version: 1, ...book }, inFlight };
  });
  const refs = views.map(({ book: { on, account, source: owner, pair } }): BookRef => {
    return { on, account, source: owner, pair };
  });
  /** Accounts whose keys were opened, and ids that Kraken was asked for. */
  const asked = { accounts: [] as string[], ids: [] as string[][] };
  const deps: OrderDeps = {
    ...all.reconcileDeps,
    books: {
      all: async () => refs,
      read: async (ref) => {
        const view = views[refs.findIndex((one) => isSame(one, ref))];
        return view ?? { book: emptyBook(ref), inFlight: [] };
      },
    },
    market: { ...all.deps.market, pairs: async () => [...PAIRS] },
    orders: {
      ...all.deps.orders,
      read: async ({ orderKey }) => rows.find((row) => row.orderKey === orderKey),
    },
    desk: async (account) => {
      asked.accounts.push(account);
      const desk = await all.reconcileDeps.desk(account);
      const balances = balancesOf(held[account] ?? { BTC: '1' });
      return {
        ...desk,
        exchange: (lease) => ({
          ...desk.exchange(lease),
          balances: async () => balances,
          orders: (ids) => {
            asked.ids.push([...ids]);
            return all.exchange.orders(ids);
          },
        }),
      };
    },
  };
  return {
    ...{ ...all, deps, asked },
    watch: (untilMs = Infinity) => watchBooks(deps, untilMs),
    notices: () => all.store.notices(),
    told: () => all.store.notices().map(({ title }) => title),
    warned: () => all.log.lines.filter((line) => line.includes('"level":"warn"')),
  };
}

/** The row of the message that a book of `trend` on `main` was last told by. */
export function rowOfClaim(changed: Partial<OrderRow>): OrderRow {
  const orderKey = orderKeyOf({ source: 'trend', account: 'main', signalId: 'said' });
  const row = orderRow({ id: 'said' }, world().config);
  return { ...row, orderKey, clientOrderId: clientOrderIdOf(orderKey), ...changed };
}

function isSame(a: BookRef, b: BookRef): boolean {
  return a.on === b.on && a.account === b.account && a.source === b.source && a.pair === b.pair;
}
