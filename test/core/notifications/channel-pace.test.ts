import { describe, expect, it } from 'vitest';
import { ChannelPace } from '../../../functions/core/notifications/channel-pace.ts';
import { deliverNotifications } from '../../../functions/core/notifications/deliver-notifications.ts';
import type { SendOutcome } from '../../../functions/core/notifications/ports.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { DELIVERED, ids, world } from './delivery-fixture.ts';

const LATER: SendOutcome = { kind: 'later', reason: 'HTTP 503' };
const OPS = { ops: { slack: 'harpoon/slack' } };

describe('the pace of a channel', () => {
  function paced(forMs: number) {
    const clock = fakeClock();
    const startMs = clock.nowMs();
    const pace = new ChannelPace(clock, { untilMs: startMs + forMs, freeAtMs: 0 });
    return { pace, spentMs: () => clock.nowMs() - startMs };
  }

  it('is one message a second, the first one at once', async () => {
    const { pace, spentMs } = paced(10_000);
    const times: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await pace.turn()).toBe(true);
      times.push(spentMs());
    }
    expect(times).toEqual([0, 1_000, 2_000]);
  });

  it('ends with the run: a turn at its end is none, and costs no wait', async () => {
    const { pace, spentMs } = paced(1_000);
    expect([await pace.turn(), await pace.turn()]).toEqual([true, false]);
    expect(spentMs()).toBe(0);
  });

  it('rests as long as the channel asks, and never shorter than a second', async () => {
    const { pace, spentMs } = paced(60_000);
    await pace.turn();
    pace.failed(7_000);
    await pace.turn();
    expect(spentMs()).toBe(7_000);
    pace.worked();
    pace.failed(10);
    await pace.turn();
    expect(spentMs()).toBe(8_000);
  });

  it('ends after two failures running, and not after two with a success between', async () => {
    const { pace } = paced(60_000);
    await pace.turn();
    pace.failed(0);
    await pace.turn();
    pace.worked();
    await pace.turn();
    pace.failed(0);
    expect(await pace.turn()).toBe(true);
    pace.failed(0);
    expect(await pace.turn()).toBe(false);
  });
});

describe('a channel with trouble now and then', () => {
  it('gets the rest of a run where it took something in between', async () => {
    const answers = (_sent: unknown, count: number) => (count % 2 === 0 ? LATER : DELIVERED);
    const all = world({ channels: OPS, answers });
    for (let at = 0; at < 4; at += 1) await all.put();
    await deliverNotifications(all.deps);
    expect(ids(all.to('ops'))).toEqual(['notice:1', 'notice:2', 'notice:3', 'notice:4']);
  });

  it('is not left alone by later runs when it asked for no patience', async () => {
    const rests = new Map<string, number>();
    const all = world({ channels: OPS, answers: () => LATER });
    await all.put();
    await deliverNotifications({ ...all.deps, rests });
    expect(rests.size).toBe(0);
    all.state.answers = () => ({ ...LATER, retryAfterMs: 5_000 });
    await all.put();
    await deliverNotifications({ ...all.deps, rests });
    expect([...rests.keys()]).toEqual(['ops']);
  });

  it('is tried again where sending breaks off, with what broke it on record', async () => {
    const all = world({ channels: OPS });
    await all.put();
    const notifier = { send: () => Promise.reject(new Error('socket hang up')) };
    const report = await deliverNotifications({ ...all.deps, notifier });
    expect(report).toMatchObject({ delivered: 0, later: 1 });
    expect(all.store.delivery('notice:1', 'ops')).toMatchObject({
      ...{ state: 'waiting', attempts: 1, error: 'Error: socket hang up' },
    });
  });

  it('is tried once where it never will, without a second attempt in the run', async () => {
    const all = world({ channels: OPS, answers: () => ({ kind: 'never', reason: 'no_service' }) });
    await all.put();
    await deliverNotifications(all.deps);
    expect(all.to('ops')).toHaveLength(1);
  });
});

describe('a claim', () => {
  it('that somebody else has is no trouble, and nothing is sent', async () => {
    const all = world();
    await all.put();
    const deliveries = { ...all.deps.deliveries, claim: async () => 'lost' as const };
    await deliverNotifications({ ...all.deps, deliveries });
    expect([all.sent, all.log.lines]).toEqual([[], []]);
  });

  it('that fails is in the log, and hinders no other', async () => {
    const all = world({ channels: OPS });
    await all.put();
    await all.put();
    const store = all.deps.deliveries;
    const claim: typeof store.claim = async (entry, untilMs) => {
      if (entry.notice.id === 'notice:1') throw new Error('throttled');
      return store.claim(entry, untilMs);
    };
    let offered = 0;
    const due: typeof store.due = async (...asked) =>
      (offered += 1) > 1 ? [] : store.due(...asked);
    await deliverNotifications({ ...all.deps, deliveries: { ...store, claim, due } });
    expect(ids(all.to('ops'))).toEqual(['notice:2']);
    expect(all.log.lines.join()).toContain(
      '"notice-not-claimed","notice":"notice:1","error":"Error: throttled"',
    );
  });

  it('of a notice without a channel names it in the log, and of others says nothing', async () => {
    const none = world({ channels: {} });
    await none.put();
    await deliverNotifications(none.deps);
    expect(none.log.lines.join()).toContain(
      '"notice-without-channel","notice":"notice:1","title":"Title 1"',
    );
    const some = world({ channels: OPS });
    await some.put();
    await deliverNotifications(some.deps);
    expect(some.log.lines.join()).not.toContain('notice-without-channel');
  });

  it('leaves a message without a picture as it is', async () => {
    const all = world({ channels: OPS });
    await all.put();
    await deliverNotifications(all.deps);
    expect(all.to('ops')[0]).not.toHaveProperty('picture');
  });
});
