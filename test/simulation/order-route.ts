/**
 * An order leaves for Kraken: connect, look at the clock, send, wait 7 s. What an answer means is
 * decided by the product's own answer.ts.
 */
import { placeOutcome } from '../../functions/core/answer.ts';
import type { PlaceOutcome } from '../../functions/core/ports.ts';
import { DEADLINE_REST_MS } from '../../functions/core/protocol.ts';
import { point } from './crash-table.ts';
import type { Engine, Sending } from './engine.ts';
import { Flight } from './flight.ts';
import type { Monitor } from './monitor.ts';
import type { Surroundings } from './process.ts';

/** The way between the workers and the exchange of a world. */
export class OrderRoute {
  readonly #around: Surroundings;
  readonly #monitor: Monitor;
  readonly #engine: Engine;
  readonly #flight: Flight;

  constructor(around: Surroundings, monitor: Monitor, engine: Engine) {
    this.#around = around;
    this.#monitor = monitor;
    this.#engine = engine;
    this.#flight = new Flight(around);
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
    this.#monitor.sends.leaves(attempt, sending.clientOrderId, process.name);
    this.#monitor.nonceUsed(attempt, attempt.nonce, process.name);
    const told = await this.#flight.send({
      ...{ process, port: 'exchange.place', startMs },
      arrive: (back) => this.#engine.gateway(sending, back),
      lost: () => {
        if (this.#engine.book.has(sending.clientOrderId)) seen.add(point(13));
      },
    });
    const outcome = placeOutcome(told, attempt.validate);
    seen.add(`outcome: ${outcome.kind}`);
    if (outcome.kind === 'refused' && outcome.trips) seen.add('outcome: refused for good');
    return outcome;
  }
}
