import { describe, expect, it } from 'vitest';
import { REQUEUE_MS, WAITING_TOLD_MS, WAITS_LONG_MS } from '../../../functions/core/protocol.ts';
import {
  enqueueAgain,
  leaveWaiting,
  queueAgain,
} from '../../../functions/core/execute/queue-again.ts';
import { laneGroup } from '../../../functions/core/execute/lane-group.ts';
import { TEST_CONFIG, world } from '../order-fixture.ts';

describe('an order that is queued again', () => {
  it('says why, and is looked after when the message is lost', async () => {
    const { deps, receive, store, clock } = world();
    const ref = await receive();
    await queueAgain(ref, 'Kraken is away', deps);
    const dueAtMs = clock.nowMs() + REQUEUE_MS;
    expect(store.row(ref)).toMatchObject({ dueAtMs, outcome: 'Kraken is away' });
    expect(store.audit(ref).at(-1)?.why).toBe('queued again: Kraken is away');
  });

  it.each([
    [WAITING_TOLD_MS - 1, 'nobody', 0],
    [WAITING_TOLD_MS, 'a person', 1],
  ])('after %i ms is told to %s', async (ms, _whom, told) => {
    const { deps, receive, store, clock } = world();
    const ref = await receive();
    clock.advance(ms);
    await queueAgain(ref, 'Kraken is away', deps);
    expect(store.notices()).toHaveLength(told);
  });

  it.each([
    ['soon', WAITS_LONG_MS - 1, 1],
    ['by the job of the minute', WAITS_LONG_MS, 0],
  ])('that a worker could not carry out is queued %s', async (_when, ms, messages) => {
    const { deps, receive, store, queue, clock } = world();
    const ref = await receive();
    clock.advance(ms);
    await leaveWaiting(ref, 'the kill switch is off', deps);
    expect(queue.sent).toHaveLength(messages);
    expect(store.row(ref)).toMatchObject({
      dueAtMs: clock.nowMs() + REQUEUE_MS,
      outcome: 'the kill switch is off',
    });
  });

  it('is not queued when somebody else moved it first', async () => {
    const { deps, receive, queue } = world();
    const stale = await receive();
    await queueAgain(stale, 'first', deps);
    expect(queue.sent.splice(0)).toHaveLength(1);
    // The row is another version now, and the queue has another slot of time.
    deps.queue.enqueue = async (ref, group, dedup) => void queue.sent.push({ ref, group, dedup });
    await queueAgain(stale, 'second', deps);
    expect(queue.sent).toEqual([]);
  });

  it('has one name in ten seconds and another in the next ten', async () => {
    const { deps, receive, clock } = world();
    const row = await receive();
    const names: string[] = [];
    deps.queue.enqueue = async (_ref, _group, dedup) => void names.push(dedup);
    clock.advance(10_000 - (clock.nowMs() % 10_000));
    for (const ms of [0, 1, 9_998, 1]) {
      clock.advance(ms);
      await enqueueAgain(row, deps);
    }
    expect(new Set(names.slice(0, 3)).size).toBe(1);
    expect(names[3]).not.toBe(names[0]);
  });
});

describe('the lane of an account in the queue', () => {
  it('is its secret, because a key must not be used twice at a time', () => {
    expect(laneGroup(TEST_CONFIG, 'main')).toBe('harpoon/main');
  });

  it('is its own name when it has no secret, or is not configured any more', () => {
    const { secret: _none, ...paper } = TEST_CONFIG.accounts['main']!;
    expect(laneGroup({ ...TEST_CONFIG, accounts: { paper } }, 'paper')).toBe('paper');
    expect(laneGroup(TEST_CONFIG, 'gone')).toBe('gone');
  });
});
