import { describe, expect, it } from 'vitest';
import { minimized, relevant } from './explain.ts';
import { BROKEN_PROMISES } from './broken-promises.ts';
import { MUTANTS, type Guard } from './mutants.ts';
import type { WorldReport } from './experiment.ts';
import { runWorld } from './world.ts';

async function convicted(mutant: Guard): Promise<WorldReport | undefined> {
  for (let seed = 1; seed <= mutant.withinSeeds; seed += 1) {
    const report = await runWorld({ seed, mutant });
    if (report.violation !== undefined) return report;
  }
  return undefined;
}

describe('a protocol with one guard taken away is convicted', () => {
  it.each(MUTANTS)('$name (within $withinSeeds seeds)', async (mutant) => {
    const report = await convicted(mutant);
    expect(report?.violation?.promise).toMatch(mutant.breaks);
  });
});

describe('an exchange that breaks a promise the protocol rests on is noticed', () => {
  it.each(BROKEN_PROMISES)('$name (within $withinSeeds seeds)', async (mutant) => {
    const report = await convicted(mutant);
    expect(report?.violation?.promise).toMatch(mutant.breaks);
  });
});

describe('an exchange that tells a limit for orders that it made', () => {
  it('is survived with every guard in its place', async () => {
    const limits = MUTANTS.find((mutant) => mutant.limits === true);
    if (limits === undefined) throw new Error('a mutant lives there');
    const { name, against = [] } = limits;
    const guarded = { name, against, limits: true };
    const reports = [];
    for (let seed = 1; seed <= limits.withinSeeds; seed += 1) {
      reports.push(await runWorld({ seed, mutant: guarded }));
    }
    expect(reports.flatMap(({ violation }) => violation ?? [])).toEqual([]);
    const said = reports.flatMap(({ seen }) => [...seen]);
    expect(said).toEqual(expect.arrayContaining([expect.stringMatching(/^said after: .*limit/i)]));
  });
});

describe('a conviction', () => {
  it('comes with the few faults it takes and the lines about its order', async () => {
    const [mutant] = MUTANTS;
    if (mutant === undefined) throw new Error('there is a mutant');
    const report = await convicted(mutant);
    if (report?.violation === undefined) throw new Error('it is convicted');
    const smallest = await minimized(report.seed, mutant);
    expect(smallest.violation?.promise).toBe(report.violation.promise);
    expect(smallest.struck.size).toBeLessThanOrEqual(report.struck.size);
    const lines = relevant(smallest);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join('\n')).toContain(smallest.violation?.about);
  });
});
