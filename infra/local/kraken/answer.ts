/** Kraken's envelope: `{error, result}`, with HTTP 200 also for errors. */

/** What the exchange answers. A non-empty `error` means that the call failed. */
export interface Answer {
  readonly error: readonly string[];
  readonly result?: unknown;
}

/** A successful answer. */
export function answered(result: unknown): Answer {
  return { error: [], result };
}

/** A refusal with one of Kraken's error strings; `result` is absent, as on the wire. */
export function refused(error: string): Answer {
  return { error: [error] };
}
