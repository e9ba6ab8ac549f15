import { describe, expect, it } from 'vitest';
import { haltRef, isHaltRef, withHalt } from '../../../functions/core/halt/halt-requests.ts';
import type { HaltOrder } from '../../../functions/core/halt/halt-trading.ts';
import { EVERY_ACCOUNT, switchOf } from '../../../functions/core/halt/switch-board.ts';

const [MAIN, OTHER] = [switchOf('main'), switchOf('other')];
const HALT: HaltOrder = {
  ...{ scopes: [MAIN], level: 'entries', cancel: false, why: 'first', by: 'ada' },
};

/** The one halt that two of the same switches become. */
function joined(first: HaltOrder, second: HaltOrder): HaltOrder | undefined {
  const [only, ...others] = withHalt([first], second);
  expect(others).toEqual([]);
  return only;
}

describe('two halts of a source that wait', () => {
  it('are carried out one after the other when they are about different switches', () => {
    const both = { ...HALT, scopes: [OTHER, MAIN], why: 'second', by: 'bob' };
    const flat: HaltOrder = { ...HALT, flatten: true, sales: '1-trend' };
    expect(withHalt(undefined, both)).toEqual([both]);
    expect(withHalt([flat], both)).toEqual([flat, both]);
    expect(withHalt([flat, both], { ...HALT, scopes: [EVERY_ACCOUNT] })).toHaveLength(3);
  });

  it('are one when they are about the same switches, and the newer one says why', () => {
    const first = { ...HALT, scopes: [MAIN, OTHER] };
    const second = { ...HALT, scopes: [OTHER, MAIN], why: 'second', by: 'bob' };
    expect(withHalt([HALT, first], second)).toEqual([HALT, second]);
  });

  it.each([
    ['entries', 'entries', 'entries'],
    ['entries', 'all', 'all'],
    ['all', 'entries', 'all'],
    ['all', 'all', 'all'],
  ] as const)('of %s and of %s block %s', (first, second, level) => {
    expect(joined({ ...HALT, level: first }, { ...HALT, level: second })?.level).toBe(level);
  });

  it.each([
    [false, false, false],
    [true, false, true],
    [false, true, true],
  ])('that cancel (%s, %s) cancel: %s; and so with selling', (first, second, both) => {
    const [one, two] = [first, second].map((cancel): HaltOrder => {
      return { ...HALT, cancel, ...(cancel ? { flatten: true as const } : {}) };
    });
    const halt = joined(one!, two!);
    expect([halt?.cancel, halt?.flatten]).toEqual([both, both ? true : undefined]);
  });

  it('sell under the name of the newest that sells', () => {
    const named = (sales: string): HaltOrder => ({ ...HALT, flatten: true, sales });
    expect(joined(named('1-trend'), named('2-trend'))?.sales).toBe('2-trend');
    expect(joined(named('1-trend'), HALT)).toMatchObject({ flatten: true, sales: '1-trend' });
    expect(joined(HALT, { ...HALT, sales: 'unused' })).not.toHaveProperty('flatten');
  });
});

describe('the name of a halt on the queue', () => {
  it('is that of its source, and of nothing else', () => {
    expect(haltRef('trend').orderKey).not.toBe(haltRef('other').orderKey);
    expect(isHaltRef(haltRef('trend'))).toBe(true);
    expect(isHaltRef({ ...haltRef('trend'), account: 'other' })).toBe(false);
  });
});
