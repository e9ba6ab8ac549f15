/**
 * Kraken as the protocol has to fear it: requests and answers get lost, arrive late or twice, reads
 * lag and fail, an id may be used again once its order is closed. What an answer means is decided
 * by the product's own answer.ts. Kind where a promise of Kraken's is relied on: the deadline is
 * honoured (unless the world is adversarial), a nonce that was passed is refused.
 */
import { placeOutcome, type Answer as Told } from '../../functions/core/answer.ts';
import { decimal } from '../../functions/core/decimal.ts';
import type { Attempt } from '../../functions/core/order.ts';
import type { Ticker } from '../../functions/core/pair.ts';
import type { Exchange, LaneLease, MarketData, PlaceOutcome } from '../../functions/core/ports.ts';
import { DEADLINE_REST_MS, PLACE_TIMEOUT_MS } from '../../functions/core/protocol.ts';
import { BTC_USD, GOOD_KEY } from '../fakes/exchange.ts';
import { AFTER, BEFORE, type Temper } from './exchange-temper.ts';
import type { Monitor } from './monitor.ts';
import { OrderBook } from './order-book.ts';
import type { Process, Surroundings } from './process.ts';
import { Random } from './random.ts';

/** One AddOrder on its way. */
interface Sending {
  readonly process: Process;
  readonly attempt: Attempt;
  readonly clientOrderId: string;
}

/** One list for ever, as a warm function keeps the table of its pairs. */
export const PAIRS = [BTC_USD];

const TICKER: Ticker = {
  ask: decimal('50000.5'),
  bid: decimal('49999.5'),
  last: decimal('50000'),
};

const AMOUNT = { total: decimal('1000000'), available: decimal('1000000') };

const NO_ANSWER: Told = { kind: 'lost', reason: 'connection reset' };

/** The exchange of a world. */
export class SimulatedExchange {
  readonly #around: Surroundings;
  readonly #monitor: Monitor;
  readonly #temper: Temper;
  readonly #random: Random;
  readonly #nonces = new Map<string, bigint>();
  readonly book: OrderBook;

  constructor(around: Surroundings, monitor: Monitor, options: { seed: number; temper: Temper }) {
    this.#around = around;
    this.#monitor = monitor;
    this.#temper = options.temper;
    this.#random = new Random(options.seed, 'exchange');
    const { lagMs } = options.temper;
    this.book = new OrderBook(around, monitor, { random: this.#random, lagMs });
  }

  /** What the exchange says publicly. */
  marketFor(process: Process): MarketData {
    const read = <T>(port: string, value: () => T): Promise<T> =>
      process.call({ port, effect: () => this.#answer(value), fastMs: 3, slowMs: 40 });
    return {
      pairs: () => read('market.pairs', () => PAIRS),
      tickers: (pairs) =>
        read('market.tickers', () => new Map(pairs.map(({ name }) => [name, TICKER]))),
      mode: () =>
        read('market.mode', () => {
          const off = this.#around.faults.lasts('exchange in maintenance');
          return off ? ('maintenance' as const) : ('online' as const);
        }),
      skewMs: () => read('market.skewMs', () => -process.skewMs),
    };
  }

  /** The exchange as one process sees it through a key and its lane. */
  portFor(process: Process, lane: LaneLease): Exchange {
    const read = async <T>(port: string, value: () => T): Promise<T> => {
      const nonce = lane.nextNonce();
      this.#monitor.nonceUsed(lane, nonce, process.name);
      const effect = (): T =>
        this.#answer(() => {
          if (!this.#acceptNonce(lane.keyId, nonce)) throw new Error('EAPI:Invalid nonce');
          return value();
        });
      return process.call({ port, effect, fastMs: 3, slowMs: 40 });
    };
    return {
      warm: () => undefined,
      place: (attempt, clientOrderId) => this.#place({ process, attempt, clientOrderId }),
      balances: () =>
        read(
          'exchange.balances',
          () =>
            new Map([
              ['USD', AMOUNT],
              ['BTC', AMOUNT],
            ]),
        ),
      find: (clientOrderId) =>
        read('exchange.find', () =>
          this.book
            .visible(lane.keyId, true)
            .filter((order) => order.clientOrderId === clientOrderId),
        ),
      tradedOrders: (sinceMs, untilMs) =>
        read('exchange.tradedOrders', () => this.book.traded(lane.keyId, sinceMs, untilMs)),
      orders: (ids) =>
        read('exchange.orders', () =>
          this.book
            .visible(lane.keyId, false)
            .filter((order) => ids.includes(order.exchangeOrderId)),
        ),
      keyInfo: () =>
        read('exchange.keyInfo', () => {
          const isQuery = lane.keyId.endsWith('query');
          const blind = isQuery && this.#around.faults.lasts('query key is blind');
          const permissions = GOOD_KEY.permissions.filter(
            (one) => !isQuery || one !== 'modify-trades',
          );
          return { ...GOOD_KEY, permissions, seesAllTimes: !blind };
        }),
    };
  }

  #answer<T>(value: () => T): T {
    const { faults } = this.#around;
    if (faults.lasts('exchange away') || faults.strikes('read fails')) {
      throw new Error('no readable answer');
    }
    return value();
  }

  #acceptNonce(keyId: string, nonce: string): boolean {
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

  /** One AddOrder, as the adapter sends it: connect, look at the clock, send, wait 7 s. */
  async #place(sending: Sending): Promise<PlaceOutcome> {
    const { process, attempt } = sending;
    const { faults, seen } = this.#around;
    const startMs = process.clock.nowMs();
    const inTime = (): boolean => process.clock.nowMs() < attempt.deadlineMs - DEADLINE_REST_MS;
    if (!inTime()) return { kind: 'never-sent', reason: 'its deadline was too near' };
    try {
      await process.call({
        port: 'exchange.connect',
        effect: () => {
          if (faults.lasts('exchange away') || faults.strikes('connection refused')) {
            throw new Error('connection refused');
          }
        },
        fastMs: 0,
        slowMs: 10,
      });
    } catch (error) {
      seen.add('outcome: never-sent');
      return { kind: 'never-sent', reason: String(error) };
    }
    if (!inTime())
      return { kind: 'never-sent', reason: 'it was too late when the connection stood' };
    this.#monitor.leaves(attempt, sending.clientOrderId, process.name);
    this.#monitor.nonceUsed(attempt, attempt.nonce, process.name);
    const told = await this.#send(sending, startMs);
    const outcome = placeOutcome(told, attempt.validate);
    seen.add(`outcome: ${outcome.kind}`);
    if (outcome.kind === 'refused' && outcome.trips) seen.add('outcome: refused for good');
    return outcome;
  }

  #send(sending: Sending, startMs: number): Promise<Told> {
    const { process } = sending;
    return new Promise((resolve) => {
      let settled = false;
      const settle = (told: Told): void => {
        if (settled) return;
        settled = true;
        resolve(told);
      };
      const spentMs = process.clock.nowMs() - startMs;
      process.later(Math.max(1, PLACE_TIMEOUT_MS - spentMs), () => settle(NO_ANSWER));
      // The call is over when the bytes have left; the answer finds its own way back.
      const effect = (): void => this.#fly(sending, settle);
      process.leave({ port: 'exchange.place', effect, fastMs: 1, slowMs: 15 }, () => undefined);
    });
  }

