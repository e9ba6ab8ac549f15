import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores are two workers; left to itself vitest keeps one core free.
    maxWorkers: '100%',
    // Every run says which seed fast-check drew; a failure repeats with it.
    reporters: ['default'],
  },
});
