/** What each way to prove a sender accepts and refuses, case by case. */
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../functions/core/secret.ts';
import type { Auth } from '../../../functions/core/config.ts';
import type { FailedCheck } from '../../../functions/core/receive/signal-request.ts';
import {
  admittedWith,
  AUTHS,
  evidence,
  KEY,
  NOW_MS,
  OTHER_KEY,
  proofOf,
  withHeaders,
} from './proofs.ts';

const SECONDS = String(NOW_MS / 1_000);
const WRONG_HEX = '0'.repeat(64);
const WRONG_V1 = `v1,${'A'.repeat(43)}=`;

/** The header of a scheme that has one. */
function headerOf(auth: Auth): string {
  if (typeof auth === 'string' || !('header' in auth)) throw new Error('no header of its own');
  return auth.header;
}

async function checkOf(
  name: string,
  change: (value: string) => Readonly<Record<string, string | undefined>>,
  header?: string,
) {
  const auth = AUTHS[name];
  if (auth === undefined) throw new Error(`${name} is no kind of auth`);
  const admitted = await admittedWith(auth);
  const good = proofOf(auth);
  const value = good.headers.get(header ?? headerOf(auth)) ?? '';
  const proof = admitted.prove(withHeaders(good, change(value)), NOW_MS);
  return proof.ok ? 'proved' : proof.error;
}

describe.each(Object.entries(AUTHS))('a message with %s', (_name, auth) => {
  it('is proved by the secret that is accepted now, whichever it is', async () => {
    const secrets = [
      { value: new Secret(OTHER_KEY), notAfterMs: NOW_MS },
      { value: new Secret(KEY), notBeforeMs: NOW_MS },
    ];
    const admitted = await admittedWith(auth, secrets);
    const index = (secret: string, nowMs: number) => {
      const proof = admitted.prove(proofOf(auth, { secret }), nowMs);
      return proof.ok ? proof.value.secretIndex : proof.error;
    };
    expect(index(OTHER_KEY, NOW_MS)).toBe(0);
    expect(index(KEY, NOW_MS)).toBe(1);
    expect(index(OTHER_KEY, NOW_MS + 1)).toBe('secret-out-of-time');
    expect(index(KEY, NOW_MS - 1)).toBe('secret-out-of-time');
  });

  it('is not proved by another secret, nor by none', async () => {
    const admitted = await admittedWith(auth);
    const other = admitted.prove(proofOf(auth, { secret: OTHER_KEY }), NOW_MS);
    expect(other).toEqual({ ok: false, error: 'no-secret-matches' });
    const none = admitted.prove(evidence(new Map(), Buffer.from('{"action":"buy"}')), NOW_MS);
    const missing = admitted.proofIn === 'request' ? 'header-missing' : 'field-missing';
    expect(none).toEqual({ ok: false, error: missing });
  });
});

