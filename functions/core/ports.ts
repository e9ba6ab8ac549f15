/**
 * What the use cases need from outside. Each interface has one adapter in production and one in
 * the tests; the use cases know no other way to reach a clock, a store, a queue or an exchange.
 */
import type { BookChange, BookHold, BookRef, BookView } from './book.ts';
import type { Decimal } from './decimal.ts';
import type { OrderName, ShownName } from './identity.ts';
import type { MarketMode, Pair, Ticker } from './market/pair.ts';
import type { AmendExchange, AmendLog } from './amending.ts';
import type { LogFields } from './log-fields.ts';
import type { Attempt, OrderRef, OrderRow } from './order.ts';
import type { MarginReads } from './open-lots.ts';
import type { OrderState } from './order-state.ts';
import type { Notice } from './notices/notice.ts';
import type { SourceCredentials } from './secret.ts';

/** Wall-clock time. */
export interface Clock {
  nowMs(): number;
  /** Resolves after the time has passed. */
  sleep(ms: number): Promise<void>;
}

/** Fresh unguessable names (UUID v4). */
export interface Ids {
  uuid(): string;
}

/** Structured log. Only named fields get in; values of type Secret print as `[redacted]`. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** The idempotency log. Every write is one transaction: row, audit entry, and notice together. */
export interface OrderLog extends AmendLog {
  /** Writes the row once. An existing row is returned instead, strongly consistent. */
  receive(row: OrderRow, why: string, notice?: Notice): Promise<OrderRow | 'created'>;
  /** Reads the row, strongly consistent. */
  read(ref: OrderRef): Promise<OrderRow | undefined>;
  /** PREPARE: the only licence to send. Nothing may be sent unless this returned `prepared`. */
  prepare(row: OrderRow, preparation: Preparation): Promise<PrepareResult>;
  /**
   * Moves the row along the table of order-state.ts and applies the change. Returns the new row,
   * or `lost` when somebody else moved it first; the caller then reloads and starts over.
   */
  move(row: OrderRow, to: OrderState, change: RowChange): Promise<OrderRow | 'lost'>;
  /** Changes due time and notes of a row that stays in its state. */
  note(row: OrderRow, change: RowChange): Promise<OrderRow | 'lost'>;
  /** Rows that are due and not placed, oldest first. May be stale: re-read before acting. */
  due(nowMs: number, limit: number): Promise<readonly OrderRef[]>;
  /** Placed rows of which something may trade yet, oldest first. May be stale. */
  followed(limit: number): Promise<readonly OrderRef[]>;
}

/** What strategies own. Changed by the order log alone, in the transactions that move rows. */
export interface Books {
  /** The book and what may still move it, strongly consistent; an empty one where there is none. */
  read(ref: BookRef): Promise<BookView>;
  /** Names of the books that there are. May be stale: read each before acting. */
  all(limit: number): Promise<readonly BookRef[]>;
}

/** What a move or a note may change. `dueAtMs: null` takes the row out of the due list. */
export interface RowChange {
  readonly why: string;
  readonly atMs: number;
  readonly set?: Partial<
    Pick<
      OrderRow,
      | 'exchangeOrderId'
      | 'outcome'
      | 'refusal'
      | 'refusedBeforeEngine'
      | 'absences'
      | 'licences'
      | 'sends'
      | 'decision'
      | 'fill'
      | 'closes'
      | 'profits'
      | 'freedAtMs'
      | 'amended'
      | 'settled'
      | 'shares'
    >
  >;
  readonly dueAtMs: number | null;
  readonly notice?: Notice;
  /** What the step does to the strategy's book, and to those of other strategies. */
  readonly book?: BookChange;
  readonly others?: readonly BookChange[];
}

/** What PREPARE writes and counts. */
export interface Preparation {
  readonly attempt: Attempt;
  readonly decision: NonNullable<OrderRow['decision']>;
  readonly lane: LaneLease;
  readonly dueAtMs: number;
  /** Amounts added to the account's risk counters and the caps they must keep. */
  readonly risk: RiskClaim;
  /** The book that the order will move, in which it is in flight from now on. */
  readonly book: BookHold;
}

