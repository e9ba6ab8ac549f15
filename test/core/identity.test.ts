import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256, uuidBytes, uuidV5 } from '../../functions/core/hash.ts';
import {
  bodyId,
  clientOrderIdOf,
  explicitId,
  hasName,
  isOtherName,
  orderKeyOf,
  orderNameOf,
  userrefOf,
} from '../../functions/core/identity.ts';

const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

describe('identity', () => {
  it('makes the version 5 UUID of RFC 9562, appendix A.4', () => {
    expect(uuidV5(uuidBytes(DNS), 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('hashes like the example of FIPS 180', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('names rows and orders for ever: these two never change', () => {
    const key = orderKeyOf({ source: 'btc-trend', account: 'main', signalId: 'a-1' });
    expect(key).toBe(sha256('["btc-trend","main","a-1"]'));
    expect(clientOrderIdOf(key)).toBe('d0d77f3e-8b18-5859-9357-a07fc43bd004');
  });

  it('gives different signals different rows, however their parts are cut', () => {
    const part = fc.string({ maxLength: 4, unit: fc.constantFrom('a', '|', '"', ',', '\\') });
    const parts = fc.record({ source: part, account: part, signalId: part });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(orderKeyOf(a) === orderKeyOf(b)).toBe(same);
      }),
    );
  });

  it.each(['Long-buy-long-2026-11-22T12:00:00Z', 'a', 'x'.repeat(64), '--:._'])(
    'keeps the plain id %s',
    (id) => {
      expect(explicitId(id)).toEqual({ ok: true, value: id });
    },
  );

  it.each(['Long entry-buy-2026', '\u{1f7e2} kaufen', 'x'.repeat(65)])(
    'names the id %s by its hash',
    (id) => {
      expect(explicitId(id)).toEqual({ ok: true, value: `id-sha256:${sha256(id)}` });
    },
  );

  it.each(['x'.repeat(129), 'a\nb', 'a\u0000'])('refuses the id %j', (id) => {
    expect(explicitId(id)).toMatchObject({
      ok: false,
      error: expect.stringContaining('128') as string,
    });
  });

  it('lets no plain id pass for a hash of a body or of an id', () => {
    const hash = sha256('x');
    expect(explicitId(bodyId(hash))).not.toEqual({ ok: true, value: bodyId(hash) });
    expect(explicitId(`id-sha256:${hash}`)).not.toMatchObject({ value: `id-sha256:${hash}` });
  });
});

describe('the name of an order at the exchange', () => {
  const row = { orderKey: 'a'.repeat(64), clientOrderId: 'id' };
  const close = { type: 'stop-loss', price: '1' } as const;

  it('is our id alone, or for an order with an attached close its userref', () => {
    expect(orderNameOf(row, {})).toEqual({ clientOrderId: 'id' });
    expect(orderNameOf(row, undefined)).toEqual({ clientOrderId: 'id' });
    const userref = userrefOf(row.orderKey);
    expect(orderNameOf(row, { close })).toEqual({ clientOrderId: 'id', userref });
  });

  it('keeps the userref that it has: what was sent yesterday is looked up today', () => {
    expect(userrefOf(row.orderKey)).toBe(1_552_636_488);
  });

  it.each([
    [{}, { clientOrderId: 'id' }, [true, false]],
    [{}, { clientOrderId: 'other' }, [false, true]],
    [{}, {}, [false, false]],
    [{}, { userref: 5 }, [false, false]],
    [{ userref: 5 }, { userref: 5 }, [true, false]],
    [{ userref: 5 }, { userref: 6, clientOrderId: 'id' }, [false, true]],
    [{ userref: 5 }, { clientOrderId: 'other' }, [false, false]],
  ])('%j beside our id: an order shown as %j has it, or is another one: %j', (more, shown, is) => {
    const name = { clientOrderId: 'id', ...more };
    expect([hasName(name, shown), isOtherName(name, shown)]).toEqual(is);
  });
});
