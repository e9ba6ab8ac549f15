/** Further laws of the watch: against the raw ticks, without candles, and beyond the call budget. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tick } from '../../fakes/price-feed.ts';
import { bruteForce } from './brute-force.ts';
import { crossing, MINUTE, NOON, ruleOf, watching } from './rule-fixture.ts';

const walkFrom = (startMs: number, length: number) =>
  fc
    .array(
      fc.record({
        gapMs: fc.integer({ min: 2_000, max: 25_000 }),
        step: fc.integer({ min: -4, max: 4 }),
      }),
      { minLength: length / 2, maxLength: length },
    )
    .map((steps): Tick[] => {
      let [atMs, halves] = [startMs, 200];
      return [{ atMs, price: '100' }].concat(
        steps.map(({ gapMs, step }) => {
          atMs += gapMs;
          halves = Math.min(210, Math.max(190, halves + step));
          return { atMs, price: String(halves / 2) };
        }),
      );
    });

const minuteOf = (ms: number) => Math.floor(ms / MINUTE) * MINUTE;

/** The minutes in which the ticks themselves cross above 100, each with when they got ready for it. */
function tickCrossings(ticks: readonly Tick[], beginMs: number, back: number) {
  const found: { readonly minute: number; readonly readyMinute: number }[] = [];
  let price = Number(ticks.filter(({ atMs }) => atMs <= beginMs).at(-1)?.price);
  let readyMs = price < 100 ? beginMs : undefined;
  for (const tick of ticks.filter(({ atMs }) => atMs > beginMs)) {
    price = Number(tick.price);
    if (readyMs !== undefined && price >= 100) {
      found.push({ minute: minuteOf(tick.atMs), readyMinute: minuteOf(readyMs) });
      readyMs = undefined;
    } else if (readyMs === undefined && price < 100 && price <= back) readyMs = tick.atMs;
  }
  return found;
}

/** The minutes in which a tick at or above 100 follows one below, whatever the band says. */
function levelReached(ticks: readonly Tick[], beginMs: number): readonly number[] {
  return ticks.flatMap(({ atMs, price }, at) => {
    const before = Number(ticks[at - 1]?.price ?? price);
    return atMs > beginMs && before < 100 && Number(price) >= 100 ? [minuteOf(atMs)] : [];
  });
}

test('no crossing of the ticks is missed when a minute lies between, and only what is flagged is extra', async () => {
  const cases = fc.record({
    ticks: walkFrom(NOON - 3 * MINUTE, 160),
    hysteresis: fc.constantFrom('0', '1'),
    gaps: fc.array(fc.integer({ min: 20_000, max: 150_000 }), { minLength: 5, maxLength: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ ticks, hysteresis, gaps }) => {
      const world = watching([ruleOf([crossing()], { hysteresis })], { 'BTC/USD': ticks });
      await world.run();
      for (const gapMs of gaps) {
        world.clock.advance(gapMs);
        await world.run();
      }
      const lastMs = Math.max(world.clock.nowMs(), ticks.at(-1)?.atMs ?? 0);
      world.clock.advance(minuteOf(lastMs) + 2 * MINUTE - world.clock.nowMs());
      await world.run();
      const fired = world.firedAt().map((seconds) => NOON + seconds * 1_000);
      const crossings = tickCrossings(ticks, NOON, hysteresis === '0' ? 100 : 99);
      const crossed = new Set(crossings.map(({ minute }) => minute));
      // Got ready in an earlier minute, and nothing was crossed in the minute of getting ready. A
      // firing in that minute, which had a high before its low, stands for the one that followed.
      for (const { minute, readyMinute } of crossings) {
        const isTold = crossed.has(readyMinute) || fired.includes(readyMinute);
        if (readyMinute < minute && !isTold) expect(fired).toContain(minute);
      }
      const reached = new Set(levelReached(ticks, NOON));
      const flagged = world.log.lines.filter((line) => line.includes('"ambiguous":true')).length;
      const extra = fired.filter((minute) => !reached.has(minute)).length;
      expect(extra).toBeLessThanOrEqual(flagged);
    }),
    { numRuns: 200 },
  );
});

