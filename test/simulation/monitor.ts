/**
 * The witness: keeps its own record of what was licensed, sent, placed and told, and holds the
 * protocol's promises against it. It never helps the protocol; a broken promise ends the run.
 */
import type { Config } from '../../functions/core/config.ts';
import type { Decimal } from '../../functions/core/decimal.ts';
import { isFinal, mayMove, type OrderState } from '../../functions/core/order-state.ts';
import type { Notice } from '../../functions/core/notices/notice.ts';
import type { BookChange } from '../../functions/core/book.ts';
import type { Order, OrderRow } from '../../functions/core/order.ts';
import { DEADLINE_MS } from '../../functions/core/protocol.ts';
import type { FoundOrder, LaneLease, Preparation } from '../../functions/core/ports.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { Blocks } from '../../functions/core/halt/switch-board.ts';
import type { Scheduler } from './scheduler.ts';
import type { Violation } from './violation.ts';
import type { AmendWitness } from './witness-amends.ts';
import type { BookWitness } from './witness-books.ts';
import { DailyCaps } from './witness-days.ts';
import type { FlattenWitness } from './witness-flattens.ts';
import { LaneWitness } from './witness-lanes.ts';
import { isLeaving, RailsWitness } from './witness-rails.ts';
import { holdAtRest, holdTold, NOTHING_PLACED } from './witness-rest.ts';
import { SendWitness } from './witness-sends.ts';
import { SwitchTimes } from './switch-times.ts';

/** Watches one world. */
export class Monitor {
  readonly #scheduler: Scheduler;
  readonly #switches = new SwitchTimes();
  readonly #placed = new Map<string, FoundOrder[]>();
  readonly #arrived = new Map<string, Order>();
  readonly #states = new Map<string, OrderState>();
  readonly #notices = new Map<string, Set<string>>();
  /** Orders of which a restored table does not know everything that happened. */
  readonly #rewound = new Set<string>();
  readonly #lanes: LaneWitness;
  /** What left our processes, and with which licence. */
  readonly sends: SendWitness;
  readonly #days: DailyCaps;
  readonly rails: RailsWitness;
  /** Absent where nobody sells by a halt. */
  flattens: FlattenWitness | undefined;
  /** Absent where nobody changes what is placed. */
  amends: AmendWitness | undefined;
  /** Absent where nobody follows what is placed. */
  books: BookWitness | undefined;
  readonly seen: Set<string>;
  readonly clocksAgree: boolean;
  /** Whether the engine carries out nothing after its deadline, by everybody's clock. */
  readonly deadlinesHold: boolean;
  readonly config: Config;
  violation: Violation | undefined;

