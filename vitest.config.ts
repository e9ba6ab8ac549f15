import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Every run says which seed fast-check drew; a failure repeats with it.
    reporters: ['default'],
  },
});
