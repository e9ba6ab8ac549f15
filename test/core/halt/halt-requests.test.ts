import { describe, expect, it } from 'vitest';
import { bothHalts, haltRef, isHaltRef } from '../../../functions/core/halt/halt-requests.ts';
import type { HaltOrder } from '../../../functions/core/halt/halt-trading.ts';
import { EVERY_ACCOUNT, switchOf } from '../../../functions/core/halt/switch-board.ts';

const [MAIN, OTHER] = [switchOf('main'), switchOf('other')];
const HALT: HaltOrder = {
  ...{ scopes: [MAIN], level: 'entries', cancel: false, why: 'first', by: 'ada' },
};

describe('two halts of a source that wait', () => {
  it('stop what either of them is about, and the newer one says why', () => {
    const second = { ...HALT, scopes: [OTHER, MAIN], why: 'second', by: 'bob' };
    expect(bothHalts(HALT, second)).toEqual({
      ...{ scopes: [MAIN, OTHER], level: 'entries', cancel: false, why: 'second', by: 'bob' },
    });
    expect(bothHalts(undefined, second)).toBe(second);
    expect(bothHalts({ ...HALT, scopes: [EVERY_ACCOUNT] }, second).scopes).toHaveLength(3);
  });

  it.each([
    ['entries', 'entries', 'entries'],
    ['entries', 'all', 'all'],
    ['all', 'entries', 'all'],
    ['all', 'all', 'all'],
  ] as const)('of %s and of %s block %s', (first, second, level) => {
    expect(bothHalts({ ...HALT, level: first }, { ...HALT, level: second }).level).toBe(level);
  });

  it.each([
    [false, false, false],
    [true, false, true],
    [false, true, true],
  ])('that cancel (%s, %s) cancel: %s; and so with selling', (first, second, both) => {
    const [one, two] = [first, second].map((cancel): HaltOrder => {
      return { ...HALT, cancel, ...(cancel ? { flatten: true as const } : {}) };
    });
    const halt = bothHalts(one, two!);
    expect([halt.cancel, halt.flatten]).toEqual([both, both ? true : undefined]);
  });

  it('sell under the name of the newest that sells', () => {
    const named = (sales: string): HaltOrder => ({ ...HALT, flatten: true, sales });
    expect(bothHalts(named('1-trend'), named('2-trend')).sales).toBe('2-trend');
    expect(bothHalts(named('1-trend'), HALT)).toMatchObject({ flatten: true, sales: '1-trend' });
    expect(bothHalts(HALT, { ...HALT, sales: 'unused' })).not.toHaveProperty('sales');
  });
});

describe('the name of a halt on the queue', () => {
  it('is that of its source, and of nothing else', () => {
    expect(haltRef('trend').orderKey).not.toBe(haltRef('other').orderKey);
    expect(isHaltRef(haltRef('trend'))).toBe(true);
    expect(isHaltRef({ ...haltRef('trend'), account: 'other' })).toBe(false);
  });
});
