/** Why a question to the exchange was not answered, and whether asking again makes sense. */
import { verdictOn, type Answer } from './answer.ts';

/** A read or a cancel that failed. Asking again is safe for both: neither adds risk. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  /** Whether the same question may be answered later; false: somebody must change something. */
  readonly retryable: boolean;
  /** Kraken's error texts, as they came; empty when no readable answer came. */
  readonly errors: readonly string[];

  constructor(
    message: string,
    details: { readonly retryable: boolean; readonly errors?: readonly string[] },
  ) {
    super(message);
    this.retryable = details.retryable;
    this.errors = details.errors ?? [];
  }
}

/** The result of an answered question; throws ExchangeError with what was asked and what came. */
export function resultOf(answer: Answer, asked: string): unknown {
  if (answer.kind !== 'answered') {
    const what = answer.kind === 'never-sent' ? 'was not sent' : 'got no readable answer';
    throw new ExchangeError(`${asked} ${what}: ${answer.reason}`, { retryable: true });
  }
  const { errors, result } = answer;
  if (errors.length === 0) return result;
  const verdict = verdictOn(errors);
  throw new ExchangeError(`${asked} was refused: ${errors.join('; ').slice(0, 500)}`, {
    retryable: verdict === 'unknown' || verdict === 'refused-before-engine',
    errors,
  });
}
