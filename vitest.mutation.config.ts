/** The tests that mutation testing runs: of core and its door, in memory, a few seconds in all. */
import { statSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Short files first: they are about one thing, and one failing test is enough. */
class ShortFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const size = ({ moduleId }: TestSpecification): number => statSync(moduleId).size;
    return [...files].sort((a, b) => size(a) - size(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/core/**/*.test.ts', 'test/functions/receive-signal/*.test.ts'],
    exclude: ['test/core/alerts/crash-exact.test.ts'],
    setupFiles: ['test/mutation/setup.ts'],
    testTimeout: 10_000,
    // The files that cover a mutant share one worker: core keeps no state between them.
    isolate: false,
    sequence: { sequencer: ShortFirst },
  },
});
