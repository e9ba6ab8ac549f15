/** What no change of a message survives, whatever the message. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../functions/core/secret.ts';
import { proofHeadersOf } from '../../../infra/local/sign-message.ts';
import { admittedWith, AUTHS, evidence, KEY, NOW_MS, OTHER_KEY, proofOf } from './proofs.ts';

const SIGNED = Object.entries(AUTHS).filter(([name]) =>
  ['standard-webhooks', 'stripe', 'github'].includes(name),
);

/** Another byte at one place. */
function changed(bytes: Uint8Array, at: number, by: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const place = at % copy.length;
  copy[place] = ((copy[place] ?? 0) + by) % 256;
  return copy;
}

describe.each(SIGNED)('a message signed as %s', (_name, auth) => {
  it('is refused when any byte of its body is another', async () => {
    const admitted = await admittedWith(auth);
    const body = fc.json().map((text) => Buffer.from(text));
    fc.assert(
      fc.property(body, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, by) => {
        const text = bytes.toString('utf8');
        const headers = proofHeadersOf(auth, KEY, { id: 'msg_1', body: text, nowMs: NOW_MS });
        const good = evidence(new Map(Object.entries(headers)), bytes);
        expect(admitted.prove(good, NOW_MS).ok).toBe(true);
        expect(admitted.prove({ ...good, body: changed(bytes, at, by) }, NOW_MS).ok).toBe(false);
      }),
    );
  });

  it('is refused when any character of any of its headers is another', async () => {
    const admitted = await admittedWith(auth);
    const good = proofOf(auth);
    const names = [...good.headers.keys()];
    const character = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), character, (name, at, other) => {
        const value = good.headers.get(name) ?? '';
        const place = at % value.length;
        const wrong = `${value.slice(0, place)}${other}${value.slice(place + 1)}`;
        // Hex digits have two cases, and the last character of base64 has bits that mean nothing.
        const isHex = typeof auth !== 'string';
        const isSame = isHex ? wrong.toLowerCase() === value.toLowerCase() : wrong === value;
        const isSpare = value.endsWith('=') && place === value.length - 2;
        fc.pre(!isSame && !isSpare);
        const headers = new Map([...good.headers, [name, wrong]]);
        expect(admitted.prove({ ...good, headers }, NOW_MS).ok).toBe(false);
      }),
    );
  });
});

describe.each(Object.entries(AUTHS))('a secret of a source with %s', (_name, auth) => {
  it('proves a message in its time and never outside of it', async () => {
    const minutes = fc.option(fc.integer({ min: -4, max: 4 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(minutes, minutes, async (from, until) => {
        const secret = {
          value: new Secret(KEY),
          ...(from === undefined ? {} : { notBeforeMs: NOW_MS + from * 60_000 }),
          ...(until === undefined ? {} : { notAfterMs: NOW_MS + until * 60_000 }),
        };
        const admitted = await admittedWith(auth, [{ value: new Secret(OTHER_KEY) }, secret]);
        const isIn = (from ?? 0) <= 0 && (until ?? 0) >= 0;
        expect(admitted.prove(proofOf(auth), NOW_MS)).toEqual(
          isIn
            ? { ok: true, value: expect.objectContaining({ secretIndex: 1 }) as unknown }
            : { ok: false, error: 'secret-out-of-time' },
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe.each(Object.entries(AUTHS))('whatever comes, a source with %s', (_name, auth) => {
  it('refuses it with the name of a check, and never throws', async () => {
    const admitted = await admittedWith(auth);
    const names = [...proofOf(auth).headers.keys()];
    const headers = fc.array(
      fc.tuple(fc.constantFrom(...names, 'x'), fc.string({ unit: 'binary' })),
    );
    fc.assert(
      fc.property(headers, fc.uint8Array(), fc.anything(), (given, body, value) => {
        const bytes = Buffer.from(JSON.stringify({ token: value, secret: value }) ?? '');
        for (const each of [body, bytes]) {
          const proof = admitted.prove(evidence(new Map(given), each), NOW_MS);
          expect(proof).toEqual({ ok: false, error: expect.any(String) as unknown });
        }
      }),
    );
  });
});
