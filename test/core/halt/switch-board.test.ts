import { describe, expect, it } from 'vitest';
import {
  isTighter,
  recordFault,
  switchEntry,
  switchOf,
  type Blocks,
  type SwitchEntry,
  type SwitchState,
} from '../../../functions/core/halt/switch-board.ts';

const MAIN = switchOf('main');

/** A switch that was turned to each of these, and its record, newest first. */
function turned(...turns: readonly Blocks[]): { state: SwitchState; entries: SwitchEntry[] } {
  let state: SwitchState = {
    ...{ blocks: 'nothing', why: 'armed', by: 'unknown', atMs: 0, version: 0, auditHash: '' },
  };
  const entries: SwitchEntry[] = [];
  for (const [index, to] of turns.entries()) {
    const turn = { to, why: `turn ${index}`, by: 'ada', atMs: index };
    const entry = switchEntry(MAIN, state, turn);
    const version = state.version + 1;
    state = { ...turn, blocks: to, version, auditHash: entry.hash };
    entries.unshift(entry);
  }
  return { state, entries };
}

describe('the record of a switch', () => {
  it.each<[readonly Blocks[]]>([[[]], [['all']], [['entries', 'all', 'nothing', 'entries']]])(
    'holds after the turns %j, also when it is read in part',
    (turns) => {
      const { state, entries } = turned(...turns);
      expect(recordFault(state, entries)).toBeUndefined();
      expect(recordFault(state, entries.slice(0, 2))).toBeUndefined();
    },
  );

  it.each<[string, Partial<SwitchState>]>([
    ['loosened', { blocks: 'nothing' }],
    ['given another reason', { why: 'because' }],
    ['written anew', { auditHash: '' }],
  ])('shows a switch that was %s by hand', (_name, changes) => {
    const { state, entries } = turned('entries', 'all');
    expect(recordFault({ ...state, ...changes }, entries)).toBe(
      'the switch was written past its record',
    );
  });

  it('shows a switch that is gone', () => {
    expect(recordFault(undefined, turned('all').entries)).toBeDefined();
  });

  it.each<[Partial<SwitchEntry>]>([
    ...[[{ by: 'bob' }], [{ why: 'x' }], [{ atMs: 9 }], [{ from: 'all' }], [{ version: 7 }]],
    [{ scope: switchOf('other') }],
  ] as [Partial<SwitchEntry>][])('shows a turn that was changed to %j', (changes) => {
    const { state, entries } = turned('entries', 'all', 'nothing');
    const forged = entries.map((entry, at) => (at === 1 ? { ...entry, ...changes } : entry));
    expect(recordFault(state, forged)).toContain('was changed on record');
  });

  it('shows a turn that is missing', () => {
    const { state, entries } = turned('entries', 'all', 'nothing');
    expect(recordFault(state, [entries[0]!, entries[2]!])).toContain('does not follow');
  });
});

describe('a tighter switch', () => {
  it.each<[Blocks, Blocks | undefined, boolean]>([
    ['entries', 'nothing', true],
    ['all', 'nothing', true],
    ['all', 'entries', true],
    ['entries', 'entries', false],
    ['entries', 'all', false],
    ['all', 'all', false],
    ['entries', undefined, true],
  ])('%s after %s: %s', (to, from, tighter) => {
    expect(isTighter(to, from)).toBe(tighter);
  });
});
