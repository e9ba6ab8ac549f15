import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Tests that change the environment of their process for good, as a local stack in it does, get one of
 * their own. The others share one: loading what they test takes longer than they.
 */
const OWN_PROCESS = [
  'test/operator/cli/{books,docs,life,settle,where}.test.ts',
  'test/infra/bundle-runtime.test.ts',
];

/** Files that take longest: begun last, one of them would leave the other cores without work. */
const LONGEST = [
  ...['simulation/mutants', 'simulation/sweep/sweep', 'infra/synth', 'simulation/simulation'],
  ...['docs/replay', 'infra/local/alerts', 'infra/local/brackets', 'infra/local/stack'],
].map((name) => `/test/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONGEST.some((name) => moduleId.endsWith(name));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/**
 * A Node.js that reads TypeScript by itself loads the tests as it loads what they test, without Vite
 * in between: a fifth less work, and what it compiled is kept from run to run by NODE_COMPILE_CACHE.
 * https://vitest.dev/config/experimental#experimental-vitemodulerunner
 */
const isRead = 'typescript' in process.features && process.features.typescript === 'strip';

export default defineConfig({
  test: {
    experimental: { viteModuleRunner: !isRead, nodeLoader: !isRead },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores are two workers; left to itself vitest keeps one core free.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    // As large as the simulator's own processes have: what a world leaves behind is collected at once.
    execArgv: ['--max-semi-space-size=16'],
    // Every run says which seed fast-check drew; a failure repeats with it.
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'own process', include: OWN_PROCESS } },
      {
        extends: true,
        test: {
          name: 'shared process',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...OWN_PROCESS],
          isolate: false,
          setupFiles: ['test/unchanged-environment.ts'],
        },
      },
    ],
  },
});
