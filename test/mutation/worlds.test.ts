/**
 * A few simulated worlds, for mutation testing: what the protocol promises across use cases is seen
 * in no single test of core. `npm run sim` is the real thing.
 */
import { describe, expect, it } from 'vitest';
import { runWorld } from '../simulation/world.ts';

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

describe('simulated worlds', () => {
  it('keep every promise, and place what is fresh when little goes wrong', async () => {
    const totals = { fresh: 0, placed: 0 };
    for (const seed of SEEDS) {
      const report = await runWorld({ seed, signals: 30 });
      expect(report.violation, `seed ${seed}`).toBeUndefined();
      totals.fresh += report.liveness?.fresh ?? 0;
      totals.placed += report.liveness?.placed ?? 0;
    }
    expect(totals.placed * 100).toBeGreaterThanOrEqual(totals.fresh * 98);
  });
});
