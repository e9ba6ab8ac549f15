import { describe, expect, it } from 'vitest';
import { LANE_WAIT_MS } from '../../../functions/core/protocol.ts';
import { releaseLane, takeLane } from '../../../functions/core/execute/take-lane.ts';
import { KEY_ID, world } from '../order-fixture.ts';

describe('a lane that somebody else holds', () => {
  it('is asked for until it is given back', async () => {
    const { deps, clock } = world();
    const theirs = await deps.lanes.take(KEY_ID, 'somebody else');
    if (typeof theirs === 'string') throw new Error('the lane is free at first');
    const startMs = clock.nowMs();
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (ms) => {
      await sleep(ms);
      if (clock.nowMs() >= startMs + 1_000) await deps.lanes.release(theirs);
    };
    expect(await takeLane(KEY_ID, deps)).toMatchObject({ keyId: KEY_ID });
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(1_000);
    expect(clock.nowMs() - startMs).toBeLessThan(1_400);
  });

  it('is given up after LANE_WAIT_MS, and not before', async () => {
    const { deps, clock } = world();
    await deps.lanes.take(KEY_ID, 'somebody else');
    const startMs = clock.nowMs();
    expect(await takeLane(KEY_ID, deps)).toBe('busy');
    expect(clock.nowMs() - startMs).toBe(LANE_WAIT_MS);
  });

  it('is asked for the more seldom the longer it is held: every try is a write', async () => {
    const { deps, clock } = world();
    await deps.lanes.take(KEY_ID, 'somebody else');
    const waits: number[] = [];
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms) => {
      waits.push(ms);
      return sleep(ms);
    };
    expect(await takeLane(KEY_ID, deps)).toBe('busy');
    expect(waits).toEqual([
      ...[40, 40, 40, 60, 90, 135, 202, 303, 455],
      ...[640, 640, 640, 640, 640, 435],
    ]);
  });
});

describe('a lane', () => {
  it('that is free is had at once', async () => {
    const { deps, clock } = world();
    const startMs = clock.nowMs();
    expect(await takeLane(KEY_ID, deps)).toMatchObject({ keyId: KEY_ID });
    expect(clock.nowMs()).toBe(startMs);
  });

  it('that was never armed is not waited for', async () => {
    const { deps, clock } = world();
    const startMs = clock.nowMs();
    expect(await takeLane('another key', deps)).toBe('not-armed');
    expect(clock.nowMs()).toBe(startMs);
  });

  it('that cannot be given back runs out by itself, and the log says so', async () => {
    const { deps, log, store } = world();
    const lease = await takeLane(KEY_ID, deps);
    if (typeof lease === 'string') throw new Error('the lane is free at first');
    store.fail(1);
    await releaseLane(lease, deps);
    expect(log.lines.join()).toContain(`"lane-not-released","keyId":"${KEY_ID}"`);
    expect(log.lines.join()).toContain('the store is away');
  });
});
