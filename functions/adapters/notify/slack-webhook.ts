/**
 * Addresses of Slack's incoming webhooks from Secrets Manager: `{"url":"https://hooks.slack.com/..."}`.
 * The address is the whole right to write into the channel, so it is a secret: it is never logged,
 * and nothing is sent anywhere but to Slack, or to this machine, where the local stack stands in.
 */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../core/ports.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { Secret } from '../../core/secret.ts';

/** A new address is picked up within this time. */
const CACHE_MS = 60_000;

/** Where incoming webhooks live; the second is Slack for governments. */
const HOSTS = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

const LOOPBACK = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/;

/** Reads addresses by the name of their secret, cached. */
export interface SlackWebhooks {
  /** The address, or what is wrong with the secret. Throws when it cannot be asked for. */
  of(secretName: string): Promise<Result<Secret, string>>;
}

/** The webhooks of an account's secrets. */
export function slackWebhooks(client: SecretsManagerClient, clock: Clock): SlackWebhooks {
  const cache = new Map<string, { readonly url: Secret; readonly untilMs: number }>();
  return {
    async of(secretName) {
      const cached = cache.get(secretName);
      if (cached !== undefined && cached.untilMs > clock.nowMs()) return ok(cached.url);
      const text = await secretText(client, secretName);
      const url = webhookUrl(urlIn(text));
      // Neither the text nor the parser's message may be in the error: both hold the address.
      if (!url.ok) return err(`secret ${secretName}: ${url.error}`);
      cache.set(secretName, { url: url.value, untilMs: clock.nowMs() + CACHE_MS });
      return url;
    },
  };
}

/** Whether an address may be posted to; the error never holds it. */
export function webhookUrl(text: unknown): Result<Secret, string> {
  const wanted = 'write {"url":"https://hooks.slack.com/services/..."} as Slack shows it';
  if (typeof text !== 'string' || !URL.canParse(text)) return err(wanted);
  const { protocol, hostname, port, username, password, pathname } = new URL(text);
  const isSlack =
    protocol === 'https:' && HOSTS.has(hostname) && port === '' && pathname.length > 1;
  const isHere = protocol === 'http:' && LOOPBACK.test(hostname);
  if (!(isSlack || isHere) || username !== '' || password !== '') return err(wanted);
  return ok(new Secret(text));
}

/** The text of a secret; undefined when there is no such secret. */
async function secretText(client: SecretsManagerClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

function urlIn(text: string | undefined): unknown {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return typeof parsed === 'object' && parsed !== null ? (parsed as { url?: unknown }).url : '';
  } catch {
    return undefined;
  }
}
