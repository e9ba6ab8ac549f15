/** Signatures that others published, so that both sides of this repository cannot be wrong alike. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hexSignature, isSigned, textKey } from '../../../functions/adapters/webhook/hmac.ts';
import { schemeOf } from '../../../functions/adapters/webhook/schemes.ts';
import { signingKey } from '../../../functions/adapters/webhook/standard-webhooks.ts';
import type { Auth } from '../../../functions/core/config.ts';

/** Whether the secret made these headers over the body, at that time. */
function isMade(
  auth: Auth,
  given: { headers: Record<string, string>; body: string; secret: string; nowMs: number },
): boolean {
  const { headers, body, secret, nowMs } = given;
  const evidence = { headers: new Map(Object.entries(headers)), body: Buffer.from(body) };
  const claim = schemeOf(auth).claimIn(evidence, nowMs);
  return claim.ok && claim.value.isOf(secret);
}

describe('published signatures', () => {
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
  const github = {
    headers: {
      'x-hub-signature-256':
        'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
    body: 'Hello, World!',
    secret: "It's a Secret to Everybody",
    nowMs: 0,
  };

  it("accepts GitHub's example, with its own secret only", () => {
    const auth = { kind: 'github', header: 'x-hub-signature-256' } as const;
    expect(isMade(auth, github)).toBe(true);
    expect(isMade(auth, { ...github, secret: "It's a secret to everybody" })).toBe(false);
    expect(isMade(auth, { ...github, body: 'Hello, world!' })).toBe(false);
  });

  it('accepts the example of the Standard Webhooks libraries', () => {
    // https://github.com/standard-webhooks/standard-webhooks, tests of the libraries
    const standard = {
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      body: '{"test": 2432232314}',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      nowMs: 1_614_265_330_000,
    };
    expect(isMade('standard-webhooks', standard)).toBe(true);
    expect(isMade('standard-webhooks', { ...standard, body: '{"test": 2432232315}' })).toBe(false);
  });

  it('makes the HMAC-SHA256 of RFC 4231, test case 2', () => {
    // Stripe and Kraken describe their header and publish no secret with a signature.
    const hex = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    const signature = hexSignature(hex) ?? Buffer.alloc(0);
    const parts = ['what do ya want', ' for ', 'nothing?'].map((text) => Buffer.from(text));
    expect(isSigned([signature], parts, Buffer.from('Jefe'))).toBe(true);
    expect(isSigned([signature], parts.slice(1), Buffer.from('Jefe'))).toBe(false);
  });

  it("decodes a secret for senders that decode theirs, as Kraken's own webhooks do", () => {
    const key = Buffer.alloc(32, 5);
    const body = '{"type":"quote.executed"}';
    const sum = createHmac('sha256', key).update(`1734567890.${body}`).digest('hex');
    const headers = { 'x-signature': `t=1734567890,v1=${sum}` };
    const auth = { kind: 'stripe', header: 'x-signature' } as const;
    const given = { headers, body, nowMs: 1_734_567_890_000 };
    expect(isMade(auth, { ...given, secret: `base64:${key.toString('base64')}` })).toBe(true);
    expect(isMade(auth, { ...given, secret: key.toString('base64') })).toBe(false);
  });
});

describe('the form of a secret', () => {
  it.each([24, 32, 64])('reads whsec_ and %i bytes, with or without its prefix', (bytes) => {
    const key = Buffer.alloc(bytes, 3);
    expect(signingKey(`whsec_${key.toString('base64')}`)).toEqual(key);
    expect(signingKey(key.toString('base64'))).toEqual(key);
  });

  it.each(['', 'whsec_', `whsec_${Buffer.alloc(23).toString('base64')}`, 'not base64 at all!'])(
    'throws on the secret %j, which is a fault of the configuration, without quoting it',
    (secret) => {
      expect(() => signingKey(secret)).toThrow(/whsec_ and the base64 of 24 to 64 bytes$/);
    },
  );

  it('takes a text as it stands, and throws on base64 that is none or too short', () => {
    expect(textKey('whsec_abc')).toEqual(Buffer.from('whsec_abc'));
    for (const wrong of ['', 'AAAA', 'not base64 at all!!!!!!!', `${'A'.repeat(18)}==`]) {
      expect(() => textKey(`base64:${wrong}`)).toThrow(/in base64, of at least 16 bytes$/);
    }
  });
});
