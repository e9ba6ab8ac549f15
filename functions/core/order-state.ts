/**
 * The life of an order row, as one table. Only `prepared` is a licence to send, and only the
 * invocation that wrote it may send, once.
 *
 *     received -> prepared -> placed
 *        |  ^        |-----> rejected | validated
 *        |  |        |-----> unknown -> placed (adopted) | unplaced | needs-human
 *        v  |        '-----> queued  (provably never sent, or licensed to go again)
 *      queued ------> expired | suppressed | rejected | withdrawn | unneeded
 *
 * What a person says ends `needs-human` too. Said to be absent, it is looked for still: one that turns
 * up after all leaves `unplaced` again, and nothing else ever does. No way leads back to a licence.
 */

/** Where an order row stands. */
export type OrderState = keyof typeof TRANSITIONS;

/**
 * received: durable, not yet carried out. queued: carried out once in vain, may go again.
 * prepared: one worker may send it now. unknown: sent, outcome not known. placed: at the exchange.
 * validated: Kraken checked it (`validate`), nothing was to be placed. rejected: refused by a rule of ours or by Kraken. expired: too old to open risk. suppressed:
 * stopped by a kill switch. withdrawn: taken back before it went out. unneeded: the
 * strategy stands already where the signal wants it. unplaced: proved not to be at the exchange. needs-human: neither
 * found nor proved absent, or contradictory.
 */
const TRANSITIONS = {
  received: ['prepared', 'expired', 'suppressed', 'rejected', 'withdrawn', 'unneeded'],
  queued: ['prepared', 'expired', 'suppressed', 'rejected', 'withdrawn', 'unneeded'],
  prepared: ['placed', 'validated', 'rejected', 'unknown', 'queued', 'unplaced', 'needs-human'],
  unknown: ['placed', 'queued', 'unplaced', 'needs-human'],
  // A person was called; what the sweeps find afterwards, or the person does, is still attached.
  'needs-human': ['placed', 'unplaced'],
  placed: [],
  validated: [],
  rejected: [],
  expired: [],
  suppressed: [],
  withdrawn: [],
  unneeded: [],
  // Only where a person, and not Harpoon, called it absent.
  unplaced: ['placed', 'needs-human'],
} as const satisfies Record<string, readonly string[]>;

/** Every state, for tables and tests. */
export const ORDER_STATES = Object.keys(TRANSITIONS) as readonly OrderState[];

/** Whether the table allows the step. */
export function mayMove(from: OrderState, to: OrderState): boolean {
  return (TRANSITIONS[from] as readonly OrderState[]).includes(to);
}

/** Whether nothing more will happen to the row by itself. */
export function isFinal(state: OrderState): boolean {
  return state === 'unplaced' || TRANSITIONS[state].length === 0;
}

/** States from which PREPARE may start. */
export const WAITING_STATES = ['received', 'queued'] as const satisfies readonly OrderState[];

/** Whether the row waits to be carried out. */
export function isWaiting(state: OrderState): state is (typeof WAITING_STATES)[number] {
  return state === 'received' || state === 'queued';
}

/** Whether the row may have an order at the exchange that nobody has confirmed. */
export function isUncertain(state: OrderState): state is 'prepared' | 'unknown' | 'needs-human' {
  return state === 'prepared' || state === 'unknown' || state === 'needs-human';
}