describe('Stripe style', () => {
  const other = (value: string) => value.replace(/v1=.*/, '');
  it.each<[string, (value: string) => string | undefined, FailedCheck | 'proved']>([
    ['as it is', (value) => value, 'proved'],
    ['with v0 beside v1', (value) => `${value},v0=${WRONG_HEX}`, 'proved'],
    ['v1 first, then t', (value) => value.split(',').reverse().join(','), 'proved'],
    [
      'the right v1 last of five',
      (v) => v.replace(',', `,${`v1=${WRONG_HEX},`.repeat(4)}`),
      'proved',
    ],
    [
      'in capitals',
      (v) => v.replace(/v1=.*/, (hex) => `v1=${hex.slice(3).toUpperCase()}`),
      'proved',
    ],
    ['no header', () => undefined, 'header-missing'],
    ['an empty header', () => '', 'header-missing'],
    [
      'the right v1 last of six',
      (v) => v.replace(',', `,${`v1=${WRONG_HEX},`.repeat(5)}`),
      'header-malformed',
    ],
    ['a thousand items', (v) => `${v}${',v0=1'.repeat(1_000)}`, 'header-malformed'],
    ['no v1', (v) => other(v), 'header-malformed'],
    ['v1 as v0', (v) => v.replace('v1', 'v0'), 'header-malformed'],
    ['no t', (v) => v.replace(/^t=\d+,/, ''), 'header-malformed'],
    ['the header twice, as API Gateway joins it', (v) => `${v},${v}`, 'header-malformed'],
    ['a second t', (v) => `${v},t=${SECONDS}`, 'header-malformed'],
    ['blanks after commas', (v) => v.replace(',', ', '), 'header-malformed'],
    ['t in milliseconds', (v) => v.replace(SECONDS, `${SECONDS}000`), 'header-malformed'],
    ['t with a sign', (v) => v.replace('t=', 't=+'), 'header-malformed'],
    ['t in other digits', (v) => v.replace(/t=1/, 't=\u0661'), 'header-malformed'],
    ['v1 one digit short', (v) => v.slice(0, -1), 'header-malformed'],
    ['v1 one digit long', (v) => `${v}0`, 'header-malformed'],
    ['v1 that is not hex', (v) => `${v.slice(0, -1)}g`, 'header-malformed'],
    ['another v1', (v) => `${other(v)}v1=${WRONG_HEX}`, 'no-secret-matches'],
    ['another time', (v) => v.replace(SECONDS, String(Number(SECONDS) + 1)), 'no-secret-matches'],
    [
      'a time six minutes ago',
      (v) => v.replace(SECONDS, String(Number(SECONDS) - 360)),
      'signed-time-too-far',
    ],
    [
      'a time six minutes ahead',
      (v) => v.replace(SECONDS, String(Number(SECONDS) + 360)),
      'signed-time-too-far',
    ],
  ])('%s', async (_title, change, expected) => {
    expect(await checkOf('stripe', (value) => ({ 'x-signature': change(value) }))).toBe(expected);
  });

  it('signs the time, which stands for the time of a message without one', async () => {
    const auth = { kind: 'stripe', header: 'x-signature' } as const;
    const proof = (await admittedWith(auth)).prove(proofOf(auth), NOW_MS + 300_000);
    expect(proof).toMatchObject({ value: { signed: { atMs: NOW_MS } } });
    const late = (await admittedWith(auth)).prove(proofOf(auth), NOW_MS + 300_001);
    expect(late).toEqual({ ok: false, error: 'signed-time-too-far' });
  });
});

describe('GitHub style', () => {
  it.each<[string, (value: string) => string | undefined, FailedCheck | 'proved']>([
    ['as it is', (value) => value, 'proved'],
    ['no header', () => undefined, 'header-missing'],
    ['hex without sha256=', (v) => v.slice('sha256='.length), 'header-malformed'],
    ['sha1=', (v) => v.replace('sha256', 'sha1'), 'header-malformed'],
    ['SHA256=', (v) => v.replace('sha256', 'SHA256'), 'header-malformed'],
    ['the header twice, as API Gateway joins it', (v) => `${v},${v}`, 'header-malformed'],
    ['one digit short', (v) => v.slice(0, -1), 'header-malformed'],
    ['one digit long', (v) => `${v}0`, 'header-malformed'],
    ['a blank behind it', (v) => `${v} `, 'header-malformed'],
    ['another signature', () => `sha256=${WRONG_HEX}`, 'no-secret-matches'],
  ])('%s', async (_title, change, expected) => {
    const header = 'x-hub-signature-256';
    expect(await checkOf('github', (value) => ({ [header]: change(value) }))).toBe(expected);
  });
});

describe('a token in a header', () => {
  it.each<[string, string, string | undefined, FailedCheck | 'proved']>([
    ['a token in a header', 'as it is', KEY, 'proved'],
    ['a token in a header', 'no header', undefined, 'header-missing'],
    ['a token in a header', 'twice, as API Gateway joins it', `${KEY},${KEY}`, 'no-secret-matches'],
    ['a token in a header', 'in capitals', KEY.toUpperCase(), 'no-secret-matches'],
    ['a token in a header', 'one character short', KEY.slice(0, -1), 'no-secret-matches'],
    ['a token in a header', 'longer than any secret', KEY.padEnd(300, 'x'), 'header-malformed'],
    ['a token in a header', 'with letters beyond ASCII', `${KEY}\u00e9`, 'header-malformed'],
    ['a token in a header', 'with a blank', `${KEY} `, 'header-malformed'],
    ['a bearer token', 'as it is', `Bearer ${KEY}`, 'proved'],
    ['a bearer token', 'in small letters', `bearer ${KEY}`, 'proved'],
    ['a bearer token', 'without the word', KEY, 'header-malformed'],
    ['a bearer token', 'as a password', `Basic ${KEY}`, 'header-malformed'],
    ['a bearer token', 'nothing behind the word', 'Bearer ', 'header-malformed'],
  ])('%s: %s', async (name, _title, value, expected) => {
    const auth = AUTHS[name];
    if (auth === undefined) throw new Error(`${name} is no kind of auth`);
    expect(await checkOf(name, () => ({ [headerOf(auth)]: value }))).toBe(expected);
  });
});

