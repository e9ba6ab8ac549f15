/** Rounds of carrying out an order, its recall or its amend, and how one ended. */

/** Rounds of read, decide and act before it is left to a later message. */
export const ROUNDS_MAX = 4;

/** The pause after the first round; after the second it is twice as long, and so on. */
export const ROUND_PAUSE_MS = 400;

/** Time of an invocation where nobody says it: the function's time-out. */
export const INVOCATION_MS = 15_000;

/** Whether a round settled the order, or why another one may help. */
export type Round = { readonly kind: 'done' } | { readonly kind: 'again'; readonly why: string };

/** The round settled the order. */
export const DONE: Round = { kind: 'done' };

/** Another round may help. */
export function again(why: string): Round {
  return { kind: 'again', why };
}
