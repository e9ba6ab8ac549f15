/** Calls of the store that fail, that take effect without saying so, or that are repeated for it. */
import { point } from './crash-table.ts';
import type { Process, SharedFaults, Surroundings } from './process.ts';

/** A call of the store. */
export interface StoreCall<T> {
  readonly port: string;
  readonly write: boolean;
  readonly make: () => T;
  /** What the adapter does when it repeats the call after a lost acknowledgement. */
  readonly again?: () => T;
}

/** Who calls, and the table that he knows. */
interface Caller {
  readonly process: Process;
  readonly generation: number;
}

/** Calls that fail while the store is throttled. */
const THROTTLED = 750_000;

/** The way to the store. */
export class StoreCalls {
  readonly #around: Surroundings<SharedFaults>;
  #callerSkewMs = 0;
  /** How often the table was replaced: who began before has no way to the new one. */
  generation = 0;

  constructor(around: Surroundings<SharedFaults>) {
    this.#around = around;
  }

  /** The adapters stamp times with the clock of the function that calls. */
  readonly nowMs = (): number => this.#around.scheduler.nowMs + this.#callerSkewMs;

  call<T>(process: Process, generation: number, call: StoreCall<T>): Promise<T> {
    const by: Caller = { process, generation };
    return process.call({ port: call.port, effect: () => this.#effect(by, call) });
  }

  #effect<T>(by: Caller, call: StoreCall<T>): T | Promise<T> {
    const { faults } = this.#around;
    this.#fail(call.port, by.process.name);
    if (!call.write) return this.#asked(by, call.make);
    const isLost = faults.strikes('store acknowledgement lost');
    const isRepeated = !isLost && faults.strikes('store acknowledgement lost, call repeated');
    return isLost || isRepeated ? this.#lost(by, call, isRepeated) : this.#asked(by, call.make);
  }

  #asked<T>({ process, generation }: Caller, act: () => T): T {
    if (generation !== this.generation) throw new Error('the table was replaced');
    this.#callerSkewMs = process.skewMs;
    try {
      return act();
    } finally {
      this.#callerSkewMs = 0;
    }
  }

  #lost<T>(by: Caller, { port, make, again = make }: StoreCall<T>, isRepeated: boolean) {
    const { scheduler, faults, seen } = this.#around;
    this.#asked(by, make);
    if (port === 'lanes.take') seen.add(point(8));
    if (port === 'orders.receive') seen.add(point(2));
    if (!isRepeated) throw new Error('the store gave no answer');
    const delayMs = faults.stream('store acknowledgement lost, call repeated').between(20, 1_500);
    const waited = new Promise<void>((resolve) => {
      scheduler.after(delayMs, resolve);
    });
    return waited.then(() => this.#asked(by, again));
  }

  #fail(port: string, by: string): void {
    const { faults, seen } = this.#around;
    const isAway = faults.lasts('store away');
    const isThrottled =
      !isAway &&
      faults.lasts('store throttled') &&
      faults.stream('store throttled').chance(THROTTLED);
    if (isAway && by.startsWith('webhook')) seen.add(point(5));
    if (!isAway && !isThrottled && !faults.strikes('store call fails')) return;
    if (port === 'orders.prepare') seen.add(point(9));
    throw new Error('the store is away');
  }
}
