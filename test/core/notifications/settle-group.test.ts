/** What is recorded, told and logged about messages, to the last word. */
import { describe, expect, it } from 'vitest';
import { deliverNotifications } from '../../../functions/core/notifications/deliver-notifications.ts';
import type { OutboxEntry, SendOutcome } from '../../../functions/core/notifications/ports.ts';
import { DELIVERED, world } from './delivery-fixture.ts';

const LATER: SendOutcome = { kind: 'later', reason: 'HTTP 503' };
const NEVER: SendOutcome = { kind: 'never', reason: 'no_service' };
const OPS = { ops: { slack: 'harpoon/slack' } };

describe('the report of a run', () => {
  it('counts messages and notices, delivered and later and dead', async () => {
    const all = world();
    for (let at = 0; at < 7; at += 1) await all.put({ subject: 'alert', channels: ['ops'] });
    await all.put({ subject: 'order', channels: ['me'] });
    all.state.answers = ({ channel }) => (channel === 'me' ? LATER : DELIVERED);
    const first = await deliverNotifications(all.deps);
    expect(first).toEqual({ messages: 1, delivered: 7, later: 1, dead: 0 });
    all.clock.advance(120_000);
    all.state.answers = () => NEVER;
    const second = await deliverNotifications(all.deps);
    // The order, and the word of it that went to the other channel in vain.
    expect(second).toEqual({ messages: 0, delivered: 0, later: 0, dead: 2 });
    const third = await deliverNotifications(all.deps);
    expect(third).toEqual({ messages: 0, delivered: 0, later: 0, dead: 0 });
  });
});

describe('the log', () => {
  it.each<[SendOutcome, string]>([
    [DELIVERED, '"message-delivered","channel":"ops","message":"notice:1","notices":1'],
    [LATER, '"message-later","channel":"ops","message":"notice:1","error":"HTTP 503"'],
    [NEVER, '"delivery-dead","channel":"ops","message":"notice:1","reason":"no_service"'],
  ])('after %j has %s', async (outcome, line) => {
    const all = world({ channels: OPS, answers: () => outcome });
    await all.put();
    await deliverNotifications(all.deps);
    const lines = all.log.lines.join('\n');
    expect(lines).toContain(line);
    expect(lines.includes('message-later')).toBe(outcome.kind === 'later');
  });

  it('names what was taken over, and what could not be written and may repeat', async () => {
    const all = world({ channels: OPS });
    await all.put();
    const deliveries = { ...all.deps.deliveries, record: async () => 'lost' as const };
    await deliverNotifications({ ...all.deps, deliveries });
    expect(all.log.lines.join()).toContain('"notice-taken-over","notice":"notice:1"');
    expect(all.log.lines.join()).not.toContain('may-repeat');
  });

  it('has each of three attempts to write', async () => {
    const all = world({ channels: OPS });
    await all.put();
    let writes = 0;
    const record = async (): Promise<OutboxEntry> => {
      writes += 1;
      throw new Error('the store is away');
    };
    await deliverNotifications({ ...all.deps, deliveries: { ...all.deps.deliveries, record } });
    const failed = all.log.lines.filter((line) => line.includes('delivery-not-recorded'));
    expect(writes).toBe(3);
    expect(failed[2]).toContain('"notice":"notice:1","attempt":3,"error":"Error: the store is');
    expect(all.log.lines.join()).toContain('"notice-may-repeat","notice":"notice:1"');
  });

  it('has a death that could not be told, which is then tried again', async () => {
    const all = world({ answers: () => NEVER });
    await all.put({ channels: ['ops'] });
    const outbox = { put: () => Promise.reject(new Error('the store is away')) };
    const report = await deliverNotifications({ ...all.deps, outbox });
    expect(report).toMatchObject({ later: 1, dead: 0 });
    const line = '"death-not-told","channel":"ops","message":"notice:1","error":"Error: the store';
    expect(all.log.lines.join()).toContain(line);
    expect(all.store.delivery('notice:1', 'ops')).toMatchObject({ state: 'waiting' });
  });

  it('keeps the beginning of a long reason', async () => {
    const reason = 'x'.repeat(2_000);
    const all = world({ channels: OPS, answers: () => ({ kind: 'later', reason }) });
    await all.put();
    await deliverNotifications(all.deps);
    expect(all.store.delivery('notice:1', 'ops')?.error).toHaveLength(500);
  });
});

