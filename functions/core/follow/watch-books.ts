/**
 * Every few minutes: compares where each strategy says that it stands, what its book owns, and what
 * its account holds. A difference is told once with all three, and acted on where the source says so:
 * by a message of Harpoon's own, which is an order row under the same rails as any other. Trades by
 * hand are seen in what the account holds, and never adopted. A stop that rests is no order on its way:
 * what it holds is there.
 */
import { forEachEnded } from '../all-ended.ts';
import { marketOfMode, type Book, type BookRef, type BookView } from '../book.ts';
import { isGuard } from '../closes.ts';
import type { Source } from '../config.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { openQueryExchange } from '../execute/query-exchange.ts';
import { recordOwnSignal } from '../execute/own-signal.ts';
import { releaseLane } from '../execute/take-lane.ts';
import { sha256 } from '../hash.ts';
import { orderKeyOf } from '../identity.ts';
import { pairTable, type PairTable } from '../market/pair-table.ts';
import type { OrderRow } from '../order.ts';
import { LANE_REST_MS } from '../protocol.ts';
import { openOn, type MarginReads, type OpenLot } from '../open-lots.ts';
import { driftNotice, marginShortageNotice, shortageNotice } from '../notices/drift-notice.ts';
import type { Balances } from '../decide/equity.ts';
import { ZERO } from '../decimal.ts';
import { claimedSignal, judgeDrift, shortagesOf, type Drift } from './judge-drift.ts';
import { isOnMargin, marginShortagesOf } from './judge-margin.ts';
import { lookAtOrders } from './look-at-orders.ts';

/** Books that are compared in one run. */
const BOOKS_MAX = 1_000;

/** Rows that are read at a time. */
const READS_AT_ONCE = 25;

/** Comparisons are this many minutes apart: each asks every account for its balances. */
const EVERY_MINUTES = 5;

/** Ids of Harpoon's own messages about a drift; one for each message of the sender. */
const OWN = 'drift:';

/**
 * Compares, in the minutes in which it is time to. Nothing is begun after `untilMs`; what there was no
 * time for is said in the log, and each comparison begins with another account.
 */
export async function watchBooks(deps: OrderDeps, untilMs: number): Promise<void> {
  const minute = Math.floor(deps.clock.nowMs() / 60_000);
  if (minute % EVERY_MINUTES !== 0) return;
  const refs = (await deps.books.all(BOOKS_MAX)).filter((ref) => isHere(ref, deps));
  const accounts = [...new Set(refs.map(({ account }) => account))];
  if (accounts.length === 0) return;
  const pairs = pairTable(await deps.market.pairs());
  const first = (minute / EVERY_MINUTES) % accounts.length;
  for (const account of [...accounts.slice(first), ...accounts.slice(0, first)]) {
    const own = refs.filter((ref) => ref.account === account);
    try {
      await watchAccount(account, own, { pairs, untilMs }, deps);
    } catch (error) {
      deps.log.warn('books-not-compared', { account, error: String(error) });
    }
  }
}

/** Whether the book is of the market that its account trades on now. */
function isHere({ account, on }: BookRef, { config }: OrderDeps): boolean {
  const mode = config.accounts[account]?.mode;
  // What is only checked is never bought: nothing says where such a strategy stands.
  return mode !== undefined && mode !== 'validate' && marketOfMode(mode) === on;
}

/** What a comparison has beside the books. */
interface Watch {
  readonly pairs: PairTable;
  readonly untilMs: number;
}

async function watchAccount(
  account: string,
  refs: readonly BookRef[],
  { pairs, untilMs }: Watch,
  deps: OrderDeps,
): Promise<void> {
  const inTime = (): void => {
    if (deps.clock.nowMs() >= untilMs) throw new Error('there was no time left for it in this run');
  };
  inTime();
  const { balances, lots, guards } = await readAccount(account, refs, untilMs, deps);
  const read = await readBooks(refs, deps);
  const views = read.map(({ book, inFlight }): BookView => {
    return { book, inFlight: inFlight.filter((orderKey) => !guards.has(orderKey)) };
  });
  for (const view of views) {
    inTime();
    try {
      await compare(view, { balances, lots, pairs }, deps);
    } catch (error) {
      // One book's trouble, as a row that cannot be read, stops no other.
      const { source, pair } = view.book;
      deps.log.warn('book-not-compared', { account, source, pair, error: String(error) });
    }
  }
  // What is on its way is neither in the book nor out of it for sure.
  if (views.some(({ inFlight }) => inFlight.length > 0)) return;
  const least = (asset: string) =>
    views.reduce((most, { book }) => {
      const pair = book.pair.startsWith(`${asset}/`) ? pairs.byAnyName(book.pair) : undefined;
      return pair?.orderMin.gt(most) === true ? pair.orderMin : most;
    }, ZERO);
  const books = views.map(({ book }) => book);
  for (const shortage of shortagesOf(books, balances, least)) {
    await deps.outbox.put(shortageNotice(shortage, context(deps)));
  }
  if (lots === undefined) return;
  const at = { pairs, nowMs: deps.clock.nowMs() };
  for (const shortage of marginShortagesOf(books, lots, at)) {
    await deps.outbox.put(marginShortageNotice(shortage, context(deps)));
  }
}

