/** What a process knows of rules between two runs, and when it reads the store again. */
import { describe, expect, test } from 'vitest';
import { alertMemory, recall } from '../../../functions/core/alerts/memory.ts';
import { notePoll } from '../../../functions/core/alerts/pair-memory.ts';
import type { AlertRule } from '../../../functions/core/alerts/rule.ts';
import type { RuleState } from '../../../functions/core/alerts/state.ts';
import { fakeAlertStore } from '../../fakes/alert-store.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeLog } from '../../fakes/log.ts';
import { crossing, MINUTE, NOON, ruleOf } from './rule-fixture.ts';
import { markAt, quoteOf, stateOf } from './sight-fixture.ts';

/** A process with these rules in its file. */
function remembering(
  rules: readonly AlertRule[] = [ruleOf([crossing()])],
  store = fakeAlertStore(),
) {
  const [clock, log, memory] = [fakeClock(NOON), fakeLog(), alertMemory()];
  return {
    ...{ clock, log, memory, store },
    recall: () => recall(memory, { store, clock, log, rules }),
    rule: (name = 'r') => memory.rules.get(name),
    /** Somebody writes this state. */
    write: async (state: RuleState) => {
      const before = await store.state(state.ruleId);
      await store.commit({ before, after: state, notices: [] });
    },
    /** The calls since the last time that this was asked. */
    asked: () => store.calls.splice(0),
  };
}

const EVERYTHING = ['revision', 'rules', 'mutes', 'states', 'lastBeat', 'feed'];

describe('the store is read', () => {
  test('whole in the first run, and then only for its revision', async () => {
    const { recall: again, asked } = remembering();
    await again();
    expect(asked()).toEqual(EVERYTHING);
    await again();
    expect(asked()).toEqual(['revision']);
  });

  test('for rules, mutes and states when somebody has changed one', async () => {
    const { recall: again, asked, store, memory } = remembering();
    await again();
    await store.mute('r', NOON + 1);
    await store.add(ruleOf([crossing()], { id: 'added' }));
    asked();
    await again();
    expect(asked()).toEqual(['revision', 'rules', 'mutes', 'states']);
    expect(memory.mutes).toEqual(new Map([['r', NOON + 1]]));
    expect([...memory.rules.keys()]).toEqual(['r', 'added.a2']);
  });

  test.for([
    [10 * MINUTE, ['revision']],
    [10 * MINUTE + 1, EVERYTHING],
  ] as const)('after a sleep of %s ms: %j', async ([ms, calls]) => {
    const { recall: again, asked, clock, memory } = remembering();
    await again();
    asked();
    memory.pairs.clear();
    notePoll(memory.pairs, new Map([['BTC/USD', quoteOf()]]), NOON);
    Object.assign(memory, { onTimeSinceMs: NOON });
    clock.advance(ms);
    await again();
    expect(asked()).toEqual(calls);
    const forgot = calls.length > 1;
    expect(memory.pairs.size).toBe(forgot ? 0 : 1);
    expect('onTimeSinceMs' in memory).toBe(!forgot);
  });

  test('not because of a sleep, while runs come in time', async () => {
    const { recall: again, asked, clock } = remembering();
    await again();
    asked();
    for (let run = 0; run < 5; run += 1) {
      clock.advance(4 * MINUTE);
      await again();
    }
    expect(new Set(asked())).toEqual(new Set(['revision']));
  });

  test('anew by a run behind one that died while it read', async () => {
    const { recall: again, asked, store } = remembering();
    store.failAt(2, 'before');
    await expect(again()).rejects.toThrow('away');
    asked();
    store.heal();
    await again();
    expect(asked()).toEqual(EVERYTHING);
  });

  test('anew by a run behind one that died while it read a change', async () => {
    const { recall: again, asked, store } = remembering();
    await again();
    await store.mute('r', NOON);
    asked();
    store.failAt(3, 'before');
    await expect(again()).rejects.toThrow('away');
    asked();
    store.heal();
    await again();
    expect(asked()).toEqual(EVERYTHING);
  });
});

