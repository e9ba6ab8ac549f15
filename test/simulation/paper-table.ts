/**
 * Paper accounts of a world: the product's own paper exchange over books in memory, which are written
 * on the same conditions as those in DynamoDB, and over public prices that move a little. Every call
 * may fail, get lost or be the last one of its process.
 */
import { matchPaper } from '../../functions/adapters/paper/match-resting.ts';
import type { PaperDeps } from '../../functions/adapters/paper/paper-account.ts';
import { paperDesk } from '../../functions/adapters/paper/paper-desks.ts';
import type { PaperPrices } from '../../functions/adapters/paper/paper-prices.ts';
import type {
  KeptBook,
  PaperChange,
  PaperStore,
} from '../../functions/adapters/paper/paper-store.ts';
import type { Candle } from '../../functions/core/alerts/market.ts';
import type { Account, Config } from '../../functions/core/config.ts';
import { decimal } from '../../functions/core/decimal.ts';
import type { Desk } from '../../functions/core/execute/order-deps.ts';
import type { Attempt } from '../../functions/core/order.ts';
import { openingBook, type PaperOrder } from '../../functions/core/paper/paper-book.ts';
import { paperOrderId } from '../../functions/core/paper/paper-key.ts';
import { showOrder } from '../../functions/core/paper/show-paper.ts';
import type { PaperDepth } from '../../functions/core/paper/paper-volume.ts';
import type { Exchange, Log, MarketData } from '../../functions/core/ports.ts';
import { TICKER } from './engine.ts';
import type { Monitor } from './monitor.ts';
import type { Process, Surroundings } from './process.ts';
import type { StoreCalls } from './store-calls.ts';

/** What a process is about to place, by the id that the order will have on paper. */
type Attempts = Map<string, { readonly attempt: Attempt; readonly clientOrderId: string }>;

/** The account that trades on paper, where one does; it names a secret, which nobody may read. */
export const PAPER_ACCOUNT = 'second';
/** What it begins with. */
const FUNDS = { USD: '1000000', BTC: '20' };
const FEES = { taker: decimal('0.4'), maker: decimal('0.25') };
const DEPTH: PaperDepth = {
  asks: [{ price: TICKER.ask, volume: decimal('1000') }],
  bids: [{ price: TICKER.bid, volume: decimal('1000') }],
};
/** Candles that are told at once. */
const CANDLES = 30;

/** The configuration with an account on paper. */
export function paperConfig(config: Config): Config {
  const was = config.accounts[PAPER_ACCOUNT];
  if (was === undefined) return config;
  const account: Account = { ...was, mode: 'paper', paper: { funds: FUNDS } };
  return { ...config, accounts: { ...config.accounts, [PAPER_ACCOUNT]: account } };
}

/** What the accounts live on. */
export interface PaperSite {
  readonly config: Config;
  readonly monitor: Monitor;
  readonly log: Log;
  readonly calls: StoreCalls;
  /** Public data fail as the exchange's do. */
  publicly<T>(value: () => T): T;
  /** What a mutant puts between. */
  readonly wrap?: ((store: PaperStore) => PaperStore) | undefined;
}

/** Every paper account of a world. */
export class PaperTable {
  readonly #around: Surroundings;
  readonly #site: PaperSite;
  #kept: KeptBook;
  #orders = new Map<string, PaperOrder>();

  constructor(around: Surroundings, site: PaperSite) {
    this.#around = around;
    this.#site = site;
    this.#kept = { book: openingBook(site.config.accounts[PAPER_ACCOUNT] ?? {}), version: 0 };
  }

