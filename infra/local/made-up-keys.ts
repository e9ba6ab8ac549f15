/**
 * Keys and secrets of the local stack: made up at first start, kept in the local Secrets Manager,
 * good for nothing but the embedded exchange.
 */
import { randomBytes } from 'node:crypto';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Auth } from '../../functions/core/config.ts';

/** A key as Kraken gives them out: a public half and a base64 secret of 64 bytes. */
export interface MadeUpKey {
  readonly key: string;
  readonly secret: string;
}

/** What a source proves itself with, as its secret holds it. */
export interface MadeUpSource {
  readonly token: string;
  readonly secrets: readonly { readonly value: string }[];
}

/** Reads the account key of that name, or makes one up. */
export function localKey(client: SecretsManagerClient, name: string): Promise<MadeUpKey> {
  return readOrMake(client, name, () => ({
    key: randomBytes(42).toString('base64'),
    secret: randomBytes(64).toString('base64'),
  }));
}

/**
 * Reads a source's secrets, or makes them up: a path token and one secret for messages. One of a
 * form that the source's way to sign cannot use, since harpoon.yaml was changed, is made anew.
 */
export async function localSource(
  client: SecretsManagerClient,
  name: string,
  auth: Auth,
): Promise<MadeUpSource> {
  const kept = await readOrMake(client, name, () => madeUpSource(auth));
  const isUsable =
    auth !== 'standard-webhooks' || kept.secrets.every(({ value }) => value.startsWith('whsec_'));
  if (isUsable) return kept;
  const made = { ...madeUpSource(auth), token: kept.token };
  await client.send(
    new PutSecretValueCommand({ SecretId: name, SecretString: JSON.stringify(made) }),
  );
  return made;
}

/** Secrets of a source, in the form that its way to sign needs. */
export function madeUpSource(auth: Auth): MadeUpSource {
  const bytes = randomBytes(32);
  const value =
    auth === 'standard-webhooks'
      ? `whsec_${bytes.toString('base64')}`
      : bytes.toString('base64url');
  return { token: randomBytes(32).toString('base64url'), secrets: [{ value }] };
}

/** Puts the address of this start's stand-in for Slack into the secret of a channel. */
export async function localSlack(
  client: SecretsManagerClient,
  name: string,
  standInUrl: string,
): Promise<void> {
  const SecretString = JSON.stringify({ url: `${standInUrl}/services/local` });
  try {
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
    await client.send(new CreateSecretCommand({ Name: name, SecretString }));
  }
}

async function readOrMake<T>(
  client: SecretsManagerClient,
  Name: string,
  make: () => T,
): Promise<T> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: Name }));
    return JSON.parse(SecretString ?? '') as T;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
    const made = make();
    await client.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(made) }));
    return made;
  }
}
