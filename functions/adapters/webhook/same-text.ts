/**
 * Compares secrets in constant time. Both sides are hashed first, so that they have one length
 * (timingSafeEqual throws on unequal ones); where two hashes differ says nothing about the texts.
 */
import { hash, timingSafeEqual } from 'node:crypto';

/** Whether two texts are equal, in a time that does not depend on where they differ. */
export function sameText(given: string, known: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', known, 'buffer'));
}
