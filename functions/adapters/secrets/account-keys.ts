/**
 * Kraken key pairs from Secrets Manager. An account has two secrets, `NAME/trade` and
 * `NAME/query`, so that IAM can keep each function to the half that it needs: one sequence of
 * nonces has one kind of writer.
 */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { sha256 } from '../../core/hash.ts';
import { Secret, type ApiKey } from '../../core/secret.ts';
import type { Clock } from '../../core/ports.ts';

/** Which half of an account's keys. */
export type KeyHalf = 'trade' | 'query';

/** An API key with the name under which its lane is known. */
export interface NamedKey extends ApiKey {
  /** Fingerprint of the public half; says which key without being it. */
  readonly keyId: string;
}

/** Rotated keys are picked up within this time. */
const CACHE_MS = 5 * 60_000;

/** Reads one half of accounts' keys, cached. Throws when the secret is missing or unreadable. */
export function accountKeys(
  client: SecretsManagerClient,
  clock: Clock,
  half: KeyHalf,
): (secretName: string) => Promise<NamedKey> {
  const cache = new Map<string, { readonly key: NamedKey; readonly untilMs: number }>();
  return async (secretName) => {
    const cached = cache.get(secretName);
    if (cached !== undefined && cached.untilMs > clock.nowMs()) return cached.key;
    const { SecretString } = await client.send(
      new GetSecretValueCommand({ SecretId: `${secretName}/${half}` }),
    );
    const key = readKey(SecretString, `${secretName}/${half}`);
    cache.set(secretName, { key, untilMs: clock.nowMs() + CACHE_MS });
    return key;
  };
}

/** Names a key by its public half. */
export function keyIdOf(publicKey: string): string {
  return sha256(publicKey).slice(0, 16);
}

function readKey(text: string | undefined, name: string): NamedKey {
  const { key, secret } = fields(text);
  // Neither the text nor the parser's message may be in the error: both hold the key.
  if (typeof key !== 'string' || typeof secret !== 'string' || key === '' || secret === '') {
    throw new Error(`secret ${name} must be JSON {"key":"...","secret":"..."} from Kraken`);
  }
  return { key: new Secret(key), secret: new Secret(secret), keyId: keyIdOf(key) };
}

function fields(text: string | undefined): { key?: unknown; secret?: unknown } {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
