/**
 * A paper account brought up to date: whoever looks at it first matches its open orders against the
 * prices since they were looked at last, and writes down what became of them.
 */
import { allEnded } from '../../core/all-ended.ts';
import { ExchangeError } from '../../core/exchange-error.ts';
import { isReachedBy, matchBook } from '../../core/paper/match-paper.ts';
import type { PaperBook, PaperOrder } from '../../core/paper/paper-book.ts';
import { candleMinutes, pathOf, quoteNow, type PaperQuote } from '../../core/paper/paper-price.ts';
import { isTrading } from '../../core/paper/paper-rules.ts';
import { pairTable } from '../../core/market/pair-table.ts';
import type { MarketMode, Pair } from '../../core/market/pair.ts';
import type { Clock } from '../../core/ports.ts';
import type { PaperPrices } from './paper-prices.ts';
import type { KeptBook, PaperChange, PaperStore } from './paper-store.ts';

/** How often a change is tried that somebody else's change overtook. */
const TRIES = 5;

/** What an account is looked at with. */
export interface PaperDeps {
  readonly store: PaperStore;
  readonly prices: PaperPrices;
  readonly clock: Clock;
}

/** The account as it is now. Throws ExchangeError when it cannot be told. */
export function broughtUpToDate(deps: PaperDeps): Promise<KeptBook> {
  return changed(deps, async (kept) => {
    const { book, ended } = await matched(kept.book, deps);
    return book === kept.book ? { result: kept } : { change: { book, ended }, result: kept };
  }).then(({ kept }) => kept);
}

/**
 * Reads the book, makes a change of it and writes that; once more when somebody was faster. What is
 * thrown becomes an ExchangeError.
 */
export async function changed<T>(
  { store }: Pick<PaperDeps, 'store'>,
  make: (kept: KeptBook) => Promise<{ readonly change?: PaperChange; readonly result: T }>,
): Promise<{ readonly kept: KeptBook; readonly result: T }> {
  return asExchangeError(async () => {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const kept = await store.read();
      const { change, result } = await make(kept);
      if (change === undefined) return { kept, result };
      if ((await store.write(kept, change)) === 'written') {
        return { kept: { book: change.book, version: kept.version + 1 }, result };
      }
    }
    throw new ExchangeError('the paper account is being changed by others', { retryable: true });
  });
}

/** A failure of the table or of the prices, as the use cases know it: asking again makes sense. */
export async function asExchangeError<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ExchangeError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new ExchangeError(`the paper account could not be read: ${why}`, { retryable: true });
  }
}

/** Ticker and order book of now, whether the pair trades or not. */
export async function marketNow(pair: Pair, deps: PaperPricesAt): Promise<PaperQuote> {
  const [ticker, depth] = await allEnded([tickerNow(pair, deps), deps.prices.depth(pair)]);
  return quoteNow(ticker, depth, deps.clock.nowMs());
}

type PaperPricesAt = Pick<PaperDeps, 'prices' | 'clock'>;

async function tickerNow(pair: Pair, { prices, clock }: PaperPricesAt): Promise<PaperQuote> {
  const ticker = (await prices.market.tickers([pair])).get(pair.name);
  if (ticker === undefined) {
    throw new ExchangeError(`Kraken shows no price of ${pair.name}`, { retryable: true });
  }
  return { ...ticker, atMs: clock.nowMs() };
}

/**
 * The market of now, as far as these orders need it: the order book is asked for only where one of
 * them would trade. Undefined while the pair does not trade.
 */
async function quoteFor(
  waiting: readonly PaperOrder[],
  { pair, mode }: { readonly pair: Pair; readonly mode: MarketMode },
  deps: PaperPricesAt,
): Promise<PaperQuote | undefined> {
  if (!isTrading(mode, pair.status)) return undefined;
  const ticker = await tickerNow(pair, deps);
  if (!waiting.some((order) => isReachedBy(order, ticker))) return ticker;
  return quoteNow(ticker, await deps.prices.depth(pair), deps.clock.nowMs());
}

/** The book after the prices since its open orders were looked at. */
async function matched(
  book: PaperBook,
  deps: PaperDeps,
): Promise<{ readonly book: PaperBook; readonly ended: readonly PaperOrder[] }> {
  if (book.open.length === 0) return { book, ended: [] };
  const { market } = deps.prices;
  const table = pairTable(await market.pairs());
  const mode = await market.mode();
  let now = book;
  const ended: PaperOrder[] = [];
  for (const name of new Set(book.open.map(({ order }) => order.pair))) {
    const pair = table.byAnyName(name);
    // A pair that Kraken does not list any more trades no more: its orders stay as they are.
    if (pair === undefined) continue;
    const waiting = now.open.filter(({ order }) => order.pair === name);
    const past = await pastOf(pair, waiting, deps);
    const quote = await quoteFor(waiting, { pair, mode }, deps);
    const quotes = quote === undefined ? past.quotes : [...past.quotes, quote];
    const fees = await deps.prices.fees(pair);
    const step = matchBook(now, { pair, fees }, { quotes, candlesToMs: past.toMs });
    now = step.book;
    ended.push(...step.ended);
  }
  return { book: now, ended };
}

async function pastOf(
  pair: Pair,
  waiting: readonly PaperOrder[],
  { prices, clock }: PaperDeps,
): Promise<{ readonly quotes: readonly PaperQuote[]; readonly toMs: number }> {
  const nowMs = clock.nowMs();
  const sinceMs = Math.min(...waiting.map(({ candlesFromMs }) => candlesFromMs));
  const minutes = candleMinutes(sinceMs, nowMs);
  const lengthMs = minutes * 60_000;
  // Nothing can have ended since: most looks come within the minute of the last one.
  if (nowMs < sinceMs + lengthMs) return { quotes: [], toMs: 0 };
  const candles = await prices.candles(pair, minutes);
  const quotes = pathOf(candles, { minutes, nowMs, tick: pair.tickSize });
  return { quotes, toMs: Math.floor(nowMs / lengthMs) * lengthMs };
}
