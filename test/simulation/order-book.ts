/** The orders of the simulated exchange, and what becomes of them. */
import { addOrderForm } from '../../functions/adapters/kraken/add-order-form.ts';
import { decimal, max, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import type { OrderName } from '../../functions/core/identity.ts';
import type { Attempt } from '../../functions/core/order.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';
import { BTC_USD } from '../fakes/exchange.ts';
import { closeOrderOf, restsOnArrival, shownName, shownOrder } from '../fakes/shown-order.ts';
import { changedOrder } from './changed-order.ts';
import type { Executions } from './executions.ts';
import type { KeyRing } from './key-ring.ts';
import type { Monitor } from './monitor.ts';
import { OrderReads, type Cancelled, type Entry } from './order-reads.ts';
import type { Surroundings } from './process.ts';
import type { Random } from './random.ts';
import type { ReadHistory } from './read-history.ts';
import { orderOnWire, type WireAmend } from './wire-order.ts';

/** What is traded by hand at a time. */
const BY_HAND = decimal('0.01');

/** Every order of every account. */
export class OrderBook {
  readonly #around: Surroundings;
  readonly #monitor: Monitor;
  readonly #random: Random;
  readonly #lagMs: number;
  readonly #keys: KeyRing;
  readonly #entries: Entry[] = [];
  /** What went out, by our ids. */
  readonly #sent = new Map<string, Entry[]>();
  /** The oldest order with a userref. */
  #referred: FoundOrder | undefined;
  readonly #executions: Executions | undefined;
  readonly #history: ReadHistory | undefined;
  /** What reads show of them. */
  readonly reads: OrderReads;
  #byHand = 0;
  count = 0;

  constructor(
    around: Surroundings,
    monitor: Monitor,
    options: {
      readonly random: Random;
      readonly lagMs: number;
      readonly keys: KeyRing;
      /** How orders trade, where they are followed. */
      readonly executions?: Executions | undefined;
      /** What reads show of orders that change. */
      readonly history?: ReadHistory | undefined;
    },
  ) {
    this.#around = around;
    this.#monitor = monitor;
    this.#random = options.random;
    this.#lagMs = options.lagMs;
    this.#keys = options.keys;
    this.#executions = options.executions;
    this.#history = options.history ?? options.executions?.history;
    const { lagMs, keys } = options;
    this.reads = new OrderReads(around, this.#entries, { lagMs, keys, history: this.#history });
  }

  /** Whether there is an order of this id, however it shows. */
  has(clientOrderId: string): boolean {
    return this.#sent.has(clientOrderId);
  }

  /** Whether the account has an open order from before that time, however it shows. */
  isOpenSince(owner: string, beforeMs: number): boolean {
    return this.#entries.some(
      (entry) =>
        entry.owner === owner && entry.order.status === 'open' && entry.order.openedAtMs < beforeMs,
    );
  }

  /** Whether an order of this id is open, however it shows: only then does Kraken refuse another. */
  isOpen(clientOrderId: string): boolean {
    return this.#sent.get(clientOrderId)?.some(({ order }) => order.status === 'open') === true;
  }

  /** Somebody trades on the account with Kraken's own app: an order without an id of ours. */
  tradeByHand(owner: string): void {
    const { nowMs } = this.#around.scheduler;
    this.#byHand += 1;
    // Nobody keeps a userref unique: one that an older order of ours has says nothing.
    const old = this.#referred;
    const same = old !== undefined && old.openedAtMs < nowMs - 60_000 ? old.userref : undefined;
    const order: FoundOrder = {
      exchangeOrderId: `OHAND${this.#byHand}`,
      ...(same === undefined ? {} : { userref: same }),
      pair: BTC_USD.altname,
      side: 'buy',
      type: 'market',
      volume: BY_HAND,
      openedAtMs: nowMs,
      status: 'closed',
      filled: BY_HAND,
    };
    this.#add({ order, owner, visibleAtMs: nowMs, tradedAtMs: nowMs, flicker: undefined });
  }

  /** Exchange ids of what was placed by hand since then on accounts of these owners; it traded at once. */
  byHandSince(sinceMs: number, owners: ReadonlySet<string>): readonly string[] {
    if (this.#byHand === 0) return [];
    return this.#entries
      .filter(({ order, owner }) => order.openedAtMs >= sinceMs && owners.has(owner))
      .map(({ order }) => order.exchangeOrderId)
      .filter((id) => id.startsWith('OHAND'));
  }

  /** Market orders are filled at once; others rest, and may be filled later, in part or whole. */
  place(attempt: Attempt, name: OrderName): string {
    const { clientOrderId } = name;
    const { scheduler, faults } = this.#around;
    const order = orderOnWire(addOrderForm(attempt, name));
    this.count += 1;
    const exchangeOrderId = `OSIM${this.count}`;
    const rests = restsOnArrival(order);
    const terms = shownOrder(order);
    const filled: Decimal = rests ? decimal('0') : terms.volume;
    const found: FoundOrder = {
      exchangeOrderId,
      ...shownName(name),
      ...terms,
      openedAtMs: scheduler.nowMs,
      status: rests ? 'open' : 'closed',
      filled,
    };
    const lagMs =
      this.#lagMs > 0 && faults.strikes('reads lag')
        ? faults.stream('reads lag').between(0, this.#lagMs)
        : 0;
    const entry: Entry = {
      order: found,
      sent: { order, clientOrderId },
      owner: this.#keys.of(attempt.keyId).owner,
      visibleAtMs: scheduler.nowMs + lagMs,
      tradedAtMs: rests || this.#executions !== undefined ? undefined : scheduler.nowMs,
      flicker: undefined,
    };
    this.#monitor.rails.placed(clientOrderId, (id) =>
      this.#entries.some((one) => one.order.exchangeOrderId === id && one.order.status === 'open'),
    );
    this.#add(entry);
    this.#monitor.placed(found, clientOrderId, order);
    if (this.#executions !== undefined) {
      this.#executions.begin(found, rests, () => {
        entry.tradedAtMs = scheduler.nowMs;
        this.#openPart(entry);
      });
      return exchangeOrderId;
    }
    this.#history?.changed(found);
    if (rests) this.#fillLater(entry);
    else this.#openClose(entry);
    return exchangeOrderId;
  }

  /** Cancels one order of the account of the key, however it shows; 0: it is not open. */
  cancel(keyId: string, exchangeOrderId: string, cancelled: Cancelled): number {
    const { owner } = this.#keys.of(keyId);
    const entry = this.#entries.find(({ order }) => order.exchangeOrderId === exchangeOrderId);
    if (entry?.owner !== owner || entry.order.status !== 'open') return 0;
    Object.assign(entry.order, { status: 'canceled' });
    this.#history?.changed(entry.order);
    this.#around.seen.add('one order cancelled');
    cancelled(entry.sent?.clientOrderId ?? entry.parent ?? '', entry.parent !== undefined);
    return 1;
  }

  /**
   * Changes one open order of the account of the key, however it shows; says why not, or nothing. A
   * price that the market has passed trades at once.
   */
  amend(
    keyId: string,
    wire: WireAmend,
    on: {
      /** What each account began with, where the exchange keeps count. */
      readonly start: Decimal | undefined;
      readonly made: (before: FoundOrder, after: FoundOrder) => void;
    },
  ): readonly string[] {
    const { owner } = this.#keys.of(keyId);
    const entry = this.#entries.find(
      ({ order: one }) => one.exchangeOrderId === wire.exchangeOrderId,
    );
    if (entry?.owner !== owner) return ['EOrder:Invalid order'];
    const before = { ...entry.order };
    const free = (): Decimal | undefined =>
      on.start && this.reads.holding(owner, on.start, false).available;
    const { order, errors, trades } = changedOrder(before, wire, { free, random: this.#random });
    if (order === before) return errors;
    Object.assign(entry.order, order);
    this.#history?.changed(entry.order);
    on.made(before, { ...order });
    // Another close for what is filled again is what these worlds do not have.
    if (order.status !== 'open' || entry.sent?.order.close !== undefined) return [];
    if (trades) this.#fill(entry, true);
    else if (this.#random.chance(400_000)) this.#fillLater(entry);
    return [];
  }

  /** Somebody changes an order with Kraken's own app. */
  amendByHand(clientOrderId: string, volume: Decimal): boolean {
    const [entry] = this.#sent.get(clientOrderId) ?? [];
    if (entry?.order.status !== 'open' || !volume.gt(entry.order.filled)) return false;
    Object.assign(entry.order, { volume });
    this.#history?.changed(entry.order);
    return true;
  }

  /** The orders of an id of ours as they are, however they show. */
  ordersOf(clientOrderId: string): readonly FoundOrder[] {
    return (this.#sent.get(clientOrderId) ?? []).map(({ order }) => order);
  }

  /** Our id of an order; undefined: it is not one that we sent. */
  idOf(exchangeOrderId: string): string | undefined {
    return this.#entries.find(({ order }) => order.exchangeOrderId === exchangeOrderId)?.sent
      ?.clientOrderId;
  }

  /** Cancels what is open on the account of the key, however it shows; says how many. */
  cancelAll(keyId: string): number {
    const { owner } = this.#keys.of(keyId);
    const open = this.#entries.filter(
      (entry) => entry.owner === owner && entry.order.status === 'open',
    );
    for (const { order } of open) {
      Object.assign(order, { status: 'canceled' });
      this.#history?.changed(order);
    }
    if (open.length > 0) this.#around.seen.add('open orders cancelled');
    return open.length;
  }

  #add(entry: Entry): void {
    const { order, sent } = entry;
    this.#entries.push(entry);
    if (order.userref !== undefined) this.#referred ??= order;
    if (sent === undefined) return;
    const others = this.#sent.get(sent.clientOrderId) ?? [];
    this.#sent.set(sent.clientOrderId, others);
    others.push(entry);
  }

  #fillLater(entry: Entry): void {
    const { scheduler } = this.#around;
    if (this.#random.chance(300_000)) return;
    scheduler.after(this.#random.between(100, 120_000), () => {
      if (entry.order.status === 'open') this.#fill(entry, this.#random.chance(500_000));
    });
  }

  #fill(entry: Entry, isWhole: boolean): void {
    const { order } = entry;
    const share = isWhole ? '1' : '0.25';
    const next = { ...order, filled: max(order.filled, order.volume.times(share)) };
    entry.tradedAtMs = this.#around.scheduler.nowMs;
    Object.assign(order, next, { status: isWhole ? 'closed' : 'open' });
    this.#history?.changed(order);
    this.#around.seen.add(isWhole ? 'limit filled' : 'limit filled in part');
    this.#openClose(entry);
  }

  /** A part of an entry was filled: its attached close is opened for that, and may trade itself. */
  #openPart({ order, sent, owner, visibleAtMs }: Entry): void {
    if (sent?.order.close === undefined) return;
    const { faults, scheduler, seen } = this.#around;
    const { nowMs } = scheduler;
    const opened = this.#entries.filter(({ order: one }) => one.refid === order.exchangeOrderId);
    const volume = opened.reduce((rest, one) => rest.minus(one.opened ?? ZERO), order.filled);
    const close = closeOrderOf(sent.order, { ...order, filled: volume }, nowMs);
    if (close === undefined) return;
    const child = { ...close, exchangeOrderId: `${close.exchangeOrderId}${opened.length + 1}` };
    const lags = this.#lagMs > 0 && faults.strikes('reads lag');
    const lagMs = lags ? faults.stream('reads lag').between(0, this.#lagMs) : 0;
    const entry: Entry = {
      ...{ order: child, owner, parent: sent.clientOrderId, flicker: undefined },
      opened: child.volume,
      ...{ visibleAtMs: Math.max(visibleAtMs, nowMs + lagMs), tradedAtMs: undefined },
    };
    this.#entries.push(entry);
    this.#monitor.books?.opened(child, sent.clientOrderId);
    seen.add('attached close opened');
    this.#executions?.begin(child, true, () => {
      entry.tradedAtMs = scheduler.nowMs;
      seen.add('attached close fired');
    });
  }

  /** What was filled of an order with an attached close opens that, an order like any other. */
  #openClose({ order, sent, owner, visibleAtMs }: Entry): void {
    const { nowMs } = this.#around.scheduler;
    if (sent?.order.close === undefined) return;
    const close = closeOrderOf(sent.order, order, nowMs);
    if (close === undefined) return;
    this.#around.seen.add('attached close opened');
    const entry: Entry = {
      ...{ order: close, owner, parent: sent.clientOrderId, flicker: undefined },
      ...{ visibleAtMs: Math.max(nowMs, visibleAtMs), tradedAtMs: undefined },
    };
    this.#add(entry);
    this.#fillLater(entry);
  }
}
