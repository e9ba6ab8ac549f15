/**
 * The law of the watch: for any path of prices, any choice of times at which it is polled and any
 * point at which a process dies, the firings are those of a plain reading of the path, each told once.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertRule, Condition } from '../../../functions/core/alerts/rule.ts';
import type { Tick } from '../../fakes/price-feed.ts';
import { bruteForce } from './brute-force.ts';
import { MINUTE, NOON, ruleOf, watching } from './rule-fixture.ts';

const PAIRS = ['BTC/USD', 'ETH/USD'] as const;

/** A walk in halves around 100, a trade every few seconds or after minutes of silence. */
const walk = fc
  .array(
    fc.record({
      gapMs: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 1_000, max: 30_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 300_000 }) },
      ),
      step: fc.integer({ min: -4, max: 4 }),
    }),
    { minLength: 20, maxLength: 150 },
  )
  .map((steps): Tick[] => {
    let [atMs, halves] = [NOON - 12 * MINUTE, 200];
    return [{ atMs, price: '100' }].concat(
      steps.map(({ gapMs, step }) => {
        atMs += gapMs;
        halves = Math.min(212, Math.max(188, halves + step));
        return { atMs, price: String(halves / 2) };
      }),
    );
  });

const pair = fc.constantFrom(...PAIRS);
const level = fc.constantFrom('99', '100', '101');
const side = fc.constantFrom('above' as const, 'below' as const);
const event: fc.Arbitrary<Condition> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('cross' as const),
      pair,
      side: fc.constantFrom('above' as const, 'below' as const, 'either' as const),
      level,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('extreme' as const),
      pair,
      end: fc.constantFrom('high' as const, 'low' as const),
    }),
  },
);
const state: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant('level' as const),
    pair,
    side,
    level,
    forMs: fc.constantFrom(0, 2 * MINUTE, 5 * MINUTE),
  }),
  fc.record({
    kind: fc.constant('move' as const),
    pair,
    direction: fc.constantFrom('up' as const, 'down' as const, 'either' as const),
    percent: fc.constantFrom('1', '2', '3'),
    windowMs: fc.constantFrom(5 * MINUTE, 180 * MINUTE),
  }),
);
const conditions = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(event) },
  { weight: 3, arbitrary: fc.tuple(state) },
  { weight: 2, arbitrary: fc.tuple(event, state) },
  { weight: 1, arbitrary: fc.tuple(state, state) },
  { weight: 1, arbitrary: fc.tuple(state, event, state) },
);
const rule: fc.Arbitrary<AlertRule> = fc
  .record({
    conditions,
    hysteresis: fc.constantFrom('0', '1'),
    cooldownMs: fc.constantFrom(MINUTE, 3 * MINUTE),
    repeat: fc.constantFrom('every' as const, 'every' as const, 'once' as const),
  })
  .map(({ conditions: list, ...options }) => ruleOf(list, options));

const polls = fc.array(
  fc.record({
    gapMs: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 55_000, max: 65_000 }) },
      { weight: 2, arbitrary: fc.integer({ min: 2_000, max: 240_000 }) },
    ),
    dies: fc.boolean(),
  }),
  { minLength: 5, maxLength: 40 },
);
const faults = fc.array(
  fc.record({ call: fc.nat(60), when: fc.constantFrom('before' as const, 'after' as const) }),
  { maxLength: 4 },
);

test('the firings are those of a plain reading of the path, whoever dies when, each told once', async () => {
  await fc.assert(
    fc.asyncProperty(walk, walk, rule, polls, faults, async (btc, eth, one, times, broken) => {
      const paths = { 'BTC/USD': btc, 'ETH/USD': eth };
      const world = watching([one], paths);
      for (const { call, when } of broken) world.store.failAt(call, when);
      const run = async () => {
        try {
          await world.run();
        } catch (error) {
          // The process is gone, with all that it remembered.
          expect(String(error)).toContain('the store');
          world.forget();
        }
      };
      for (const { gapMs, dies } of times) {
        world.clock.advance(gapMs);
        await run();
        if (dies) world.forget();
      }
      // What is left is read in peace, in a minute in which nobody trades any more, and in the next:
      // a minute without a trade is read when it is over.
      world.store.heal();
      const lastMs = Math.max(world.clock.nowMs(), ...[...btc, ...eth].map(({ atMs }) => atMs));
      const quietMs = (Math.floor(lastMs / MINUTE) + 2) * MINUTE;
      for (const atMs of [quietMs, quietMs + MINUTE]) {
        world.clock.advance(atMs + 1_000 - world.clock.nowMs());
        await run();
        await run();
      }
      world.forget();
      await run();
      const first = world.store.commits[0]?.after.marks;
      const beginMs = Object.values(first ?? {})[0]?.atMs ?? NaN;
      const expected = bruteForce(one, paths, { beginMs, endMs: quietMs + MINUTE - 1 });
      const fired = world.firedAt().map((seconds) => NOON + seconds * 1_000);
      expect(fired).toEqual(expected.map(({ from }) => from));
      const told = world.ids().filter((id) => id.startsWith('alert:'));
      expect(told).toEqual(expected.map((_, at) => `alert:r:${at + 1}`));
    }),
    { numRuns: 300 },
  );
});
