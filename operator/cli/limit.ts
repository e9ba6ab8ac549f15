/** `--limit` of commands that list what came. */
import { CliError, type Input } from './command.ts';

/** How many are shown when nobody says it, and at most. */
export const LIMIT = 20;
export const LIMIT_MAX = 1_000;

/** Reads it. Throws CliError. */
export function limitOf(input: Input): number {
  const text = input.text('limit');
  if (text === undefined) return LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new CliError('usage', `--limit is a number from 1 to ${LIMIT_MAX}`);
}
