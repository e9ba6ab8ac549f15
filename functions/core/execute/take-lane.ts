/** Waiting for an API key's lane: whoever holds it is the key's only user. */
import type { OrderDeps } from './order-deps.ts';
import { LANE_WAIT_MS } from '../protocol.ts';
import type { LaneLease } from '../ports.ts';

/** First and longest wait between two tries: a try is a write, and most orders hold a lane for less. */
const FIRST_WAIT_MS = 40;
const LONGEST_WAIT_MS = 160;

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
  const untilMs = deps.clock.nowMs() + LANE_WAIT_MS;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const lane = await deps.lanes.take(keyId, owner);
    const leftMs = untilMs - deps.clock.nowMs();
    if (lane !== 'busy' || leftMs <= 0) return lane;
    await deps.clock.sleep(Math.min(waitMs, leftMs));
  }
}
