import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSignedWith,
  readClaim,
  signingKey,
  TOLERANCE_MS,
} from '../../../functions/adapters/webhook/standard-webhooks.ts';

const NOW_MS = 1_795_348_800_000;
const TIMESTAMP = String(NOW_MS / 1_000);
const KEY = Buffer.alloc(24, 7);
const BODY = Buffer.from('{"test": 2432232314}');

function sign(id: string, timestamp: string, body: Buffer, key = KEY): string {
  const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
}

function claim(signature: string, id = 'msg_1', timestamp = TIMESTAMP, nowMs = NOW_MS) {
  return readClaim({ id, timestamp, signature }, BODY, nowMs);
}

function accepts(signature: string): boolean {
  const read = claim(signature);
  return read !== undefined && isSignedWith(read, KEY);
}

describe('Standard Webhooks', () => {
  it('signs id, time and raw body joined by points', () => {
    const read = claim('');
    expect(read?.signed.toString()).toBe(`msg_1.${TIMESTAMP}.{"test": 2432232314}`);
    expect(read).toMatchObject({ id: 'msg_1', atMs: NOW_MS });
  });

  it('finds its signature among up to five, of any version', () => {
    const right = sign('msg_1', TIMESTAMP, BODY);
    const wrong = sign('msg_1', TIMESTAMP, BODY, Buffer.alloc(24, 8));
    expect(accepts(right)).toBe(true);
    expect(accepts(wrong)).toBe(false);
    expect(accepts(`v1a,abc ${wrong} ${right}`)).toBe(true);
    expect(accepts(`${wrong} ${wrong} ${wrong} ${wrong} ${right}`)).toBe(true);
    expect(accepts(`${wrong} ${wrong} ${wrong} ${wrong} ${wrong} ${right}`)).toBe(false);
    expect(accepts(right.replace('v1,', 'v2,'))).toBe(false);
    expect(accepts(right.slice(0, -2))).toBe(false);
  });

  it.each([
    ['', TIMESTAMP],
    ['a.b', TIMESTAMP],
    ['a b', TIMESTAMP],
    ['\u00e4', TIMESTAMP],
    ['x'.repeat(129), TIMESTAMP],
    ['msg_1', ''],
    ['msg_1', `${TIMESTAMP}.0`],
    ['msg_1', `+${TIMESTAMP}`],
    ['msg_1', String(NOW_MS)],
  ])('refuses the id %j with the time %j', (id, timestamp) => {
    expect(claim(sign(id, timestamp, BODY), id, timestamp)).toBeUndefined();
  });

  it('accepts a time up to the tolerance away, on both sides', () => {
    for (const sideMs of [TOLERANCE_MS, -TOLERANCE_MS]) {
      expect(claim('', 'msg_1', TIMESTAMP, NOW_MS + sideMs)).toBeDefined();
      expect(claim('', 'msg_1', TIMESTAMP, NOW_MS + sideMs + Math.sign(sideMs))).toBeUndefined();
    }
  });

  it('accepts a signature only over exactly these bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (a, b) => {
        const signature = sign('msg_1', TIMESTAMP, Buffer.from(a));
        const read = readClaim({ id: 'msg_1', timestamp: TIMESTAMP, signature }, b, NOW_MS);
        const same = Buffer.from(a).equals(Buffer.from(b));
        expect(read !== undefined && isSignedWith(read, KEY)).toBe(same);
      }),
    );
  });

  it.each([24, 32, 64])('reads a secret of %i bytes, with or without its prefix', (bytes) => {
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
});
