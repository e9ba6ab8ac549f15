/**
 * The way of an order to Kraken and back: connect, look at the clock, send, wait 7 s. The request
 * gets lost, comes late, or comes twice; so does its answer. What an answer means is decided by the
 * product's own answer.ts.
 */
import { placeOutcome, type Answer } from '../../functions/core/answer.ts';
import type { PlaceOutcome } from '../../functions/core/ports.ts';
import { DEADLINE_REST_MS, PLACE_TIMEOUT_MS } from '../../functions/core/protocol.ts';
import { point } from './crash-table.ts';
import type { Engine, Sending } from './engine.ts';
import type { Monitor } from './monitor.ts';
import type { Surroundings } from './process.ts';

const NO_ANSWER: Answer = { kind: 'lost', reason: 'connection reset' };

/** The way between the workers and the exchange of a world. */
export class OrderRoute {
  readonly #around: Surroundings;
  readonly #monitor: Monitor;
  readonly #engine: Engine;

  constructor(around: Surroundings, monitor: Monitor, engine: Engine) {
    this.#around = around;
    this.#monitor = monitor;
    this.#engine = engine;
  }

  /** One AddOrder, as the adapter sends it: connect, look at the clock, send, wait 7 s. */
  async place(sending: Sending): Promise<PlaceOutcome> {
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

  #send(sending: Sending, startMs: number): Promise<Answer> {
    const { process } = sending;
    return new Promise((resolve) => {
      let settled = false;
      const settle = (told: Answer): void => {
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
  #fly(sending: Sending, settle: (told: Answer) => void): void {
    const { process } = sending;
    const { scheduler, faults, random } = this.#around;
    const tell = (told: Answer, delayMs: number): void => {
      scheduler.after(delayMs, () => process.resume(() => settle(told)));
    };
    if (faults.strikes('order request lost') || faults.lasts('exchange away')) {
      tell(NO_ANSWER, random.between(5, 8_000));
      return;
    }
    const back = (told: Answer): void => {
      const isLost = faults.strikes('order answer lost');
      if (isLost && this.#engine.book.has(sending.clientOrderId)) this.#around.seen.add(point(13));
      tell(isLost ? NO_ANSWER : told, random.between(2, 30));
    };
    const late = faults.strikes('order reaches the gateway late')
      ? faults.stream('order reaches the gateway late').between(1_000, 30_000)
      : 0;
    const arrive = (answered: (told: Answer) => void): void =>
      this.#engine.gateway(sending, answered);
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
}
