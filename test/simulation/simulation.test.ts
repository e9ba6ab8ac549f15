import { describe, expect, it } from 'vitest';
import { Tallied } from './coverage.ts';
import { runWorld } from './world.ts';

const FROM = 1;
const SEEDS = 120;
/** Far longer than it takes, also on a machine with other work. */
const TIMEOUT_MS = 180_000;

describe(`the order protocol in ${SEEDS} simulated worlds (seeds ${FROM} to ${FROM + SEEDS - 1})`, () => {
  it('keeps every promise while everything around it fails', { timeout: TIMEOUT_MS }, async () => {
    const sums = new Tallied();
    const broken: string[] = [];
    for (let seed = FROM; seed < FROM + SEEDS; seed += 1) {
      const report = await runWorld({ seed });
      sums.add(report);
      const { violation } = report;
      if (violation === undefined) continue;
      broken.push(`${violation.promise}: npm run sim -- --seed ${seed}`);
    }
    expect(broken).toEqual([]);
    console.log(
      `seeds ${FROM} to ${FROM + SEEDS - 1}: ${sums.signals} signals, ${sums.orders} orders, ` +
        `${sums.faults} faults of ${sums.struck.size} kinds, ` +
        `${sums.freshPlaced} of ${sums.fresh} fresh signals placed in calm worlds`,
    );
    // What takes thousands of seeds is asked of the longer run (npm run sim).
    expect(sums.missing('short')).toEqual([]);
    expect(sums.freshPlaced / sums.fresh).toBeGreaterThanOrEqual(0.99);
  });

  it.each([3, 10, 42, 137])('is the same world twice (seed %i)', async (seed) => {
    const first = await runWorld({ seed, keepTrace: true });
    const second = await runWorld({ seed, keepTrace: true });
    expect(second.lines).toEqual(first.lines);
    expect(second.hash).toBe(first.hash);
    expect(first.lines.length).toBeGreaterThan(500);
  });

  it('waits for a day for the amend of an exit that came again days later (seed 3492)', async () => {
    expect((await runWorld({ seed: 3492 })).violation).toBeUndefined();
  });

  it('is another world for another seed', async () => {
    const hashes = await Promise.all(
      [1, 2, 3].map(async (seed) => (await runWorld({ seed, keepTrace: true })).hash),
    );
    expect(new Set(hashes).size).toBe(3);
  });
});

describe('with one kind of failure in every two hundred calls', () => {
  const kinds = [
    ...(['order request lost', 'order answer lost', 'order answer cut off'] as const),
    ...(['connection refused', 'read fails', 'enqueue fails', 'slow call'] as const),
    ...(['message delivered twice', 'due list is stale'] as const),
  ];
  it.each(kinds)('places 99 of 100 fresh signals at least: %s', async (kind) => {
    let fresh = 0;
    let placed = 0;
    for (let seed = 1; seed <= 4; seed += 1) {
      const rates = new Map([[kind, 5_000]]);
      const report = await runWorld({ seed, signals: 75, gapMs: 10_000, rates });
      expect(report.violation).toBeUndefined();
      fresh += report.liveness?.fresh ?? 0;
      placed += report.liveness?.placed ?? 0;
    }
    expect(fresh).toBeGreaterThan(250);
    expect(placed / fresh).toBeGreaterThanOrEqual(0.99);
  });
});
