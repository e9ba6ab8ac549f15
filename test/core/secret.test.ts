import { format, inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret, type ApiKey } from '../../functions/core/secret.ts';

const WORD = 'kQH5HW/8p1uGOVjbgWA7';
const secret = new Secret(WORD);

it('gives its text to who asks for it by name', () => {
  expect(secret.reveal()).toBe(WORD);
});

it.each<[string, () => string]>([
  ['String()', () => String(secret)],
  ['a template', () => `${secret as unknown as string}`],
  ['joining', () => ['a', secret].join()],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['inspect', () => inspect(secret, { depth: null, showHidden: true })],
  [
    'inspect of what holds it',
    () =>
      inspect(
        { deep: { key: { key: secret, secret } satisfies ApiKey } },
        { depth: null, showHidden: true },
      ),
  ],
  ['format', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['an error', () => String(new Error(`bad key ${secret as unknown as string}`))],
  ['a map', () => inspect(new Map([['key', secret]]))],
  ['its keys and values', () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret)])],
  ['a copy', () => JSON.stringify({ ...secret }) + JSON.stringify(Object.assign({}, secret))],
  ['structuredClone', () => inspect(structuredClone({ secret }))],
])('is not seen through %s', (_way, print) => {
  expect(print()).not.toContain(WORD);
});

it.each<[string, () => string]>([
  ['String()', () => String(secret)],
  ['JSON', () => JSON.parse(JSON.stringify(secret)) as string],
  ['inspect', () => inspect(secret)],
])('is shown as a word that says so by %s', (_way, print) => {
  expect(print()).toBe('[redacted]');
});
