/**
 * check-prices and deliver-notifications as they are deployed: each run on a warm environment with
 * its own clock and memory, over simulated ports. Wired as the handlers wire them.
 */
import { checkPrices } from '../../../functions/core/alerts/check-prices.ts';
import type { CheckPricesDeps } from '../../../functions/core/alerts/check-run.ts';
import { alertMemory } from '../../../functions/core/alerts/memory.ts';
import {
  raiseSignals,
  type RaiseSignalsDeps,
} from '../../../functions/core/alerts/raise-signals.ts';
import type { Config } from '../../../functions/core/config.ts';
import { deliverNotifications } from '../../../functions/core/notifications/deliver-notifications.ts';
import type { DeliverDeps } from '../../../functions/core/notifications/delivery-run.ts';
import type { FakeStore } from '../../fakes/store.ts';
import { Environment, Fleet, type Machine } from '../environment.ts';
import { SimulatedChannels } from '../notices/channels.ts';
import { DeliveryTable } from '../notices/delivery-calls.ts';
import type { NoticeWitness } from '../notices/notice-witness.ts';
import { Process, type Surroundings } from '../process.ts';
import type { StoreCalls } from '../store-calls.ts';
import { QUIET } from '../witness-log.ts';
import type { AlertFaults } from './alert-faults.ts';
import type { AlertTable } from './alert-table.ts';
import type { AlertMutant } from './mutant.ts';
import type { PriceRoom } from './price-room.ts';

const CHECK_TIMEOUT_MS = 58_000;
const DELIVER_TIMEOUT_MS = 60_000;
const SKEW_MAX_MS = 2_500;
const PICTURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);

/** What the functions run on. */
export interface AlertSite {
  readonly config: Config;
  readonly faults: AlertFaults;
  readonly calls: StoreCalls;
  readonly store: FakeStore;
  readonly table: AlertTable;
  readonly room: PriceRoom;
  readonly notices: NoticeWitness;
  readonly mutant: AlertMutant | undefined;
}

/** An environment of check-prices. */
class Watch extends Environment {
  readonly memory = alertMemory();
  readonly name: string;

  constructor(machine: Machine, name: string) {
    super(machine);
    this.name = name;
  }
}

/** The two functions of a world. */
export class AlertCloud {
  readonly #around: Surroundings<AlertFaults>;
  readonly #site: AlertSite;
  readonly #watches: Fleet<Watch>;
  readonly #channels: SimulatedChannels;
  readonly #deliveries: DeliveryTable;
  readonly #running = new Set<Process>();
  readonly #memory = new Map<string, unknown>();
  #count = 0;

  constructor(around: Surroundings<AlertFaults>, site: AlertSite) {
    this.#around = around;
    this.#site = site;
    this.#watches = new Fleet(() => new Watch(this.#machine(), `watch-${(this.#count += 1)}`));
    this.#channels = new SimulatedChannels(around, site.notices);
    const { store, calls, notices: witness } = site;
    this.#deliveries = new DeliveryTable({ around, calls, store, witness });
  }

  /** One run of check-prices. */
  check(): void {
    const { mutant } = this.#site;
    const environment = this.#watches.take();
    const options = { machine: environment.machine, on: `@${environment.name}` };
    const process = this.#process('check', CHECK_TIMEOUT_MS, options);
    environment.use(process);
    const made = this.#checkDeps(process, environment);
    const deps = mutant?.check?.(made, this.#memory) ?? made;
    process.run(
      async () => {
        const checked = await checkPrices(deps);
        await raiseSignals(deps);
        if (!checked.whole) throw new Error('prices could not be checked wholly');
        this.#around.seen.add('run: whole');
        if (checked.late > 0) this.#around.seen.add('run: with late pairs');
        if (checked.lost > 0) this.#around.seen.add('run: lost a state to another');
      },
      ({ kind }) => {
        this.#running.delete(process);
        if (kind === 'threw') this.#around.seen.add('run: threw');
        // A handler that throws keeps its environment; one that is gone takes it along.
        if (kind !== 'gone') this.#watches.giveBack(environment);
      },
    );
  }

  /** One run of deliver-notifications. */
  deliver(): void {
    const { config, notices, room, mutant } = this.#site;
    const machine = this.#machine();
    const process = this.#process('deliver', DELIVER_TIMEOUT_MS, { machine, on: '' });
    const { random } = this.#around;
    const made: DeliverDeps = {
      ...{ config, clock: process.clock, log: notices.log(QUIET) },
      deliveries: this.#deliveries.portFor(process),
      outbox: { put: (notice) => this.#put(process, notice) },
      notifier: this.#channels.notifierFor(process),
      feed: room.portFor(process),
      painter: {
        paint: async () => {
          if (random.chance(100_000)) throw new Error('it cannot be drawn');
          return PICTURE;
        },
      },
    };
    const deps = mutant?.deliver?.(made, this.#memory) ?? made;
    process.run(
      () => deliverNotifications(deps),
      () => this.#running.delete(process),
    );
  }

  /** Another version is deployed: nothing warm is used again, and some runs are cut off. */
  replace(kill: boolean): void {
    this.#watches.replace();
    if (!kill) return;
    for (const process of [...this.#running]) process.kill('deployed');
  }

  #checkDeps(process: Process, { memory }: Watch): CheckPricesDeps & RaiseSignalsDeps {
    const { config, table, room, calls, store, faults } = this.#site;
    const { acts } = store;
    const alerts = table.portFor(process);
    const call = <T>(port: string, write: boolean, make: () => T) =>
      calls.call(process, calls.generation, { port, write, make });
    return {
      ...{ config, clock: process.clock, log: QUIET, memory, alerts, store: alerts },
      feed: room.portFor(process),
      orderLog: {
        ...store.orders,
        receive: (row, why, notice) =>
          call('orders.receive', true, () => acts.orders.receive(row, why, notice)),
      },
      switches: {
        ...store.switches,
        read: (account) => call('switches.read', false, () => acts.switches.read(account)),
      },
      outbox: { put: (notice) => this.#put(process, notice) },
      queue: {
        enqueue: () =>
          process.call({
            port: 'queue.enqueue',
            effect: () => {
              if (faults.strikes('enqueue fails')) throw new Error('the queue is away');
            },
          }),
      },
      market: { read: async () => undefined, write: async () => undefined },
    };
  }

  #put(process: Process, notice: Parameters<FakeStore['outbox']['put']>[0]): Promise<void> {
    const { calls, store } = this.#site;
    const make = () => store.acts.outbox.put(notice);
    return calls.call(process, calls.generation, { port: 'outbox.put', write: true, make });
  }

  #machine(): Machine {
    const { scheduler, faults } = this.#around;
    const drawn = faults.strikes('skewed clock');
    const drawnMs = drawn ? faults.stream('skewed clock').between(-SKEW_MAX_MS, SKEW_MAX_MS) : 0;
    const skewMs = () => drawnMs;
    const clock = {
      nowMs: () => scheduler.nowMs + drawnMs,
      sleep: () => Promise.reject(new Error('an environment does not sleep')),
    };
    return { skewMs, clock, version: 1 };
  }

  #process(
    kind: string,
    timeoutMs: number,
    { machine, on }: { readonly machine: Machine; readonly on: string },
  ): Process {
    this.#count += 1;
    const name = `${kind}-${this.#count}${on}`;
    const process = new Process(this.#around, { name, timeoutMs, skewMs: machine.skewMs() });
    this.#running.add(process);
    return process;
  }
}
