/** A value that must never be seen: printing, logging or serialising it shows `[redacted]`. */

const REDACTED = '[redacted]';

/** Holds a secret text. Only `reveal` gives it away, which makes every use searchable. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself; call it where it is used and keep no copy. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}

/** One Kraken API key pair: the public half and the base64 private half. */
export interface ApiKey {
  /** Public API key, sent as `API-Key`. */
  readonly key: Secret;
  /** Base64 private key that signs. */
  readonly secret: Secret;
}

/** A secret of a source, with the time in which it is accepted; two overlap during rotation. */
export interface SourceSecret {
  readonly value: Secret;
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
}

/** What a source proves itself with: the token in its path and the secrets of its messages. */
export interface SourceCredentials {
  readonly token: Secret;
  readonly secrets: readonly SourceSecret[];
  /** Good for halting and nothing else. */
  readonly halt?: readonly SourceSecret[];
}
