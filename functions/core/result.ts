/**
 * Expected failures are values, so that the compiler makes every caller look at them. Only what
 * nobody can foresee is thrown, and caught once, in a handler.
 */

/** What an operation that may fail in an expected way returns. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** A successful result. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A failed result. */
export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** Ends an exhaustive switch: compiles only while every case of the union is handled. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable case: ${JSON.stringify(value)}`);
}

/** Something that must hold did not. It is a defect of ours, never a fault of the input. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Asserts, also in production, what must hold; throws AssertionError with what was expected. */
export function assert(condition: boolean, expectation: string): asserts condition {
  if (!condition) throw new AssertionError(`expected that ${expectation}`);
}
