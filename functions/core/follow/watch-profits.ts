/**
 * Once a minute: sells shares of positions at their take-profits. On spot no order can rest for them
 * beside the stop, which holds the same coins; so the market is looked at, and where it has reached a
 * price, an order of Harpoon's own is recorded, under the same rules as any other. Its id follows from
 * the entry and from how often it was tried, so that a share is sold once however often this runs.
 */
import { bookOf } from '../book.ts';
import { recordOwnSignal } from '../execute/own-signal.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { hasEnded } from '../fill.ts';
import { stopsOrder } from '../halt/switch-board.ts';
import { sha256 } from '../hash.ts';
import { orderKeyOf } from '../identity.ts';
import { pairTable } from '../market/pair-table.ts';
import type { Pair, Ticker } from '../market/pair.ts';
import { decimal, plain } from '../decimal.ts';
import { isFinal } from '../order-state.ts';
import type { OrderRow, ProfitRecord, ProfitTry } from '../order.ts';
import { isOver } from '../closes.ts';
import {
  awaitsProfits,
  isReached,
  pendingProfits,
  withTry,
  type PendingProfit,
} from '../profits.ts';
import { assert } from '../result.ts';
import type { Signal } from '../signal.ts';

/** After an order for a take-profit ended without selling, another one waits so long. */
const RETRY_MS = 15 * 60_000;