describe('what a channel did not take', () => {
  /** What the other channel is told, after one channel gave everything up. */
  async function told(...puts: Parameters<ReturnType<typeof world>['put']>[]) {
    const all = world({ answers: ({ channel }) => (channel === 'ops' ? NEVER : DELIVERED) });
    for (const some of puts) await all.put(...some);
    await deliverNotifications(all.deps);
    const notices = all.store.entries().map(({ notice }) => notice);
    return { ...all, news: notices.filter(({ subject }) => subject === 'delivery') };
  }

  it('is repeated to the others with its numbers, its chart and its urgency', async () => {
    const chart = { pair: 'BTC/USD', atMs: 0, levels: [], zone: 'UTC' };
    const facts = [
      { label: 'Price', value: '1' },
      { label: 'Level', value: '2' },
    ];
    const { news, clock } = await told([{ channels: ['ops'], urgency: 'page', chart, facts }]);
    expect(news).toEqual([
      {
        id: 'delivery:notice:1:ops',
        atMs: clock.nowMs(),
        channels: ['me'],
        subject: 'delivery',
        urgency: 'page',
        title: 'Not delivered to ops: Title 1',
        text: [
          'Channel ops did not take this, so it comes to you here:',
          ...['Title 1', 'Price: 1; Level: 2', 'Text 1', 'It is notice:1.'],
        ].join('\n'),
        command: 'npx harpoon notifications --dead',
        facts: [
          { label: 'Channel', value: 'ops' },
          { label: 'Why', value: 'no_service' },
          { label: 'Attempts', value: '1' },
        ],
        chart,
      },
    ]);
  });

  it('has no empty lines and no chart where there is none', async () => {
    const { news } = await told([{ channels: ['ops'] }]);
    expect(news[0]).toMatchObject({ urgency: 'warning', title: 'Not delivered to ops: Title 1' });
    expect(news[0]?.text.split('\n')).toHaveLength(4);
    expect(news[0]).not.toHaveProperty('chart');
  });

  it('is cut when it is much: ten of a digest are repeated', async () => {
    const some = { channels: ['ops'], subject: 'alert', text: 'y'.repeat(900) } as const;
    const { news } = await told(...Array.from({ length: 12 }, (): [typeof some] => [some]));
    expect(news).toHaveLength(1);
    expect(news[0]?.title).toBe('Not delivered to ops: Title 1 and 11 more');
    expect(news[0]?.text.match(/^It is notice:/gm)).toHaveLength(10);
    expect(news[0]?.text.length).toBeLessThan(10 * 700);
  });

  it('of a digest is told where each of its notices was not tried, if only some were', async () => {
    const later = { kind: 'later', reason: 'busy' } as const;
    const all = world({
      answers: ({ channel }, count) => (channel === 'ops' && count === 0 ? later : NEVER),
    });
    await all.put({ channels: ['me', 'ops'], subject: 'alert' });
    for (let count = 0; count < 6; count += 1)
      await all.put({ channels: ['ops'], subject: 'alert' });
    await deliverNotifications(all.deps);
    all.clock.advance(120_000);
    await deliverNotifications(all.deps);
    const notices = all.store.entries().map(({ notice }) => notice);
    const letter = notices.find(({ title }) => title.includes('and 5 more'));
    expect(letter).toMatchObject({ channels: ['me'], subject: 'delivery' });
    expect(letter?.text).not.toContain('It is notice:1.');
  });

  it('is only a broken channel when others take it', async () => {
    const { news } = await told([{}], [{}]);
    expect(news.map(({ id, channels }) => [id, channels])).toEqual([
      ['delivery:ops:2026-11-22', ['me']],
    ]);
  });

  it('is an error in the log when it is word of another failure', async () => {
    const { news, log } = await told([{ channels: ['ops'], subject: 'delivery', title: 'T' }]);
    expect(news).toHaveLength(1);
    const line = '"notice-dead","notice":"notice:1","channel":"ops","title":"T","reason":';
    expect(log.lines.join()).toContain(line);
  });

  it('is nobody else’s business where there is nobody else', async () => {
    const all = world({ channels: OPS, answers: () => NEVER });
    await all.put();
    await deliverNotifications(all.deps);
    expect(all.store.entries()).toHaveLength(1);
    expect(all.log.lines.join()).toContain('"notice-dead"');
  });
});
