/**
 * Secrets of sources from Secrets Manager:
 * `{"token":"...","secrets":[{"value":"...","notBefore":"...","notAfter":"..."}]}`, where the times
 * are RFC 3339 and may be left out; `halt` beside them holds secrets of the same form that can do
 * nothing but halt. Kept for a minute, a failure for some seconds, so that a flood
 * of requests is not a flood of calls; whoever cannot read a secret throws, and the sender of a
 * signal is told to send again.
 */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import type { Clock, SourceSecrets } from '../../core/ports.ts';
import { Secret, type SourceCredentials, type SourceSecret } from '../../core/secret.ts';

/** A rotated or revoked secret is noticed within this time. */
const CACHE_MS = 60_000;

/** A failure is remembered for this long; well below TradingView's 5 s until it sends again. */
const FAILURE_CACHE_MS = 2_000;

const time = v.pipe(v.string(), v.isoTimestamp());

const secret = v.strictObject({
  value: v.pipe(v.string(), v.minLength(16), v.maxLength(256)),
  notBefore: v.exactOptional(time),
  notAfter: v.exactOptional(time),
});

const shape = v.strictObject({
  token: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{32,128}$/)),
  secrets: v.array(secret),
  halt: v.exactOptional(v.array(secret)),
});

interface Cached {
  readonly credentials: Promise<SourceCredentials>;
  untilMs: number;
}

/** Reads sources' secrets, cached. */
export function sourceSecrets(client: SecretsManagerClient, clock: Clock): SourceSecrets {
  const cache = new Map<string, Cached>();
  return {
    of(secretName) {
      const cached = cache.get(secretName);
      if (cached !== undefined && cached.untilMs > clock.nowMs()) return cached.credentials;
      const credentials = read(client, secretName);
      const entry = { credentials, untilMs: clock.nowMs() + CACHE_MS };
      credentials.catch(() => {
        entry.untilMs = clock.nowMs() + FAILURE_CACHE_MS;
      });
      cache.set(secretName, entry);
      return credentials;
    },
  };
}

async function read(client: SecretsManagerClient, name: string): Promise<SourceCredentials> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
  const parsed = v.safeParse(shape, json(SecretString));
  if (!parsed.success) {
    // The faults name fields, never values.
    const fields = parsed.issues.map((issue) => v.getDotPath(issue) ?? 'the whole').join(', ');
    throw new Error(`secret ${name} is not of the form that a source needs; look at: ${fields}`);
  }
  const { token, secrets, halt } = parsed.output;
  return {
    token: new Secret(token),
    secrets: secrets.map(sourceSecret),
    ...(halt === undefined ? {} : { halt: halt.map(sourceSecret) }),
  };
}

function sourceSecret({ value, notBefore, notAfter }: v.InferOutput<typeof secret>): SourceSecret {
  return {
    value: new Secret(value),
    ...(notBefore === undefined ? {} : { notBeforeMs: Date.parse(notBefore) }),
    ...(notAfter === undefined ? {} : { notAfterMs: Date.parse(notAfter) }),
  };
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    // The parser's message would quote the secret.
    return undefined;
  }
}
