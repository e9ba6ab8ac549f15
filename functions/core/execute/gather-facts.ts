/**
 * Reads everything that a decision needs, as much side by side as the nonces of one key allow:
 * private calls go one after the other, public ones beside them.
 */
import { allEnded } from '../all-ended.ts';
import type { Source } from '../config.ts';
import { aimOf, meaningOf, planAim, type Aim, type Planned } from './aim.ts';
import { verdictOn } from '../answer.ts';
import type { BookChange } from '../book.ts';
import { decideOrder, pairsNeeded, type DecisionInput } from '../decide/decide-order.ts';
import { ExchangeError } from '../exchange-error.ts';
import type { Desk, OrderDeps } from './order-deps.ts';
import { sourceOf } from '../halt/flatten-source.ts';
import { keyFault } from './key-check.ts';
import { readMargin } from './read-margin.ts';
import type { MarginView } from '../decide/settle-position.ts';
import { settleBook, type Asking, type SettledBook } from '../follow/settle-book.ts';
import type { Replaced } from '../resting.ts';
import { pairTable } from '../market/pair-table.ts';
import type { Pair, Ticker } from '../market/pair.ts';
import type { OrderRow } from '../order.ts';
import { MAX_SKEW_MS } from '../protocol.ts';
import type { Balance, Exchange } from '../ports.ts';
import { withReleased } from '../decide/released-funds.ts';
import { countsOpenOrders } from '../decide/rails-order.ts';
import { refusal } from '../refusal.ts';
import { trip } from './record-outcome.ts';

/** The facts, or why there are none. */
export type Facts =
  | {
      readonly kind: 'gathered';
      /** Of a target its signal is the planned one, which says side and volume itself. */
      readonly input: DecisionInput;
      /** How it followed from a target. */
      readonly planned?: Extract<Planned, { kind: 'planned' }>;
      /** What has to go or to shrink before it is decided for good; absent: nothing. */
      readonly replaces?: readonly Replaced[];
    }
  /** Nothing to trade by a book that what is open may move: that goes first, and then it is seen. */
  | {
      readonly kind: 'unsettled';
      readonly replaces: readonly Replaced[];
      readonly says?: BookChange;
    }
  /** Refused; not available now, so that nothing was decided; or nothing to do. */
  | Exclude<Planned, { kind: 'planned' }>;

/** Gathers the facts of one order. Reads only; a failure is `unavailable`, never a guess. */
export async function gatherFacts(
  row: OrderRow,
  at: { readonly exchange: Exchange; readonly desk: Desk },
  deps: OrderDeps,
): Promise<Facts> {
  try {
    return await gather(row, at, deps);
  } catch (error) {
    if (error instanceof ExchangeError && verdictOn(error.errors) === 'refused-and-trips') {
      // Asking again with a key that Kraken does not accept prolongs its lock-out.
      await trip(row, 'all', error.message, deps);
      return { kind: 'refused', refusal: refusal('account-not-tradable', error.message) };
    }
    const why = error instanceof Error ? error.message : String(error);
    deps.log.warn('facts-unavailable', { account: row.account, orderKey: row.orderKey, why });
    return { kind: 'unavailable', why };
  }
}

async function gather(
  row: OrderRow,
  { exchange, desk }: { readonly exchange: Exchange; readonly desk: Desk },
  deps: OrderDeps,
): Promise<Facts> {
  const { config, market, clock } = deps;
  const { signal } = row;
  const account = config.accounts[row.account];
  const source = sourceOf(config, signal, row.account);
  if (account === undefined || source === undefined) {
    const sentence = `source ${signal.source} is not in harpoon.yaml any more`;
    return { kind: 'refused', refusal: refusal('account-not-tradable', sentence) };
  }
  const nowMs = clock.nowMs();
  const pairs = pairTable(await market.pairs());
  const known = { signal, account, accountName: row.account, source, pairs, nowMs };
  const noBalances: ReadonlyMap<string, Balance> = new Map();
  const aim = aimOf(row, { ...known, keyId: desk.keyId });
  if (aim !== undefined && !aim.ok) return { kind: 'refused', refusal: aim.error };
  const settles = marginReader(row, { ...known, keyId: desk.keyId, exchange }, deps);
  const asked = aim && asking(row, aim.value, source);
  const settle = asked && (() => settleBook(aim.value.ref, asked, exchange, deps));
  const countsOpen = countsOpenOrders(signal, account);
  const [secret, early, mode, skewMs] = await allEnded([
    readPrivately(exchange, desk, { countsOpen, settle, settles }),
    market.tickers(pairsNeeded({ ...known, balances: noBalances })),
    market.mode(),
    market.skewMs(),
  ]);
  const fault = keyFault(secret.keyInfo, 'trade');
  if (fault !== undefined) {
    await trip(row, 'all', fault, deps);
    return { kind: 'refused', refusal: refusal('account-not-tradable', fault) };
  }
  if (Math.abs(skewMs) > MAX_SKEW_MS) {
    deps.log.error('clock-skew', { skewMs });
    return { kind: 'unavailable', why: `this clock and Kraken's differ by ${skewMs} ms` };
  }
  const { balances, openOrders, settled } = secret;
  if (settled?.kind === 'waits') return { kind: 'unavailable', why: settled.why };
  const goes = settled?.replaces ?? [];
  // What goes first holds funds that are free then.
  const without = (some: readonly Replaced[]) =>
    aim ? withReleased(balances, aim.value.pair, some) : balances;
  const at = settled && {
    ...{ ...known, balances: without(goes), book: settled.view.book },
    ...{ stops: settled.stops, goes, freedAtMs: settled.freedAtMs },
    ticker: aim && early.get(aim.value.pair.name),
  };
  const planned = aim && at && planAim(row, aim.value, at);
  // What Harpoon asks by itself and is not needed leaves everything as it is, stops above all.
  const isSaid = aim?.value.claim !== undefined;
  if (planned?.kind === 'unneeded' && goes.length > 0 && isSaid) {
    const says = planned.book === undefined ? {} : { says: planned.book };
    return { kind: 'unsettled', replaces: goes, ...says };
  }
  if (planned !== undefined && planned.kind !== 'planned') return planned;
  const replaces = [...goes, ...(planned?.makesRoom ?? [])];
  const free = without(replaces);
  const wanted = { ...known, ...planned?.input };
  const needed = pairsNeeded({ ...wanted, balances: free });
  const tickers = await completed(early, needed, (missing) => market.tickers(missing));
  const open = {
    ...(openOrders === undefined ? {} : { openOrders }),
    ...(secret.margin === undefined ? {} : { margin: secret.margin }),
  };
  const input: DecisionInput = { ...wanted, balances: free, tickers, mode, ...open };
  const gathered = { kind: 'gathered', input: await withDayStart(row, input, deps) } as const;
  if (planned === undefined) return gathered;
  return { ...gathered, planned, ...(replaces.length > 0 ? { replaces } : {}) };
}