describe('a token in a field', () => {
  it.each<[string, string, FailedCheck | 'proved']>([
    ['as it is', JSON.stringify({ token: KEY }), 'proved'],
    ['in a field inside of another', JSON.stringify({ data: { token: KEY } }), 'field-missing'],
    ['in a field of another case', JSON.stringify({ Token: KEY }), 'field-missing'],
    ['null, as some senders send what was never set', '{"token":null}', 'field-missing'],
    ['a number', '{"token":1}', 'field-missing'],
    ['a list', JSON.stringify({ token: [KEY] }), 'field-missing'],
    ['empty', '{"token":""}', 'field-missing'],
    ['another one', JSON.stringify({ token: OTHER_KEY }), 'no-secret-matches'],
    [
      'with a letter that looks the same',
      JSON.stringify({ token: KEY.replace('c', '\u0441') }),
      'no-secret-matches',
    ],
  ])('%s', async (_title, body, expected) => {
    const admitted = await admittedWith({ kind: 'token', field: 'token' });
    const proof = admitted.prove(evidence(new Map(), Buffer.from(body)), NOW_MS);
    expect(proof.ok ? 'proved' : proof.error).toBe(expected);
  });
});

describe('Standard Webhooks', () => {
  it.each<[string, string, (value: string) => string | undefined, FailedCheck | 'proved']>([
    ['as it is', 'webhook-id', (value) => value, 'proved'],
    ['no id', 'webhook-id', () => undefined, 'header-missing'],
    ['no time', 'webhook-timestamp', () => undefined, 'header-missing'],
    ['no signature', 'webhook-signature', () => undefined, 'header-missing'],
    ['an id with a point', 'webhook-id', () => 'a.b', 'header-malformed'],
    ['an id with a blank', 'webhook-id', () => 'a b', 'header-malformed'],
    ['an id beyond ASCII', 'webhook-id', () => '\u00e4', 'header-malformed'],
    ['an id of 129 characters', 'webhook-id', () => 'x'.repeat(129), 'header-malformed'],
    ['another id', 'webhook-id', () => 'msg_2', 'no-secret-matches'],
    [
      'the id twice, as API Gateway joins it',
      'webhook-id',
      (v) => `${v},${v}`,
      'no-secret-matches',
    ],
    ['a time with a point', 'webhook-timestamp', (v) => `${v}.0`, 'header-malformed'],
    ['a time with a sign', 'webhook-timestamp', (v) => `+${v}`, 'header-malformed'],
    ['a time in milliseconds', 'webhook-timestamp', (v) => `${v}000`, 'header-malformed'],
    ['the time twice', 'webhook-timestamp', (v) => `${v},${v}`, 'header-malformed'],
    ['an old time', 'webhook-timestamp', (v) => String(Number(v) - 301), 'signed-time-too-far'],
    ['an early time', 'webhook-timestamp', (v) => String(Number(v) + 301), 'signed-time-too-far'],
    [
      'the right one of five',
      'webhook-signature',
      (v) => `${`${WRONG_V1} `.repeat(4)}${v}`,
      'proved',
    ],
    ['beside a v1a', 'webhook-signature', (v) => `v1a,abc ${v}`, 'proved'],
    [
      'the sixth',
      'webhook-signature',
      (v) => `${`${WRONG_V1} `.repeat(5)}${v}`,
      'header-malformed',
    ],
    ['as v2', 'webhook-signature', (v) => v.replace('v1,', 'v2,'), 'no-secret-matches'],
    ['cut off', 'webhook-signature', (v) => v.slice(0, -2), 'no-secret-matches'],
  ])('%s', async (_title, header, change, expected) => {
    const check = await checkOf('standard-webhooks', (v) => ({ [header]: change(v) }), header);
    expect(check).toBe(expected);
  });
});
