/**
 * Mutants: one guard of the protocol taken away at a time, by wrapping what a use case is given.
 * The simulator has to convict each; a guard whose loss nobody notices is not tested.
 */
import type { Guard } from './guard.ts';
import { AMEND_MUTANTS } from './mutants-amends.ts';
import { BOOK_MUTANTS } from './mutants-books.ts';
import { DOOR_MUTANTS } from './mutants-door.ts';
import { FLATTEN_MUTANTS } from './mutants-flatten.ts';
import { LANGUAGE_MUTANTS } from './mutants-language.ts';
import { LANE_MUTANTS } from './mutants-lane.ts';
import { LICENCE_MUTANTS } from './mutants-licence.ts';
import { PAPER_MUTANTS } from './mutants-paper.ts';
import { LOOK_UP_MUTANTS } from './mutants-look-up.ts';
import { RAIL_MUTANTS } from './mutants-rails.ts';
import { STOP_MUTANTS } from './mutants-stops.ts';

export type { Guard } from './guard.ts';

/** Every mutant. */
export const MUTANTS: readonly Guard[] = [
  ...LICENCE_MUTANTS,
  ...LANE_MUTANTS,
  ...LOOK_UP_MUTANTS,
  ...PAPER_MUTANTS,
  ...RAIL_MUTANTS,
  ...DOOR_MUTANTS,
  ...LANGUAGE_MUTANTS,
  ...FLATTEN_MUTANTS,
  ...BOOK_MUTANTS,
  ...STOP_MUTANTS,
  ...AMEND_MUTANTS,
];
