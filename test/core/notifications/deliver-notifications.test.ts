import { describe, expect, it } from 'vitest';
import { deliverNotifications } from '../../../functions/core/notifications/deliver-notifications.ts';
import { ATTEMPTS_MAX } from '../../../functions/core/notifications/retry.ts';
import type { SendOutcome } from '../../../functions/core/notifications/ports.ts';
import { DELIVERED, ids, world } from './delivery-fixture.ts';

const LATER: SendOutcome = { kind: 'later', reason: 'HTTP 503' };
const NEVER: SendOutcome = { kind: 'never', reason: 'no_service' };
const MINUTE = 60_000;

/** Runs once a minute, as the scheduler does. */
async function minutes(all: ReturnType<typeof world>, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    const startMs = all.clock.nowMs();
    await deliverNotifications(all.deps);
    all.clock.advance(Math.max(0, startMs + MINUTE - all.clock.nowMs()));
  }
}

describe('a notice', () => {
  it('goes once to every channel, and is recorded on each', async () => {
    const all = world();
    const { id } = await all.put();
    await minutes(all, 3);
    expect(ids(all.to('ops'))).toEqual([id]);
    expect(ids(all.to('me'))).toEqual([id]);
    expect(all.store.entry(id).deliveries).toMatchObject([
      { channel: 'ops', state: 'delivered', attempts: 1 },
      { channel: 'me', state: 'delivered', attempts: 1 },
    ]);
  });

  it('goes only to the channels that it names', async () => {
    const all = world();
    await all.put({ channels: ['me', 'me'] });
    await minutes(all, 1);
    expect(all.sent.map(({ channel }) => channel)).toEqual(['me']);
  });

  it('without any channel is in the log, and does not wait for ever', async () => {
    const all = world({ channels: {} });
    const { id } = await all.put();
    await minutes(all, 2);
    expect(all.log.lines.filter((line) => line.includes('notice-without-channel'))).toHaveLength(1);
    expect(all.store.delivery(id, 'log')).toMatchObject({ state: 'delivered' });
  });

  it('waits for the end of quiet hours', async () => {
    const all = world();
    const { id } = await all.put({ notBeforeMs: all.clock.nowMs() + 2 * MINUTE });
    await minutes(all, 2);
    expect(all.sent).toEqual([]);
    await minutes(all, 1);
    expect(ids(all.to('ops'))).toEqual([id]);
  });

  it('is not held by quiet hours where the due list offers it and it is a page', async () => {
    const all = world();
    const { id } = await all.put({ urgency: 'page', notBeforeMs: all.clock.nowMs() + MINUTE });
    const store = all.deps.deliveries;
    const early = { ...store, due: (ms: number, n: number) => store.due(ms + MINUTE, n) };
    await deliverNotifications({ ...all.deps, deliveries: early });
    expect(ids(all.to('ops'))).toEqual([id]);
  });

  it('that the due list offers too early is put back until quiet hours end', async () => {
    const all = world();
    const { id, notBeforeMs } = await all.put({ notBeforeMs: all.clock.nowMs() + 10 * MINUTE });
    const store = all.deps.deliveries;
    let offered = 0;
    const once = {
      ...store,
      due: async (ms: number, n: number) =>
        (offered += 1) > 1 ? [] : store.due(ms + 10 * MINUTE, n),
    };
    await deliverNotifications({ ...all.deps, deliveries: once });
    expect(all.sent).toEqual([]);
    expect(all.store.entry(id).leaseUntilMs).toBeUndefined();
    expect(all.store.delivery(id, 'ops')).toMatchObject({ state: 'waiting', dueAtMs: notBeforeMs });
  });
});

