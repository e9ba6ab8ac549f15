/** When a message that a channel did not take is tried again. */
import { sha256 } from '../hash.ts';
import type { Urgency } from '../notices/notice.ts';
import type { SendOutcome } from './ports.ts';

/** After so many attempts a channel is given up for this message. */
export const ATTEMPTS_MAX = 8;

/**
 * The wait after the first attempt; it doubles each time. Seven waits are about two hours, or 42
 * minutes for a page: who must act is told sooner that a channel is broken.
 */
const FIRST_WAIT_MS: Record<Urgency, number> = { page: 20_000, warning: 60_000, info: 60_000 };

/** Share of a wait that is spread, so that what failed together does not come back together. */
const SPREAD = 0.4;

/**
 * How long to wait after so many attempts (at least one). The spread comes from the message's id
 * and the count: the same message waits the same on any machine.
 */
export function retryDelayMs(id: string, attempts: number, urgency: Urgency): number {
  const waitMs = FIRST_WAIT_MS[urgency] * 2 ** (Math.min(attempts, ATTEMPTS_MAX) - 1);
  const drawn = Number.parseInt(sha256(`${id} ${attempts}`).slice(0, 8), 16) / 0xffff_ffff;
  return Math.round(waitMs * (1 - SPREAD / 2 + SPREAD * drawn));
}

/** Longest patience that a channel can ask for. */
const PATIENCE_MAX_MS = 3_600_000;

/** How long the channel itself asks to be left alone; 0 when it does not say. */
export function patienceMs(outcome: SendOutcome): number {
  if (outcome.kind !== 'later') return 0;
  return Math.min(outcome.retryAfterMs ?? 0, PATIENCE_MAX_MS);
}
