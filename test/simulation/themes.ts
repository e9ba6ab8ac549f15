/**
 * Themes: faults that reach places together which each of them alone reaches in one seed of
 * thousands. A few seeds have one; everything else of the seed is drawn as always.
 */
import type { FaultKind, Port } from './fault-kinds.ts';

/** Faults that are on at their highest rate, the call that is killed often, the pace of signals. */
export interface Theme {
  readonly insist: readonly FaultKind[];
  readonly focus?: Port;
  readonly gapMs?: number;
}

/** Every theme, and what it is for. */
export const THEMES: readonly Theme[] = [
  // prepared -> needs-human -> placed or unplaced: who sent is dead, and look-ups prove nothing.
  { insist: ['query key is blind'], focus: 'exchange.place', gapMs: 60_000 },
  { insist: ['secrets away', 'order answer lost'], focus: 'exchange.place', gapMs: 60_000 },
  // queued -> rejected: not sent for want of a connection, then not tradable any more.
  { insist: ['connection refused', 'exchange in maintenance'], gapMs: 20_000 },
  // Kill switches trip, and who trips them dies over it.
  {
    insist: ['order answered with trouble before placing', 'tripped switch lifted'],
    focus: 'switches.trip',
    gapMs: 20_000,
  },
  // Two workers at once: one of them frozen, or its message delivered to two.
  { insist: ['message delivered twice', 'killed process goes on later', 'slow call'] },
  // An order that shows late, or not to the key that looks.
  { insist: ['order answer lost', 'reads lag', 'clock far off', 'reconcile runs twice'] },
  { insist: ['API key rotated', 'order request arrives twice'], gapMs: 20_000 },
  { insist: ['store restored from a backup', 'signal replayed later'], gapMs: 20_000 },
  { insist: ['deployed in mid-flight', 'order answer lost'], gapMs: 20_000 },
  { insist: ['source secret rotated', 'signal replayed days later'], gapMs: 60_000 },
];
