/** What every command has: help with examples, exit codes, JSON, and no colour where none is wanted. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../operator/cli/commands.ts';
import { main } from '../../../operator/cli/main.ts';
import { paintOf, tableLines, wantsColour } from '../../../operator/cli/paint.ts';
import { faultsText } from '../../../operator/cli/rule-faults.ts';
import { momentFrom, shortTime, spanOf } from '../../../operator/cli/times.ts';
import { HARPOON } from './cli-world.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

async function call(...args: readonly string[]) {
  const written = { out: '', err: '' };
  const code = await main(args, {
    out: (text) => (written.out += text),
    err: (text) => (written.err += text),
    isTty: false,
  });
  return { code, ...written };
}

describe('every command', () => {
  it.each(COMMANDS.map((command) => [command.path.join(' '), command] as const))(
    '%s has a help with examples, JSON and exit codes',
    async (words, command) => {
      const { code, out } = await call(...command.path, '--help');
      expect(code).toBe(0);
      expect(out).toContain(`Usage: harpoon ${words}`);
      for (const example of command.examples) {
        expect(example.startsWith(`harpoon ${words}`)).toBe(true);
        expect(out).toContain(`npx ${example}`);
      }
      for (const line of command.json) expect(out).toContain(line);
      expect(out).toContain('Exit codes: 0 done, 1 failed, 2 wrong use or configuration');
      expect(out.includes('--on <where>')).toBe(command.needs === 'installation');
    },
  );

  it.each(COMMANDS.map(({ path }) => [path]))('%j refuses what it does not know', async (path) => {
    const { code, out, err } = await call(...path, '--nonsense');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain("unknown option '--nonsense'");
    const inJson = await call(...path, '--nonsense', '--json');
    expect([inJson.code, inJson.err]).toEqual([2, '']);
    const error = { kind: 'usage', message: "unknown option '--nonsense'" };
    expect(JSON.parse(inJson.out)).toEqual({ ok: false, error });
  });
});

describe('harpoon', () => {
  it.each([
    [[], 2],
    [['alerts'], 2],
    [['alert', 'list'], 2],
    [['alerts', 'remove'], 2],
    [['--help'], 0],
    [['alerts', '--help'], 0],
    [['--version'], 0],
  ])('%j ends with code %d', async (args, code) => {
    const run = await call(...args);
    expect(run.code).toBe(code);
    expect(code === 0 ? run.out : run.err).not.toBe('');
    expect(code === 0 ? run.err : run.out).toBe('');
  });

  it('suggests the command that was meant', async () => {
    expect((await call('alerts', 'lits')).err).toContain('Did you mean list?');
  });

  it.each([
    ['npx', ['harpoon', '--version']],
    ['npm', ['run', '--silent', 'harpoon', '--', '--version']],
  ])('runs by %s', (command, args) => {
    const env = { ...process.env, npm_config_offline: 'true' };
    const { status, stdout } = spawnSync(command, args, { cwd: ROOT, env, encoding: 'utf8' });
    expect([status, stdout.trim()]).toEqual([0, '0.1.0']);
  });
});

describe('harpoon check', () => {
  it('summarises a right file', async () => {
    const { code, out, err } = await call('check', `${ROOT}/harpoon.yaml`);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('harpoon.yaml is right.');
  });

  it('lists the faults of a wrong one on stderr, and as JSON on stdout', async () => {
    const { code, out, err } = await call('check', `${ROOT}/package.json`);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/package\.json:\d+:\d+ /);
    const inJson = await call('check', `${ROOT}/package.json`, '--json');
    expect([inJson.code, inJson.err]).toEqual([1, '']);
    expect(JSON.parse(inJson.out)).toMatchObject({ ok: false, file: `${ROOT}/package.json` });
  });
});

describe('colour', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
  ])('on a terminal: %s, with %j: %s', (isTty, env, wants) => {
    expect(wantsColour(isTty, env)).toBe(wants);
  });

  it('is in nothing that a pipe gets', () => {
    const { stdout } = spawnSync(process.execPath, [HARPOON, '--help'], { encoding: 'utf8' });
    expect(stdout).toContain('Usage: harpoon');
    expect(stdout).not.toContain('\u001b');
  });
});

describe('a table', () => {
  it('has columns of their widest cell, and cells that cannot steer a terminal', () => {
    const rows = [
      ['a', 'long cell', 'x'],
      ['ünï', '\u001b[2J', { text: 'y', look: ({ bad }: { bad: (t: string) => string }) => bad }],
    ];
    expect(tableLines(['ID', 'B', 'C'], rows, paintOf(false))).toEqual([
      'ID   B          C',
      'a    long cell  x',
      'ünï  \\u{1b}[2J  y',
    ]);
    const inColour = tableLines(['ID', 'B', 'C'], rows, paintOf(true));
    expect(inColour[2]).toBe('ünï  \\u{1b}[2J  \u001b[31my\u001b[39m');
  });
});

describe('a fault of a rule', () => {
  it('has its mark under the word, also behind letters that take two units', () => {
    const fault = { option: 'rule', problem: 'p', remedy: 'R.' } as const;
    const text = '𝔹𝕋ℂ\tabove \u001b1';
    const from = text.indexOf('above');
    expect(faultsText(text, [{ ...fault, from, to: from + 5 }])).toBe(
      'p. R.\n\n  𝔹𝕋ℂ above  1\n      ^^^^^\n',
    );
    expect(faultsText(text, [fault, { ...fault, option: 'quiet' }])).toBe('p. R.\n--quiet: p. R.');
  });
});

describe('times', () => {
  const nowMs = Date.parse('2026-11-22T12:00:00Z');
  const at = (text: string, zone = 'Europe/Berlin') =>
    new Date(momentFrom(text, { zone, nowMs, option: '--until' })).toISOString();

  it.each([
    ['18:00', '2026-11-22T17:00:00.000Z'],
    ['13:00', '2026-11-23T12:00:00.000Z'],
    ['9:30', '2026-11-23T08:30:00.000Z'],
    ['2026-11-30', '2026-11-30T23:00:00.000Z'],
    ['2026-11-30 18:15', '2026-11-30T17:15:00.000Z'],
    ['2026-11-30T18:15', '2026-11-30T17:15:00.000Z'],
    ['2027-07-01 00:00', '2027-06-30T22:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it.each([
    [
      '23:30 before the day of 23 hours',
      '2027-03-27T22:30:00Z',
      '18:00',
      '2027-03-28T16:00:00.000Z',
    ],
    ['00:15 on the day of 25 hours', '2027-10-30T22:15:00Z', '00:10', '2027-10-31T23:10:00.000Z'],
  ])('a time of the day at %s is the next one', (_when, now, text, expected) => {
    const moment = { zone: 'Europe/Berlin', nowMs: Date.parse(now), option: '--until' };
    expect(new Date(momentFrom(text, moment)).toISOString()).toBe(expected);
  });

  it.each(['', ' ', 'noon', '25:00', '2026-02-30', '2026-11-22 11:00', '2026-11-21', '1e9'])(
    '%j is refused',
    (text) => {
      expect(() => at(text)).toThrow(/^--until: /);
    },
  );

  it.each([
    ['30m', 1_800_000],
    ['2 hours', 7_200_000],
    ['365d', 365 * 86_400_000],
  ])('%s is a span', (text, ms) => {
    expect(spanOf(text, '--for')).toBe(ms);
  });

  it.each(['', '5', '366d', '1h 30m', '-1h', 'x'])('%j is no span', (text) => {
    expect(() => spanOf(text, '--for')).toThrow(/^--for: /);
  });

  it('are shown by the clock of the zone', () => {
    expect(shortTime(nowMs, 'Asia/Kolkata')).toBe('2026-11-22 17:30');
  });
});
