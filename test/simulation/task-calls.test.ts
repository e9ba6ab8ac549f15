import { describe, expect, it } from 'vitest';
import { HALT_PORTS, RECALL_PORTS } from './fault-kinds.ts';
import { Random } from './random.ts';
import {
  AMENDING_TASKS,
  callsOf,
  focusOf,
  focusOn,
  HALTING_TASKS,
  type Focus,
} from './task-calls.ts';

const NOTHING = { halts: false, sells: false, isPaper: false, follows: false, amends: false };

/** What so many worlds single out, one of each seed. */
function drawn(world: typeof NOTHING, worlds: number): readonly (Focus | undefined)[] {
  return Array.from({ length: worlds }, (_, seed) => focusOf(new Random(seed, 'focus'), world));
}

/** How many worlds single out nothing but the call. */
function alone(focuses: readonly (Focus | undefined)[], call: string): number {
  return focuses.filter((focus) => focus?.size === 1 && focus.has(call)).length;
}

describe('the calls that are killed often in a world', () => {
  it('are none where nothing is done beside placing orders', () => {
    expect(drawn(NOTHING, 200).every((focus) => focus === undefined)).toBe(true);
  });

  it.each([
    ['somebody halts and sells', { ...NOTHING, halts: true, sells: true }, HALTING_TASKS],
    ['an account trades on paper', { ...NOTHING, isPaper: true }, ['trading on paper'] as const],
    ['orders are changed', { ...NOTHING, amends: true }, AMENDING_TASKS],
    ['orders are followed', { ...NOTHING, follows: true }, ['following'] as const],
  ])('are each call by itself or every call at once, where %s', (_, world, tasks) => {
    const focuses = drawn(world, 2_000);
    for (const call of callsOf(tasks)) expect(alone(focuses, call)).toBeGreaterThan(0);
    const whole = focuses.filter((focus) => focus !== undefined).filter(({ size }) => size > 1);
    expect(whole.length).toBeGreaterThan(500);
    const areAllThere = (focus: Focus): boolean => callsOf(tasks).every((call) => focus.has(call));
    expect(whole.every(areAllThere)).toBe(true);
  });

  it('are those that are made least more often than the others', () => {
    const focuses = drawn({ ...NOTHING, halts: true, sells: true }, 2_000);
    const rare = alone(focuses, 'flattening, orders.read');
    expect(rare).toBeGreaterThan(2 * alone(focuses, 'halting, board.read'));
  });

  it('are no sales where no halt sells', () => {
    const focuses = drawn({ ...NOTHING, halts: true }, 500);
    const calls = new Set(focuses.flatMap((focus) => [...(focus?.keys() ?? [])]));
    for (const call of callsOf(['flattening'])) expect(calls).not.toContain(call);
  });

  it('are, where every one is, also those that belong to no task, and each more rarely', () => {
    const focuses = drawn({ ...NOTHING, halts: true }, 200);
    const whole = focuses.find((focus) => (focus?.size ?? 0) > 1);
    for (const port of [...HALT_PORTS, ...RECALL_PORTS]) expect(whole?.get(port)).toBe(60_000);
    expect([...focusOn('halting, board.turn')]).toEqual([['halting, board.turn', 400_000]]);
  });
});
