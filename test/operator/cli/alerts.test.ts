/** `harpoon alerts ...` as a process over an embedded table. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryName } from '../../../functions/core/alerts/rule-name.ts';
import { stateOf } from '../../adapters/dynamo/alert.contract.ts';
import { cliWorld, YAML, type CliWorld } from './cli-world.ts';

const HEAD = 'On: local stack in .harpoon\n';

let world: CliWorld;
beforeAll(async () => {
  const stands = '  stands: { auth: tradingview, accounts: [main], size: signal, target: true }\n';
  world = await cliWorld(YAML.replace('channels:', `${stands}channels:`));
});
afterAll(async () => {
  await world.close();
});

const json = async (...args: readonly string[]) => {
  const { code, out, err } = await world.call([...args, '--json']);
  expect(err).toBe('');
  return { code, ...(JSON.parse(out) as Record<string, unknown>) };
};
const idOf = (out: string) => /^Added: (\S+)/m.exec(out)?.[1] ?? '';

describe('harpoon alerts add', () => {
  it('adds a rule with all options, says what it does, and once more changes nothing', async () => {
    const args = [
      ...['alerts', 'add', 'BTC/USD crosses above 100k', '--repeat', 'daily', '--note', 'ünï'],
      ...['--hysteresis', '1%', '--cooldown', '1h', '--quiet', '22:00-07:00', '--notify', 'ops,me'],
      ...['--zone', 'Europe/Berlin', '--expires', '2090-12-31', '--id', 'mine'],
      ...['--signal', 'source=btc-trend,action=buy'],
    ];
    const { code, out, err } = await world.run(args);
    expect(out).toBe(
      `${HEAD}Added: mine  BTC/USD crosses above 100000
  fires at most daily, band 1 %, cooldown 1h, quiet 22:00-07:00 Europe/Berlin, expires 2091-01-01 00:00 Europe/Berlin, tells ops, me
  It trades: each firing raises the signal "buy" of btc-trend for main (on the embedded exchange).
It is watched from the next minute on; nothing from before counts.
`,
    );
    expect([code, err]).toEqual([0, '']);
    const [rule, ...more] = await world.alerts.rules();
    expect(more).toEqual([]);
    expect(rule).toMatchObject({
      ...{ id: 'mine', repeat: 'daily', hysteresis: '1', cooldownMs: 3_600_000, note: 'ünï' },
      quiet: { fromMinute: 22 * 60, toMinute: 7 * 60, zone: 'Europe/Berlin' },
      expiresAtMs: Date.parse('2091-01-01T00:00:00+01:00'),
      channels: ['ops', 'me'],
      signal: { source: 'btc-trend', fields: { action: 'buy' } },
    });
    expect(await json(...args)).toMatchObject({ code: 0, ok: true, added: false });
    expect(await world.alerts.rules()).toEqual([rule]);
  });

  it('takes words without quotes', async () => {
    const { code, out } = await world.runHere([
      'alerts',
      'add',
      'ETH/USD',
      'below',
      '3000',
      'for',
      '5m',
    ]);
    expect([code, out.includes('ETH/USD below 3000 for 5m')]).toEqual([0, true]);
    await world.alerts.remove(idOf(out));
  });

  it.each([
    [
      ['BTC/USD crosses abve 100'],
      ['is not known here. Write above.', `\n  ${' '.repeat(16)}^^^^\n`],
    ],
    [['BTCUSD above 100'], ['is not a pair. Write BTC/USD.', '\n  BTCUSD above 100\n  ^^^^^^\n']],
    [['BTC/USD above'], ['something is missing', `\n  ${' '.repeat(13)}^\n`]],
    [['BTC/USD above 1', '--quiet', '22'], ['--quiet: "22" is not from one time to another']],
    [
      ['BTC/USD above 1', '--repeat', 'x', '--zone', 'Nowhere'],
      ['--repeat: ', '--zone: '],
    ],
    [['BTC/USD above 1', '--notify', 'opz'], ['no channel "opz". Did you mean ops?']],
    [['BTC/USD above 1', '--notify', ''], ['no channel ""']],
    [['BTC/USD above 1', '--note', ''], ['--note is empty']],
    [['BTC/USD above 1', '--expires', '2020-01-01'], ['--expires is over']],
    [['BTC/USD above 1', '--signal', 'source=btc-trnd,action=buy'], ['Did you mean btc-trend?']],
    [['BTC/USD above 1', '--signal', 'action=buy'], ['no source is named']],
    [['BTC/USD above 1', '--signal', 'source=btc-trend,action=hold'], ['action is buy or sell']],
    [
      ['BTC/USD above 1', '--signal', 'source=btc-trend,action=buy,type=stop-loss,price=2%'],
      ['btc-trend would refuse it each time: this source may not ask for stop-loss orders'],
    ],
    [['BTC/USD above 1', '--signal', 'source=stands,action=buy'], ['without target: true']],
    [['BTC/USD above 1', '--signal', 'buy'], ['"buy" is not one field with its value']],
  ])('refuses %j as wrong use, with what to write', async (args, says) => {
    const { code, out, err } = await world.call(['alerts', 'add', ...args]);
    expect(code).toBe(2);
    expect(out).toMatch(/^On: local stack in .*\n$/);
    for (const text of says) expect(err).toContain(text);
    expect(await world.alerts.rules()).toHaveLength(1);
  });

  it('tells the faults of a rule with their places in JSON', async () => {
    expect(await json('alerts', 'add', 'BTC/USD crosses abve 100')).toEqual({
      ...{ code: 2, ok: false },
      error: {
        kind: 'usage',
        message: expect.stringContaining('Write above.') as string,
        faults: [
          {
            ...{ option: 'rule', from: 16, to: 20, remedy: 'Write above.' },
            problem: '"abve" is not known here',
          },
        ],
      },
    });
  });

  it.each([
    [['BTC/USD above 5', '--id', 'mine'], 'another rule has the id mine'],
    [['BTC/USD above 5', '--id', 'eth-low'], 'harpoon.yaml has a rule eth-low'],
  ])('refuses %j, whose id is taken', async (args, says) => {
    const { code, err } = await world.call(['alerts', 'add', ...args]);
    expect(code).toBe(4);
    expect(err).toContain(says);
  });
});

describe('harpoon alerts rm', () => {
  it('removes a rule with its state and its mute, and it begins anew when it is added again', async () => {
    const added = await world.runHere(['alerts', 'add', 'SOL/USD above 1']);
    const id = idOf(added.out);
    const [rule] = (await world.alerts.rules()).filter((one) => one.id === id);
    const name = rule === undefined ? '' : memoryName(rule);
    expect(
      await world.alerts.commit({ before: undefined, after: stateOf(name), notices: [] }),
    ).toBe('done');
    await world.alerts.mute(id, Date.now() + 1e9);
    const { code, out } = await world.runHere(['alerts', 'rm', id]);
    expect([code, out]).toEqual([0, `${HEAD}Removed: ${id}  SOL/USD above 1\n`]);
    expect(await world.alerts.state(name)).toBeUndefined();
    expect((await world.alerts.mutes()).has(id)).toBe(false);
    expect(await json('alerts', 'rm', id)).toMatchObject({ code: 3, error: { kind: 'not-found' } });
  });

  it('says that a rule of the file is taken out there, or muted', async () => {
    const { code, err } = await world.call(['alerts', 'rm', 'eth-low']);
    expect(code).toBe(4);
    expect(err).toContain('is written in harpoon.yaml');
    expect(err).toContain('npx harpoon alerts mute eth-low --for 7d');
  });
});

describe('harpoon alerts mute and unmute', () => {
  it('mute for a time, also a rule of the file, and let it speak again', async () => {
    const beforeMs = Date.now();
    const muted = await json('alerts', 'mute', 'eth-low', '--for', '2h');
    const untilMs = (await world.alerts.mutes()).get('eth-low') ?? 0;
    expect(untilMs).toBeGreaterThanOrEqual(beforeMs + 7_200_000);
    expect(untilMs).toBeLessThanOrEqual(Date.now() + 7_200_000);
    expect(muted).toMatchObject({ code: 0, mutedUntil: new Date(untilMs).toISOString() });
    expect(await json('alerts', 'unmute', 'eth-low')).toMatchObject({ code: 0, wasMuted: true });
    expect(await json('alerts', 'unmute', 'eth-low')).toMatchObject({ code: 0, wasMuted: false });
    expect((await world.alerts.mutes()).size).toBe(0);
  });

  it('mute until a time', async () => {
    const { code } = await world.call(['alerts', 'mute', 'mine', '--until', '2090-12-31 18:00']);
    expect(code).toBe(0);
    expect((await world.alerts.mutes()).get('mine')).toBe(Date.parse('2090-12-31T18:00:00Z'));
    await world.alerts.mute('mine', 0);
  });

  it.each([
    [['mute', 'eth-low'], 2, 'either --for 2h or --until'],
    [['mute', 'eth-low', '--for', '1h', '--until', '18:00'], 2, 'either --for 2h or --until'],
    [['mute', 'eth-low', '--for', '5'], 2, 'needs a unit'],
    [['mute', 'eth-low', '--until', '2020-01-01'], 2, 'is over'],
    [['mute', 'eth-low', '--until', 'noon'], 2, 'is no time'],
    [['mute', 'eth-lo', '--for', '1h'], 3, 'Did you mean eth-low?'],
    [['unmute', 'eth-lo'], 3, 'Did you mean eth-low?'],
    [['mute'], 2, "missing required argument 'id'"],
  ])('%j ends with code %d', async (args, code, says) => {
    const run = await world.call(['alerts', ...args]);
    expect(run.code).toBe(code);
    expect(run.err).toContain(says);
    expect((await world.alerts.mutes()).size).toBe(0);
  });
});

describe('harpoon alerts test', () => {
  it('puts a notice that is marked as a test into the real outbox, for the channels of the rule', async () => {
    const sent = await json('alerts', 'test', 'eth-low');
    expect(sent).toMatchObject({ code: 0, channels: ['me'] });
    const [notice] = await world.notices();
    expect(notice).toMatchObject({
      ...{ id: sent['notification' as never], channels: ['me'], subject: 'alert' },
      title: 'TEST, nothing happened: ETH/USD below 3000 for 10m',
    });
    expect(notice?.id).toMatch(/^test:eth-low:/);
    // Each test is a notification of its own.
    await json('alerts', 'test', 'eth-low');
    expect(await world.notices()).toHaveLength(2);
  });
});

describe('harpoon alerts list', () => {
  it('warns while prices were never checked, or not for more than three minutes', async () => {
    const never = await world.call(['alerts', 'list']);
    expect(never.code).toBe(0);
    expect(never.err).toContain('warning: prices were never checked');
    await world.alerts.beat(Date.now() - 10 * 60_000);
    const late = await world.call(['alerts', 'list']);
    expect(late.err).toContain('warning: prices were for more than 3 min not checked');
    expect(late.out).toContain('Prices were last checked 10 min ago.');
    await world.alerts.beat(Date.now());
    const fresh = await world.runHere(['alerts', 'list']);
    expect(fresh.err).toBe('');
    expect(fresh.out).toContain('mine     added  new    -');
  });

  it('shows the state of every rule in JSON, under the edition that is watched', async () => {
    const [file] = world.config.alerts ?? [];
    const name = file === undefined ? '' : memoryName(file);
    const atMs = Date.UTC(2026, 10, 22, 12);
    const after = { ...stateOf(name), seq: 2, status: 'fired', firedAtMs: atMs } as const;
    await world.alerts.commit({ before: undefined, after, notices: [] });
    await world.alerts.mute('mine', Date.UTC(2090, 0, 1));
    const listed = await json('alerts', 'list');
    expect(listed).toMatchObject({
      ...{ ok: true, pricesAreLate: false },
      installation: { kind: 'local', table: 'harpoon' },
      rules: [
        {
          ...{ id: 'eth-low', from: 'file', state: 'fired', firings: 2, mutedUntil: null },
          lastFiredAt: '2026-11-22T12:00:00.000Z',
        },
        {
          ...{ id: 'mine', from: 'added', state: 'new', firings: 0, lastFiredAt: null },
          ...{ mutedUntil: '2090-01-01T00:00:00.000Z', repeat: 'daily', note: 'ünï' },
        },
      ],
    });
  });
});
