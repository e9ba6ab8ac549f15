/**
 * The points at which an order may be left half done, numbered as the protocol numbers them, and
 * how the simulation sees that it was at each. A run that is long enough must have seen them all.
 */

/** One numbered point. */
interface Point {
  readonly what: string;
  /** What must have been seen, all of it; absent: `crash table N` is seen where it happens. */
  readonly seen?: readonly string[];
}

/** The mark of a point, put where it happens. */
export function point(number: keyof typeof CRASH_TABLE): string {
  return `crash table ${number}`;
}

/** Every numbered point. */
export const CRASH_TABLE = {
  1: { what: 'nothing stored, no 2xx' },
  2: { what: 'the row is stored, its acknowledgement lost' },
  3: { what: 'the row is stored, not queued, no 2xx' },
  4: { what: 'the message is queued, its acknowledgement lost' },
  5: { what: 'the store is away at the door' },
  6: { what: 'the gateway throttles' },
  7: { what: 'the worker dies before PREPARE', seen: ['crash before: orders.prepare'] },
  8: { what: 'the lane is taken, its acknowledgement lost' },
  9: { what: 'PREPARE is not applied' },
  10: { what: 'PREPARE is applied, its acknowledgement lost, the worker alive' },
  11: { what: 'PREPARE is applied, the worker dead', seen: ['crash after: orders.prepare'] },
  12: { what: 'the request gets lost', seen: ['fault: order request lost'] },
  13: { what: 'the answer gets lost, the order exists' },
  14: { what: 'the order reaches the engine late', seen: ['engine: deadline over'] },
  15: { what: 'the worker dies with its order at Kraken' },
  16: { what: 'the outcome cannot be written' },
  17: { what: 'a message comes again for an order that is placed' },
  18: { what: 'two workers prepare one order' },
  19: { what: 'reconcile and the worker move one row' },
  20: { what: 'the nonce of an order is refused' },
  21: { what: 'reads lag behind an order' },
  22: { what: 'the query key sees nothing, a person is called' },
  23: { what: 'Kraken is away for long, a person is called' },
  24: { what: 'no function is free for a message', seen: ['fault: function throttled'] },
  25: { what: 'a message is a dead letter', seen: ['dead letter'] },
  26: { what: 'the table is restored from a backup' },
  27: { what: 'a row of a newer version is refused' },
  28: { what: 'a revoked key is refused' },
  29: { what: 'orders placed by hand show in the look-up of ours' },
  30: { what: 'a switch blocks between PREPARE and the answer' },
} as const satisfies Record<number, Point>;

/** What was asked for: a name for the report, and the marks that must have been seen. */
export const CRASH_POINTS: readonly { readonly name: string; readonly seen: readonly string[] }[] =
  Object.entries(CRASH_TABLE).map(([number, one]: [string, Point]) => ({
    name: `crash table ${number}: ${one.what}`,
    seen: one.seen ?? [`crash table ${number}`],
  }));
