/**
 * Mutation testing of core: every condition, operator, call and block is changed once, and a test
 * must fail. `npm run mutation` takes all of core, for the night, `npm run mutation money` the money
 * path, `npx stryker run --mutate functions/core/x.ts` one file. Each fails below `break`.
 */

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
const config = {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  mutate: ['functions/core/**/*.ts'],
  mutator: {
    // A sentence is for people and may be reworded. Codes, states and kinds are unions: a mutant of
    // one does not compile, and what it decides is mutated as a condition. Kraken's error texts are
    // a table of constants, and each has a row of its own in the tests of answer.ts.
    excludedMutations: ['StringLiteral'],
  },
  // Constants are worked out when a file is loaded: their mutants cannot be told apart by test, so
  // each would run every test. They are limits and tables, which tests name one by one.
  ignoreStatic: true,
  // Vitest runs TypeScript as it is, and types are erased: a mutant needs no compiler.
  disableTypeChecks: false,
  // No tsconfig.json is rewritten for the copy that is mutated: ours names nothing outside of it, and
  // Stryker reads it with an interface of the compiler that TypeScript 7 does not have.
  tsconfigFile: 'none',
  concurrency: 2,
  // Which of some six thousand tests reach which of the changes is kept in memory.
  testRunnerNodeArgs: ['--max-old-space-size=8192'],
  // Tests of a mutant take a second; a loop without end must not take much longer to be caught, and
  // a slow machine must not make a mutant pass for one.
  timeoutMS: 10_000,
  tempDirName: '.stryker',
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.stryker/report.json' },
  thresholds: { high: 95, low: 90, break: 90 },
};

export default config;
