import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ceilToStep,
  decimal,
  floorToStep,
  min,
  parseDecimal,
  plain,
  roundDown,
  roundUp,
} from '../../functions/core/decimal.ts';

describe('a decimal', () => {
  it('is never made from a float', () => {
    const make = decimal as unknown as (value: number) => unknown;
    expect(() => make(0.1)).toThrow(/Invalid (value|number)/);
    const one = decimal('1');
    const plus = one.plus.bind(one) as unknown as (value: number) => unknown;
    expect(() => plus(0.1)).toThrow(/Invalid (value|number)/);
  });

  it('has no number value by accident', () => {
    expect(() => +(decimal('0.5') as unknown as string)).toThrow();
  });

  it('is exact where a float is not', () => {
    expect(plain(decimal('0.1').plus('0.2'))).toBe('0.3');
    expect(plain(decimal('12345678901234567.89').times('100'))).toBe('1234567890123456789');
  });

  it.each(['1e-7', '0.0000001'])('is written in plain digits, from %s', (text) => {
    expect(plain(decimal(text))).toBe('0.0000001');
  });
});

describe('a decimal from outside', () => {
  it.each(['0', '1', '0.5', '-1', '007.5'.slice(2), '999999999999999999.999999999999999999'])(
    'may be %s',
    (text) => {
      const read = parseDecimal(text);
      expect(read.ok && plain(read.value)).toBe(text);
    },
  );

  it.each([
    ...['', ' ', '1e309', '1e-400', '1e3', 'NaN', 'Infinity', '-Infinity', '0x10', '1_000', '1,5'],
    ...[' 1', '1 ', '+1', '.5', '1.', '01', '-', '--1', '1.2.3', '１', '٣', '1\n', 'null'],
    ...['1000000000000000000', '0.1234567890123456789'],
  ])('may not be %j', (text) => {
    expect(parseDecimal(text)).toMatchObject({
      ok: false,
      error: expect.stringContaining('0.5') as string,
    });
  });
});

describe('rounding', () => {
  it.each([
    ['1.239', 2, '1.23', '1.24'],
    ['-1.239', 2, '-1.23', '-1.24'],
    ['1.23', 2, '1.23', '1.23'],
    ['0.000000001', 8, '0', '0.00000001'],
    ['9.99', 0, '9', '10'],
  ])('%s to %i decimals is %s down and %s up', (text, decimals, down, up) => {
    expect(plain(roundDown(decimal(text), decimals))).toBe(down);
    expect(plain(roundUp(decimal(text), decimals))).toBe(up);
  });

  it.each([
    ['50000.17', '0.1', '50000.1', '50000.2'],
    ['50000.1', '0.1', '50000.1', '50000.1'],
    ['10.3', '0.25', '10.25', '10.5'],
    ['1', '3', '0', '3'],
    ['0', '0.1', '0', '0'],
    ['3.0000000000000000000000001', '3', '3', '6'],
  ])('%s in steps of %s is %s below and %s above', (text, step, below, above) => {
    expect(plain(floorToStep(decimal(text), decimal(step)))).toBe(below);
    expect(plain(ceilToStep(decimal(text), decimal(step)))).toBe(above);
  });

  it('to a step stays within one step and on the step', () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 18n });
    const scale = fc.integer({ min: 0, max: 18 });
    const step = fc.tuple(fc.constantFrom('1', '25', '5', '3'), fc.integer({ min: 0, max: 10 }));
    fc.assert(
      fc.property(digits, scale, step, (number, decimals, [head, exponent]) => {
        const value = decimal(`${number}e-${decimals}`);
        const size = decimal(`${head}e-${exponent}`);
        const below = floorToStep(value, size);
        const above = ceilToStep(value, size);
        expect(below.lte(value) && above.gte(value)).toBe(true);
        expect(value.minus(below).lt(size) && above.minus(value).lt(size)).toBe(true);
        expect(plain(below.mod(size)) + plain(above.mod(size))).toBe('00');
      }),
    );
  });

  it('finds the smaller of two', () => {
    expect(plain(min(decimal('2'), decimal('10')))).toBe('2');
    expect(plain(min(decimal('10'), decimal('2')))).toBe('2');
  });
});
