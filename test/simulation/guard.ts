/** How a mutant is convicted. */
import type { Mutant } from './experiment.ts';

/** A mutant, the promises that may be the first to break, and within how many seeds from 1. */
export interface Guard extends Mutant {
  readonly breaks: RegExp;
  readonly withinSeeds: number;
}
