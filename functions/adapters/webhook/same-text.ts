/**
 * Compares secrets in constant time. Both sides are hashed with a key that only this process
 * knows, so that they have one length (timingSafeEqual throws on unequal ones) and nobody outside
 * can choose what is compared byte by byte.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const PROCESS_KEY = randomBytes(32);

/** Whether two texts are equal, in a time that does not depend on where they differ. */
export function sameText(given: string, known: string): boolean {
  return timingSafeEqual(digest(given), digest(known));
}

function digest(text: string): Buffer {
  return createHmac('sha256', PROCESS_KEY).update(text).digest();
}