/** Reads what is open on margin; undefined where nothing is settled, or the symbol means no pair. */
function marginReader(
  row: OrderRow,
  {
    pairs,
    source,
    account,
    keyId,
    exchange,
  }: Pick<DecisionInput, 'pairs' | 'source' | 'account'> & {
    readonly keyId: string;
    readonly exchange: Exchange;
  },
  deps: OrderDeps,
): (() => Promise<MarginView>) | undefined {
  if (row.signal.type !== 'settle-position') return undefined;
  const resolved = pairs.resolve(row.signal.symbol, source.symbols);
  if (!resolved.ok) return undefined;
  const at = { pair: resolved.value.pair, keyId, validate: account.mode === 'validate' };
  return () => readMargin(row, at, exchange, deps);
}

function asking(row: OrderRow, { pair }: Aim, source: Source): Asking {
  return { row, intent: (book) => meaningOf(row.signal, { pair, book, source }) };
}

/** Private calls share one nonce sequence, so they wait for each other. */
async function readPrivately(
  exchange: Exchange,
  desk: Desk,
  {
    countsOpen,
    settle,
    settles,
  }: {
    readonly countsOpen: boolean;
    readonly settle: (() => Promise<SettledBook>) | undefined;
    readonly settles: (() => Promise<MarginView>) | undefined;
  },
): Promise<{
  readonly keyInfo: Awaited<ReturnType<Desk['keyInfo']>>;
  readonly balances: ReadonlyMap<string, Balance>;
  readonly openOrders?: number;
  readonly settled?: SettledBook;
  readonly margin?: MarginView;
}> {
  const keyInfo = await desk.keyInfo(exchange);
  // A key that may not trade settles nothing: it is refused for that in a moment.
  const maySettle = keyFault(keyInfo, 'trade') === undefined;
  const settled = maySettle && settle ? { settled: await settle() } : {};
  // After the fills of before: what they bought is free now.
  const margin = settles ? { margin: await settles() } : {};
  const balances = await exchange.balances();
  const read = { keyInfo, balances, ...settled, ...margin };
  if (!countsOpen) return read;
  return { ...read, openOrders: (await exchange.openOrders()).length };
}

async function completed(
  have: ReadonlyMap<string, Ticker>,
  needed: readonly Pair[],
  read: (missing: readonly Pair[]) => Promise<ReadonlyMap<string, Ticker>>,
): Promise<ReadonlyMap<string, Ticker>> {
  const missing = needed.filter(({ name }) => !have.has(name));
  return missing.length === 0 ? have : new Map([...have, ...(await read(missing))]);
}

/** The rail maxDailyLoss compares with the equity at the first order of the UTC day. */
async function withDayStart(
  row: OrderRow,
  input: DecisionInput,
  { tally }: OrderDeps,
): Promise<DecisionInput> {
  if (input.account.rails?.maxDailyLoss === undefined) return input;
  const known = await tally.equityAtDayStart(row.account, input.nowMs);
  if (known !== undefined) return { ...input, equityAtDayStart: known };
  const first = decideOrder(input);
  const equity = first.ok ? first.value.equity : undefined;
  if (equity === undefined) return input;
  await tally.recordEquity(row.account, input.nowMs, equity);
  return { ...input, equityAtDayStart: equity };
}
