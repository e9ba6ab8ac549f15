/**
 * Once a minute: sells shares of positions at their take-profits. On spot no order can rest for them
 * beside the stop, which holds the same coins; so the market is looked at, and where it has reached a
 * price, an order of Harpoon's own is recorded, under the same rules as any other. Its id follows from
 * the entry and from how often it was tried, so that a share is sold once however often this runs.
 */
import { bookOf } from '../book.ts';
import { isOver } from '../closes.ts';
import { decimal, plain } from '../decimal.ts';
import { hasEnded } from '../fill.ts';
import { recordOwnSignal } from '../execute/own-signal.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { stopsOrder } from '../halt/switch-board.ts';
import { sha256 } from '../hash.ts';
import { pairTable } from '../market/pair-table.ts';
import type { Pair, Ticker } from '../market/pair.ts';
import type { Notice } from '../notices/notice.ts';
import { orphanNotice, profitNotice } from '../notices/profit-notice.ts';
import type { OrderRow, ProfitRecord, ProfitTry } from '../order.ts';
import { awaitsProfits, isReached, pendingProfits, withTry } from '../profits.ts';
import type { PendingProfit } from '../profits.ts';
import { assert } from '../result.ts';
import { hasSold, isRefused, mayTryAgain, saleKeyOf, saleSignal } from './profit-sale.ts';

/** So often a take-profit is tried; then a person has to look. */
const TRIES_MAX = 8;

/** An order for a take-profit goes out within this time or not at all: the market moves on. */
const LIFE_MS = 5 * 60_000;

/** Looks at the take-profits of placed rows, as they were just followed. One's trouble stops no other. */
export async function watchProfits(rows: readonly OrderRow[], deps: OrderDeps): Promise<void> {
  const waiting = rows.filter((row) => row.fill !== undefined && awaitsProfits(row));
  if (waiting.length === 0) return;
  const pairs = pairTable(await deps.market.pairs());
  const pairOf = ({ decision }: OrderRow) => pairs.byAnyName(decision?.pair ?? '');
  const needed = waiting.flatMap((row) => pairOf(row) ?? []);
  const byName = new Map(needed.map((pair) => [pair.name, pair]));
  const tickers = await deps.market.tickers([...byName.values()]);
  for (const row of waiting) {
    const pair = pairOf(row);
    const ticker = pair && tickers.get(pair.name);
    if (pair === undefined || ticker === undefined) continue;
    try {
      await watchEntry(row, { pair, ticker }, deps);
    } catch (error) {
      const { account, orderKey } = row;
      deps.log.warn('profits-not-watched', { account, orderKey, error: String(error) });
    }
  }
}

/** The market of an entry. */
interface At {
  readonly pair: Pair;
  readonly ticker: Ticker;
}

/** The newest orders of take-profits, as they were read in this run, by the number of each. */
type Sales = ReadonlyMap<number, OrderRow>;

async function watchEntry(before: OrderRow, at: At, deps: OrderDeps): Promise<void> {
  const sales = await salesOf(before, at, deps);
  const seen = await withSold(before, { ...at, sales }, deps);
  const row = seen === 'lost' ? seen : await withSource(seen, deps);
  if (row === 'lost') return;
  const { attempt, decision, orderKey, fill, account } = row;
  assert(attempt !== undefined && decision !== undefined, 'a placed order was decided');
  assert(fill !== undefined, 'its take-profits are watched once it was looked at');
  const pending = pendingProfits(row, at.pair);
  const { book } = await deps.books.read(bookOf(row, { ...attempt, pair: decision.pair }));
  // Row and book move together: what is filled is in the position until that is left.
  const isIn = decimal(fill.volume).eq('0') || book.profits?.includes(orderKey) === true;
  const isSold = hasEnded(fill) && pending.every(({ volume }) => volume.eq('0'));
  if (!isIn || isSold) {
    const isDone = isIn || pending.length === 0;
    const why = isDone ? 'nothing of it is left to sell at a take-profit' : LEFT;
    await note(row, { tries: [], ...row.profits, ended: true }, why, deps);
    return;
  }
  if (deps.config.sources[row.signal.source] === undefined) {
    return tellOrphaned(row, pending, deps);
  }
  const reached = pending.filter((one) => isReached(attempt.order.side, one.price, at.ticker));
  if (reached.length === 0) return;
  const reading = await deps.switches.read(account);
  if (reading.kind === 'not-armed') return;
  if (reading.kind === 'off' && stopsOrder(reading.blocks, true)) return;
  let now: OrderRow | 'lost' = row;
  for (const profit of reached) {
    if (now === 'lost') return;
    now = await take(now, profit, { ...at, sale: sales.get(profit.number) }, deps);
  }
}

const LEFT = 'its position was left before its other take-profits';

