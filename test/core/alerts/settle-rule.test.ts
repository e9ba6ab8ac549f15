/** One rule brought up to date: by the ticker alone, at its date, and what is written of it. */
import { describe, expect, test } from 'vitest';
import { notePoll } from '../../../functions/core/alerts/pair-memory.ts';
import type { Condition } from '../../../functions/core/alerts/rule.ts';
import { expireRule, settleByTicker } from '../../../functions/core/alerts/settle-rule.ts';
import type { RuleState } from '../../../functions/core/alerts/state.ts';
import { crossing, MINUTE, NOON, path, ruleOf, watching } from './rule-fixture.ts';
import { standing } from './settle-fixture.ts';
import { markAt } from './sight-fixture.ts';

const level = (side: 'above' | 'below', forMinutes = 0, pair = 'BTC/USD'): Condition => ({
  ...{ kind: 'level', pair, side, level: '100', forMs: forMinutes * MINUTE },
});
const move: Condition = {
  ...{ kind: 'move', pair: 'BTC/USD', direction: 'up', percent: '1', windowMs: 5 * MINUTE },
};
const spread: Condition = { kind: 'spread', pair: 'BTC/USD', side: 'above', percent: '1' };

describe('a price that is there already, by the ticker alone', () => {
  const there = { afterMs: 3 * MINUTE, grewAfterMs: 2 * MINUTE };
  const since = { conditions: [{ holds: false, sinceMs: NOON - 60 * MINUTE }] };
  const marks = { 'BTC/USD': markAt(NOON, '101') };

  test.for<
    readonly [string, readonly Condition[], Partial<Parameters<typeof standing>[1]>, boolean]
  >([
    ['a crossing', [crossing()], {}, true],
    ['a level', [level('above')], {}, true],
    [
      'a level that lasts: only candles tell',
      [level('above', 9)],
      { state: { ...since, marks } },
      false,
    ],
    ['a move: only candles tell', [move], {}, false],
    ['two conditions', [level('above'), crossing('99.5')], {}, false],
    [
      'a price beyond what is believed at once',
      [crossing()],
      { quotes: { 'BTC/USD': { last: '130' } } },
      false,
    ],
    [
      'a trade two minutes after the mark’s minute',
      [crossing()],
      { grewAfterMs: 2 * MINUTE },
      true,
    ],
    ['none so late', [crossing()], { grewAfterMs: 2 * MINUTE - 1 }, false],
    ['another pair', [crossing('100', 'above', 'ETH/USD')], {}, false],
  ])('%s', async ([, conditions, more, fires]) => {
    const { entry, run, ids } = standing(conditions, { ...there, ...more });
    await settleByTicker(entry, run);
    expect(ids()).toEqual(fires ? ['alert:r:1'] : []);
  });

  test('tells nothing of a rule that was not looked at yet', async () => {
    const { entry, run, ids } = standing([crossing()], there);
    entry.state = undefined;
    await settleByTicker(entry, run);
    expect(ids()).toEqual([]);
  });

  test('of which no trade was ever noticed tells nothing', async () => {
    const { entry, run, ids } = standing([crossing()], { afterMs: 3 * MINUTE });
    await settleByTicker(entry, run);
    notePoll(run.memory.pairs, run.quotes, NOON);
    await settleByTicker(entry, run);
    expect(ids()).toEqual([]);
  });
});