describe('a rule', () => {
  test('of the file goes before one that was added under its id', async () => {
    const own = ruleOf([crossing()]);
    const { recall: again, rule, store, memory } = remembering([own]);
    await store.add(ruleOf([crossing('1')]));
    await again();
    expect([...memory.rules.keys()]).toEqual(['r']);
    expect(rule()?.compiled.rule).toBe(own);
  });

  test('that cannot be read is logged with its id and the reason', async () => {
    const {
      recall: again,
      log,
      memory,
    } = remembering([ruleOf([crossing('a lot')], { id: 'broken' })]);
    await again();
    expect(memory.rules.size).toBe(0);
    expect(JSON.parse(log.lines[0] ?? '')).toMatchObject({
      ...{ rule: 'broken', error: expect.stringContaining('Invalid number') as string },
    });
  });

  test('is compiled once', async () => {
    const { recall: again, rule, store } = remembering();
    await again();
    const before = rule()?.compiled;
    await store.mute('r', NOON);
    await again();
    expect(rule()?.compiled).toBe(before);
  });
});

describe('a state', () => {
  const written = stateOf([], { marks: { 'BTC/USD': markAt(NOON) } });

  test('that has gone on without being written is kept, until the store has a newer one', async () => {
    const { recall: again, rule, store, write } = remembering();
    await write(written);
    await again();
    const entry = rule();
    if (entry === undefined) throw new Error('it is there');
    const further = { ...written, marks: { 'BTC/USD': markAt(NOON + MINUTE) } };
    entry.state = further;
    await store.mute('r', NOON);
    await again();
    expect(rule()?.state).toEqual(further);
    const newer = { ...written, version: 2, seq: 5 };
    await write(newer);
    await store.mute('r', NOON);
    await again();
    expect(rule()?.state).toEqual(newer);
  });

  test('that is not there is not there', async () => {
    const { recall: again, rule, store } = remembering();
    await again();
    expect(rule()).toMatchObject({ state: undefined });
    await store.mute('r', NOON);
    await again();
    expect(rule()).toMatchObject({ state: undefined });
  });

  test('that nobody is sure of is read before it is used, and only then', async () => {
    const { recall: again, rule, asked, memory, write } = remembering();
    await again();
    await write(written);
    memory.unsure.add('r').add('gone');
    asked();
    await again();
    expect(asked()).toEqual(['revision', 'state']);
    expect(rule()?.state).toEqual(written);
    expect(memory.unsure.size).toBe(0);
  });

  test('that nobody was sure of is sure when everything was read', async () => {
    const { recall: again, asked, memory, store } = remembering();
    await again();
    memory.unsure.add('r');
    await store.mute('r', NOON);
    asked();
    await again();
    expect(asked()).not.toContain('state');
    expect(memory.unsure.size).toBe(0);
  });
});

describe('a mark of a rule that was not written for long', () => {
  const HOURS = 600 * MINUTE;

  /** The mark that a new process finds, after a heartbeat. */
  async function found(markMs: number, beatMs: number | undefined) {
    const { recall: again, rule, store, write } = remembering();
    const mark = { ...markAt(markMs), high: '110', low: '90' };
    await write(stateOf([], { marks: { 'BTC/USD': mark } }));
    if (beatMs !== undefined) await store.beat(beatMs);
    await again();
    return rule()?.state?.marks['BTC/USD'];
  }

  test('was read up to ten hours before the last heartbeat', async () => {
    expect(await found(NOON - HOURS, NOON)).toMatchObject({ high: '110', low: '90' });
    expect(await found(NOON - HOURS - 1, NOON)).toEqual(markAt(NOON - HOURS));
    // To the beginning of a minute.
    expect(await found(NOON - 2 * HOURS, NOON + 59_999)).toEqual(markAt(NOON - HOURS));
  });

  test('is where it stands while there was no heartbeat', async () => {
    expect(await found(NOON - 2 * HOURS, undefined)).toMatchObject({ atMs: NOON - 2 * HOURS });
  });

  test('is where it stands for a process that knows it', async () => {
    const { recall: again, rule, store, write } = remembering();
    await again();
    await write({ ...stateOf([]), marks: { 'BTC/USD': markAt(NOON - 2 * HOURS) } });
    await store.beat(NOON);
    await store.mute('r', NOON);
    await again();
    expect(rule()?.state?.marks).toEqual({ 'BTC/USD': markAt(NOON - 2 * HOURS) });
  });
});

test('the state of the prices is read by a new process', async () => {
  const { recall: again, store, memory } = remembering();
  const feed = {
    version: 1,
    market: 'ok',
    marketSinceMs: NOON,
    marketTold: false,
    pairs: {},
  } as const;
  await store.commitFeed(feed, []);
  await again();
  expect(memory.feed).toEqual(feed);
});
