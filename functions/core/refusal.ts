/**
 * A refusal: why a signal is not traded, in one sentence a person can act on. The code is stable
 * for programs; the table says which HTTP status the sender gets.
 */

/** Stable refusal codes with the HTTP status of the answer. */
export const REFUSALS = {
  'unreadable-body': 400,
  'missing-field': 400,
  'bad-field': 400,
  'ambiguous-field': 400,
  'missing-identity': 400,
  unauthenticated: 401,
  'not-found': 404,
  'method-not-allowed': 405,
  'identity-reused': 409,
  'too-large': 413,
  'unsupported-media': 415,
  'future-time': 422,
  'not-supported': 422,
  'unknown-signal': 422,
  'unknown-pair': 422,
  'foreign-chart': 422,
  'pair-not-allowed': 422,
  'pair-not-trading': 422,
  'bad-price': 422,
  'bad-size': 422,
  'too-small': 422,
  'above-max-order': 422,
  'above-max-position': 422,
  'above-max-daily': 422,
  'too-many-orders': 422,
  'too-many-open-orders': 422,
  'side-not-allowed': 422,
  'type-not-allowed': 422,
  'cooling-down': 422,
  'daily-loss-reached': 422,
  'spread-too-wide': 422,
  'price-deviates': 422,
  'no-market-data': 422,
  'insufficient-funds': 422,
  'account-not-tradable': 422,
  'not-armed': 422,
  'refused-by-kraken': 422,
} as const;

/** A refusal code. */
export type RefusalCode = keyof typeof REFUSALS;

/** Why something is not traded. `numbers` are the figures the decision was made with, as text. */
export interface Refusal {
  readonly code: RefusalCode;
  /** One sentence: what is wrong and what to write or do instead. Never holds a secret. */
  readonly sentence: string;
  readonly numbers?: Readonly<Record<string, string>>;
}

/** Makes a refusal. */
export function refusal(
  code: RefusalCode,
  sentence: string,
  numbers?: Readonly<Record<string, string>>,
): Refusal {
  return numbers === undefined ? { code, sentence } : { code, sentence, numbers };
}
