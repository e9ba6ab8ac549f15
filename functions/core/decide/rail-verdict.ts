/** What one rail says of one order. */
import { plain, roundUp, type Decimal } from '../decimal.ts';
import type { Refusal } from '../refusal.ts';

/** A rail's word: what it looked at, and why the order may not pass, if it may not. */
export interface RailVerdict {
  /** Its name in harpoon.yaml. */
  readonly rail: string;
  /** The limit as it is configured: `500 USD`, `0.5 %`. */
  readonly limit: string;
  /** What was held against the limit, for people; worked out when somebody asks. */
  readonly seen: () => string;
  readonly refusal?: Refusal;
}

/** The verdict of a rail that could not see what it looks at. */
export function blind(rail: string, limit: string, refusal: Refusal): RailVerdict {
  return { rail, limit, seen: () => 'not known', refusal };
}

/** Shown to people; rounded up, so that a limit that was passed looks passed. */
export function cents(amount: Decimal): string {
  return plain(roundUp(amount, 2));
}