describe('many notices', () => {
  it('go to one channel a second apart', async () => {
    const all = world({ channels: { ops: { slack: 'harpoon/slack' } } });
    for (let at = 0; at < 5; at += 1) await all.put({ subject: 'alert' });
    await minutes(all, 1);
    const times = all.sent.map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, at) => atMs - (times[at] ?? 0));
    expect(gaps).toHaveLength(4);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
  });

  it.each([
    { subject: 'alert', single: 5 },
    { subject: 'order', single: 8 },
    { subject: undefined, single: 8 },
  ] as const)('of subject $subject become a digest from $single + 1 on', async (each) => {
    const some = each.subject === undefined ? {} : { subject: each.subject };
    for (const [count, messages] of [
      [each.single, each.single],
      [each.single + 1, 1],
    ] as const) {
      const all = world();
      const expected: string[] = [];
      for (let at = 0; at < count; at += 1) expected.push((await all.put(some)).id);
      await minutes(all, 1);
      expect(all.to('ops')).toHaveLength(messages);
      expect(ids(all.to('ops'))).toEqual(expected);
    }
  });

  it('in a digest are recorded one by one, and have the same digest id when repeated', async () => {
    const all = world({ answers: (_sent, count) => (count === 0 ? LATER : DELIVERED) });
    for (let at = 0; at < 7; at += 1) await all.put({ subject: 'alert', channels: ['ops'] });
    await minutes(all, 5);
    const [first, second, ...others] = all.to('ops');
    expect(first?.notices).toHaveLength(7);
    expect(first?.id).toMatch(/^digest:[0-9a-f]{12}$/);
    expect(second?.id).toBe(first?.id);
    expect(others).toEqual([]);
    for (const { deliveries } of all.store.entries()) {
      expect(deliveries).toMatchObject([{ state: 'delivered', attempts: 2 }]);
    }
  });

  it('do not bury a page: it comes first and alone', async () => {
    const all = world();
    for (let at = 0; at < 9; at += 1) await all.put({ subject: 'order' });
    const page = await all.put({ subject: 'order', urgency: 'page' });
    await minutes(all, 1);
    expect(all.to('ops').map(({ notices }) => notices.length)).toEqual([1, 9]);
    expect(ids(all.to('ops'))[0]).toBe(page.id);
  });

  it('of a thousand are all told in one run, fifty a message at the most', async () => {
    const all = world();
    for (let at = 0; at < 1_000; at += 1) await all.put({ subject: 'alert' });
    await minutes(all, 1);
    expect(new Set(ids(all.to('ops'))).size).toBe(1_000);
    expect(all.to('ops')).toHaveLength(20);
  });

  it('that do not fit into a run wait for the next one without an attempt', async () => {
    const all = world({ channels: { ops: { slack: 'harpoon/slack' } } });
    const slow = { send: all.deps.notifier.send.bind(all.deps.notifier) };
    const notifier: typeof slow = {
      send: async (message, channel) => {
        all.clock.advance(9_000);
        return slow.send(message, channel);
      },
    };
    for (let at = 0; at < 8; at += 1) await all.put();
    const startMs = all.clock.nowMs();
    await deliverNotifications({ ...all.deps, notifier });
    expect(all.clock.nowMs() - startMs).toBeLessThan(60_000);
    expect(all.to('ops')).toHaveLength(5);
    expect(all.store.delivery('notice:8', 'ops')).toMatchObject({ state: 'waiting', attempts: 0 });
    await minutes(all, 2);
    expect(ids(all.to('ops'))).toEqual(all.store.entries().map(({ notice }) => notice.id));
  });
});