/** Counted inside the claim, so that no two orders can both be the last allowed one. */
export interface RiskClaim {
  readonly atMs: number;
  /** In the currency of maxDaily. */
  readonly notional?: { readonly add: string; readonly cap: string };
  readonly count?: { readonly cap: number };
  /** No other order of the source that adds risk since then: `ms` before this one. */
  readonly cooldown?: { readonly source: string; readonly ms: number };
}

/** Why PREPARE did not license a send. `lost`: reload the row and start over. */
export type PrepareResult =
  | { readonly kind: 'prepared'; readonly row: OrderRow }
  /** `counted`: what the orders of the day came to before this one; absent: it alone is too large. */
  | { readonly kind: 'daily-cap'; readonly counted?: string }
  | { readonly kind: 'hourly-cap' }
  /** The source opened an order then, too short a time ago. */
  | { readonly kind: 'cooling-down'; readonly openedAtMs: number }
  | { readonly kind: 'lost' | 'switched-off' | 'not-armed' | 'lane-lost' | 'busy' };

/** The right to use one API key alone for a short time, with nonces that only rise. */
export interface LaneLease {
  readonly keyId: string;
  readonly owner: string;
  readonly fence: number;
  readonly untilMs: number;
  /** The next nonce of the reserved block, as decimal text; throws when the block is used up. */
  nextNonce(): string;
}

/** One lane per API key: whoever holds it is the key's only user. */
export interface Lanes {
  /** Takes the lane and reserves nonces. Fails closed when the key was never armed. */
  take(keyId: string, owner: string): Promise<LaneLease | 'busy' | 'not-armed'>;
  release(lease: LaneLease): Promise<void>;
}

/** Kill switches: global and per account; strongly consistent. */
export interface Switches {
  /** `off` when either switch forbids new risk; `not-armed` when a switch row is missing. */
  read(account: string): Promise<SwitchReading>;
  /** Blocks orders of an account, durably; never loosens a switch that already blocks more. */
  trip(account: string, blocks: 'entries' | 'all', why: string): Promise<void>;
}

/** Small running figures of an account that outlive one order. */
export interface Tally {
  /** Counts one more failure in a row; returns how many it is now. */
  failed(account: string): Promise<number>;
  /** Ends the row of failures and remembers the order as positive control of look-ups. */
  placed(account: string, exchangeOrderId: string): Promise<void>;
  /** Exchange id of the newest order known to exist, if there is one. */
  lastPlaced(account: string): Promise<string | undefined>;
  /** Equity at the first order of the UTC day, in the currency of the rails. */
  equityAtDayStart(account: string, atMs: number): Promise<Decimal | undefined>;
  /** Remembers it; the first of the day stays. */
  recordEquity(account: string, atMs: number, equity: Decimal): Promise<void>;
}

/** What the kill switches say. */
export type SwitchReading =
  | { readonly kind: 'on' }
  | { readonly kind: 'off'; readonly blocks: 'entries' | 'all'; readonly why: string }
  | { readonly kind: 'not-armed' };

/** The FIFO queue. A message carries a key only, never order data. */
export interface OrderQueue {
  /** `group`: the lane that must stay in order. `dedup`: same text within 5 minutes is one. */
  enqueue(ref: OrderRef, group: string, dedup: string): Promise<void>;
}

/** Notices that wait for delivery. */
export interface Outbox {
  put(notice: Notice): Promise<void>;
}

/** Secrets of senders. Cached for a short time. */
export interface SourceSecrets {
  /** Path token and every secret of the source, also secrets outside their time. */
  of(secretName: string): Promise<SourceCredentials>;
}

/** What the exchange last said publicly, kept so that a signal can be judged without asking it. */
export interface MarketSnapshot {
  readonly atMs: number;
  readonly pairs: readonly Pair[];
  /** Last trade prices by canonical pair name. */
  readonly last: ReadonlyMap<string, Decimal>;
}

/** The newest snapshot; undefined when there is none yet. */
export interface MarketSnapshots {
  read(): Promise<MarketSnapshot | undefined>;
  write(snapshot: MarketSnapshot): Promise<void>;
}

/** What an exchange says publicly. */
export interface MarketData {
  pairs(): Promise<readonly Pair[]>;
  /** Tickers by canonical pair name. */
  tickers(pairs: readonly Pair[]): Promise<ReadonlyMap<string, Ticker>>;
  mode(): Promise<MarketMode>;
  /** Exchange time minus our time, in milliseconds. */
  skewMs(): Promise<number>;
}

