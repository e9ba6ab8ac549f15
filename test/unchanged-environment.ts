/** Tests share a process: each file leaves the environment as it found it, or the next finds another. */
import { afterAll, beforeAll, expect } from 'vitest';

let before: NodeJS.ProcessEnv;
beforeAll(() => {
  before = { ...process.env };
});
afterAll(() => {
  expect({ ...process.env }).toEqual(before);
});
