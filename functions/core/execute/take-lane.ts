/** Waiting for an API key's lane: whoever holds it is the key's only user. */
import type { OrderDeps } from './order-deps.ts';
import { LANE_WAIT_MS } from '../protocol.ts';
import type { LaneLease } from '../ports.ts';

/**
 * Shortest and longest wait between two tries. Each try is a write, so the next one comes when half as
 * long again has passed: most give a lane back soon, and who has held it for seconds may be dead and
 * hold it for its whole lease.
 */
const SHORTEST_WAIT_MS = 40;
const LONGEST_WAIT_MS = 640;

/** Gives the lane back. One that cannot be given back runs out by itself. */
export async function releaseLane(
  lease: LaneLease,
  { lanes, log }: Pick<OrderDeps, 'lanes' | 'log'>,
): Promise<void> {
  try {
    await lanes.release(lease);
  } catch (error) {
    log.warn('lane-not-released', { keyId: lease.keyId, error: String(error) });
  }
}

/** Takes the lane, or says why it could not be had in LANE_WAIT_MS. */
export async function takeLane(
  keyId: string,
  deps: Pick<OrderDeps, 'clock' | 'ids' | 'lanes'>,
): Promise<LaneLease | 'busy' | 'not-armed'> {
  const owner = deps.ids.uuid();
  const sinceMs = deps.clock.nowMs();
  for (;;) {
    const lane = await deps.lanes.take(keyId, owner);
    const waitedMs = deps.clock.nowMs() - sinceMs;
    if (lane !== 'busy' || waitedMs >= LANE_WAIT_MS) return lane;
    await deps.clock.sleep(nextWaitMs(waitedMs));
  }
}

/** Half of what was waited, within its bounds and what is left. */
function nextWaitMs(waitedMs: number): number {
  const waitMs = Math.max(SHORTEST_WAIT_MS, Math.min(Math.floor(waitedMs / 2), LONGEST_WAIT_MS));
  return Math.min(waitMs, LANE_WAIT_MS - waitedMs);
}
