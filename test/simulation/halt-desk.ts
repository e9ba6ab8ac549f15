/**
 * Halts and cancels in the functions of a world, wired as the handlers wire them: the webhook puts
 * a halt on record, the worker carries out halts and cancels, the minute's job looks after both.
 */
import { cancelOrders } from '../../functions/core/halt/cancel-orders.ts';
import { isCancelRef } from '../../functions/core/halt/cancel-ref.ts';
import type { Config } from '../../functions/core/config.ts';
import { amendOrder } from '../../functions/core/execute/amend-order.ts';
import {
  orderOfAmend,
  queueWaitingAmends,
  type Amends,
} from '../../functions/core/execute/amends.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import { applyHalt, isHaltRef } from '../../functions/core/halt/halt-requests.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import type { OrderRef } from '../../functions/core/order.ts';
import type { Log } from '../../functions/core/ports.ts';
import { recallOrder } from '../../functions/core/execute/recall-order.ts';
import {
  orderOfRecall,
  queueWaitingRecalls,
  type Recalls,
} from '../../functions/core/execute/recalls.ts';
import { watchSwitches } from '../../functions/core/halt/switch-watch.ts';
import type { SimulatedExchange } from './exchange.ts';
import type { Mutant } from './experiment.ts';
import type { CommandDeps } from './halting.ts';
import type { Process, Surroundings } from './process.ts';
import type { SimulatedQueue } from './queue.ts';
import type { SimulatedStore } from './store-ports.ts';
import type { SwitchPorts } from './switch-calls.ts';

/** What it works with. */
interface Site {
  readonly config: Config;
  readonly log: Log;
  readonly store: SimulatedStore;
  readonly exchange: SimulatedExchange;
  readonly mutant: Mutant | undefined;
  queue(): SimulatedQueue;
}

/** Halts and cancels of a world in which somebody halts. */
export class HaltDesk {
  readonly #around: Surroundings;
  readonly #site: Site;

  constructor(around: Surroundings, site: Site) {
    this.#around = around;
    this.#site = site;
  }

  /** The switches and the halts on record, as a process calls them. */
  portsFor(process: Process): SwitchPorts {
    const { store, exchange, mutant } = this.#site;
    const ports = store.switchPortsFor(process, () => exchange.book);
    return mutant?.switches?.(ports, process.name) ?? ports;
  }

  /** What the worker does with a message. */
  work(ref: OrderRef, deps: OrderDeps, process: Process): Promise<unknown> {
    if (isCancelRef(ref)) {
      process.task = 'cancelling';
      const used = this.#site.mutant?.cancel?.(deps) ?? deps;
      return cancelOrders(ref.account, { ...used, ...this.portsFor(process) });
    }
    const recalled = orderOfRecall(ref);
    if (recalled !== undefined) {
      process.task = 'recalling';
      return recallOrder(recalled, { ...deps, recalls: this.recallsFor(process) });
    }
    const amended = orderOfAmend(ref);
    if (amended !== undefined) {
      process.task = 'amending';
      return amendOrder(amended, { ...deps, amends: this.amendsFor(process) });
    }
    if (isHaltRef(ref)) {
      process.task = 'halting';
      return applyHalt(ref.account, { ...deps, ...this.portsFor(process) });
    }
    return executeOrder(ref, deps);
  }

  /** The minute's look. */
  async watch(deps: OrderDeps, process: Process): Promise<void> {
    await Promise.allSettled([
      watchSwitches({ ...deps, ...this.portsFor(process) }),
      queueWaitingRecalls({ ...deps, recalls: this.recallsFor(process) }),
      queueWaitingAmends({ ...deps, amends: this.amendsFor(process) }),
    ]);
  }

  /** The recalls on record, as a process calls them. */
  recallsFor(process: Process): Recalls {
    const { store, exchange } = this.#site;
    return store.recallPortFor(process, () => exchange.book);
  }

  /** The amends on record, as a process calls them. */
  amendsFor(process: Process): Amends {
    const { store, mutant } = this.#site;
    const amends = store.amendPortFor(process);
    return mutant?.amendsOf?.(amends) ?? amends;
  }

  /** What a command of a person works with. */
  commandDeps(process: Process): CommandDeps {
    const { config, log } = this.#site;
    const { random } = this.#around;
    return {
      ...{ config, log, clock: process.clock, ids: { uuid: () => random.uuid() } },
      board: this.portsFor(process).board,
      queue: this.#site.queue().portFor(process),
      onTask: (task) => {
        process.task = task;
      },
    };
  }
}
