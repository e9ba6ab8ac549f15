import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeForm } from '../../../functions/adapters/kraken/form.ts';
import { signer } from '../../../functions/adapters/kraken/sign.ts';
import { Secret } from '../../../functions/core/secret.ts';

const OFFICIAL =
  'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==';
const ADD_ORDER = '/0/private/AddOrder';
const NONCE = '1616492376594';

/** The first is Kraken's own, on its page about signing; the second is in its Rust SDK. */
const VECTORS = [
  {
    of: 'Kraken’s page',
    secret: OFFICIAL,
    nonce: NONCE,
    path: ADD_ORDER,
    body: 'nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25',
    signature:
      '4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==',
  },
  {
    of: 'Kraken’s Rust SDK',
    secret: Buffer.alloc(32, 1).toString('base64'),
    nonce: '1700000000000000000',
    path: '/0/private/Balance',
    body: 'nonce=1700000000000000000',
    signature:
      '6i7+cpXVLDDnDOekgsRcgFQhkYFyPDSSxhSVA8OrA6vjziXcy2K1DP3n7f9B/Kgni71WjBSQusZKxduRsdF20Q==',
  },
  {
    of: 'python-kraken-sdk',
    secret: Buffer.from('python-kraken-sdk unit-test secret value').toString('base64'),
    nonce: NONCE,
    path: ADD_ORDER,
    body: 'nonce=1616492376594&ordertype=limit&pair=XBTUSD',
    signature:
      'Fo+0Uhanvs3F1byZFCjVBMLsCcRE2xLQMDpoA3Q9hawoZ0ZL35AmbknAQBlOIs4baRx9UGhzQH+/CTl9qnyp1w==',
  },
  {
    of: 'the same formula over JSON',
    secret: OFFICIAL,
    nonce: NONCE,
    path: ADD_ORDER,
    body: '{"nonce":"1616492376594","ordertype":"limit","pair":"XBTUSD","price":"37500","type":"buy","volume":"1.25"}',
    signature:
      'r/o+GpKxXjV/mls/r5CKLu5R+yzK5psqvQ4hXxMX1nzdxTBhV+ui82QGgPZMMitpFwCOAdPEZMmXgZxD2chJEg==',
  },
];

describe('a signature', () => {
  test.each(VECTORS)('is that of $of', ({ secret, nonce, path, body, signature }) => {
    expect(signer(new Secret(secret))({ path, nonce, body })).toBe(signature);
  });

  test('covers any body, nonce and path by the documented formula', () => {
    const sign = signer(new Secret(OFFICIAL));
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (path, nonce, body) => {
        const digest = createHash('sha256').update(nonce).update(body).digest();
        const expected = createHmac('sha512', Buffer.from(OFFICIAL, 'base64'))
          .update(path)
          .update(digest)
          .digest('base64');
        expect(sign({ path, nonce, body })).toBe(expected);
      }),
    );
  });

  test('of a body is that of the form made from its fields', () => {
    const [{ secret, nonce, path, signature }] = VECTORS as [(typeof VECTORS)[0]];
    const body = encodeForm({
      nonce,
      ordertype: 'limit',
      pair: 'XBTUSD',
      price: '37500',
      type: 'buy',
      volume: '1.25',
    });
    expect(signer(new Secret(secret))({ path, nonce, body })).toBe(signature);
  });

  test.each(['', ' ', 'not base64!', `${OFFICIAL} `, `\n${OFFICIAL}`, 'abc', 'ab=='])(
    'cannot be made with the private key %j',
    (secret) => {
      expect(() => signer(new Secret(secret))).toThrow('not base64');
    },
  );
});

describe('a form', () => {
  test.each([
    [{ expiretm: '+5' }, 'expiretm=%2B5'],
    [{ price: '#5%' }, 'price=%235%25'],
    [{ 'close[price]': '1' }, 'close%5Bprice%5D=1'],
    [{ a: "!'()*" }, 'a=%21%27%28%29%2A'],
    [{ a: '-._~' }, 'a=-._~'],
    [{ a: 'x y' }, 'a=x%20y'],
    [{ a: 'é€😀' }, 'a=%C3%A9%E2%82%AC%F0%9F%98%80'],
    [{ a: '', b: undefined, c: '1' }, 'a=&c=1'],
    [{}, ''],
  ])('of %j is %s', (form, body) => {
    expect(encodeForm(form)).toBe(body);
  });

  test('is read back as it was, by any reader of forms', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((key) => key !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: 'grapheme' })), (form) => {
        const read = new URLSearchParams(encodeForm(form));
        expect([...read].sort()).toEqual(Object.entries(form).sort());
      }),
    );
  });
});
