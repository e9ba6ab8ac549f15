/**
 * The three functions as they are deployed: each invocation runs on a warm environment with its own
 * clock, memory and version, over the simulated ports. Wired as the handlers wire them.
 */
import type { Config } from '../../functions/core/config.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../functions/core/follow/follow-orders.ts';
import { clientOrderIdOf } from '../../functions/core/identity.ts';
import { deliverNotifications } from '../../functions/core/notifications/deliver-notifications.ts';
import type { DeliverDeps } from '../../functions/core/notifications/delivery-run.ts';
import type { OrderRef } from '../../functions/core/order.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import type { Log } from '../../functions/core/ports.ts';
import {
  receiveSignal,
  type ReceiveSignalDeps,
} from '../../functions/core/receive/receive-signal.ts';
import type { OrderCheck } from '../../functions/core/reconcile/check-orders.ts';
import { reconcileOrders } from '../../functions/core/reconcile/reconcile-orders.ts';
import { refreshMarket } from '../../functions/core/market/refresh-market.ts';
import type { SignalRequest } from '../../functions/core/receive/signal-request.ts';
import { point } from './crash-table.ts';
import { DoorEnvironment, Fleet, KeyedEnvironment, type Machine } from './environment.ts';
import type { SimulatedExchange } from './exchange.ts';
import type { Mutant, MutantTools } from './experiment.ts';
import { HaltDesk } from './halt-desk.ts';
import type { CommandDeps } from './halting.ts';
import type { Monitor } from './monitor.ts';
import { SimulatedChannels } from './notices/channels.ts';
import type { NoticeWitness } from './notices/notice-witness.ts';
import type { PaperTable } from './paper-table.ts';
import { Process, type Surroundings } from './process.ts';
import type { Message, SimulatedQueue } from './queue.ts';
import type { Version } from './releases.ts';
import type { SecretStore } from './secret-store.ts';
import { SnapshotTable } from './snapshot-table.ts';
import type { SimulatedStore } from './store-ports.ts';
import { compareDay } from './witness-foreign.ts';

const RECEIVE_TIMEOUT_MS = 3_000;
const EXECUTE_TIMEOUT_MS = 15_000;
const RECONCILE_TIMEOUT_MS = 50_000;
const DELIVER_TIMEOUT_MS = 60_000;
const COMMAND_TIMEOUT_MS = 10 * 60_000;
/** Clocks that differ by more do not prepare (MAX_SKEW_MS), so this goes a little beyond. */
const SKEW_MAX_MS = 2_500;
const FAR_MAX_MS = 10 * 60_000;

/** Pictures of notices are the alert world's. */
const NO_PICTURES: Pick<DeliverDeps, 'feed' | 'painter'> = {
  feed: { pairs: async () => [], candles: async () => [] },
  painter: { paint: () => Promise.reject(new Error('nothing is drawn here')) },
};

/** What the functions run on. */
export interface Site {
  readonly config: Config;
  readonly monitor: Monitor;
  readonly store: SimulatedStore;
  readonly exchange: SimulatedExchange;
  readonly secrets: SecretStore;
  readonly log: Log;
  readonly mutant: Mutant | undefined;
  readonly tools: MutantTools;
  readonly notices: NoticeWitness;
  /** Whether anybody halts. */
  readonly halts?: boolean;
  /** Whether what was placed is followed to its end. */
  readonly follows?: boolean;
  /** Absent where no account trades on paper. */
  readonly paper?: PaperTable | undefined;
  queue(): SimulatedQueue;
  version(): Version;
}

/** The functions of a world. */
export class Cloud {
  readonly #around: Surroundings;
  readonly #site: Site;
  readonly #snapshots: SnapshotTable;
  readonly #doors: Fleet<DoorEnvironment>;
  readonly #workers: Fleet<KeyedEnvironment>;
  readonly #reconcilers: Fleet<KeyedEnvironment>;
  readonly #channels: SimulatedChannels;
  readonly #halts: HaltDesk | undefined;
  readonly #clientOrderIds = new Map<string, string>();
  readonly #running = new Set<Process>();
  #processes = 0;

