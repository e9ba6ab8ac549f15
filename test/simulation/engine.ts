/**
 * Kraken's side of an order: the key and the nonce are checked at the gateway, the deadline by the
 * engine, and what is said about it need not be what happened.
 */
import type { Answer } from '../../functions/core/answer.ts';
import { decimal, type Decimal } from '../../functions/core/decimal.ts';
import type { Attempt, Order } from '../../functions/core/order.ts';
import type { Ticker } from '../../functions/core/market/pair.ts';
import { unreadable, whole } from './answer-bodies.ts';
import { DEADLINE_MS } from '../../functions/core/protocol.ts';
import { point } from './crash-table.ts';
import { AFTER, BEFORE_DRAWN, LIMITS, written, type Temper } from './exchange-temper.ts';
import type { KeyRing } from './key-ring.ts';
import type { Monitor } from './monitor.ts';
import type { OrderBook } from './order-book.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';
import type { Process, Surroundings } from './process.ts';
import type { WireAmend } from './wire-order.ts';
import type { Random } from './random.ts';

/** The market, which stands still. */
export const TICKER: Ticker = {
  ask: decimal('50000.5'),
  bid: decimal('49999.5'),
  last: decimal('50000'),
};

/** One AddOrder on its way. */
export interface Sending {
  readonly process: Process;
  readonly attempt: Attempt;
  readonly clientOrderId: string;
  readonly userref?: number;
}

/** One AmendOrder on its way. */
export interface Changing extends Pick<Attempt, 'keyId' | 'nonce'> {
  readonly wire: WireAmend;
  /** The engine has changed the order. */
  readonly made: (before: FoundOrder, after: FoundOrder) => void;
}

/** Hears what is said to a request. */
type Back = (told: Answer) => void;

/** What the engine works with. */
export interface EngineRoom {
  readonly temper: Temper;
  readonly random: Random;
  readonly keys: KeyRing;
  readonly book: OrderBook;
  /** What each account began with, where the exchange keeps count. */
  readonly start?: Decimal | undefined;
}

/** Gateway and engine of a world. */
export class Engine {
  readonly #around: Surroundings;
  readonly #monitor: Monitor;
  readonly #temper: Temper;
  readonly #random: Random;
  readonly #keys: KeyRing;
  readonly #nonces = new Map<string, bigint>();
  readonly #start: Decimal | undefined;
  readonly book: OrderBook;

  constructor(around: Surroundings, monitor: Monitor, room: EngineRoom) {
    this.#around = around;
    this.#monitor = monitor;
    this.#temper = room.temper;
    this.#random = room.random;
    this.#keys = room.keys;
    this.book = room.book;
    this.#start = room.start;
  }

  /** Whether Kraken does not know the key any more. */
  isRevoked(keyId: string): boolean {
    const { isRevoked } = this.#keys.of(keyId);
    if (isRevoked) this.#around.seen.add(point(28));
    return isRevoked;
  }

  /** Whether the nonce is above every one that was accepted of the key. */
  acceptNonce(keyId: string, nonce: string): boolean {
    if (this.#temper.readmitsNonces === true) return true;
    const last = this.#nonces.get(keyId) ?? 0n;
    const accepted = BigInt(nonce) > last;
    if (accepted) {
      const races = this.#temper.nonceRaces && this.#random.chance(500_000);
      const keep = (): void => {
        const now = this.#nonces.get(keyId) ?? 0n;
        if (BigInt(nonce) > now) this.#nonces.set(keyId, BigInt(nonce));
      };
      this.#monitor.nonceAccepted(keyId, nonce, !this.#temper.nonceRaces);
      if (races) this.#around.scheduler.after(5, keep);
      else keep();
    }
    return accepted;
  }

  /** An order arrives; `back` hears what is said to it, now or later. */
  gateway(sending: Sending, back: Back): void {
    const nonceRefused = (): void => void this.#around.seen.add(point(20));
    const engine = (): void => this.#engine(sending, back);
    const { lateMs } = this.#temper;
    this.#admit(sending.attempt, { said: 'said', lateMs, nonceRefused, engine }, back);
  }

  /** A change to an order arrives. */
  gatewayOfAmends(change: Changing, back: Back): void {
    const { seen } = this.#around;
    const nonceRefused = (): void => void seen.add('amend: nonce refused');
    const engine = (): void => this.#amend(change, back);
    // Half of the late ones within their time, where they may pass one another.
    const lateMs = this.#random.chance(500_000) ? DEADLINE_MS : this.#temper.lateMs;
    this.#admit(change, { said: 'amend said', lateMs, nonceRefused, engine }, back);
  }

  /** The key and the nonce, and what goes wrong at the door. */
  #admit(
    { keyId, nonce }: Pick<Attempt, 'keyId' | 'nonce'>,
    on: {
      readonly said: string;
      readonly lateMs: number;
      readonly nonceRefused: () => void;
      readonly engine: () => void;
    },
    back: Back,
  ): void {
    const { scheduler, faults, random } = this.#around;
    if (this.isRevoked(keyId)) {
      back(refused('EAPI:Invalid key'));
      return;
    }
    if (!this.acceptNonce(keyId, nonce)) {
      on.nonceRefused();
      back(refused('EAPI:Invalid nonce'));
      return;
    }
    if (faults.strikes('order answered with trouble before placing')) {
      const text = faults.stream('order answered with trouble before placing').pick(BEFORE_DRAWN);
      this.#around.seen.add(`${on.said} before: ${text}`);
      back(refused(written(text)));
      return;
    }
    const late = faults.strikes('order reaches the engine late')
      ? faults.stream('order reaches the engine late').between(1_000, on.lateMs)
      : 0;
    scheduler.after(random.between(1, 10) + late, on.engine);
  }

