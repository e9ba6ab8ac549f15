import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Tests that change the environment of their process for good, as a local stack in it does, get one of
 * their own. The others share one: loading what they test takes longer than they.
 */
const OWN_PROCESS = [
  'test/operator/cli/{books,docs,life,settle,where}.test.ts',
  'test/infra/bundle-runtime.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores are two workers; left to itself vitest keeps one core free.
    maxWorkers: '100%',
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
        },
      },
    ],
  },
});
