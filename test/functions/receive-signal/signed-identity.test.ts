/** Which id and time a signal has, by what its scheme signs and what its message says. */
import { describe, expect, it } from 'vitest';
import type { Auth } from '../../../functions/core/config.ts';
import { Secret } from '../../../functions/core/secret.ts';
import { proofFields, proofHeadersOf } from '../../../infra/local/sign-message.ts';
import { harness, TOKEN } from './harness.ts';

const SECRET = 'whsec_bWFkZS11cC1mb3ItdGVzdHMtYWxvbmUtMDEyMzQ1Njc4';
const STRIPE: Auth = { kind: 'stripe', header: 'x-signature' };
const GITHUB: Auth = { kind: 'github', header: 'x-signature' };
const HEADER: Auth = { kind: 'token', header: 'x-api-key' };
const FIELD: Auth = { kind: 'token', field: 'token' };

/** A source that posts messages, signed at the time of its clock. */
function sender(auth: Auth) {
  const secrets = [{ value: new Secret(SECRET) }];
  const webhook = harness({
    source: { auth },
    secrets: { of: async () => ({ token: new Secret(TOKEN), secrets }) },
  });
  const post = (fields: Readonly<Record<string, string>>) => {
    const order = { symbol: 'KRAKEN:XBTUSD', action: 'buy', size: '0.001' };
    const body = JSON.stringify({ ...order, ...fields, ...proofFields(auth, SECRET) });
    const nowMs = webhook.clock.nowMs();
    return webhook.post({
      headers: proofHeadersOf(auth, SECRET, { id: 'msg_1', body, nowMs }),
      body,
    });
  };
  const at = (secondsAgo: number) =>
    new Date(webhook.clock.nowMs() - secondsAgo * 1_000).toISOString();
  return { webhook, post, at };
}

describe('Stripe style', () => {
  it("takes the message's time, and the signed one where it has none", async () => {
    const { webhook, post, at } = sender(STRIPE);
    await post({ id: 'timed', time: at(20) });
    await post({ id: 'untimed' });
    const nowMs = webhook.clock.nowMs();
    expect(webhook.store.rows().map(({ signal }) => [signal.id, signal.sentAtMs])).toEqual([
      ['timed', nowMs - 20_000],
      ['untimed', Math.floor(nowMs / 1_000) * 1_000],
    ]);
  });

  it('knows a message without an id again by its text, however often it is signed', async () => {
    const { webhook, post, at } = sender(STRIPE);
    const message = { time: at(5) };
    expect((await post(message)).body.status).toBe('accepted');
    webhook.clock.advance(10_000);
    expect((await post(message)).body.status).toBe('duplicate');
    expect(webhook.store.rows()).toHaveLength(1);
  });

  it('refuses a message with neither: it may be the same again, or a second one', async () => {
    const { webhook, post } = sender(STRIPE);
    expect(await post({})).toMatchObject({ status: 400, body: { code: 'missing-identity' } });
    expect(webhook.store.rows()).toEqual([]);
  });
});

describe.each([
  ['GitHub style', GITHUB],
  ['a token in a header', HEADER],
  ['a token in a field', FIELD],
] as const)('%s, which signs no time', (_name, auth) => {
  it('needs the time in the message, with or without an id', async () => {
    const { webhook, post } = sender(auth);
    expect(await post({ id: 'untimed' })).toMatchObject({ body: { code: 'missing-field' } });
    expect(await post({})).toMatchObject({ body: { code: 'missing-identity' } });
    expect(webhook.store.rows()).toEqual([]);
  });

  it('meets a copied message as a duplicate, a day later too', async () => {
    const { webhook, post, at } = sender(auth);
    const message = { id: 'copied', time: at(1) };
    expect((await post(message)).body.status).toBe('accepted');
    webhook.clock.advance(86_400_000);
    expect((await post(message)).body.status).toBe('duplicate');
    expect(webhook.store.rows()).toHaveLength(1);
  });
});