/** The row without the note that its source is gone, where it is back: next time it is told again. */
async function withSource(row: OrderRow, deps: OrderDeps): Promise<OrderRow | 'lost'> {
  const { profits, signal } = row;
  const { source } = signal;
  if (profits?.orphaned === undefined || deps.config.sources[source] === undefined) return row;
  const { orphaned: _told, ...others } = profits;
  return note(row, others, `its source ${source} is in harpoon.yaml again`, deps);
}

/** Nothing of a source that is not configured goes out: told once, and watched again when it is back. */
async function tellOrphaned(
  row: OrderRow,
  pending: readonly PendingProfit[],
  deps: OrderDeps,
): Promise<void> {
  if (row.profits?.orphaned === true) return;
  const profits: ProfitRecord = { tries: [], ...row.profits, orphaned: true };
  const why = `its source ${row.signal.source} is not in harpoon.yaml any more: nothing sells at its take-profits`;
  const context = { config: deps.config, atMs: deps.clock.nowMs() };
  await note(row, profits, why, deps, orphanNotice(row, pending, context));
}

/** Reads the newest order of each take-profit that was tried, once for all that is asked of it. */
async function salesOf(row: OrderRow, { pair }: At, { orders }: OrderDeps): Promise<Sales> {
  const sales = new Map<number, OrderRow>();
  for (const { number, tried } of pendingProfits(row, pair)) {
    const { account } = row;
    const sale = tried && (await orders.read({ account, orderKey: saleKeyOf(row, tried) }));
    if (sale !== undefined) sales.set(number, sale);
  }
  return sales;
}

/** The row with what has sold on record. */
async function withSold(
  row: OrderRow,
  { pair, sales }: At & { readonly sales: Sales },
  deps: OrderDeps,
): Promise<OrderRow | 'lost'> {
  let profits: ProfitRecord | undefined = row.profits;
  const sold: string[] = [];
  for (const { number, tried } of pendingProfits(row, pair)) {
    const sale = sales.get(number);
    if (tried === undefined || sale === undefined || !hasSold(sale)) continue;
    profits = withTry(profits, { ...tried, done: true });
    const { volume = '', cost = '' } = sale.fill ?? {};
    sold.push(`take-profit ${number} has traded: ${volume} for ${cost}`);
    deps.log.info('profit-taken', { account: row.account, orderKey: row.orderKey, number });
  }
  if (profits === row.profits || profits === undefined) return row;
  return note(row, profits, sold.join('; '), deps);
}

/** Records the order that sells a share; on the entry first, so that a try is never made twice. */
async function take(
  row: OrderRow,
  profit: PendingProfit,
  { pair, ticker, sale }: At & { readonly sale: OrderRow | undefined },
  deps: OrderDeps,
): Promise<OrderRow | 'lost'> {
  const { number, tried, volume, price } = profit;
  if (volume.lt(pair.orderMin)) return row;
  const atMs = deps.clock.nowMs();
  if (sale !== undefined && !mayTryAgain(sale, atMs)) return row;
  const isNew = tried === undefined || sale !== undefined;
  const isLast = tried !== undefined && tried.tries >= TRIES_MAX;
  if (sale !== undefined && isLast && isRefused(sale)) return giveUp(row, tried, deps);
  const now: ProfitTry = isNew ? { number, tries: (tried?.tries ?? 0) + 1, atMs } : tried;
  const { bid, ask } = ticker;
  const why = `take-profit ${number} at ${price} is reached (bid ${plain(bid)}, ask ${plain(ask)})`;
  const noted = isNew ? await note(row, withTry(row.profits, now), why, deps) : row;
  if (noted === 'lost') return noted;
  const signal = saleSignal(noted, now, { volume: plain(volume), price });
  const payloadHash = sha256(JSON.stringify([signal.id, signal.size]));
  const { account } = row;
  const given = { account, signal, payloadHash, expiresAtMs: atMs + LIFE_MS };
  await recordOwnSignal(given, why, deps);
  return noted;
}

/** Nothing is tried for ever; the others of the entry go on. */
async function giveUp(row: OrderRow, tried: ProfitTry, deps: OrderDeps) {
  const profits = withTry(row.profits, { ...tried, done: true });
  const why = `take-profit ${tried.number} is given up after ${TRIES_MAX} tries`;
  const context = { config: deps.config, atMs: deps.clock.nowMs() };
  return note(row, profits, why, deps, profitNotice(row, tried.number, context));
}

function note(
  row: OrderRow,
  profits: ProfitRecord,
  why: string,
  { orders, clock }: OrderDeps,
  notice?: Notice,
): Promise<OrderRow | 'lost'> {
  const atMs = clock.nowMs();
  const isLast = profits.ended === true && isOver(row);
  const dueAtMs = isLast ? null : (row.dueAtMs ?? atMs);
  const told = notice === undefined ? {} : { notice };
  return orders.note(row, { why, atMs, set: { profits }, dueAtMs, ...told });
}