/** What the account holds, and the keys of orders in flight that only guard a position. */
interface AccountRead {
  readonly balances: Balances;
  /** What is open on margin; read where a strategy is. Undefined: it could not be read. */
  readonly lots: readonly OpenLot[] | undefined;
  readonly guards: ReadonlySet<string>;
}

/** Holdings before stops: what one sells in between is out of its book, and misses nowhere. */
async function readAccount(
  account: string,
  refs: readonly BookRef[],
  untilMs: number,
  deps: OrderDeps,
): Promise<AccountRead> {
  const { exchange, lease } = await openQueryExchange(account, deps);
  const hasTime = () => deps.clock.nowMs() + LANE_REST_MS < Math.min(lease.untilMs, untilMs);
  try {
    const balances = await exchange.balances();
    const before = await readBooks(refs, deps);
    const isMargin = before.some(({ book }) => isOnMargin(book));
    const lots = isMargin ? await openLots(account, exchange, deps) : [];
    const rows = await guardedBy(account, refs, deps);
    const looks = await lookAtOrders(rows, exchange, deps, hasTime);
    const sure = looks.filter(({ row, doubt }) => doubt === undefined && isGuard(row));
    return { balances, lots, guards: new Set(sure.map(({ row }) => row.orderKey)) };
  } finally {
    await releaseLane(lease, deps);
  }
}

/** What margin cannot say keeps nobody from comparing what is held. */
async function openLots(
  account: string,
  exchange: MarginReads,
  { log }: OrderDeps,
): Promise<readonly OpenLot[] | undefined> {
  try {
    return await exchange.positions();
  } catch (error) {
    log.warn('margin-not-compared', { account, error: String(error) });
    return undefined;
  }
}

/** Orders in flight of which nothing may trade but stops that rest. */
async function guardedBy(
  account: string,
  refs: readonly BookRef[],
  deps: OrderDeps,
): Promise<readonly OrderRow[]> {
  const views = await readBooks(refs, deps);
  const { orders } = deps;
  const keys = views.flatMap(({ inFlight }) => inFlight);
  const rows = await forEachEnded(keys, READS_AT_ONCE, (orderKey) =>
    orders.read({ account, orderKey }),
  );
  return rows.filter((row) => row !== undefined).filter(isGuard);
}

function readBooks(
  refs: readonly BookRef[],
  { books }: Pick<OrderDeps, 'books'>,
): Promise<readonly BookView[]> {
  return forEachEnded(refs, READS_AT_ONCE, (ref) => books.read(ref));
}

async function compare(
  view: BookView,
  market: Pick<AccountRead, 'balances' | 'lots'> & { readonly pairs: PairTable },
  deps: OrderDeps,
): Promise<void> {
  const { book } = view;
  const source = deps.config.sources[book.source];
  const pair = market.pairs.byAnyName(book.pair);
  if (source === undefined || pair === undefined) return;
  const { balances, lots } = market;
  const isMargin = isOnMargin(book);
  if (isMargin && lots === undefined) return;
  const open = isMargin && lots !== undefined ? { open: openOn(lots, pair) } : {};
  const nowMs = deps.clock.nowMs();
  const drift = judgeDrift({ view, source, pair, balances, ...open, nowMs });
  if (drift === undefined) return;
  await act(book, drift, source.onDrift ?? 'notify', deps);
}

async function act(
  book: Book,
  drift: Drift,
  wish: NonNullable<Source['onDrift']>,
  deps: OrderDeps,
): Promise<void> {
  const { account, source } = book;
  const said = claimedSignal(book);
  // Once for each message of the sender: what is refused again would be refused for ever.
  const action = said.id.startsWith(OWN) ? 'notify' : wish;
  const cause = await causeOf(book, said.id, deps);
  await deps.outbox.put(driftNotice(book, drift, { cause, action }, context(deps)));
  deps.log.warn('book-drifts', { account, source, pair: book.pair, action });
  if (action === 'notify') return;
  const nowMs = deps.clock.nowMs();
  const target = action === 'flatten' ? ({ position: 'flat' } as const) : said.target;
  const id = `${OWN}${said.id}`;
  const restates = { signalId: said.id, sentAtMs: said.sentAtMs };
  const signal = { ...said, ...(target ? { target } : {}), id, sentAtMs: nowMs, restates };
  const payloadHash = sha256(JSON.stringify([id, target]));
  await recordOwnSignal({ account, signal, payloadHash }, `the book of ${source} drifts`, deps);
}

/** Why the book may not be where it should, from what became of the order of the claim. */
async function causeOf(
  { account, source }: Book,
  signalId: string,
  { orders }: OrderDeps,
): Promise<string> {
  const orderKey = orderKeyOf({ source, account, signalId });
  const row = await orders.read({ account, orderKey });
  if (row === undefined) return 'The order of its last message is not on record any more';
  const { state, refusal, outcome, fill } = row;
  if (state !== 'placed') return `Its order is ${state}: ${refusal?.sentence ?? outcome ?? ''}`;
  const { status = 'open', volume = '0' } = fill ?? {};
  if (status === 'filled') return 'Its order was filled, and what it owns changed afterwards';
  return `Its order is ${status} with ${volume} of ${row.attempt?.order.volume ?? ''} filled`;
}

function context({ config, clock }: OrderDeps) {
  return { config, atMs: clock.nowMs() };
}
