import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bodyId,
  clientOrderIdOf,
  explicitId,
  orderKeyOf,
  userrefOf,
} from '../../functions/core/identity.ts';

/** Well-formed texts, short enough to be alike but for a letter's case or where a part ends. */
const part = fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'A', 'á', '"', ',', '[', '#') });
const parts = fc.record({ source: part, account: part, signalId: part });
const id = fc.oneof(
  fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'A', '-', ' ', 'é', 'e\u0301') }),
  fc.string({ unit: 'grapheme', maxLength: 140 }),
  fc.constantFrom('x'.repeat(64), 'x'.repeat(65), 'x'.repeat(128), 'x'.repeat(129)),
);

describe('the name of a row', () => {
  it('is one for each source, account and signal, to the letter and its case', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const isSame =
          a.source === b.source && a.account === b.account && a.signalId === b.signalId;
        expect(orderKeyOf(a) === orderKeyOf(b)).toBe(isSame);
        expect(orderKeyOf(a)).toMatch(/^[0-9a-f]{64}$/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes when a letter moves from one part to the next', () => {
    fc.assert(
      fc.property(part, part, part, fc.constantFrom('a', '"', ','), (one, two, three, letter) => {
        const before = orderKeyOf({ source: one + letter, account: two, signalId: three });
        const after = orderKeyOf({ source: one, account: letter + two, signalId: three });
        expect(before).not.toBe(after);
      }),
    );
  });

  it('gives an order id that is a UUID of version 5, another for every other row', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const [one, other] = [orderKeyOf(a), orderKeyOf(b)];
        expect(clientOrderIdOf(one)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
        expect(clientOrderIdOf(one) === clientOrderIdOf(other)).toBe(one === other);
      }),
    );
  });
});

describe('the id of a signal', () => {
  it('is another for every other text, or the text is refused', () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        const [one, other] = [explicitId(a), explicitId(b)];
        if (!one.ok || !other.ok) return;
        expect(one.value === other.value).toBe(a === b);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is printable ASCII of a bounded length, for any text that is taken', () => {
    fc.assert(
      fc.property(fc.oneof(id, fc.string({ unit: 'binary' })), (text) => {
        const read = explicitId(text);
        if (read.ok) expect(read.value).toMatch(/^[A-Za-z0-9._:-]{1,80}$/);
        else expect(read.error).not.toBe('');
      }),
    );
  });

  it('that somebody gave is never the one of a message without an id', () => {
    const hash = fc.string({
      minLength: 64,
      maxLength: 64,
      unit: fc.constantFrom(...'0123456789abcdef'),
    });
    fc.assert(
      fc.property(hash, id, (payloadHash, text) => {
        const body = bodyId(payloadHash);
        for (const given of [text, body, `id-${body}`]) {
          expect(explicitId(given)).not.toEqual({ ok: true, value: body });
        }
      }),
    );
  });
});

describe('the userref of an order', () => {
  it('is a positive int32, the same for the same order', () => {
    fc.assert(
      fc.property(fc.string(), (orderKey) => {
        const userref = userrefOf(orderKey);
        expect(userref).toBe(userref | 0);
        expect(userref).toBeGreaterThan(0);
        expect(userrefOf(orderKey)).toBe(userref);
      }),
    );
  });

  it('is seldom that of another order', () => {
    const refs = Array.from({ length: 5_000 }, (_, at) => userrefOf(`order ${at}`));
    expect(new Set(refs).size).toBeGreaterThan(4_995);
  });
});
