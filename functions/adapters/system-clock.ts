/** The clock of this machine. The only place of the functions that reads one. */
import { setTimeout as after } from 'node:timers/promises';
import type { Clock } from '../core/ports.ts';

/** Wall-clock time of the machine; Lambda keeps it in step with Amazon's time service. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms) => after(ms),
};