  constructor(around: Surroundings, site: Site) {
    this.#around = around;
    this.#site = site;
    this.#snapshots = new SnapshotTable(around);
    this.#channels = new SimulatedChannels(around, site.notices);
    this.#halts = site.halts === true ? new HaltDesk(around, site) : undefined;
    const { config, secrets, exchange, paper } = site;
    const outside = {
      ...{ config, secrets, paper },
      market: (process: Process) => exchange.marketFor(process),
      exchange: (...[process, lane]: Parameters<SimulatedExchange['portFor']>) =>
        exchange.portFor(process, lane),
    };
    const snapshotsFor = this.#snapshots.portFor.bind(this.#snapshots);
    const door = (): DoorEnvironment => new DoorEnvironment(this.#machine(), outside, snapshotsFor);
    this.#doors = new Fleet(door);
    this.#workers = new Fleet(() => new KeyedEnvironment(this.#machine(), 'trade', outside));
    this.#reconcilers = new Fleet(() => new KeyedEnvironment(this.#machine(), 'query', outside));
  }

  /** A request at the gateway; a status is what the sender sees. */
  receive(request: SignalRequest, done: (status: number) => void): void {
    const { faults, scheduler, seen } = this.#around;
    if (faults.strikes('gateway throttles')) {
      seen.add(point(6));
      scheduler.after(2, () => done(429));
      return;
    }
    const environment = this.#doors.take();
    const process = this.#process('webhook', RECEIVE_TIMEOUT_MS, environment.machine);
    environment.use(process);
    process.run(
      () => receiveSignal(request, this.#receiveDeps(process, environment)),
      (outcome) => {
        this.#running.delete(process);
        if (outcome.kind !== 'gone') this.#doors.giveBack(environment);
        if (outcome.kind === 'returned') done(outcome.value.status);
        // What throws is answered 503 by the function, what dies 504 by the gateway.
        else done(outcome.kind === 'threw' ? 503 : 504);
      },
    );
  }

  /** A message of the queue. */
  execute(message: Message, done: (isDone: boolean) => void): void {
    const environment = this.#workers.take();
    const process = this.#process('worker', EXECUTE_TIMEOUT_MS, environment.machine);
    environment.use(process);
    const { scheduler } = this.#around;
    const about = this.#clientOrderId(message.ref);
    scheduler.trace(process.name, 'carries out', about, `receive ${message.receives}`);
    const common = this.#orderDeps(process, environment);
    const deps = this.#site.mutant?.execute?.(common, this.#site.tools) ?? common;
    process.run(
      () => this.#halts?.work(message.ref, deps, process) ?? executeOrder(message.ref, deps),
      (outcome) => {
        this.#running.delete(process);
        if (outcome.kind === 'gone') return;
        this.#workers.giveBack(environment);
        done(outcome.kind === 'returned');
      },
    );
  }

  /** Computed once for each order: it is a hash, and a message comes many times. */
  #clientOrderId({ orderKey }: OrderRef): string {
    const known = this.#clientOrderIds.get(orderKey) ?? clientOrderIdOf(orderKey);
    this.#clientOrderIds.set(orderKey, known);
    return known;
  }

  /** The minute's work, as the handler does it. */
  reconcile(): void {
    const environment = this.#reconcilers.take();
    const process = this.#process('reconcile', RECONCILE_TIMEOUT_MS, environment.machine);
    environment.use(process);
    const common = this.#orderDeps(process, environment);
    const deps = this.#site.mutant?.reconcile?.(common, this.#site.tools) ?? common;
    const snapshots = this.#snapshots.portFor(environment.running, process.clock);
    process.run(
      async () => {
        const parts: Promise<unknown>[] = [reconcileOrders(deps)];
        parts.push(refreshMarket({ ...deps, snapshots }));
        if (this.#halts !== undefined) parts.push(this.#halts.watch(deps, process));
        await Promise.allSettled(parts);
        await this.#site.paper?.match(process, environment.market);
        if (this.#site.follows !== true) return;
        process.task = 'following';
        await Promise.allSettled([followOrders(deps)]);
      },
      ({ kind }) => {
        this.#running.delete(process);
        if (kind !== 'gone') this.#reconcilers.giveBack(environment);
      },
    );
  }

  /** The comparison of the day's summary; `done` hears it, unless it ends without one. */
  compare(done: (check: OrderCheck) => void): void {
    const environment = this.#reconcilers.take();
    const process = this.#process('summary', RECONCILE_TIMEOUT_MS, environment.machine);
    environment.use(process);
    const common = this.#orderDeps(process, environment);
    const deps = this.#site.mutant?.reconcile?.(common, this.#site.tools) ?? common;
    process.run(
      () => compareDay(deps, this.#site.store.store),
      (outcome) => {
        this.#running.delete(process);
        if (outcome.kind === 'returned') done(outcome.value);
      },
    );
  }

  /** Another version is deployed: nothing warm is used again; where it is told so, all are killed. */
  replace(kill: boolean): void {
    for (const fleet of [this.#doors, this.#workers, this.#reconcilers]) fleet.replace();
    if (!kill) return;
    for (const process of [...this.#running]) process.kill('deployed');
  }

  /** The minute's other work: whoever is to be told is told. */
  deliver(): void {
    const { config, store, notices, log } = this.#site;
    const machine = this.#machine();
    const process = this.#process('deliver', DELIVER_TIMEOUT_MS, machine);
    const deps: DeliverDeps = {
      ...{ config, clock: process.clock, log: notices.log(log) },
      deliveries: store.deliveriesFor(process),
      outbox: store.portsFor(process, machine.version).outbox,
      notifier: this.#channels.notifierFor(process),
      ...NO_PICTURES,
    };
    process.run(
      () => deliverNotifications(deps),
      () => this.#running.delete(process),
    );
  }

  /** A person's command, from another machine. */
  command(body: (deps: CommandDeps) => Promise<void>): void {
    const halts = this.#halts;
    if (halts === undefined) throw new Error('nobody halts in this world');
    const process = this.#process('command', COMMAND_TIMEOUT_MS, this.#machine());
    process.run(
      () => body(halts.commandDeps(process)),
      () => this.#running.delete(process),
    );
  }

  #machine(): Machine {
    const drawnMs = this.#drawSkewMs();
    const { scheduler, faults } = this.#around;
    // When the faults end the clock is set right under a function that remembers its old skew.
    const skewMs = () => (faults.quiet ? 0 : drawnMs);
    const clock = {
      nowMs: () => scheduler.nowMs + skewMs(),
      sleep: () => Promise.reject(new Error('an environment does not sleep')),
    };
    return { skewMs, clock, version: this.#site.version() };
  }

  /** How far the clock of a new environment is off. */
  #drawSkewMs(): number {
    const { faults } = this.#around;
    if (faults.strikes('clock far off')) {
      const stream = faults.stream('clock far off');
      return stream.between(SKEW_MAX_MS, FAR_MAX_MS) * stream.pick([-1, 1]);
    }
    if (!faults.strikes('skewed clock')) return 0;
    return faults.stream('skewed clock').between(-SKEW_MAX_MS, SKEW_MAX_MS);
  }

  #process(kind: string, timeoutMs: number, machine: Machine): Process {
    this.#processes += 1;
    const name = `${kind}-${this.#processes}`;
    const process = new Process(this.#around, { name, timeoutMs, skewMs: machine.skewMs() });
    this.#running.add(process);
    return process;
  }

  #orderDeps(process: Process, environment: KeyedEnvironment): OrderDeps {
    const { config, log, store } = this.#site;
    const { random } = this.#around;
    const ports = store.portsFor(process, environment.machine.version);
    return {
      config,
      log,
      clock: process.clock,
      ids: { uuid: () => random.uuid() },
      orders: ports.orders,
      books: ports.books,
      lanes: ports.lanes,
      switches: ports.switches,
      tally: ports.tally,
      outbox: ports.outbox,
      queue: this.#site.queue().portFor(process),
      market: environment.market,
      desk: environment.desk,
    };
  }

  #receiveDeps(process: Process, environment: DoorEnvironment): ReceiveSignalDeps {
    const { config, log, store, mutant, tools } = this.#site;
    const { orders, switches, outbox } = store.portsFor(process, environment.machine.version);
    const { guard, snapshots } = environment;
    const deps: ReceiveSignalDeps = {
      config,
      log,
      clock: process.clock,
      guard,
      switches,
      halts: this.#halts?.portsFor(process).halts ?? store.store.halts,
      recalls: this.#halts?.recallsFor(process) ?? store.store.recalls,
      heard: store.store.heard,
      amends: this.#halts?.amendsFor(process) ?? store.store.amends,
      outbox,
      orderLog: orders,
      queue: this.#site.queue().portFor(process),
      market: snapshots,
    };
    return mutant?.receive?.(deps, tools) ?? deps;
  }
}
