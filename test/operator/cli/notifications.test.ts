/** `harpoon notifications` over an embedded table, and how one is shown. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { Delivery, OutboxEntry } from '../../../functions/core/notifications/ports.ts';
import { notificationLines } from '../../../operator/cli/notification-rows.ts';
import { paintOf } from '../../../operator/cli/paint.ts';
import { cliWorld, type CliWorld } from './cli-world.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;

const noticeOf = (id: string, more: Partial<Notice> = {}): Notice => ({
  ...{ id, atMs: NOON, urgency: 'info', channels: [], title: `title of ${id}`, text: 'text' },
  ...more,
});
const delivered: Delivery = {
  ...{ channel: 'me', state: 'delivered', attempts: 1, dueAtMs: NOON, atMs: NOON + MINUTE },
};
const waiting: Delivery = {
  ...{ channel: 'ops', state: 'waiting', attempts: 2, dueAtMs: NOON + 4 * MINUTE, error: '429' },
};
const dead: Delivery = {
  ...{ channel: 'ops', state: 'dead', attempts: 9, dueAtMs: NOON, atMs: NOON, error: 'gone: 404' },
};

describe('one notification', () => {
  const lines = (entry: Partial<OutboxEntry>, nowMs = NOON, inColour = false) =>
    notificationLines(
      { notice: noticeOf('n'), version: 1, deliveries: [], ...entry },
      { zone: 'Europe/Berlin', nowMs, paint: paintOf(inColour) },
    );
  const quiet = noticeOf('n', { notBeforeMs: NOON + MINUTE });

  it.each<[string, Partial<OutboxEntry>, number, readonly string[]]>([
    ['nobody has looked at', {}, NOON, ['waits for delivery']],
    [
      'in quiet hours',
      { notice: quiet },
      NOON,
      ['waits for the end of quiet hours, 2026-11-22 13:01'],
    ],
    ['after quiet hours', { notice: quiet }, NOON + 2 * MINUTE, ['waits for delivery']],
    [
      'on its way',
      { deliveries: [delivered, waiting] },
      NOON,
      [
        'me: delivered 2026-11-22 13:01, 1 attempt',
        'ops: waiting, 2 attempts, next 2026-11-22 13:04: 429',
      ],
    ],
    [
      'given up',
      { deliveries: [dead] },
      NOON,
      ['ops: given up 2026-11-22 13:00, 9 attempts: gone: 404'],
    ],
  ])('that is %s says so', (_, entry, nowMs, expected) => {
    expect(lines(entry, nowMs)).toEqual([
      '2026-11-22 13:00  title of n',
      '  n',
      ...expected.map((line) => `  ${line}`),
    ]);
  });

  it.each([
    ['warning', 'WARNING'],
    ['page', 'PAGE'],
  ] as const)('of urgency %s is marked', (urgency, mark) => {
    expect(lines({ notice: noticeOf('n', { urgency }) })[0]).toContain(`  ${mark}  title`);
  });

  it('in no colour holds nothing that could steer a terminal', () => {
    const title = 'a\u001b[31mb\u202ec\nd';
    const error = '\u001b]0;x\u0007';
    const shown = lines({ notice: noticeOf('n', { title }), deliveries: [{ ...dead, error }] });
    expect(shown.join('\n')).not.toMatch(/[^\P{C}\n]/u);
    expect(shown).toHaveLength(3);
  });

  it('in colour has the same words', () => {
    const entry = { deliveries: [delivered, waiting, dead] };
    const shown = lines(entry, NOON, true).join('\n');
    expect(shown).toContain('\u001b[');
    expect(shown.replaceAll(/\u001b\[\d+m/g, '')).toBe(lines(entry).join('\n'));
  });
});

describe('harpoon notifications', () => {
  let world: CliWorld;
  beforeAll(async () => {
    world = await cliWorld();
  });
  afterAll(async () => {
    await world.close();
  });
  const ids = async (...args: readonly string[]) => {
    const { code, out } = await world.call(['notifications', ...args, '--json']);
    const { notifications } = JSON.parse(out) as { notifications: { id: string }[] };
    return { code, ids: notifications.map(({ id }) => id) };
  };

  it('says that there is none', async () => {
    const { code, out, err } = await world.run(['notifications']);
    expect([code, out, err]).toEqual([
      0,
      'On: local stack in .harpoon\nThere is no notification yet.\n',
      '',
    ]);
  });

  it('lists the newest first, as many as are asked for, or those that were given up', async () => {
    await world.told(noticeOf('a'), [delivered, dead]);
    await world.told(noticeOf('b', { atMs: NOON + 1 }), [delivered]);
    await world.told(noticeOf('c', { atMs: NOON + 2 }), [delivered, waiting]);
    await world.told(noticeOf('d', { atMs: NOON + 3 }), [dead]);
    expect(await ids()).toEqual({ code: 0, ids: ['d', 'c', 'b', 'a'] });
    expect((await ids('--limit', '2')).ids).toEqual(['d', 'c']);
    expect((await ids('--dead')).ids).toEqual(['d', 'a']);
    expect((await ids('--dead', '--limit', '1')).ids).toEqual(['d']);
    const { out } = await world.call(['notifications', '--limit', '1', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      notifications: [
        {
          ...{ id: 'd', at: '2026-11-22T12:00:00.003Z', urgency: 'info', channels: [] },
          deliveries: [
            {
              ...{ channel: 'ops', state: 'dead', attempts: 9, error: 'gone: 404', nextAt: null },
            },
          ],
        },
      ],
    });
  });

  it.each(['0', '-1', '1001', 'all', '1.5', ''])('takes no --limit=%s', async (limit) => {
    const { code, err } = await world.call(['notifications', `--limit=${limit}`]);
    expect([code, err]).toEqual([2, 'error: --limit is a number from 1 to 1000\n']);
  });
});
