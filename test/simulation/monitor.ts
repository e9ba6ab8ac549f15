/**
 * The witness: keeps its own record of what was licensed, sent, placed and told, and holds the
 * protocol's promises against it. It never helps the protocol; a broken promise ends the run.
 */
import { brokenLink } from '../../functions/core/audit.ts';
import type { Config } from '../../functions/core/config.ts';
import { decimal, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import { isFinal, mayMove, type OrderState } from '../../functions/core/order-state.ts';
import type { Notice } from '../../functions/core/notice.ts';
import type { Attempt, OrderRow } from '../../functions/core/order.ts';
import { MAX_SENDS } from '../../functions/core/protocol.ts';
import type { FoundOrder, LaneLease, Preparation } from '../../functions/core/ports.ts';
import { isReducing } from '../../functions/core/signal.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { Scheduler } from './scheduler.ts';
import type { Violation } from './violation.ts';

type Blocks = 'nothing' | 'entries' | 'all';

interface Licence {
  readonly attempt: Attempt;
  readonly process: string;
  readonly clientOrderId: string;
  isConfirmed: boolean;
  isSent: boolean;
}

/** States that say that nothing is at the exchange. */
const NOTHING_PLACED: readonly OrderState[] = [
  ...(['rejected', 'expired', 'suppressed', 'unplaced', 'validated'] as const),
];

/** Watches one world. */
export class Monitor {
  readonly #scheduler: Scheduler;
  readonly #licences = new Map<string, Licence>();
  readonly #sends = new Map<string, number>();
  readonly #secondLicences = new Map<string, number>();
  readonly #nonces = new Map<string, bigint>();
  readonly #preparedNonces = new Map<string, bigint>();
  readonly #holders = new Map<string, string>();
  readonly #fences = new Map<string, number>();
  readonly #switches = new Map<string, Blocks>();
  readonly #counted = new Map<string, Decimal>();
  readonly #placed = new Map<string, FoundOrder[]>();
  readonly #states = new Map<string, OrderState>();
  readonly #notices = new Map<string, Set<string>>();
  readonly #delivered = new Set<string>();
  readonly #used = new Set<string>();
  /** Orders of which a restored table does not know everything that happened. */
  readonly #rewound = new Set<string>();
  /** Processes that held a lane when the table was replaced. */
  readonly #before = new Set<string>();
  /** Nonces of the future, in microseconds, that a restored table gives once more. */
  #takenBackAbove: bigint | undefined;
  readonly seen: Set<string>;
  readonly clocksAgree: boolean;
  readonly config: Config;
  violation: Violation | undefined;

  constructor(
    scheduler: Scheduler,
    options: {
      readonly seen: Set<string>;
      readonly clocksAgree: boolean;
      readonly config: Config;
    },
  ) {
    this.#scheduler = scheduler;
    this.seen = options.seen;
    this.clocksAgree = options.clocksAgree;
    this.config = options.config;
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
    this.#switches.set(name, blocks);
  }

  /** Whether a switch of this account blocks anything. */
  isTripped(account: string): boolean {
    return (this.#switches.get(account) ?? 'nothing') !== 'nothing';
  }

  tripped(account: string, blocks: Blocks): void {
    if (this.#switches.get(account) !== 'all') this.#switches.set(account, blocks);
  }

  laneTaken({ keyId, fence }: LaneLease, process: string): void {
    this.#scheduler.trace(process, 'holds', keyId, `fence ${fence}`);
    this.#holders.set(`${keyId} ${fence}`, process);
    this.#fences.set(keyId, Math.max(fence, this.#fences.get(keyId) ?? 0));
  }

  received(row: OrderRow, notice: Notice | undefined): void {
    this.seen.add(`step: none -> ${row.state}`);
    this.#scheduler.trace('row', row.clientOrderId, row.state);
    this.#states.set(row.clientOrderId, row.state);
    if (notice !== undefined) this.told(notice);
  }

  told({ id }: Notice): void {
    const [, clientOrderId] = id.split(':');
    if (id.startsWith('order:') && clientOrderId !== undefined) {
      const ids = this.#notices.get(clientOrderId) ?? new Set();
      this.#notices.set(clientOrderId, ids.add(id));
    }
  }

  delivered({ id }: Notice): void {
    this.#delivered.add(id);
  }

  moved(before: OrderRow, after: OrderRow, notice: Notice | undefined): void {
    const { clientOrderId, state } = after;
    this.#scheduler.trace(`row ${clientOrderId}: ${before.state} -> ${state} v${after.version}`);
    if (notice !== undefined) this.told(notice);
    this.#follow(clientOrderId, state, before.state === state);
    if (before.state === 'unknown' && state === 'queued') {
      this.#secondLicences.set(clientOrderId, (this.#secondLicences.get(clientOrderId) ?? 0) + 1);
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
      if (!mayMove(from, to)) {
        this.broken('states move along the table', `${from} -> ${to}`, clientOrderId);
      }
    } else if (isFinal(from)) {
      this.broken('a final row never changes', `noted in ${from}`, clientOrderId);
    }
    this.#states.set(clientOrderId, to);
  }

  prepared(before: OrderRow, after: OrderRow, asked: Preparation, process: string): void {
    const { clientOrderId, account } = after;
    const { attempt, decision, risk } = asked;
    this.#scheduler.trace(`row ${clientOrderId}: ${process} licensed, nonce ${attempt.nonce}`);
    this.#follow(clientOrderId, 'prepared', false);
    for (const name of ['global', account]) {
      const blocks = this.#switches.get(name) ?? 'nothing';
      if (blocks === 'all' || (blocks === 'entries' && !decision.reducing)) {
        this.broken('nothing is prepared while a switch blocks it', name, clientOrderId);
      }
    }
    const { signal } = after;
    const freshMs = this.config.sources[signal.source]?.maxAgeMs ?? 0;
    if (!isReducing(signal) && attempt.preparedAtMs >= signal.sentAtMs + freshMs) {
      this.broken('nothing is prepared after it expired', before.state, clientOrderId);
    }
    const last = this.#preparedNonces.get(attempt.keyId) ?? 0n;
    if (BigInt(attempt.nonce) <= last) {
      this.broken('the nonces of licences rise', attempt.nonce, clientOrderId);
    }
    this.#preparedNonces.set(attempt.keyId, BigInt(attempt.nonce));
    this.#count(account, attempt.preparedAtMs, risk.notional?.add, clientOrderId);
    const licence = { attempt, process, clientOrderId, isConfirmed: false, isSent: false };
    this.#licences.set(attempt.token, licence);
  }

  #count(account: string, atMs: number, add: string | undefined, about: string): void {
    const cap = this.config.accounts[account]?.rails?.maxDaily?.split(' ')[0];
    if (cap === undefined || add === undefined) return;
    const day = `${account} ${Math.floor(atMs / 86_400_000)}`;
    const sum = (this.#counted.get(day) ?? ZERO).plus(decimal(add));
    this.#counted.set(day, sum);
    if (sum.gt(decimal(cap))) {
      this.broken('what is counted in a day stays within its cap', sum.toFixed(), about);
    }
  }

  /** The process has been told that it holds the licence. */
  confirmed(token: string): void {
    const licence = this.#licences.get(token);
    if (licence !== undefined) licence.isConfirmed = true;
  }

  /** An AddOrder is about to leave a process. */
  leaves(attempt: Attempt, clientOrderId: string, process: string): void {
    const { token, nonce, keyId, fence } = attempt;
    this.#scheduler.trace(`${process} sends ${clientOrderId} nonce ${nonce}`);
    const licence = this.#licences.get(token);
    if (licence?.isConfirmed !== true || licence.clientOrderId !== clientOrderId) {
      return this.broken('no order leaves without a confirmed licence', process, clientOrderId);
    }
    if (licence.attempt.nonce !== nonce) {
      this.broken('an order leaves with the nonce of its licence', nonce, clientOrderId);
    }
    if (licence.process !== process) {
      this.broken('only the process that was licensed sends', process, clientOrderId);
    }
    if (licence.isSent) this.broken('a licence is used once', token, clientOrderId);
    licence.isSent = true;
    const sends = (this.#sends.get(clientOrderId) ?? 0) + 1;
    this.#sends.set(clientOrderId, sends);
    const licences = 1 + (this.#secondLicences.get(clientOrderId) ?? 0);
    if (sends > Math.min(licences, MAX_SENDS)) {
      this.broken('an order leaves once, twice at most', `${sends} times`, clientOrderId);
    }
    if (this.clocksAgree && (this.#fences.get(keyId) ?? 0) > fence) {
      this.broken('an order leaves while its lane is held', `fence ${fence}`, clientOrderId);
    }
  }

  /** A nonce leaves with a request of any kind. */
  nonceUsed(lane: { readonly keyId: string; readonly fence: number }, nonce: string, by: string) {
    const { keyId, fence } = lane;
    const used = `${keyId} ${nonce}`;
    // A clock that was ahead gave them before the backup took them back: Kraken refuses them now.
    const isTakenBack = this.#takenBackAbove !== undefined && BigInt(nonce) > this.#takenBackAbove;
    if (this.#used.has(used) && !isTakenBack) this.broken('no nonce is used twice', used);
    this.#used.add(used);
    if (this.#holders.get(`${keyId} ${fence}`) !== by && !this.#before.has(by)) {
      this.broken('only the holder of a lane uses its key', `${by}, fence ${fence}`);
    }
  }

  /** The exchange accepted a nonce. */
  nonceAccepted(keyId: string, nonce: string, isAtomic: boolean): void {
    const last = this.#nonces.get(keyId) ?? 0n;
    if (isAtomic && BigInt(nonce) <= last) this.broken('accepted nonces rise', nonce);
    this.#nonces.set(keyId, BigInt(nonce) > last ? BigInt(nonce) : last);
  }

  /** The matching engine made an order. */
  placed(order: FoundOrder, clientOrderId: string): void {
    const orders = [...(this.#placed.get(clientOrderId) ?? []), order];
    this.#placed.set(clientOrderId, orders);
    this.#scheduler.trace(`exchange: order ${order.exchangeOrderId} for ${clientOrderId}`);
    if (orders.length > 1) {
      this.broken('one order at most for one client order id', `${orders.length}`, clientOrderId);
    }
    const state = this.#states.get(clientOrderId);
    const isRewound = this.#rewound.has(clientOrderId);
    if (state !== undefined && NOTHING_PLACED.includes(state) && !isRewound) {
      this.broken('an order that ended unplaced is not at the exchange', state, clientOrderId);
    }
  }

  /** What a backup of the store has counted. */
  kept(): ReadonlyMap<string, Decimal> {
    return new Map(this.#counted);
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
    this.#counted.clear();
    for (const [day, sum] of counted) this.#counted.set(day, sum);
    // Who was frozen with a lane of the old table may go on; its nonces are too low by now.
    for (const holder of this.#holders.values()) this.#before.add(holder);
    this.#holders.clear();
    this.#fences.clear();
    this.#preparedNonces.clear();
    this.#takenBackAbove = BigInt(this.#scheduler.nowMs) * 1_000n;
  }

  /** Whether a restored table does not know the order at all. */
  isForgotten(clientOrderId: string): boolean {
    return this.#rewound.has(clientOrderId) && !this.#states.has(clientOrderId);
  }

  /** Everything that must hold once faults are over and time has passed. */
  atRest(store: FakeStore, answered: ReadonlySet<string>, options: { humans: boolean }): void {
    for (const row of store.rows()) {
      const { clientOrderId, state } = row;
      const told = this.#notices.get(clientOrderId) ?? new Set();
      const isTold = isFinal(state)
        ? told.has(`order:${clientOrderId}:${row.version}`)
        : told.size > 0;
      const sends = this.#sends.get(clientOrderId) ?? 0;
      const isRewound = this.#rewound.has(clientOrderId);
      if (sends > row.sends && !isRewound) {
        this.broken('the row counts every send', `${sends} > ${row.sends}`, clientOrderId);
      }
      const maySeeHuman = options.humans || isRewound;
      if (!isFinal(state) && !(maySeeHuman && state === 'needs-human')) {
        this.broken('every row ends', `still ${state}`, clientOrderId);
      }
      if (!isTold) this.broken('somebody is told of every row', state, clientOrderId);
      if (isFinal(state) && row.dueAtMs !== undefined) {
        this.broken('no final row is due', state, clientOrderId);
      }
      const broken = brokenLink(store.audit(row), row.auditHash);
      if (broken !== undefined) this.broken('the audit chain verifies', broken, clientOrderId);
      this.#compare(row);
    }
    const known = new Set(store.rows().map(({ clientOrderId }) => clientOrderId));
    for (const id of answered) {
      if (!known.has(id) && !this.#rewound.has(id)) {
        this.broken('an accepted signal has a row', id, id);
      }
    }
    for (const id of this.#placed.keys()) {
      if (!known.has(id) && !this.#rewound.has(id)) {
        this.broken('every order at the exchange has a row', id, id);
      }
    }
    for (const { id } of store.notices()) {
      if (!this.#delivered.has(id)) this.broken('every notice is delivered', id);
    }
  }

  #compare(row: OrderRow): void {
    const orders = this.#placed.get(row.clientOrderId) ?? [];
    const [order] = orders;
    const isRewound = this.#rewound.has(row.clientOrderId);
    if (NOTHING_PLACED.includes(row.state) && order !== undefined && !isRewound) {
      const { exchangeOrderId } = order;
      const promise = 'an order that ended unplaced is not at the exchange';
      this.broken(promise, exchangeOrderId, row.clientOrderId);
    }
    if (row.state !== 'placed') return;
    const sent = row.attempt?.order;
    const same =
      order !== undefined &&
      orders.length === 1 &&
      order.exchangeOrderId === row.exchangeOrderId &&
      sent?.pair === order.pair &&
      sent.side === order.side &&
      sent.type === order.type &&
      order.volume.eq(decimal(sent.volume)) &&
      (sent.price === undefined || order.price?.eq(decimal(sent.price)) === true);
    if (!same) {
      const detail = `${orders.length} orders, row names ${row.exchangeOrderId ?? 'none'}`;
      this.broken('a placed row is one order with its parameters', detail, row.clientOrderId);
    }
  }
}
