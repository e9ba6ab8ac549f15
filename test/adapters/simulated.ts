/** Parts of the simulation on their own: no fault but those that are asked for, and no witness. */
import type { FaultKind } from '../simulation/faults.ts';
import { Faults } from '../simulation/faults.ts';
import { Process, type Surroundings } from '../simulation/process.ts';
import { Random } from '../simulation/random.ts';
import { EPOCH_MS, Scheduler } from '../simulation/scheduler.ts';

/** What a simulated part lives in, and how its time passes. */
export interface Simulated {
  readonly around: Surroundings;
  readonly process: Process;
  /** Lets time pass. */
  readonly pass: (ms: number) => Promise<void>;
  /** Lets time pass until a call is over. */
  readonly until: <T>(call: Promise<T>) => Promise<T>;
}

/** Surroundings in which this fault always strikes, or none at all. */
export function simulated(fault?: FaultKind): Simulated {
  const scheduler = new Scheduler({ seed: 1, startMs: EPOCH_MS, keepTrace: false });
  const rates = new Map(fault === undefined ? [] : [[fault, 1_000_000]]);
  const around: Surroundings = {
    scheduler,
    faults: new Faults({
      ...{ seed: 1, scheduler, rates, horizonMs: 1 },
      ...{ without: new Set<FaultKind>(), insist: [], plan: undefined },
    }),
    random: new Random(1, 'part'),
    seen: new Set(),
    leftRunning: () => undefined,
  };
  const process = new Process(around, { name: 'caller', timeoutMs: 60_000, skewMs: 0 });
  const pass = (ms: number): Promise<void> => scheduler.run(scheduler.nowMs + ms, () => undefined);
  return {
    around,
    process,
    pass,
    async until(call) {
      let isOver = false;
      const over = () => {
        isOver = true;
      };
      call.then(over, over);
      for (let ms = 0; ms < 60_000; ms += 10) {
        await pass(10);
        if (isOver) return call;
      }
      throw new Error('the call is over within a minute');
    },
  };
}
