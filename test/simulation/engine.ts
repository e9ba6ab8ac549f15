/**
 * Kraken's side of an order: the key and the nonce are checked at the gateway, the deadline by the
 * engine, and what is said about it need not be what happened.
 */
import type { Answer } from '../../functions/core/answer.ts';
import { decimal, type Decimal } from '../../functions/core/decimal.ts';
import type { Attempt, Order } from '../../functions/core/order.ts';
import type { Ticker } from '../../functions/core/market/pair.ts';
import { unreadable, whole } from './answer-bodies.ts';
import { point } from './crash-table.ts';
import { AFTER, BEFORE_DRAWN, written, type Temper } from './exchange-temper.ts';
import type { KeyRing } from './key-ring.ts';
import type { Monitor } from './monitor.ts';
import type { OrderBook } from './order-book.ts';
import type { Process, Surroundings } from './process.ts';
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

  /** A request arrives; `back` hears what is said to it, now or later. */
  gateway(sending: Sending, back: (told: Answer) => void): void {
    const { attempt } = sending;
    const { scheduler, faults, random } = this.#around;
    if (this.isRevoked(attempt.keyId)) {
      back(refused('EAPI:Invalid key'));
      return;
    }
    if (!this.acceptNonce(attempt.keyId, attempt.nonce)) {
      this.#around.seen.add(point(20));
      back(refused('EAPI:Invalid nonce'));
      return;
    }
    if (faults.strikes('order answered with trouble before placing')) {
      const text = faults.stream('order answered with trouble before placing').pick(BEFORE_DRAWN);
      this.#around.seen.add(`said before: ${text}`);
      back(refused(written(text)));
      return;
    }
    const late = faults.strikes('order reaches the engine late')
      ? faults.stream('order reaches the engine late').between(1_000, this.#temper.lateMs)
      : 0;
    scheduler.after(random.between(1, 10) + late, () => this.#engine(sending, back));
  }

  #engine(sending: Sending, back: (told: Answer) => void): void {
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
      const text = faults.stream('order answered with trouble after placing').pick(AFTER);
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

  /** Whether a sale is of what the account has free. */
  #isCovered({ order, keyId }: Attempt, start: Decimal): boolean {
    if (order.side !== 'sell' || order.leverage !== undefined) return true;
    const { available } = this.book.holding(this.#keys.of(keyId).owner, start, false);
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