describe('the date of a rule', () => {
  const expiresAtMs = NOON + 10 * MINUTE;
  const options = { expiresAtMs };
  const read = { 'BTC/USD': markAt(expiresAtMs), 'ETH/USD': markAt(expiresAtMs) };
  const unread = { ...read, 'ETH/USD': markAt(expiresAtMs - MINUTE) };

  test.for<readonly [string, number, RuleState['marks'], boolean]>([
    ['a moment before', 10 * MINUTE - 1, read, false],
    ['at that moment, when all was read', 10 * MINUTE, read, true],
    ['at that moment, without prices to read', 10 * MINUTE, {}, true],
    ['when one pair was not read up to it', 10 * MINUTE, unread, false],
    ['when it cannot be read for nearly ten hours', 610 * MINUTE - 1, unread, false],
    ['when it cannot be read for ten hours', 610 * MINUTE, unread, true],
  ])('%s', async ([, afterMs, marks, ends]) => {
    const { entry, run, ids } = standing([crossing()], { afterMs, options, state: { marks } });
    await expireRule(entry, run);
    expect(entry.state?.status).toBe(ends ? 'expired' : 'armed');
    expect(ids()).toEqual(ends ? ['alert:r:expired'] : []);
  });

  test('ends no rule that has none, or that was not looked at yet', async () => {
    const none = standing([crossing()], { afterMs: 610 * MINUTE });
    await expireRule(none.entry, none.run);
    const unseen = standing([crossing()], { afterMs: 610 * MINUTE, options });
    unseen.entry.state = undefined;
    await expireRule(unseen.entry, unseen.run);
    expect([...none.store.commits, ...unseen.store.commits]).toEqual([]);
  });

  test('of a muted rule is not told', async () => {
    const { entry, run, store } = standing([spread], {
      ...{ afterMs: 10 * MINUTE, options, state: { marks: {} } },
    });
    run.memory.mutes = new Map([['r', NOON + 11 * MINUTE]]);
    await expireRule(entry, run);
    expect(entry.state?.status).toBe('expired');
    expect(store.notices).toEqual([]);
  });
});

describe('what is written', () => {
  const twice = path(NOON, [-60, '99'], [65, '101'], [125, '99'], [245, '101'], [305, '99']);

  test('counts its versions one by one, and has a signal only where one is raised', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': twice });
    await world.runAt(0, 61, 125, 185, 245, 305);
    const versions = world.store.commits.map(({ after }) => after.version);
    expect(versions).toEqual(versions.map((_, at) => at + 1));
    for (const [at, commit] of world.store.commits.entries()) {
      expect(commit.before?.version ?? 0).toBe(at);
      expect(commit).not.toHaveProperty('raised');
    }
  });

  test('is logged: each firing with its number, and what was not written with the reason', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': twice });
    await world.runAt(0);
    world.store.failAt(world.store.calls.length + 1, 'before');
    await world.runAt(70);
    await world.runAt(125);
    const lines = world.log.lines.map((line) => JSON.parse(line) as object);
    expect(lines).toContainEqual(
      expect.objectContaining({ rule: 'r', error: expect.stringContaining('away') as string }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ rule: 'r', seq: 1, muted: false, ambiguous: false }),
    );
  });

  test.for(['before', 'after'] as const)(
    'a firing that fails %s it was written is not passed over for the next one',
    async (when) => {
      const world = watching([ruleOf([crossing()])], { 'BTC/USD': twice });
      await world.runAt(0);
      world.forget();
      // Both firings are found at once, and the first of them fails.
      const commit = world.store.commit.bind(world.store);
      world.store.commit = async (one) => {
        world.store.commit = commit;
        if (when === 'after') await commit(one);
        throw new Error('away');
      };
      expect(await world.runAt(365)).toMatchObject({ fired: 0, whole: false });
      await world.runAt(425);
      expect(world.firedAt()).toEqual([60, 240]);
      expect(world.ids()).toEqual(['alert:r:1', 'alert:r:2']);
    },
  );

  test.for([
    [4, false],
    [5, true],
  ] as const)('%s failures of the store end the run: %s', async ([failures, ends]) => {
    const rules = Array.from({ length: failures }, (_, at) => ruleOf([spread], { id: `r${at}` }));
    const world = watching(rules, { 'BTC/USD': path(NOON, [-60, '99']) });
    world.store.commit = () => Promise.reject(new Error('away'));
    const result = await world.runAt(0).then(
      (done) => done?.whole,
      (error: unknown) => String(error),
    );
    expect(result).toBe(ends ? 'Error: away' : false);
  });

  test('a mute is over at its end', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': twice });
    await world.store.mute('r', NOON + 70_000);
    await world.runAt(0, 70);
    expect(world.ids()).toEqual(['alert:r:1']);
  });
});