describe('a channel that does not take a message', () => {
  it('is tried eight times over about two hours, then the others tell it', async () => {
    const all = world({ answers: ({ channel }) => (channel === 'ops' ? LATER : DELIVERED) });
    const startMs = all.clock.nowMs();
    const { id } = await all.put({ channels: ['ops'], title: 'BTC/USD crossed 100000' });
    await minutes(all, 200);
    expect(all.to('ops')).toHaveLength(ATTEMPTS_MAX);
    const lastMs = all.sent.filter(({ channel }) => channel === 'ops').at(-1)?.atMs ?? 0;
    expect(lastMs - startMs).toBeGreaterThan(90 * MINUTE);
    expect(lastMs - startMs).toBeLessThan(180 * MINUTE);
    expect(all.store.delivery(id, 'ops')).toMatchObject({ state: 'dead', error: 'HTTP 503' });
    const [told, ...others] = all.to('me');
    expect(others).toEqual([]);
    expect(told?.notices[0]).toMatchObject({ id: `delivery:${id}:ops`, subject: 'delivery' });
    expect(told?.notices[0].text).toContain('BTC/USD crossed 100000');
    expect(all.log.lines.join('\n')).not.toContain('notice-dead');
  });

  it('is given up at once when it never will, and a page is given up sooner than the rest', async () => {
    const never = world({ answers: ({ channel }) => (channel === 'ops' ? NEVER : DELIVERED) });
    await never.put({ channels: ['ops'] });
    await minutes(never, 1);
    expect(ids(never.to('me'))).toEqual(['delivery:notice:1:ops']);

    const page = world({ answers: ({ channel }) => (channel === 'ops' ? LATER : DELIVERED) });
    await page.put({ channels: ['ops'], urgency: 'page' });
    await minutes(page, 75);
    expect(page.to('me')[0]?.notices[0].urgency).toBe('page');
  });

  it('does not delay another', async () => {
    const all = world({ answers: ({ channel }) => (channel === 'ops' ? LATER : DELIVERED) });
    for (let at = 0; at < 5; at += 1) await all.put();
    await minutes(all, 1);
    expect(all.to('me')).toHaveLength(5);
    // Two failures running are enough for one run.
    expect(all.to('ops')).toHaveLength(2);
  });

  it('says so once a day where others have taken what it missed', async () => {
    const all = world({ answers: ({ channel }) => (channel === 'ops' ? NEVER : DELIVERED) });
    for (let at = 0; at < 4; at += 1) {
      await all.put();
      await minutes(all, 2);
    }
    const told = all.to('me').filter(({ notices }) => notices[0].subject === 'delivery');
    expect(told.map(({ id }) => id)).toEqual(['delivery:ops:2026-11-22']);
  });

  it('is an error in the log when there is no other', async () => {
    const all = world({ channels: { ops: { slack: 'x' } }, answers: () => NEVER });
    const { id } = await all.put();
    await minutes(all, 2);
    const dead = all.log.lines.filter((line) => line.includes('"notice-dead"'));
    expect(dead).toHaveLength(1);
    expect(JSON.parse(dead[0] ?? '')).toMatchObject({ level: 'error', notice: id, channel: 'ops' });
  });

  it('does not make two broken channels write to each other for ever', async () => {
    const all = world({ answers: () => NEVER });
    const { id } = await all.put();
    await minutes(all, 10);
    expect(
      all.log.lines.filter((line) => line.includes(`"notice-dead","notice":"${id}"`)),
    ).toHaveLength(1);
    expect(all.store.entries().length).toBeLessThanOrEqual(3);
    expect(all.sent.length).toBeLessThanOrEqual(6);
  });

  it('and that is gone from harpoon.yaml leaves its notices to the others', async () => {
    const all = world();
    await all.put({ channels: ['gone'] });
    await minutes(all, 1);
    expect(all.to('gone')).toEqual([]);
    expect(ids(all.to('ops'))).toEqual(['delivery:notice:1:gone']);
    expect(ids(all.to('me'))).toEqual(['delivery:notice:1:gone']);
  });
});

describe('a channel that asks for patience', () => {
  it('gets it, also from everything else that waits for it', async () => {
    const answers = (_sent: unknown, count: number): SendOutcome =>
      count === 0 ? { ...LATER, retryAfterMs: 7_000 } : DELIVERED;
    const all = world({ channels: { ops: { slack: 'x' } }, answers });
    await all.put();
    await all.put();
    await minutes(all, 1);
    const times = all.sent.map(({ atMs }) => atMs - (all.sent[0]?.atMs ?? 0));
    expect(ids(all.to('ops'))).toEqual(['notice:1', 'notice:1', 'notice:2']);
    expect(times[1]).toBeGreaterThanOrEqual(7_000);
  });

  it('is left alone until then when that is beyond the run', async () => {
    const answers = (_sent: unknown, count: number): SendOutcome =>
      count === 0 ? { ...LATER, retryAfterMs: 300_000 } : DELIVERED;
    const all = world({ channels: { ops: { slack: 'x' } }, answers });
    await all.put();
    await all.put();
    await minutes(all, 5);
    expect(all.sent).toHaveLength(1);
    expect(all.store.delivery('notice:2', 'ops')).toMatchObject({ attempts: 0 });
    await minutes(all, 3);
    expect([...ids(all.to('ops'))].sort()).toEqual(['notice:1', 'notice:1', 'notice:2']);
  });
});

describe('patience over several runs', () => {
  const answers = (_sent: unknown, count: number): SendOutcome =>
    count === 0 ? { ...LATER, retryAfterMs: 300_000 } : DELIVERED;

  it('is kept for notices that come later, by runs that share what they remember', async () => {
    const all = world({ channels: { ops: { slack: 'x' } }, answers });
    const deps = { ...all.deps, rests: new Map<string, number>() };
    await all.put();
    await deliverNotifications(deps);
    all.clock.advance(MINUTE);
    await all.put();
    await deliverNotifications(deps);
    expect(ids(all.to('ops'))).toEqual(['notice:1']);
    expect(all.store.delivery('notice:2', 'ops')).toMatchObject({ attempts: 0, state: 'waiting' });
    all.clock.advance(5 * MINUTE);
    await deliverNotifications(deps);
    expect([...ids(all.to('ops'))].sort()).toEqual(['notice:1', 'notice:1', 'notice:2']);
  });

  it('costs one message that is refused again when it is forgotten', async () => {
    const all = world({ channels: { ops: { slack: 'x' } }, answers });
    await all.put();
    await deliverNotifications(all.deps);
    all.clock.advance(MINUTE);
    await all.put();
    await deliverNotifications(all.deps);
    expect(ids(all.to('ops'))).toEqual(['notice:1', 'notice:2']);
  });
});

