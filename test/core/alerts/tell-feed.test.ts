/** When the state of the prices is written, and what of it a run tells. */
import { describe, expect, test } from 'vitest';
import { beginRun } from '../../../functions/core/alerts/check-run.ts';
import { compileRule } from '../../../functions/core/alerts/compiled-rule.ts';
import { alertMemory } from '../../../functions/core/alerts/memory.ts';
import { notePoll } from '../../../functions/core/alerts/pair-memory.ts';
import { tellFeed } from '../../../functions/core/alerts/tell-feed.ts';
import type { RuleState } from '../../../functions/core/alerts/state.ts';
import { fakeAlertStore } from '../../fakes/alert-store.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeLog } from '../../fakes/log.ts';
import { fakePriceFeed } from '../../fakes/price-feed.ts';
import { crossing, MINUTE, NOON, ruleOf } from './rule-fixture.ts';
import { quoteOf, stateOf } from './sight-fixture.ts';

/** A process that watches `BTC/USD` and `ETH/USD`, and tells a run at so many minutes after noon. */
function telling(zone?: string, store = fakeAlertStore()) {
  const [clock, memory] = [fakeClock(NOON), alertMemory()];
  for (const pair of ['BTC/USD', 'ETH/USD']) {
    const compiled = compileRule(ruleOf([crossing('100', 'above', pair)], { id: pair }));
    memory.rules.set(pair, { compiled, state: stateOf([]) });
  }
  const config = zone === undefined ? {} : { zone };
  return {
    memory,
    store,
    /** The rule of a pair is in this state. */
    is: (pair: string, status: RuleState['status']) => {
      const entry = memory.rules.get(pair);
      if (entry !== undefined) entry.state = stateOf([], { status });
    },
    /** Candles of this pair are waited for since then. */
    waits: (pair: string, minute: number | undefined) => {
      const known = memory.pairs.get(pair);
      if (known === undefined) throw new Error(pair);
      delete known.waitingSinceMs;
      if (minute !== undefined) known.waitingSinceMs = NOON + minute * MINUTE;
    },
    titles: () => store.notices.map(({ title }) => title),
    written: () => store.calls.filter((call) => call === 'commitFeed').length,
    at: async (minute: number, absent: readonly string[] = []) => {
      clock.advance(NOON + minute * MINUTE - clock.nowMs());
      const run = beginRun({
        ...{ config, clock, feed: fakePriceFeed(clock, {}), store, log: fakeLog(), memory },
      });
      const names = ['BTC/USD', 'ETH/USD'].filter((pair) => !absent.includes(pair));
      run.answered = true;
      // Every quote is another one, so that none stands still.
      run.quotes = new Map(names.map((pair) => [pair, quoteOf({ last: String(minute + 100) })]));
      notePoll(memory.pairs, run.quotes, clock.nowMs());
      await tellFeed(run, 'online');
    },
  };
}

describe('the state of the prices', () => {
  test('is not written while nothing was ever wrong', async () => {
    const { at, written, memory } = telling();
    await at(0);
    await at(1);
    expect(written()).toBe(0);
    expect(memory.feed).toBeUndefined();
  });

  test('is written when it changes, each time with the next version, and not in between', async () => {
    const { at, written, memory } = telling();
    await at(0, ['BTC/USD']);
    expect([written(), memory.feed?.version]).toEqual([1, 1]);
    await at(1, ['BTC/USD']);
    await at(2, ['BTC/USD']);
    expect([written(), memory.feed?.version]).toEqual([2, 2]);
    await at(3);
    await at(4);
    expect([written(), memory.feed?.version]).toEqual([3, 3]);
  });

  test('that somebody else has written first is theirs, and goes on from there', async () => {
    const store = fakeAlertStore();
    const [one, two] = [telling(undefined, store), telling(undefined, store)];
    for (const minute of [0, 1]) {
      await one.at(minute, ['BTC/USD']);
      await two.at(minute, ['BTC/USD']);
    }
    expect(two.titles()).toEqual(['No price for BTC/USD']);
    expect(two.memory.feed).toEqual(one.memory.feed);
    await two.at(2);
    expect(two.titles()).toEqual(['No price for BTC/USD', 'Prices of BTC/USD are well again']);
  });
});

describe('a notice', () => {
  test('has the time of the run, and the zone of the person', async () => {
    const { at, store } = telling('Asia/Tokyo');
    await at(0, ['BTC/USD']);
    await at(1, ['BTC/USD']);
    expect(store.notices).toMatchObject([{ atMs: NOON + MINUTE, zone: 'Asia/Tokyo' }]);
  });

  test('has no zone where the person named none', async () => {
    const { at, store } = telling();
    await at(0, ['BTC/USD']);
    await at(1, ['BTC/USD']);
    expect(store.notices[0]).not.toHaveProperty('zone');
  });

  test('of a gap is told once, also when nothing else has changed', async () => {
    const { at, memory, titles, store } = telling();
    const gap = { fromMs: NOON - 9 * MINUTE, toMs: NOON };
    memory.gaps.set('BTC/USD', [gap]);
    await at(0);
    await at(1);
    memory.gaps.set('ETH/USD', [gap]);
    await at(2);
    const told = 'Prices were not seen for a time: ';
    expect(titles()).toEqual([`${told}BTC/USD`, `${told}ETH/USD`]);
    expect(store.notices.map(({ id }) => id)).toEqual(['prices:1:gap', 'prices:2:gap']);
    expect(memory.gaps.size).toBe(0);
  });
});

describe('pairs', () => {
  test.for([
    [2, 0],
    [3, 1],
  ] as const)('that wait for %s minutes are told as late: %s', async ([minutes, told]) => {
    const { at, waits, titles } = telling();
    await at(0);
    waits('BTC/USD', 0);
    await at(minutes);
    expect(titles()).toHaveLength(told);
  });

  test('that are late are over when none was for ten minutes', async () => {
    const { at, waits, titles } = telling();
    await at(0);
    waits('BTC/USD', 0);
    await at(3);
    waits('BTC/USD', undefined);
    await at(4);
    await at(13);
    // Another one is late: the ten minutes begin anew.
    waits('ETH/USD', 10);
    await at(14);
    waits('ETH/USD', undefined);
    await at(15);
    await at(24);
    expect(titles()).toEqual(['Some price alerts come late: BTC/USD']);
    await at(25);
    expect(titles().slice(1)).toEqual(['Prices of BTC/USD are well again']);
  });

  test('that stood still and are then left out of the ticker are told as missing alone', async () => {
    const { at, memory, titles } = telling();
    await at(0);
    const known = memory.pairs.get('BTC/USD');
    if (known === undefined) throw new Error('it was polled');
    Object.assign(known, { stillPolls: 99 });
    await at(60, ['BTC/USD']);
    await at(61, ['BTC/USD']);
    expect(titles()).toEqual(['No price for BTC/USD']);
  });

  test.for(['done', 'expired'] as const)(
    'whose only rule is %s are not told about',
    async (status) => {
      const { at, is, titles } = telling();
      is('BTC/USD', status);
      await at(0, ['BTC/USD', 'ETH/USD']);
      await at(1, ['BTC/USD', 'ETH/USD']);
      expect(titles()).toEqual(['No price for ETH/USD']);
    },
  );
});
