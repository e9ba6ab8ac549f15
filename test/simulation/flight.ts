/**
 * The way of a request that changes something to Kraken and back: it gets lost, comes late, or comes
 * twice; so does its answer. Whoever sent it waits 7 s.
 */
import type { Answer } from '../../functions/core/answer.ts';
import { PLACE_TIMEOUT_MS } from '../../functions/core/protocol.ts';
import type { Process, Surroundings } from './process.ts';

/** A request that leaves a process. */
export interface Departure {
  readonly process: Process;
  /** `exchange.place` */
  readonly port: string;
  /** When its sender began to wait, by its own clock. */
  readonly startMs: number;
  /** The request is at the gateway, which answers now or later. */
  readonly arrive: (back: (told: Answer) => void) => void;
  /** Its answer got lost. */
  readonly lost: () => void;
}

const NO_ANSWER: Answer = { kind: 'lost', reason: 'connection reset' };

/** The way between the workers and the exchange of a world. */
export class Flight {
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Sends it; what its sender hears. */
  send(departure: Departure): Promise<Answer> {
    const { process, port, startMs } = departure;
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
      const effect = (): void => this.#fly(departure, settle);
      process.leave({ port, effect, fastMs: 1, slowMs: 15 }, () => undefined);
    });
  }

  #fly({ process, arrive, lost }: Departure, settle: (told: Answer) => void): void {
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
      if (isLost) lost();
      tell(isLost ? NO_ANSWER : told, random.between(2, 30));
    };
    const late = faults.strikes('order reaches the gateway late')
      ? faults.stream('order reaches the gateway late').between(1_000, 30_000)
      : 0;
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