  constructor(
    scheduler: Scheduler,
    options: {
      readonly seen: Set<string>;
      readonly clocksAgree: boolean;
      readonly deadlinesHold?: boolean;
      readonly config: Config;
    },
  ) {
    this.#scheduler = scheduler;
    this.seen = options.seen;
    this.clocksAgree = options.clocksAgree;
    this.deadlinesHold = options.deadlinesHold === true;
    this.config = options.config;
    this.#lanes = new LaneWitness(this);
    this.sends = new SendWitness(this, { scheduler, lanes: this.#lanes });
    this.#days = new DailyCaps(this, options.config);
    this.rails = new RailsWitness(this, options.config);
  }

  /** Notes a broken promise; the first one counts. */
  broken(promise: string, detail: string, about?: string): void {
    this.violation ??= {
      promise,
      detail,
      atMs: this.#scheduler.nowMs,
      ...(about === undefined ? {} : { about }),
    };
  }

  switched(name: string, blocks: Blocks): void {
    this.#switches.set(name, blocks, this.#scheduler.nowMs);
    this.flattens?.switched(name, blocks, this.#scheduler.nowMs);
  }

  /** Since when what adds risk, or everything, is blocked without a pause; undefined: it is not. */
  blockedSince(account: string, blocks: 'entries' | 'all'): number | undefined {
    return this.#switches.blockedSince(['global', account], blocks);
  }

  /** What is counted of a licence in its day. */
  countedInDay(row: OrderRow, atMs: number, add: string | undefined): void {
    this.#days.count(row, atMs, add);
  }

  /** Whether a switch of this account blocks anything. */
  isTripped(account: string): boolean {
    return this.#switches.get(account) !== 'nothing';
  }

  tripped(account: string, blocks: Blocks): void {
    if (this.#switches.get(account) !== 'all') this.switched(account, blocks);
  }

  laneTaken(lane: LaneLease, process: string): void {
    this.#scheduler.trace(process, 'holds', lane.keyId, `fence ${lane.fence}`);
    this.#lanes.taken(lane, process);
  }

  received(row: OrderRow, notice: Notice | undefined): void {
    this.seen.add(`step: none -> ${row.state}`);
    if (row.refusal !== undefined) this.seen.add(`refusal: ${row.refusal.code}`);
    this.#scheduler.trace('row', row.clientOrderId, row.state);
    this.#states.set(row.clientOrderId, row.state);
    if (row.state === 'suppressed') this.flattens?.stopped(row);
    if (notice !== undefined) this.told(notice);
  }

  told({ id }: Notice): void {
    const [, clientOrderId] = id.split(':');
    if (id.startsWith('order:') && clientOrderId !== undefined) {
      const ids = this.#notices.get(clientOrderId) ?? new Set();
      this.#notices.set(clientOrderId, ids.add(id));
    }
  }

  moved(
    before: OrderRow,
    after: OrderRow,
    change: { readonly notice?: Notice; readonly book?: BookChange; readonly why?: string },
  ): void {
    const { notice, book } = change;
    const { clientOrderId, state } = after;
    this.#scheduler.trace(`row ${clientOrderId}: ${before.state} -> ${state} v${after.version}`);
    if (notice !== undefined) this.told(notice);
    if (after.refusal !== undefined) this.seen.add(`refusal: ${after.refusal.code}`);
    const isNote = before.state === state;
    // An order with leverage has what is open of its book looked at, whoever follows orders here.
    const isLook = state === 'placed' && book !== undefined;
    if (!isNote || (this.amends?.isAbout(change) !== true && !isLook))
      this.#follow(clientOrderId, state, isNote);
    if (state === 'suppressed') this.flattens?.stopped(after);
    this.books?.moved(after, book);
    this.amends?.moved(after, change);
    if (before.state === 'unknown' && state === 'queued') {
      this.sends.mayAgain(clientOrderId);
    }
    const isRewound = this.#rewound.has(clientOrderId);
    const isPlaced = (this.#placed.get(clientOrderId)?.length ?? 0) > 0;
    if (NOTHING_PLACED.includes(state) && isPlaced && !isRewound) {
      this.broken('an order that ended unplaced is not at the exchange', state, clientOrderId);
    }
  }

  #follow(clientOrderId: string, to: OrderState, isNote: boolean): void {
    const from = this.#states.get(clientOrderId);
    if (from === undefined) {
      this.broken('a row begins by being received', to, clientOrderId);
    } else if (from !== to || !isNote) {
      this.seen.add(`step: ${from} -> ${to}`);
      // Only a person's word lets one leave `unplaced`, and there is no person here.
      if (!mayMove(from, to) || from === 'unplaced') {
        this.broken('states move along the table', `${from} -> ${to}`, clientOrderId);
      }
    } else if (isFinal(from) && !(from === 'placed' && this.books !== undefined)) {
      this.broken('a final row never changes', `noted in ${from}`, clientOrderId);
    }
    this.#states.set(clientOrderId, to);
  }

  /** Something was licensed to leave with the key of a lane. */
  licensedIn({ keyId, fence }: LaneLease, clientOrderId: string): void {
    if (fence >= this.#lanes.newestFence(keyId)) return;
    this.broken('a licence is given to who holds the lane', `fence ${fence}`, clientOrderId);
  }

  prepared(before: OrderRow, after: OrderRow, asked: Preparation, process: string): void {
    const { clientOrderId, account } = after;
    const { attempt, decision, risk } = asked;
    const { signal } = after;
    const leaves = isLeaving(signal, decision);
    this.#scheduler.trace(`row ${clientOrderId}: ${process} licensed, nonce ${attempt.nonce}`);
    this.#follow(clientOrderId, 'prepared', false);
    for (const name of ['global', account]) {
      const blocks = this.#switches.get(name);
      if (blocks === 'all' || (blocks === 'entries' && !leaves)) {
        this.broken('nothing is prepared while a switch blocks it', name, clientOrderId);
      }
    }
    const freshMs = this.config.sources[signal.source]?.maxAgeMs ?? 0;
    if (!leaves && attempt.preparedAtMs >= signal.sentAtMs + freshMs) {
      this.broken('nothing is prepared after it expired', before.state, clientOrderId);
    }
    this.#lanes.licensed(attempt, clientOrderId);
    this.licensedIn(asked.lane, clientOrderId);
    // What goes out once more was counted when it was licensed first.
    if (!leaves && before.attempt === undefined) this.#days.licensed(after, asked);
    this.#days.count(after, attempt.preparedAtMs, risk.notional?.add);
    this.rails.licensed(before, asked, process);
    this.flattens?.licensed(after, attempt.order.volume, process);
    this.books?.licensed(after, asked);
    this.sends.licensed({
      attempt,
      process,
      clientOrderId,
      account,
      isReducing: leaves,
    });
  }

  /** A nonce leaves with a request of any kind. */
  nonceUsed(lane: { readonly keyId: string; readonly fence: number }, nonce: string, by: string) {
    this.#lanes.used(lane, nonce, by);
  }

  /** The exchange accepted a nonce. */
  nonceAccepted(keyId: string, nonce: string, isAtomic: boolean): void {
    this.#lanes.accepted(keyId, nonce, isAtomic);
  }

  /** The matching engine made an order of what it read, `arrived`. */
  placed(order: FoundOrder, clientOrderId: string, arrived: Order): void {
    this.#arrived.set(clientOrderId, arrived);
    this.seen.add(`type: ${arrived.type}`);
    this.books?.placed(order, clientOrderId);
    const orders = [...(this.#placed.get(clientOrderId) ?? []), order];
    this.#placed.set(clientOrderId, orders);
    this.#scheduler.trace(`exchange: order ${order.exchangeOrderId} for ${clientOrderId}`);
    if (orders.length > 1) {
      this.broken('one order at most for one client order id', `${orders.length}`, clientOrderId);
    }
    this.#isHaltKept(clientOrderId);
    const state = this.#states.get(clientOrderId);
    const isRewound = this.#rewound.has(clientOrderId);
    if (state !== undefined && NOTHING_PLACED.includes(state) && !isRewound) {
      this.broken('an order that ended unplaced is not at the exchange', state, clientOrderId);
    }
  }

  /** What was licensed before a switch was turned may still arrive, until its deadline. */
  #isHaltKept(clientOrderId: string): void {
    const licence = this.sends.newestOf(clientOrderId);
    if (licence === undefined || !this.deadlinesHold) return;
    const { account, isReducing: leaves } = licence;
    // On paper nobody but the worker's own clock holds the deadline.
    if (this.config.accounts[account]?.mode === 'paper') return;
    const sinceMs = this.#switches.blockedSince(['global', account], leaves ? 'all' : 'entries');
    if (sinceMs === undefined) return;
    this.seen.add('order arrives after a halt');
    if (this.#scheduler.nowMs <= sinceMs + DEADLINE_MS) return;
    const promise = 'nothing arrives later after a halt than its deadline';
    this.broken(promise, account, clientOrderId);
  }

  /** What a backup of the store has counted. */
  kept(): ReadonlyMap<string, Decimal> {
    return this.#days.kept();
  }

  /**
   * The store is what it was when `counted` was kept. What left us and what is at the exchange is
   * not forgotten here: no order may be placed twice. Rows that were further by then, or that are
   * gone, say less than what happened; people compare them with Kraken.
   */
  restored(rows: readonly OrderRow[], counted: ReadonlyMap<string, Decimal>): void {
    const now = new Map(rows.map((row) => [row.clientOrderId, row.state]));
    for (const [id, state] of this.#states) {
      if (now.get(id) !== state || !isFinal(state)) this.#rewound.add(id);
    }
    this.#states.clear();
    for (const [id, state] of now) this.#states.set(id, state);
    this.#days.restored(counted);
    this.rails.restored();
    this.books?.restored();
    this.amends?.restored();
    this.#lanes.restored(this.#scheduler.nowMs);
  }

  /** Whether a restored table does not know the order at all. */
  isForgotten(clientOrderId: string): boolean {
    return this.#rewound.has(clientOrderId) && !this.#states.has(clientOrderId);
  }

  /** Everything that must hold once faults are over and time has passed. */
  /** Whether a restored table does not know everything that happened. */
  get hasRewound(): boolean {
    return this.#rewound.size > 0;
  }

  /** Everything that was received until then is ended or told by now. */
  toldSince(sinceMs: number, store: FakeStore, answered: ReadonlySet<string>): void {
    holdTold(this, store, answered, { rewound: this.#rewound, sinceMs });
  }

  atRest(store: FakeStore, answered: ReadonlySet<string>, options: { humans: boolean }): void {
    holdAtRest(this, store, answered, {
      ...{ notices: this.#notices, sends: this.sends.counts },
      ...{ placed: this.#placed, arrived: this.#arrived },
      ...{ rewound: this.#rewound, humans: options.humans },
    });
  }
}
