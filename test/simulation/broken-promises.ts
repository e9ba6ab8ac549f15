/**
 * Promises of Kraken's that the protocol rests on, broken one at a time. That these are convicted
 * shows that the simulator would notice, and says what no protocol on this API can mend.
 */
import type { Guard } from './guard.ts';

/** Every promise, broken. */
export const BROKEN_PROMISES: readonly Guard[] = [
  {
    name: 'the engine carries out orders ten minutes after their deadline',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 30,
    against: ['order reaches the engine late'],
    temper: (temper) => ({ ...temper, ignoresDeadline: true, lateMs: 600_000 }),
  },
  {
    name: 'reads lag by ten minutes',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 30,
    against: ['order answer lost', 'reads lag'],
    temper: (temper) => ({ ...temper, lagMs: 600_000 }),
  },
  {
    name: 'a nonce that was used is accepted again',
    breaks: /one order at most|accepted nonces rise/,
    withinSeeds: 30,
    against: ['order request arrives twice'],
    temper: (temper) => ({ ...temper, readmitsNonces: true }),
  },
];