describe('the picture of a message', () => {
  const chart = { pair: 'BTC/USD', atMs: Date.UTC(2026, 10, 22, 12), levels: [], zone: 'UTC' };

  it('is drawn once for both channels', async () => {
    const all = world();
    await all.put({ chart });
    await minutes(all, 1);
    expect(all.sent.map(({ message }) => message.picture?.length)).toEqual([4, 4]);
    expect(all.state.painted).toBe(1);
  });

  it.each([
    ['Kraken does not answer', { pairs: () => Promise.reject(new Error('down')) }],
    ['Kraken has no such pair', { pairs: async () => [] }],
  ])('is left out when %s', async (_why, broken) => {
    const all = world();
    await all.put({ chart });
    await deliverNotifications({ ...all.deps, feed: { ...all.deps.feed, ...broken } });
    expect(all.sent).toHaveLength(2);
    expect(all.sent.every(({ message }) => message.picture === undefined)).toBe(true);
  });

  it('is drawn from coarser candles when it is late', async () => {
    const all = world();
    await all.put({ chart, id: 'now' });
    await minutes(all, 1);
    all.clock.advance(4 * 24 * 60 * MINUTE);
    await all.put({ chart, id: 'late' });
    await minutes(all, 1);
    expect(all.state.candles).toEqual([5, 15]);
  });
});

/** A world whose channel ops takes its first message only when it is let go. */
function slowOps() {
  const all = world();
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const { notifier } = all.deps;
  const deps = {
    ...all.deps,
    notifier: {
      async send(...[message, channel]: Parameters<typeof notifier.send>) {
        const outcome = await notifier.send(message, channel);
        if (channel === 'ops' && all.to('ops').length === 1) await gate;
        return outcome;
      },
    },
  };
  return { ...all, deps, letGo };
}

/** Lets everything happen that waits for no clock and no gate. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('two runs at the same time', () => {
  it('send a notice once to a channel that is still at it, though the other is done', async () => {
    const all = slowOps();
    const { id } = await all.put();
    const first = deliverNotifications(all.deps);
    await settled();
    expect(all.store.delivery(id, 'me')).toMatchObject({ state: 'delivered' });
    await deliverNotifications(all.deps);
    all.letGo();
    await first;
    expect(ids(all.to('ops'))).toEqual([id]);
    expect(all.store.delivery(id, 'ops')).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  it('do not both send what one of them has lost to the other', async () => {
    const all = slowOps();
    await all.put();
    await all.put();
    const store = all.deps.deliveries;
    const deliveries = {
      ...store,
      record: async (...[entry, after]: Parameters<typeof store.record>) =>
        entry.notice.id === 'notice:2' ? ('lost' as const) : store.record(entry, after),
    };
    const run = deliverNotifications({ ...all.deps, deliveries });
    await settled();
    all.letGo();
    await run;
    expect(ids(all.to('me'))).toEqual(['notice:1', 'notice:2']);
    expect(ids(all.to('ops'))).toEqual(['notice:1']);
  });
  it('send each notice once', async () => {
    const all = world();
    for (let at = 0; at < 12; at += 1) await all.put({ subject: at % 2 ? 'alert' : 'order' });
    await Promise.all([deliverNotifications(all.deps), deliverNotifications(all.deps)]);
    for (const channel of ['ops', 'me']) {
      expect([...ids(all.to(channel))].sort()).toEqual(
        all.store
          .entries()
          .map(({ notice }) => notice.id)
          .sort(),
      );
    }
  });
});

describe('a record that fails', () => {
  it('is written again at once, so that nothing is sent twice', async () => {
    const all = world();
    const { id } = await all.put();
    const store = all.deps.deliveries;
    let calls = 0;
    const deliveries = {
      ...store,
      record: async (...input: Parameters<typeof store.record>) => {
        calls += 1;
        if (calls <= 2) throw new Error('throttled');
        return store.record(...input);
      },
    };
    await deliverNotifications({ ...all.deps, deliveries });
    await minutes(all, 4);
    expect(ids(all.to('ops'))).toEqual([id]);
    expect(ids(all.to('me'))).toEqual([id]);
  });
});
