import { describe, expect, it } from 'vitest';
import { missing, Tallied } from './coverage.ts';
import { CRASH_POINTS } from './crash-table.ts';
import { covered, reported } from './report.ts';

const wanted = missing(new Set(), 'long');
const everything = new Set([...wanted, ...CRASH_POINTS.flatMap(({ seen }) => seen)]);

describe('the report of a run', () => {
  it('counts everything that is wanted in one group each', () => {
    const all = covered(new Set()).map((line) => Number(/^0 of (\d+) /.exec(line)?.[1]));
    expect(all.every((count) => count > 0)).toBe(true);
    expect(all.reduce((sum, count) => sum + count, 0)).toBe(wanted.length);
  });

  it('says how much of each group was seen', () => {
    const steps = wanted.filter((one) => one.startsWith('step: '));
    const seen = new Set(everything);
    seen.delete('step: prepared -> placed');
    const lines = covered(seen);
    expect(lines).toContain(`${steps.length - 1} of ${steps.length} steps of the state table`);
    expect(lines.filter((line) => /^(\d+) of \1 /.test(line))).toHaveLength(lines.length - 1);
  });

  it('says which seeds ran, what came of them and how fast', () => {
    const sums = new Tallied();
    sums.addPart({
      ...{ seeds: 200, signals: 8_000, requests: 9_000, orders: 5_000, events: 700_000 },
      ...{ fresh: 10, freshPlaced: 9, seen: [], struck: [['slow call', 3]], ends: [['placed', 7]] },
    });
    const text = reported(sums, { from: 1_001, minutes: 0.1 }).join('\n');
    expect(text).toMatch(/seeds +1001 to 1200 \(200\)/);
    expect(text).toMatch(/signals +8000 in 9000 requests, 80000 a minute/);
    expect(text).toMatch(/faults +3 injected, of 1 kinds/);
    expect(text).toMatch(/1 of \d+ kinds of fault/);
    expect(text).toMatch(/ends +placed 7/);
  });
});
