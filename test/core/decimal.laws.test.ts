import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, parseDecimal, plain, roundDown, roundUp } from '../../functions/core/decimal.ts';

/** A decimal as text, and as so many parts of 10^-18. */
const written = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }),
    fc.option(fc.string({ minLength: 1, maxLength: 18, unit: fc.constantFrom(...'0123456789') })),
  )
  .map(([isNegative, whole, decimals]) => {
    const text = `${isNegative ? '-' : ''}${whole}${decimals === null ? '' : `.${decimals}`}`;
    const size = whole * 10n ** 18n + BigInt((decimals ?? '').padEnd(18, '0'));
    return { text, parts: isNegative ? -size : size };
  });

/** Reads plain digits without any library. */
function partsOf(text: string): bigint {
  const [, sign, whole = '', decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const size = BigInt(whole) * 10n ** 18n + BigInt(decimals.padEnd(18, '0'));
  return sign === '-' ? -size : size;
}

function read(text: string) {
  const parsed = parseDecimal(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error}`);
  return parsed.value;
}

describe('a decimal', () => {
  it('is printed with the value that was read, to the last digit', () => {
    fc.assert(
      fc.property(written, ({ text, parts }) => {
        const printed = plain(read(text));
        expect(partsOf(printed)).toBe(parts);
        expect(printed).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      }),
    );
  });

  it('is printed in one way only, which is read back as itself', () => {
    fc.assert(
      fc.property(written, written, (one, other) => {
        const printed = plain(read(one.text));
        expect(plain(read(printed))).toBe(printed);
        expect(plain(decimal(printed))).toBe(printed);
        expect(printed === plain(read(other.text))).toBe(one.parts === other.parts);
      }),
    );
  });

  it('is read from plain digits and from nothing else, whatever the text', () => {
    const nearly = fc.string({ maxLength: 25, unit: fc.constantFrom(...'0123456789.-+eE x,_') });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' })), (text) => {
        const isPlain = /^-?(0|[1-9]\d{0,17})(\.\d{1,18})?$/.test(text);
        expect(parseDecimal(text).ok).toBe(isPlain);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is added, taken away and compared exactly', () => {
    fc.assert(
      fc.property(written, written, (one, other) => {
        const [a, b] = [read(one.text), read(other.text)];
        expect(partsOf(plain(a.plus(b)))).toBe(one.parts + other.parts);
        expect(partsOf(plain(a.minus(b)))).toBe(one.parts - other.parts);
        expect(a.lt(b)).toBe(one.parts < other.parts);
        expect(a.eq(b)).toBe(one.parts === other.parts);
      }),
    );
  });

  it('is rounded towards zero or away from it, by less than one of the last digit', () => {
    fc.assert(
      fc.property(written, fc.integer({ min: 0, max: 18 }), ({ text }, decimals) => {
        const value = read(text).abs();
        const one = decimal(`1e-${decimals}`);
        const [down, up] = [roundDown(value, decimals), roundUp(value, decimals)];
        expect(down.lte(value) && up.gte(value)).toBe(true);
        expect(value.minus(down).lt(one) && up.minus(value).lt(one)).toBe(true);
        expect(plain(down).split('.')[1]?.length ?? 0).toBeLessThanOrEqual(decimals);
        const minus = value.times('-1');
        expect(plain(roundDown(minus, decimals))).toBe(plain(down.times('-1')));
        expect(plain(roundUp(minus, decimals))).toBe(plain(up.times('-1')));
      }),
    );
  });
});
