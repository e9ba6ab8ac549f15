import { describe, expect, it } from 'vitest';
import { planOf, type Plan, type Trouble } from './plan.ts';
import { FAULTS } from './trouble.ts';

const WISH = { signals: 300, kills: 9, seed: 7, short: false };

function troubles({ trouble }: Plan): readonly Trouble[] {
  return [...trouble.values()].flat();
}

describe('the plan of a run', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(planOf(WISH)).toEqual(planOf(WISH));
    expect(planOf({ ...WISH, seed: 8 })).not.toEqual(planOf(WISH));
  });

  it.each([0, 1, 2, 3, 9, 30])('has exactly the %i kills that were asked for', (kills) => {
    const plan = planOf({ ...WISH, kills });
    const firing = troubles(plan).filter(({ kind }) => kind === 'kill').length;
    expect(firing + plan.lastKills.length).toBe(kills);
    expect(plan.lastKills.length).toBe(Math.round(kills / 3));
  });

  it('has every kind of fault, and the quick ones in a short run', () => {
    const names = (plan: Plan) =>
      new Set(troubles(plan).map((one) => (one.kind === 'fault' ? one.fault.name : '')));
    const isIn = (found: ReadonlySet<string>) => FAULTS.filter(({ name }) => found.has(name));
    expect(isIn(names(planOf(WISH)))).toEqual(FAULTS);
    const quick = FAULTS.filter(({ isSlow }) => isSlow !== true);
    expect(isIn(names(planOf({ ...WISH, short: true })))).toEqual(quick);
  });

  it('sends every signal once at least, some again, some forged, some too old', () => {
    const { signals } = planOf(WISH);
    expect(new Set(signals.map(({ id }) => id)).size).toBe(WISH.signals);
    expect(signals.every(({ copies }) => copies >= 1)).toBe(true);
    for (const has of ['again', 'forged', 'isStale'] as const) {
      expect(signals.some((signal) => signal[has])).toBe(true);
    }
    expect(new Set(signals.map(({ source }) => source))).toEqual(new Set(['notify', 'resend']));
    expect(new Set(signals.map(({ type }) => type))).toEqual(new Set(['market', 'limit']));
  });

  it.each([10, 39, 41, 150, 300])('places all trouble of %i signals within them', (signals) => {
    const plan = planOf({ ...WISH, signals, kills: 5 });
    for (const at of plan.trouble.keys()) {
      expect(at).toBeGreaterThanOrEqual(0);
      expect(at).toBeLessThan(signals);
    }
  });
});
