/** What each test file begins with in mutation testing, where it runs for thousands of mutants. */
import type * as FastCheck from 'fast-check';
import { afterEach, inject, vi } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Set by Stryker; undefined in its first run, which has no mutant. */
    readonly activeMutant: string | undefined;
  }
}

/** Draws of a law: few, because the law runs for every mutant that it covers. */
const RUNS_MAX = 30;

/** The same draws each time: a mutant that lived in the last run must not die by luck in the next. */
const SEED = 20_261_122;

// The mutant that a test has caught. Vitest would skip the tests of the other files, yet load them.
const worker = globalThis as { caughtMutant?: string | undefined };
const mutant = inject('activeMutant');
if (mutant !== undefined && worker.caughtMutant === mutant) {
  throw new Error('a test of another file has caught this mutant');
}
afterEach(({ task }) => {
  if (task.result?.state === 'fail') worker.caughtMutant = mutant;
});

vi.mock('fast-check', async (original) => {
  const real = await original<typeof FastCheck>();
  const assert = <T>(law: FastCheck.IProperty<T>, given: FastCheck.Parameters<T> = {}) => {
    const numRuns = Math.min(given.numRuns ?? RUNS_MAX, RUNS_MAX);
    return real.assert(law, { ...given, numRuns, seed: SEED });
  };
  // The table of all code points takes half a second to build, in every worker anew.
  const string = (given: FastCheck.StringConstraints = {}) =>
    real.string(given.unit === 'binary' ? { ...given, unit: 'grapheme' } : given);
  const jsonValue = (given: FastCheck.JsonSharedConstraints = {}) =>
    real.jsonValue({ ...given, stringUnit: 'grapheme' });
  const changed = { assert, string, jsonValue };
  return { ...real, ...changed, default: { ...real.default, ...changed } };
});
