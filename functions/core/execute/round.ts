/** How a round of carrying out an order ended. */

/** Whether a round settled the order, or why another one may help. */
export type Round = { readonly kind: 'done' } | { readonly kind: 'again'; readonly why: string };

/** The round settled the order. */
export const DONE: Round = { kind: 'done' };

/** Another round may help. */
export function again(why: string): Round {
  return { kind: 'again', why };
}
