/**
 * The store in memory: order log, lanes, switches, tally and outbox over plain maps, with the same
 * conditions as the DynamoDB adapters. Every call checks and writes in one step, without an await
 * between, which is what a transaction is.
 */
import type { BookRef } from '../../functions/core/book.ts';
import type { Notice } from '../../functions/core/notices/notice.ts';
import type { DeliveryLog, OutboxEntry } from '../../functions/core/notifications/ports.ts';
import type { AuditEntry, OrderRef, OrderRow } from '../../functions/core/order.ts';
import type {
  Books,
  Clock,
  Lanes,
  OrderLog,
  Outbox,
  Switches,
  Tally,
} from '../../functions/core/ports.ts';
import type { RiskCounts } from '../../functions/core/receive/preview-order.ts';
import type { Amends } from '../../functions/core/execute/amends.ts';
import type { Recalls } from '../../functions/core/execute/recalls.ts';
import type { HaltRequests } from '../../functions/core/halt/halt-requests.ts';
import { amendsIn } from './amends-memory.ts';
import { promised, type AtOnce } from './at-once.ts';
import type { BookRow } from './books-memory.ts';
import { deliveriesIn } from './outbox-memory.ts';
import { lanesIn, switchesIn, tallyIn } from './store-accounts.ts';
import type { Blocks, SwitchBoard } from '../../functions/core/halt/switch-board.ts';
import { nameOf, StoreMemory, type MemoryOptions } from './store-memory.ts';
import type { HeardSources, SourceWatches } from '../../functions/core/silence/source-watches.ts';
import { heardIn, watchesIn } from './source-watches-memory.ts';
import { recallsIn } from './recalls-memory.ts';
import { countsIn } from './risk-counts.ts';
import { boardIn, haltsIn } from './switch-board-memory.ts';
import { ordersIn } from './store-orders.ts';

/** What the store does, without promises. */
export interface StoreActs {
  readonly orders: AtOnce<OrderLog>;
  readonly books: AtOnce<Books>;
  readonly lanes: AtOnce<Lanes>;
  readonly switches: AtOnce<Switches>;
  readonly board: AtOnce<SwitchBoard>;
  readonly halts: AtOnce<HaltRequests>;
  readonly recalls: AtOnce<Recalls>;
  readonly heard: AtOnce<HeardSources>;
  readonly watches: AtOnce<SourceWatches>;
  readonly amends: AtOnce<Amends>;
  readonly tally: AtOnce<Tally>;
  readonly outbox: AtOnce<Outbox>;
  readonly deliveries: AtOnce<DeliveryLog>;
}

/** The ports over one memory, and a look into it. */
export interface FakeStore {
  readonly orders: OrderLog;
  readonly books: Books;
  readonly lanes: Lanes;
  readonly switches: Switches;
  readonly board: SwitchBoard;
  readonly halts: HaltRequests;
  readonly recalls: Recalls;
  readonly heard: HeardSources;
  readonly watches: SourceWatches;
  readonly amends: Amends;
  readonly tally: Tally;
  readonly outbox: Outbox;
  readonly deliveries: DeliveryLog;
  readonly counts: RiskCounts;
  /** The same acts for who has a time of his own at which they happen; `fail` does not reach them. */
  readonly acts: StoreActs;
  rows(): readonly OrderRow[];
  row(ref: OrderRef): OrderRow;
  audit(ref: OrderRef): readonly AuditEntry[];
  notices(): readonly Notice[];
  /** A book with its entries. */
  bookRow(ref: BookRef): BookRow;
  /** Every notice with its deliveries. */
  entries(): readonly OutboxEntry[];
  /** Whether a notice waits, now or later. */
  noticesWait(): boolean;
  /** Whether no row is due at any time and no notice waits. */
  isAtRest(): boolean;
  /** Whether no row is due at any time. */
  areRowsAtRest(): boolean;
  /** Makes an account tradable: its switches on, its lane with a nonce. */
  arm(account: string, ...keyIds: string[]): void;
  setSwitch(account: string, blocks: Blocks, why?: string): void;
  /** The next calls of any port throw. */
  fail(times: number): void;
  /** Keeps a copy of everything as it is now; what it returns puts that copy back. */
  backup(): () => void;
}

/** An empty store. */
export function fakeStore(clock: Clock, options: MemoryOptions = {}): FakeStore {
  const memory = new StoreMemory(options);
  const acts: StoreActs = {
    orders: ordersIn(memory),
    books: {
      read: (ref) => memory.books.read(ref),
      all: (limit) => memory.books.all(limit),
    },
    lanes: lanesIn(memory, clock),
    switches: switchesIn(memory, clock),
    board: boardIn(memory),
    halts: haltsIn(memory),
    recalls: recallsIn(memory),
    heard: heardIn(memory),
    watches: watchesIn(memory),
    amends: amendsIn(memory),
    tally: tallyIn(memory),
    outbox: { put: (notice) => memory.put(notice) },
    deliveries: deliveriesIn(memory.outbox),
  };
  let failing = 0;
  const reach = (): void => {
    if (failing === 0) return;
    failing -= 1;
    throw new Error('the store is away');
  };
  return {
    acts,
    orders: promised<OrderLog>(acts.orders, reach),
    books: promised<Books>(acts.books, reach),
    lanes: promised<Lanes>(acts.lanes, reach),
    switches: promised<Switches>(acts.switches, reach),
    board: promised<SwitchBoard>(acts.board, reach),
    halts: promised<HaltRequests>(acts.halts, reach),
    recalls: promised<Recalls>(acts.recalls, reach),
    heard: promised<HeardSources>(acts.heard, reach),
    watches: promised<SourceWatches>(acts.watches, reach),
    amends: promised<Amends>(acts.amends, reach),
    tally: promised<Tally>(acts.tally, reach),
    outbox: promised<Outbox>(acts.outbox, reach),
    deliveries: promised<DeliveryLog>(acts.deliveries, reach),
    counts: promised<RiskCounts>(countsIn(memory), reach),
    rows: () => [...memory.rows.values()],
    row: (ref) => memory.row(ref),
    noticesWait: () => !memory.outbox.isEmpty,
    isAtRest: () => memory.isAtRest(),
    areRowsAtRest: () => memory.areRowsAtRest(),
    audit: (ref) => memory.audits.get(nameOf(ref)) ?? [],
    bookRow: (ref) => memory.books.read(ref),
    notices: () => memory.outbox.entries().map(({ notice }) => notice),
    entries: () => memory.outbox.entries(),
    arm: (account, ...keyIds) => {
      const { switches, lanes } = memory;
      for (const name of ['global', account]) {
        if (!switches.has(name)) switches.set(name, { blocks: 'nothing', why: 'armed' });
      }
      for (const keyId of keyIds) {
        const nonce = clock.nowMs() * 1_000;
        if (!lanes.has(keyId)) lanes.set(keyId, { nonce, fence: 0, owner: '', untilMs: 0 });
      }
    },
    setSwitch: (account, blocks, why = 'by the test') => {
      memory.switches.set(account, { blocks, why });
    },
    fail: (times) => {
      failing = times;
    },
    backup: () => memory.backup(),
  };
}
