/** The law of rules that are removed and added again under one id, at any call of any run. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertStore } from '../../../functions/core/alerts/ports.ts';
import { memoryName } from '../../../functions/core/alerts/rule-name.ts';
import { fakeAlertStore, type FakeAlertStore } from '../../fakes/alert-store.ts';
import { bruteForce } from './brute-force.ts';
import { crossing, MINUTE, NOON, path, ruleOf, watching } from './rule-fixture.ts';

const ID = 'r';

/** The store as runs call it; before some of their calls a person does something. */
function withPerson(base: FakeAlertStore, person: (call: number) => Promise<void>): FakeAlertStore {
  let calls = 0;
  return new Proxy(base, {
    get(target, name: keyof FakeAlertStore) {
      const act: unknown = Reflect.get(target, name);
      if (typeof act !== 'function' || name === 'failAt' || name === 'heal') return act;
      return async (...args: readonly unknown[]) => {
        calls += 1;
        await person(calls);
        return (act as (...all: readonly unknown[]) => Promise<unknown>)(...args);
      };
    },
  });
}

/** A person whose command failed says it again. */
async function surely<T>(act: () => Promise<T>): Promise<T> {
  for (let left = 9; ; left -= 1) {
    try {
      return await act();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

async function nameNow(store: Pick<AlertStore, 'rules'>): Promise<string | undefined> {
  const rule = (await surely(() => store.rules())).find(({ id }) => id === ID);
  return rule && memoryName(rule);
}

const cases = fc.record({
  prices: fc.array(fc.constantFrom('98', '99', '100', '101'), { minLength: 20, maxLength: 60 }),
  again: fc.uniqueArray(fc.nat(120), { maxLength: 6 }),
  broken: fc.array(
    fc.record({ call: fc.nat(120), when: fc.constantFrom('before' as const, 'after' as const) }),
    { maxLength: 3 },
  ),
  polls: fc.array(fc.record({ gapMs: fc.integer({ min: 20_000, max: 130_000 }), who: fc.nat(1) }), {
    minLength: 8,
    maxLength: 25,
  }),
  repeat: fc.constantFrom('every' as const, 'once' as const),
});

test('each adding is a rule of its own: no name comes twice, nothing of a removed one is written, and the last one fires as if it were alone', async () => {
  let [runs, lives, firings] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(cases, async ({ prices, again, broken, polls, repeat }) => {
      runs += 1;
      const rule = ruleOf([crossing()], { id: ID, repeat });
      const ticks = prices.map((price, at) => [30 * at - 60, price] as const);
      const paths = { 'BTC/USD': path(NOON, ...ticks) };
      const base = fakeAlertStore();
      await base.add(rule);
      let [isPersonIn, ofRemoved] = [false, 0];
      const wants = new Set(again);
      const store = withPerson(base, async (call) => {
        if (!wants.has(call) || isPersonIn) return;
        isPersonIn = true;
        await surely(() => base.remove(ID));
        await surely(() => base.add(rule));
        lives += 1;
        isPersonIn = false;
      });
      const watched: FakeAlertStore = {
        ...store,
        async commit(commit) {
          const result = await store.commit(commit);
          if (result === 'done' && commit.after.ruleId !== (await nameNow(base))) ofRemoved += 1;
          return result;
        },
      };
      for (const { call, when } of broken) base.failAt(call + 1, when);
      const one = watching([], paths, NOON, watched);
      const two = watching([], paths, NOON, watched);
      for (const { gapMs, who } of polls) {
        one.clock.advance(gapMs);
        two.clock.advance(gapMs);
        const world = who === 0 ? one : two;
        await world.run().catch(() => world.forget());
      }
      base.heal();
      wants.clear();
      const lastMs = Math.max(one.clock.nowMs(), NOON + 30_000 * prices.length);
      one.clock.advance((Math.floor(lastMs / MINUTE) + 2) * MINUTE - one.clock.nowMs());
      one.forget();
      await one.run();
      await one.run();

      expect(ofRemoved).toBe(0);
      const ids = base.notices.map(({ id }) => id);
      const told = ids.filter((id) => id.startsWith('alert:'));
      const last = await nameNow(base);
      const commits = base.commits.filter(({ after }) => after.ruleId === last);
      const fired = base.commits.flatMap(({ notices }) => notices.map(({ id }) => id));
      expect(told).toEqual([...new Set(fired)]);
      expect(new Set(fired).size).toBe(fired.length);
      expect((await base.states()).map(({ ruleId }) => ruleId)).toEqual([last]);
      const beginMs = Object.values(commits[0]?.after.marks ?? {})[0]?.atMs ?? NaN;
      const expected = bruteForce(rule, paths, { beginMs, endMs: one.clock.nowMs() });
      const names = expected.map((_, at) => `alert:${last}:${at + 1}`);
      expect(told.filter((id) => id.startsWith(`alert:${last}:`))).toEqual(names);
      firings += told.length;
    }),
    { numRuns: 200 },
  );
  // The law was put to the test.
  expect(lives).toBeGreaterThan(runs / 2);
  expect(firings).toBeGreaterThan(runs / 2);
});
