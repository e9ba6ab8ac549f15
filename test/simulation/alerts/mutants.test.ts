/** The alert world notices every guard that is taken away. */
import { describe, expect, it } from 'vitest';
import type { AlertWorldReport } from './alert-world.ts';
import { runAlertWorld } from './alert-world.ts';
import { relevantLines, smallestOf } from './explain-alerts.ts';
import type { AlertMutant } from './mutant.ts';
import { DELIVERY_MUTANTS } from './mutants-delivery.ts';
import { TELL_MUTANTS } from './mutants-tell.ts';
import { WATCH_MUTANTS } from './mutants-watch.ts';

async function convicted(mutant: AlertMutant): Promise<AlertWorldReport | undefined> {
  for (let seed = 1; seed <= mutant.withinSeeds; seed += 1) {
    const report = await runAlertWorld({ seed, mutant });
    if (report.violation !== undefined) return report;
  }
  return undefined;
}

describe('check-prices with one guard taken away is convicted', () => {
  it.each([...WATCH_MUTANTS, ...TELL_MUTANTS])(
    '$name (within $withinSeeds seeds)',
    async (mutant) => {
      const report = await convicted(mutant);
      expect(report?.violation?.promise).toMatch(mutant.breaks);
    },
  );
});

describe('deliver-notifications with one guard taken away is convicted', () => {
  it.each(DELIVERY_MUTANTS)('$name (within $withinSeeds seeds)', async (mutant) => {
    const report = await convicted(mutant);
    expect(report?.violation?.promise).toMatch(mutant.breaks);
  });
});

describe('a conviction', () => {
  it('comes with the few faults it takes and the lines about its rule', async () => {
    const mutant = WATCH_MUTANTS.find(({ name }) => name.startsWith('the version of a state'));
    if (mutant === undefined) throw new Error('there is one');
    const report = await convicted(mutant);
    if (report?.violation === undefined) throw new Error('it is convicted');
    const smallest = await smallestOf(report.seed, mutant);
    expect(smallest.violation?.promise).toBe(report.violation.promise);
    expect(smallest.struck.size).toBeLessThan(report.struck.size);
    expect(relevantLines(smallest).join('\n')).toContain(smallest.violation?.about);
  });
});