  #engine(sending: Sending, back: Back): void {
    const { attempt, clientOrderId, userref } = sending;
    const { scheduler, faults } = this.#around;
    if (scheduler.nowMs > attempt.deadlineMs && !this.#temper.ignoresDeadline) {
      this.#around.seen.add('engine: deadline over');
      back(refused('EService:Deadline elapsed'));
      return;
    }
    // Nothing is refused for its userref.
    if (userref === undefined && this.book.isOpen(clientOrderId)) {
      back(refused('EGeneral:Invalid arguments:cl_ord_id not unique'));
      return;
    }
    const descr = { order: `${attempt.order.side} ${attempt.order.volume} ${attempt.order.pair}` };
    if (attempt.validate) {
      back(whole([], { descr }));
      return;
    }
    if (wouldTrade(attempt.order)) {
      this.#around.seen.add('post-only order refused');
      back(refused('EOrder:Post only order'));
      return;
    }
    if (this.#start !== undefined && !this.#isCovered(attempt, this.#start)) {
      this.#around.seen.add('sale of more than is held refused');
      back(refused('EOrder:Insufficient funds'));
      return;
    }
    const id = this.book.place(attempt, sending);
    if (faults.strikes('order answered with trouble after placing')) {
      const text = this.#troubleAfter();
      this.#around.seen.add(`said after: ${text}`);
      back(refused(written(text)));
      return;
    }
    if (faults.strikes('order answer unreadable')) {
      const stream = faults.stream('order answer unreadable');
      const { kind, answer } = unreadable({ descr, txid: [id] }, stream);
      this.#around.seen.add(`unreadable: ${kind}`);
      back(answer);
      return;
    }
    const isCut = faults.strikes('order answer cut off');
    back(whole([], isCut ? { descr } : { descr, txid: [id] }));
  }

  /** An amend is made whole or not at all; what is said about it need not be what happened. */
  #amend({ keyId, wire, made }: Changing, back: Back): void {
    const { scheduler, faults, seen } = this.#around;
    if (scheduler.nowMs > wire.deadlineMs && !this.#temper.ignoresDeadline) {
      seen.add('amend: deadline over');
      back(refused('EService:Deadline elapsed'));
      return;
    }
    const errors = this.book.amend(keyId, wire, { start: this.#start, made });
    if (errors.length > 0) {
      back(whole(errors));
      return;
    }
    if (faults.strikes('order answered with trouble after placing')) {
      const text = this.#troubleAfter();
      seen.add(`amend said after: ${text}`);
      back(refused(written(text)));
      return;
    }
    const result = { amend_id: 'TSIM01-AAAAA-BBBBBB' };
    if (faults.strikes('order answer unreadable')) {
      seen.add('amend answer unreadable');
      back(unreadable(result, faults.stream('order answer unreadable')).answer);
      return;
    }
    back(whole([], faults.strikes('order answer cut off') ? {} : result));
  }

  /** What is said although it was done. */
  #troubleAfter(): string {
    const stream = this.#around.faults.stream('order answered with trouble after placing');
    return stream.pick(this.#temper.limitsAfterPlacing === true ? [...AFTER, ...LIMITS] : AFTER);
  }

  /** Whether a sale is of what the account has free. */
  #isCovered({ order, keyId }: Attempt, start: Decimal): boolean {
    if (order.side !== 'sell' || order.leverage !== undefined) return true;
    const { available } = this.book.reads.holding(this.#keys.of(keyId).owner, start, false);
    return available.gte(order.volume);
  }
}

/** Whether a post-only order lies on the other side of the market, which Kraken refuses. */
function wouldTrade({ postOnly, price = '0', side }: Order): boolean {
  if (postOnly !== true) return false;
  return side === 'buy' ? decimal(price).gte(TICKER.ask) : decimal(price).lte(TICKER.bid);
}

/** One error text, as Kraken sends it. */
export function refused(text: string): Answer {
  return whole([text]);
}
