/** Fresh names from the machine's cryptographic randomness. */
import { randomUUID } from 'node:crypto';
import type { Ids } from '../core/ports.ts';

/** UUID v4 (RFC 9562). */
export const randomIds: Ids = { uuid: () => randomUUID() };