test('without candles, a rule fires only when the price was truly there, and once', async () => {
  const cases = fc.record({
    ticks: walkFrom(NOON - 3 * MINUTE, 120),
    gaps: fc.array(fc.integer({ min: 5_000, max: 200_000 }), { minLength: 5, maxLength: 15 }),
    touch: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ ticks, gaps, touch }) => {
      const level = {
        kind: 'level',
        pair: 'BTC/USD',
        side: 'above',
        level: '102',
        forMs: 0,
      } as const;
      const rule = ruleOf([touch ? level : crossing('102')]);
      const world = watching([rule], { 'BTC/USD': ticks });
      world.feed.down.add('candles');
      await world.run();
      for (const gapMs of gaps) {
        world.clock.advance(gapMs);
        const before = world.store.notices.length;
        await world.run();
        if (
          world
            .ids()
            .slice(before)
            .some((id) => id.startsWith('alert:'))
        ) {
          const at = (ms: number) => Number(ticks.filter(({ atMs }) => atMs <= ms).at(-1)?.price);
          expect(Math.max(at(NOON), at(world.clock.nowMs()))).toBeGreaterThanOrEqual(102);
        }
      }
      expect(world.firedAt().length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});

test('more pairs than can be read in a minute are told late, and never missed or told twice', async () => {
  const names = Array.from({ length: 60 }, (_, at) => `C${at}/USD`);
  const cases = fc.record({
    walks: fc.array(walkFrom(NOON - 2 * MINUTE, 60), { minLength: 6, maxLength: 6 }),
    touch: fc.boolean(),
    cooldownMs: fc.constantFrom(MINUTE, 4 * MINUTE),
    forgets: fc.array(fc.nat(9), { maxLength: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ walks, touch, cooldownMs, forgets }) => {
      const paths = Object.fromEntries(names.map((name, at) => [name, walks[at % 6] ?? []]));
      const rules = names.map((pair, at) => {
        const level = { kind: 'level', pair, side: 'below', level: '99', forMs: 0 } as const;
        const condition = touch && at % 2 === 0 ? level : crossing('100', 'either', pair);
        return ruleOf([condition], { id: `r${at}`, cooldownMs, hysteresis: '1' });
      });
      const world = watching(rules, paths);
      for (let at = 0; at < 10; at += 1) {
        world.clock.advance(NOON + at * MINUTE + 5_000 - world.clock.nowMs());
        if (forgets.includes(at)) world.forget();
        const done = await world.run();
        expect(done.candleCalls).toBeLessThanOrEqual(40);
      }
      const lastMs = Math.max(...walks.map((walk) => walk.at(-1)?.atMs ?? 0), world.clock.nowMs());
      // Later than any minute that is still unread, then until nobody waits.
      for (let at = 2; at < 6; at += 1) {
        world.clock.advance(minuteOf(lastMs) + at * MINUTE + 1_000 - world.clock.nowMs());
        await world.run();
      }
      const told = world.ids().filter((id) => id.startsWith('alert:'));
      expect(new Set(told).size).toBe(told.length);
      for (const rule of rules) {
        const first = world.store.commits.find(({ after }) => after.ruleId === rule.id)?.after;
        const beginMs = Object.values(first?.marks ?? {})[0]?.atMs ?? NaN;
        const pair = rule.conditions[0]?.pair ?? '';
        const endMs = world.clock.nowMs();
        const expected = bruteForce(rule, { [pair]: paths[pair] ?? [] }, { beginMs, endMs });
        const mine = told.filter((id) => id.startsWith(`alert:${rule.id}:`));
        expect(mine.length, rule.id).toBe(expected.length);
      }
    }),
    { numRuns: 12 },
  );
});