/** Looks at the take-profits of placed rows, as they were just followed. One's trouble stops no other. */
export async function watchProfits(rows: readonly OrderRow[], deps: OrderDeps): Promise<void> {
  const waiting = rows.filter((row) => row.fill !== undefined && awaitsProfits(row));
  if (waiting.length === 0) return;
  const pairs = pairTable(await deps.market.pairs());
  const pairOf = ({ decision }: OrderRow) => pairs.byAnyName(decision?.pair ?? '');
  const needed = new Map(
    waiting.map(pairOf).flatMap((pair) => (pair === undefined ? [] : [[pair.name, pair]])),
  );
  const tickers = await deps.market.tickers([...needed.values()]);
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

async function watchEntry(before: OrderRow, at: At, deps: OrderDeps): Promise<void> {
  const row = await withSold(before, at, deps);
  if (row === 'lost') return;
  const { attempt, decision, orderKey } = row;
  assert(attempt !== undefined && decision !== undefined, 'a placed order was decided');
  const pending = pendingProfits(row, at.pair);
  const ref = bookOf(row, { ...attempt, pair: decision.pair });
  const { book } = await deps.books.read(ref);
  const isLeft = isOver(row) && book.profits?.includes(orderKey) !== true;
  if (pending.length === 0 || isLeft) {
    await end(row, pending.length === 0 ? 'all its take-profits have sold' : LEFT, deps);
    return;
  }
  const { side } = attempt.order;
  const reached = pending.filter((one) => isReached(side, one.price, at.ticker));
  if (reached.length === 0) return;
  const reading = await deps.switches.read(row.account);
  if (reading.kind === 'not-armed') return;
  if (reading.kind === 'off' && stopsOrder(reading.blocks, true)) return;
  let now: OrderRow | 'lost' = row;
  for (const profit of reached) {
    if (now === 'lost') return;
    now = await take(now, profit, at, deps);
  }
}

const LEFT = 'its position was left before its other take-profits';

/** The row with what has sold on record. */
async function withSold(row: OrderRow, { pair }: At, deps: OrderDeps): Promise<OrderRow | 'lost'> {
  let profits: ProfitRecord | undefined = row.profits;
  for (const { number, tried } of pendingProfits(row, pair)) {
    const sale = tried && (await saleOf(row, tried, deps));
    if (tried === undefined || sale?.fill === undefined || !hasEnded(sale.fill)) continue;
    if (decimal(sale.fill.volume).eq('0')) continue;
    profits = withTry(profits, { ...tried, done: true });
    deps.log.info('profit-taken', { account: row.account, orderKey: row.orderKey, number });
  }
  if (profits === row.profits || profits === undefined) return row;
  return note(row, profits, 'a take-profit has sold', deps);
}

/** Records the order that sells a share; on the entry first, so that a try is never made twice. */
async function take(
  row: OrderRow,
  profit: PendingProfit,
  { pair, ticker }: At,
  deps: OrderDeps,
): Promise<OrderRow | 'lost'> {
  const { number, tried, volume, price } = profit;
  if (volume.lt(pair.orderMin)) return row;
  const atMs = deps.clock.nowMs();
  const sale = tried && (await saleOf(row, tried, deps));
  if (sale !== undefined && !isWithout(sale)) return row;
  const isNew = tried === undefined || (sale !== undefined && atMs >= tried.atMs + RETRY_MS);
  if (sale !== undefined && !isNew) return row;
  const now: ProfitTry = isNew ? { number, tries: (tried?.tries ?? 0) + 1, atMs } : tried;
  const { bid, ask } = ticker;
  const why = `take-profit ${number} at ${price} is reached (bid ${plain(bid)}, ask ${plain(ask)})`;
  const noted = isNew ? await note(row, withTry(row.profits, now), why, deps) : row;
  if (noted === 'lost') return noted;
  const { account } = row;
  const signal = saleSignal(noted, {
    number,
    volume: plain(volume),
    tries: now.tries,
    atMs: now.atMs,
  });
  const payloadHash = sha256(JSON.stringify([signal.id, signal.size]));
  await recordOwnSignal({ account, signal, payloadHash }, why, deps);
  return noted;
}

/** Whether an order ended and sold nothing. */
function isWithout({ state, fill }: OrderRow): boolean {
  if (state !== 'placed') return isFinal(state);
  return fill !== undefined && hasEnded(fill) && decimal(fill.volume).eq('0');
}

function saleOf(row: OrderRow, tried: ProfitTry, { orders }: OrderDeps) {
  const { account, signal } = row;
  const signalId = saleId(signal, tried);
  const orderKey = orderKeyOf({ source: signal.source, account, signalId });
  return orders.read({ account, orderKey });
}

/** No sender's id has this sign: ids that hold it are named by their hash. */
function saleId({ id }: Signal, { number, tries }: Pick<ProfitTry, 'number' | 'tries'>): string {
  return `${id}#profit${number}.${tries}`;
}

function saleSignal(
  { signal: entry, orderKey, attempt }: OrderRow,
  sale: Pick<ProfitTry, 'number' | 'tries' | 'atMs'> & { readonly volume: string },
): Signal {
  assert(attempt !== undefined, 'a placed order was licensed');
  const { side, leverage } = attempt.order;
  const { number, volume, atMs } = sale;
  return {
    ...{ id: saleId(entry, sale), source: entry.source, sentAtMs: atMs, symbol: entry.symbol },
    ...{ action: side === 'buy' ? 'sell' : 'buy', type: 'market', reduceOnly: true },
    size: { unit: 'base', amount: volume },
    takes: { orderKey, number },
    ...(leverage === undefined ? {} : { leverage }),
    ...(entry.breakEven === true && number === 1 ? { breakEven: true } : {}),
    ...(entry.owner === undefined ? {} : { owner: entry.owner }),
  };
}

function end(row: OrderRow, why: string, deps: OrderDeps): Promise<OrderRow | 'lost'> {
  return note(row, { tries: [], ...row.profits, ended: true }, why, deps);
}

function note(
  row: OrderRow,
  profits: ProfitRecord,
  why: string,
  { orders, clock }: OrderDeps,
): Promise<OrderRow | 'lost'> {
  const atMs = clock.nowMs();
  const isLast = profits.ended === true && isOver(row);
  const dueAtMs = isLast ? null : (row.dueAtMs ?? atMs);
  return orders.note(row, { why, atMs, set: { profits }, dueAtMs });
}