  /** The request is under way: it gets lost, comes late, or comes twice; so does its answer. */
  #fly(sending: Sending, settle: (told: Told) => void): void {
    const { process } = sending;
    const { scheduler, faults, random } = this.#around;
    const tell = (told: Told, delayMs: number): void => {
      scheduler.after(delayMs, () => process.resume(() => settle(told)));
    };
    if (faults.strikes('order request lost') || faults.lasts('exchange away')) {
      tell(NO_ANSWER, random.between(5, 8_000));
      return;
    }
    const back = (told: Told): void => {
      tell(faults.strikes('order answer lost') ? NO_ANSWER : told, random.between(2, 30));
    };
    const late = faults.strikes('order reaches the gateway late')
      ? faults.stream('order reaches the gateway late').between(1_000, 30_000)
      : 0;
    const arrive = (answered: (told: Told) => void): void => this.#gateway(sending, answered);
    const wayMs = random.between(1, 20) + late;
    if (faults.strikes('order request repeated on the way')) {
      // Something between us and Kraken asks twice and hands on the second answer only.
      scheduler.after(wayMs, () => arrive(() => undefined));
      scheduler.after(wayMs + random.between(20, 2_000), () => arrive(back));
      return;
    }
    scheduler.after(wayMs, () => arrive(back));
    if (faults.strikes('order request arrives twice')) {
      scheduler.after(wayMs + random.between(40, 3_000), () => arrive(back));
    }
  }

  #gateway(sending: Sending, back: (told: Told) => void): void {
    const { attempt } = sending;
    const { scheduler, faults, random } = this.#around;
    if (!this.#acceptNonce(attempt.keyId, attempt.nonce)) {
      back(refused('EAPI:Invalid nonce'));
      return;
    }
    if (faults.strikes('order answered with trouble before placing')) {
      const text = faults.stream('order answered with trouble before placing').pick(BEFORE);
      this.#around.seen.add(`said before: ${text}`);
      back(refused(text));
      return;
    }
    const late = faults.strikes('order reaches the engine late')
      ? faults.stream('order reaches the engine late').between(1_000, this.#temper.lateMs)
      : 0;
    scheduler.after(random.between(1, 10) + late, () => this.#engine(sending, back));
  }

  #engine(sending: Sending, back: (told: Told) => void): void {
    const { attempt, clientOrderId } = sending;
    const { scheduler, faults } = this.#around;
    if (scheduler.nowMs > attempt.deadlineMs && !this.#temper.ignoresDeadline) {
      this.#around.seen.add('engine: deadline over');
      back(refused('EService:Deadline elapsed'));
      return;
    }
    if (this.book.hasOpen(clientOrderId)) {
      back(refused('EGeneral:Invalid arguments:cl_ord_id not unique'));
      return;
    }
    const descr = { order: `${attempt.order.side} ${attempt.order.volume} ${attempt.order.pair}` };
    if (attempt.validate) {
      back({ kind: 'answered', errors: [], result: { descr } });
      return;
    }
    const id = this.book.place(attempt, clientOrderId);
    if (faults.strikes('order answered with trouble after placing')) {
      const text = faults.stream('order answered with trouble after placing').pick(AFTER);
      this.#around.seen.add(`said after: ${text}`);
      back(refused(text));
      return;
    }
    const whole = !faults.strikes('order answer cut off');
    back({ kind: 'answered', errors: [], result: whole ? { descr, txid: [id] } : { descr } });
  }
}

function refused(text: string): Told {
  return { kind: 'answered', errors: [text], result: undefined };
}
