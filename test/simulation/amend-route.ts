/**
 * A change to an order leaves for Kraken, as the adapter sends it: look at the clock, take a nonce,
 * connect and send, wait 7 s. What an answer means is decided by the product's own amend-answer.ts.
 */
import { amendOrderForm } from '../../functions/adapters/kraken/amend-order-form.ts';
import { amendOutcome } from '../../functions/core/amend-answer.ts';
import type { AmendOutcome, OrderChange } from '../../functions/core/amending.ts';
import type { LaneLease } from '../../functions/core/ports.ts';
import { DEADLINE_REST_MS } from '../../functions/core/protocol.ts';
import type { Engine } from './engine.ts';
import { Flight } from './flight.ts';
import type { Monitor } from './monitor.ts';
import type { Process, Surroundings } from './process.ts';
import { amendOnWire } from './wire-order.ts';

/** One AmendOrder of a process. */
export interface Amending {
  readonly process: Process;
  readonly lane: LaneLease;
  readonly exchangeOrderId: string;
  readonly change: OrderChange;
}

/** The way of changes between the workers and the exchange of a world. */
export class AmendRoute {
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

  /** Sends it once; every failure is an outcome. */
  async amend({ process, lane, exchangeOrderId, change }: Amending): Promise<AmendOutcome> {
    const { faults, seen } = this.#around;
    const startMs = process.clock.nowMs();
    const isLate = startMs >= change.deadlineMs - DEADLINE_REST_MS;
    if (isLate || faults.strikes('connection refused')) {
      const reason = isLate ? 'it was too late to send' : 'connection refused';
      return this.#heard(amendOutcome({ kind: 'never-sent', reason }));
    }
    const nonce = lane.nextNonce();
    this.#monitor.nonceUsed(lane, nonce, process.name);
    const wire = amendOnWire(amendOrderForm(exchangeOrderId, change));
    const about = this.#engine.book.idOf(exchangeOrderId) ?? '';
    const made = this.#monitor.amends?.leaves(wire, about, process.name);
    const told = await this.#flight.send({
      ...{ process, port: 'exchange.amend', startMs },
      arrive: (back) =>
        this.#engine.gatewayOfAmends(
          { keyId: lane.keyId, nonce, wire, made: (before, after) => made?.(before, after) },
          back,
        ),
      lost: () => void seen.add('amend: answer lost'),
    });
    return this.#heard(amendOutcome(told));
  }

  #heard(outcome: AmendOutcome): AmendOutcome {
    this.#around.seen.add(`amend outcome: ${outcome.kind}`);
    return outcome;
  }
}
