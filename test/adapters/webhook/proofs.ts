/** Sources of every kind of `auth`, and requests that prove themselves to them. */
import { sourceGuard } from '../../../functions/adapters/webhook/source-guard.ts';
import type { Auth } from '../../../functions/core/config.ts';
import { readJson } from '../../../functions/core/message/json.ts';
import { assert } from '../../../functions/core/result.ts';
import { Secret, type SourceSecret } from '../../../functions/core/secret.ts';
import type { AdmittedSource, Evidence } from '../../../functions/core/receive/signal-request.ts';
import { proofFields, proofHeadersOf } from '../../../infra/local/sign-message.ts';
import { harness, SENDER, TOKEN } from '../../functions/receive-signal/harness.ts';

export const NOW_MS = 1_795_348_800_000;
export const KEY = 'whsec_bWFkZS11cC1mb3ItdGVzdHMtYWxvbmUtMDEyMzQ1Njc4';
export const OTHER_KEY = 'whsec_YW5vdGhlci1tYWRlLXVwLWtleS1vZi0zMi1ieXRlcy4u';

/** Every way to prove a sender. */
export const AUTHS: Readonly<Record<string, Auth>> = {
  tradingview: 'tradingview',
  'standard-webhooks': 'standard-webhooks',
  stripe: { kind: 'stripe', header: 'x-signature' },
  github: { kind: 'github', header: 'x-hub-signature-256' },
  'a token in a header': { kind: 'token', header: 'x-api-key' },
  'a bearer token': { kind: 'token', header: 'authorization' },
  'a token in a field': { kind: 'token', field: 'token' },
};

/** A source that has admitted a request, and knows these secrets. */
export async function admittedWith(
  auth: Auth,
  secrets: readonly SourceSecret[] = [{ value: new Secret(KEY) }],
): Promise<AdmittedSource> {
  const { config } = harness({ source: { auth } });
  const guard = sourceGuard(config, { of: async () => ({ token: new Secret(TOKEN), secrets }) });
  const admitted = await guard.admit({ source: 'btc-trend', token: TOKEN, address: SENDER });
  assert(admitted.ok, 'token and address are those of the source');
  return admitted.value;
}

/** What a sender brings that knows the secret. */
export function proofOf(
  auth: Auth,
  options: { readonly secret?: string; readonly atMs?: number; readonly id?: string } = {},
): Evidence {
  const { secret = KEY, atMs = NOW_MS, id = 'msg_1' } = options;
  const body = JSON.stringify({ ...proofFields(auth, secret), action: 'buy', note: 'caf\u00e9' });
  const headers = proofHeadersOf(auth, secret, { id, body, nowMs: atMs });
  return evidence(new Map(Object.entries(headers)), Buffer.from(body));
}

/** Headers and bytes with the message that the bytes hold, if they hold one. */
export function evidence(headers: ReadonlyMap<string, string>, body: Uint8Array): Evidence {
  const json = readJson(Buffer.from(body).toString('utf8'));
  return json.ok && json.value.kind === 'object'
    ? { headers, body, root: json.value }
    : { headers, body };
}

/** The evidence with some headers changed; undefined takes one away. */
export function withHeaders(
  given: Evidence,
  changes: Readonly<Record<string, string | undefined>>,
): Evidence {
  const changed = new Map(given.headers);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
  }
  return { ...given, headers: changed };
}