/** The trading side of an exchange, bound to one API key and one lane. */
export interface Exchange extends AmendExchange, MarginReads {
  /** Opens a fresh connection now, so that it is ready when the licence is written. Never throws. */
  warm(): void;
  /** Sends the order once. Never retries. Every failure is an outcome, nothing is thrown. */
  place(attempt: Attempt, name: OrderName): Promise<PlaceOutcome>;
  /** Available amounts by canonical asset (`BTC`, `USD`). Throws ExchangeError. */
  balances(): Promise<ReadonlyMap<string, Balance>>;
  /** Open and closed orders of this name; a userref may be others' too. Throws ExchangeError. */
  find(name: OrderName, sinceMs: number): Promise<readonly FoundOrder[]>;
  /** Exchange order ids of the trades in that time. Throws ExchangeError, also for too many. */
  tradedOrders(sinceMs: number, untilMs: number): Promise<readonly string[]>;
  /** The orders with these exchange ids that the key can see, at most 50. Throws ExchangeError. */
  orders(exchangeOrderIds: readonly string[]): Promise<readonly FoundOrder[]>;
  /** Every order that is open on the account, whoever placed it. Throws ExchangeError. */
  openOrders(): Promise<readonly FoundOrder[]>;
  /** Cancels one order; 0: it is not open any more. Throws ExchangeError; harmless again. */
  cancel(exchangeOrderId: string): Promise<number>;
  /** Cancels every open order of the account; says how many. Throws ExchangeError; harmless again. */
  cancelAll(): Promise<number>;
  keyInfo(): Promise<KeyInfo>;
}

/** An amount on the account. */
export interface Balance {
  readonly total: Decimal;
  readonly available: Decimal;
}

/** An order as the exchange reports it. */
export interface FoundOrder extends ShownName {
  readonly exchangeOrderId: string;
  /** Exchange id of the order whose fill opened this one, as its attached close order. */
  readonly refid?: string;
  /** The pair's altname, as in Order.pair. */
  readonly pair: string;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  readonly volume: Decimal;
  readonly price?: Decimal;
  /** The price of a trailing stop, as Kraken writes it: `+1.0000%`. */
  readonly distance?: string;
  /** The second price as text: a price or a distance. */
  readonly price2?: string;
  /** Absent: none, or not shown. */
  readonly leverage?: Decimal;
  /** Kraken's words for an attached close order. */
  readonly closes?: string;
  /** Kraken's order flags, `fciq`, `post`; absent when they are not shown. */
  readonly flags?: readonly string[];
  readonly trigger?: 'last' | 'index';
  readonly startAtMs?: number;
  readonly expireAtMs?: number;
  readonly openedAtMs: number;
  readonly status: string;
  readonly filled: Decimal;
  /** What was executed is worth so much, and cost so much in fees, in the quote currency. */
  readonly cost?: Decimal;
  readonly fee?: Decimal;
  /** Of what was executed; absent while nothing is. */
  readonly averagePrice?: Decimal;
}

/** What an API key may do. Source: GetApiKeyInfo. */
export interface KeyInfo {
  readonly permissions: readonly string[];
  readonly nonce: string;
  readonly nonceWindow: string;
  /** Whether the key sees all times: a query window makes look-ups silently empty. */
  readonly seesAllTimes: boolean;
  /** Names the account that the key belongs to, where Kraken says it (its IIBAN). */
  readonly accountId?: string;
}

/** What became of one AddOrder. The classes are explained in answer.ts. */
export type PlaceOutcome =
  | { readonly kind: 'placed'; readonly exchangeOrderId: string; readonly description: string }
  | { readonly kind: 'validated'; readonly description: string }
  /** No byte of the request left this machine. */
  | { readonly kind: 'never-sent'; readonly reason: string }
  /** Kraken refuses, for good. `trips`: going on would make it worse (keys, permissions). */
  | { readonly kind: 'refused'; readonly reason: string; readonly trips: boolean }
  /** Kraken documents that the engine never saw it; may go again after a look-up. */
  | { readonly kind: 'refused-before-engine'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };
