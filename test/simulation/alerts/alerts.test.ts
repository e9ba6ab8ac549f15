import { describe, expect, it } from 'vitest';
import { AlertTally } from './alert-coverage.ts';
import { runAlertWorld } from './alert-world.ts';

const FROM = 1;
const SEEDS = 60;

describe(`price alerts in ${SEEDS} simulated worlds (seeds ${FROM} to ${FROM + SEEDS - 1})`, () => {
  it('fire as a plain reading of the path says, each once, and reach the people', async () => {
    const sums = new AlertTally();
    const broken: string[] = [];
    for (let seed = FROM; seed < FROM + SEEDS; seed += 1) {
      const report = await runAlertWorld({ seed });
      sums.add(report);
      const { violation } = report;
      if (violation === undefined) continue;
      broken.push(`${violation.promise}: npm run sim -- --alerts --seed ${seed}`);
    }
    expect(broken).toEqual([]);
    expect(sums.read).toBeGreaterThan(500);
    console.log(sums.lines(FROM).join('\n'));
  }, 120_000);

  it.each([2, 17, 33])('is the same world twice (seed %i)', async (seed) => {
    const first = await runAlertWorld({ seed, keepTrace: true });
    const second = await runAlertWorld({ seed, keepTrace: true });
    expect(second.lines).toEqual(first.lines);
    expect(second.hash).toBe(first.hash);
    expect(first.lines.length).toBeGreaterThan(200);
  });

  it('is another world for another seed', async () => {
    const reports = await Promise.all(
      [1, 2, 3].map((seed) => runAlertWorld({ seed, keepTrace: true })),
    );
    expect(new Set(reports.map(({ hash }) => hash)).size).toBe(3);
  });
});

describe('what a run must have seen', () => {
  it('is asked for from some hundred worlds on, and everything of one that saw nothing', () => {
    const sums = new AlertTally();
    expect(sums.missing()).toEqual([]);
    sums.seeds = 300;
    const soon = sums.missing();
    expect(soon).toContain('edge: told ahead');
    sums.seeds = 2_000;
    const all = sums.missing();
    expect(all).toContain('crash after: alerts.commit');
    expect(all.length).toBeGreaterThan(soon.length);
    for (const one of all) sums.seen.add(one);
    expect(sums.missing()).toEqual([]);
  });
});
