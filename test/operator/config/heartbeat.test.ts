/** `heartbeat` of a source: what it compiles to, what is wrong with it, what the summary says. */
import { describe, expect, it } from 'vitest';
import { LOOK_GAP_MS } from '../../../functions/core/silence/judge-silence.ts';
import { compileConfig } from '../../../operator/config/compile.ts';
import { summaryText } from '../../../operator/config/summary.ts';
import { judgeMessage } from '../../../operator/judge-message.ts';

const compiled = (heartbeat: string) =>
  compileConfig(`accounts:
  main: { exchange: kraken-spot, mode: paper }
sources:
  trend: { auth: tradingview, accounts: [main], size: { base: 0.01 }${heartbeat} }
`);

function configOf(heartbeat: string) {
  const result = compiled(heartbeat);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.config;
}

describe('a heartbeat in harpoon.yaml', () => {
  it.each([
    ['', undefined],
    [', heartbeat: { every: 75m }', { everyMs: 4_500_000, onSilence: 'notify' }],
    [
      ', heartbeat: { every: 2d, onSilence: cancel-entries }',
      { everyMs: 172_800_000, onSilence: 'cancel-entries' },
    ],
    [', heartbeat: { every: 3m }', { everyMs: LOOK_GAP_MS, onSilence: 'notify' }],
    [
      ', heartbeat: { every: 3 bars of 15m }',
      { everyMs: 46 * 60_000, barMs: 900_000, onSilence: 'notify' },
    ],
    [
      ', heartbeat: { every: 1 bar of 4h }',
      { everyMs: 241 * 60_000, barMs: 14_400_000, onSilence: 'notify' },
    ],
    [
      ', heartbeat: { every: 2 bars of 1m }',
      { everyMs: LOOK_GAP_MS, barMs: 60_000, onSilence: 'notify' },
    ],
    [', heartbeat: { every: 31d }', { everyMs: 31 * 86_400_000, onSilence: 'notify' }],
  ])('%s', (text, heartbeat) => {
    expect(configOf(text).sources['trend']?.heartbeat).toEqual(heartbeat);
  });

  it.each([
    ['{ every: 2m }', /at least 3m/, 'Write 3m.'],
    ['{ every: 32d }', /at most 31d/, 'Write 31d or less.'],
    ['{ every: 75 }', /needs a unit/, 'Write 75m.'],
    ['{ every: 90s }', /unit \(m, h or d\)/, 'Write 75m, 4h, 2d or 3 bars of 15m.'],
    ['{ every: 1 bar of 1m }', /must be at least 3m/, 'Write 2 bars of 1m.'],
    ['{ every: 5 bars of 7d }', /must be at most 31d/, 'Write 4 bars of 7d or less.'],
    ['{ every: 3 bars of 8d }', /at most 7d/, 'Write 7d or less.'],
    ['{ every: 3 bars of 15 }', /needs a unit/, 'Write 15m.'],
    ['{ every: 3 bars of x }', /unit/, 'Write 15m, 4h or 1d for the length of a bar.'],
    ['{ every: 3 bars }', /how many, and how long/, 'Write 3 bars of 15m.'],
    ['{ every: 0 bars of 15m }', /how many, and how long/, 'Write 3 bars of 15m.'],
    ['{ every: 1h, onSilence: cancel }', /cancel/, 'Write notify or cancel-entries.'],
    ['{ onSilence: notify }', /missing/, 'Add every: 75m.'],
  ])('%s is a fault with its remedy', (text, problem, remedy) => {
    const result = compiled(`, heartbeat: ${text}`);
    expect(result).toMatchObject({ ok: false, faults: [{ remedy }] });
    expect(JSON.stringify(result)).toMatch(problem);
  });

  it.each([
    ['notify', 'silent for more than 1 h: told'],
    ['cancel-entries', 'silent for more than 1 h: told, and its resting entries are cancelled'],
  ])('%s is in the summary', (onSilence, line) => {
    const text = summaryText(configOf(`, heartbeat: { every: 1h, onSilence: ${onSilence} }`));
    expect(text.split('\n').map((one) => one.trim())).toContain(line);
    expect(summaryText(configOf(''))).not.toContain('silent');
  });
});

it('in bars is in the summary with their length', () => {
  const text = summaryText(configOf(', heartbeat: { every: 3 bars of 15m }'));
  expect(text).toContain('silent for more than 46 min (bars of 15 min): told');
});

describe('the interval of a message that is linted', () => {
  const advice = (interval: string, every = '3 bars of 15m'): readonly string[] => {
    const { trend } = configOf(`, heartbeat: { every: ${every} }`).sources;
    const text = `{"secret":"s","action":"ping","time":"{{timenow}}","interval":${interval}}`;
    return judgeMessage(text, { name: 'trend', source: trend! }, Date.UTC(2026, 10, 22)).advice;
  };

  it.each([
    ['"60"', '1 h'],
    ['240', '4 h'],
    ['"D"', '1 d'],
    ['"2D"', '2 d'],
    ['"W"', '7 d'],
    ['"30S"', '30 s'],
  ])('%s is not that of harpoon.yaml', (interval, span) => {
    expect(advice(interval)).toEqual([
      `its chart has bars of ${span}, and heartbeat in harpoon.yaml counts bars of 15 min: write there how long they are.`,
    ]);
  });

  it.each(['"15"', '15', '"{{interval}}"', '"M"', '""'])(
    '%s is right, or not known',
    (interval) => {
      expect(advice(interval)).toEqual([]);
    },
  );

  it('is no matter where no bars are counted', () => {
    expect(advice('"60"', '46m')).toEqual([]);
  });
});

describe('a heartbeat that is linted', () => {
  const { trend } = configOf('').sources;
  const judged = (text: string) => {
    if (trend === undefined) throw new Error('the source is there');
    return judgeMessage(text, { name: 'trend', source: trend }, Date.UTC(2026, 10, 22)).verdict;
  };

  it('is a command that trades nothing', () => {
    expect(judged('{"secret":"s","action":"heartbeat","time":"{{timenow}}"}')).toEqual({
      ...{ kind: 'command', means: 'say that its source is alive; trade nothing' },
    });
  });

  it('without its time is refused', () => {
    expect(judged('{"secret":"s","action":"ping"}')).toMatchObject({
      ...{ kind: 'refused', code: 'missing-field' },
    });
  });
});