  /** Keeps the books as they are; what it returns puts them back. */
  backup(): () => void {
    const [kept, orders] = [this.#kept, new Map(this.#orders)];
    return () => {
      [this.#kept, this.#orders] = [kept, new Map(orders)];
    };
  }

  /** The desk of the account, as a process uses it. */
  deskFor(process: Process, half: 'trade' | 'query', market: MarketData): Desk {
    const attempts: Attempts = new Map();
    process.task ??= 'trading on paper';
    const desk = paperDesk(PAPER_ACCOUNT, half, this.#deps(process, market, attempts));
    const { monitor } = this.#site;
    return {
      ...desk,
      exchange: (lane) => {
        const exchange = desk.exchange(lane);
        const watched: Exchange = {
          ...exchange,
          place: (attempt, name) => {
            const { clientOrderId } = name;
            attempts.set(paperOrderId(PAPER_ACCOUNT, name), { attempt, clientOrderId });
            return exchange.place(attempt, name);
          },
          openOrders: async () => {
            const open = await exchange.openOrders();
            const ids = open.map(({ exchangeOrderId }) => exchangeOrderId);
            monitor.rails.shown(process.name, ids);
            return open;
          },
          balances: async () => {
            const balances = await exchange.balances();
            monitor.flattens?.shown(process.name, balances);
            return balances;
          },
        };
        return watched;
      },
    };
  }

  /** The minute's look at the orders that rest. */
  match(process: Process, market: MarketData): Promise<unknown> {
    process.task ??= 'trading on paper';
    const { config, log } = this.#site;
    const resting = (): Promise<readonly string[]> =>
      this.#call(process, 'paper.resting', () =>
        this.#kept.book.open.length === 0 ? [] : [PAPER_ACCOUNT],
      );
    const depsOf = (): PaperDeps => this.#deps(process, market, new Map());
    return matchPaper({ config, log, clock: process.clock, resting, depsOf });
  }

  #deps(process: Process, market: MarketData, attempts: Attempts): PaperDeps {
    const store: PaperStore = {
      read: () => this.#call(process, 'paper.read', () => this.#kept),
      order: (id) => this.#call(process, 'paper.order', () => this.#orders.get(id)),
      write: (was, change) => this.#write(process, was, change, attempts),
    };
    const { wrap } = this.#site;
    const prices = this.#prices(process, market);
    return { store: wrap?.(store) ?? store, prices, clock: process.clock };
  }

  #call<T>(process: Process, port: string, make: () => T): Promise<T> {
    const { calls } = this.#site;
    return calls.call(process, calls.generation, { port, write: false, make });
  }

  /** One transaction; who repeats it for a lost answer has a token, and it is made once. */
  #write(
    process: Process,
    was: KeptBook,
    change: PaperChange,
    attempts: Attempts,
  ): Promise<'written' | 'lost' | 'taken'> {
    const { calls, monitor } = this.#site;
    const { opened } = change;
    const sent = opened && attempts.get(opened.id);
    if (sent !== undefined) monitor.sends.leaves(sent.attempt, sent.clientOrderId, process.name);
    let written: 'written' | 'lost' | 'taken' = 'lost';
    const make = (): 'written' | 'lost' | 'taken' => {
      written = this.#writeOnce(was, change);
      if (opened === undefined || sent === undefined) return written;
      if (written === 'written') this.#placed(opened, sent.clientOrderId);
      else monitor.sends.stayed(sent.clientOrderId);
      return written;
    };
    const again = (): 'written' | 'lost' | 'taken' => written;
    return calls.call(process, calls.generation, { port: 'paper.write', write: true, make, again });
  }

  #writeOnce(was: KeptBook, { book, opened, ended = [] }: PaperChange) {
    if (opened !== undefined && this.#orders.has(opened.id)) return 'taken';
    if (was.version !== this.#kept.version) return 'lost';
    this.#kept = { book, version: was.version + 1 };
    for (const order of opened === undefined ? ended : [opened, ...ended]) {
      this.#orders.set(order.id, order);
    }
    return 'written';
  }

  #placed(order: PaperOrder, clientOrderId: string): void {
    const { monitor } = this.#site;
    this.#around.seen.add('paper order placed');
    monitor.rails.placed(clientOrderId, (id) =>
      this.#kept.book.open.some((one) => one.id === id && one.id !== order.id),
    );
    monitor.placed(showOrder(order), clientOrderId, order.order);
  }

  #prices(process: Process, market: MarketData): PaperPrices {
    const site = this.#site;
    const read = <T>(port: string, value: () => T): Promise<T> =>
      process.call({ port, effect: () => site.publicly(value), fastMs: 3, slowMs: 40 });
    return {
      market,
      fees: () => read('paper.fees', () => FEES),
      depth: () => read('paper.depth', () => DEPTH),
      candles: (_pair, minutes) => read('paper.candles', () => this.#candles(minutes)),
    };
  }

  /** The market stands still but for a swing in each candle, which fills what rests near it. */
  #candles(minutes: number): readonly Candle[] {
    const lengthMs = minutes * 60_000;
    const last = Math.floor(this.#around.scheduler.nowMs / lengthMs);
    return Array.from({ length: CANDLES }, (_, index): Candle => {
      const number = last - CANDLES + 1 + index;
      const swing = (number * 7_919) % 131;
      return {
        atMs: number * lengthMs,
        open: TICKER.last,
        high: TICKER.last.plus(String(swing)),
        low: TICKER.last.minus(String(swing)),
        close: TICKER.last,
        volume: decimal('0.5'),
      };
    });
  }
}
