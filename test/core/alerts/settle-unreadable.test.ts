/** A rule whose candles cannot be read until they are lost: the ticker is the last word. */
import { describe, expect, test } from 'vitest';
import type { Condition } from '../../../functions/core/alerts/rule.ts';
import { settleUnreadable } from '../../../functions/core/alerts/settle-rule.ts';
import { crossing, MINUTE, NOON, path, ruleOf, watching } from './rule-fixture.ts';
import { READY, standing } from './settle-fixture.ts';
import { markAt, stateOf } from './sight-fixture.ts';

const level = (side: 'above' | 'below', forMinutes = 0, pair = 'BTC/USD'): Condition => ({
  ...{ kind: 'level', pair, side, level: '100', forMs: forMinutes * MINUTE },
});

describe('candles that are about to be lost', () => {
  const tooLong = { afterMs: 600 * MINUTE + 30_000 };
  const joined = {
    conditions: [READY, { holds: false }],
    marks: { 'BTC/USD': markAt(NOON), 'ETH/USD': markAt(NOON + 5 * MINUTE, '101') },
  };
  const both = [crossing(), level('above', 0, 'ETH/USD')];
  const bothQuotes = { 'BTC/USD': { last: '101' }, 'ETH/USD': { last: '102' } };

  test('after ten hours, and not before', async () => {
    for (const [afterMs, fired] of [
      [600 * MINUTE, []],
      [600 * MINUTE + 1, ['alert:r:1']],
    ] as const) {
      const { entry, run, ids } = standing([crossing()], { afterMs });
      await settleUnreadable(entry, run);
      expect(ids()).toEqual(fired);
    }
  });

  test('are given up up to this minute, and told as a gap', async () => {
    const { entry, run } = standing([crossing()], tooLong);
    await settleUnreadable(entry, run);
    expect(entry.state?.marks).toEqual({ 'BTC/USD': markAt(NOON + 600 * MINUTE, '101') });
    expect([...run.memory.gaps]).toEqual([
      ['BTC/USD', [{ fromMs: NOON, toMs: NOON + 600 * MINUTE + 30_000 }]],
    ]);
  });

  test('of one pair are those of the rule, and what fires happened after the newest mark', async () => {
    const { entry, run, ids } = standing(both, { ...tooLong, state: joined, quotes: bothQuotes });
    await settleUnreadable(entry, run);
    expect(ids()).toEqual(['alert:r:1']);
    expect(entry.state?.firedAtMs).toBe(NOON + 5 * MINUTE);
    expect([...run.memory.gaps.keys()]).toEqual(['BTC/USD', 'ETH/USD']);
  });

  test('are waited for while the ticker lacks a pair', async () => {
    const { entry, run, store } = standing(both, { ...tooLong, state: joined });
    await settleUnreadable(entry, run);
    expect(store.commits).toEqual([]);
  });

  test('say nothing of a rule that was not looked at yet', async () => {
    const { entry, run, store } = standing([crossing()], tooLong);
    entry.state = undefined;
    await settleUnreadable(entry, run);
    expect(store.commits).toEqual([]);
    expect(entry.state).toBeUndefined();
  });

  test('break a time that a price must last: it begins anew with the price that is seen', async () => {
    const { entry, run, ids } = standing([level('above', 30)], {
      ...tooLong,
      state: {
        conditions: [{ holds: false, sinceMs: NOON - 29 * MINUTE }],
        marks: { 'BTC/USD': markAt(NOON, '101') },
      },
    });
    await settleUnreadable(entry, run);
    expect(ids()).toEqual([]);
    expect(entry.state?.conditions[0]?.sinceMs).toBe(NOON + tooLong.afterMs);
  });

  test('do not make a price that was elsewhere meanwhile one that has lasted', async () => {
    const ticks = path(NOON, [-60, '101'], [36_000, '98'], [36_020, '101'], [36_100, '101']);
    const signal = { source: 'trend', fields: { action: 'buy' } };
    const rule = ruleOf([level('above', 11 * 60)], { signal });
    const world = watching([rule], { 'BTC/USD': ticks });
    await world.runAt(0);
    world.feed.down.add('candles');
    await world.runAt(600 * 60 + 30);
    world.feed.down.clear();
    await world.runAt(...[660, 661, 662, 663].map((minute) => minute * 60 + 5));
    expect(world.firedAt()).toEqual([]);
    expect(await world.store.raised(9)).toEqual([]);
  });

  test('do not tell again what the ticker has told ahead', async () => {
    const state = { status: 'fired', seq: 1, firedAtMs: NOON, aheadMs: NOON + 3 * MINUTE } as const;
    const { entry, run, ids } = standing([crossing()], { ...tooLong, state });
    await settleUnreadable(entry, run);
    expect(ids()).toEqual([]);
    expect(entry.state).toMatchObject({ seq: 1, status: 'fired' });
  });
});

describe('a gap that several rules of a pair find', () => {
  const [early, late] = [NOON, NOON + 5 * MINUTE];
  test.for([
    [early, late],
    [late, early],
    [early, early],
  ] as const)('is told once, as the longest of them: from %s and %s', async (marks) => {
    const { entry, run } = standing([crossing()], { afterMs: 700 * MINUTE });
    for (const [at, markMs] of marks.entries()) {
      const state = stateOf([READY], {
        ...{ ruleId: `r${at}`, version: 0, marks: { 'BTC/USD': markAt(markMs) } },
      });
      await settleUnreadable({ ...entry, state }, run);
    }
    expect([...run.memory.gaps]).toEqual([
      ['BTC/USD', [{ fromMs: early, toMs: NOON + 700 * MINUTE }]],
    ]);
  });

  test('and another one of that pair are told both', async () => {
    const { entry, run } = standing([crossing()], { afterMs: 700 * MINUTE });
    const before = { fromMs: NOON - 9 * MINUTE, toMs: NOON - 8 * MINUTE };
    run.memory.gaps.set('BTC/USD', [before]);
    await settleUnreadable(entry, run);
    expect(run.memory.gaps.get('BTC/USD')).toEqual([
      before,
      { fromMs: NOON, toMs: NOON + 700 * MINUTE },
    ]);
  });
});
