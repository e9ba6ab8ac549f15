import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import {
  distanceText,
  lengthOf,
  parsePriceText,
  priceAt,
  type Distance,
} from '../../../functions/core/message/price-text.ts';

function distance(text: string): Distance {
  const parsed = parsePriceText(text);
  if (!parsed.ok || parsed.value.kind !== 'distance') throw new Error(`${text} is no distance`);
  return parsed.value;
}

describe('a price as text', () => {
  it.each(['98000', '0.5', '0.00000001'])('%s is a price', (text) => {
    expect(parsePriceText(text)).toEqual({
      ok: true,
      value: { kind: 'price', price: decimal(text) },
    });
  });

  it.each([
    ['+50', '50050', '50'],
    ['-50.5', '49949.5', '50.5'],
    ['+2%', '51000', '1000'],
    ['-0.1%', '49950', '50'],
    ['-100%', '0', '50000'],
    ['-60000', '-10000', '60000'],
  ])('%s from 50000 is %s, at a length of %s', (text, price, length) => {
    expect(plain(priceAt(distance(text), decimal('50000')))).toBe(price);
    expect(plain(lengthOf(distance(text), decimal('50000')))).toBe(length);
    expect(distanceText(distance(text))).toBe(text);
  });

  it.each([
    '',
    '0',
    '-',
    '+',
    '%',
    '+0',
    '-0%',
    '+-5',
    '--5',
    '+5%%',
    '2%',
    '1e3',
    ' 5',
    '5 ',
    '+ 5',
    '#5',
    '+.5',
    '٣',
    '5,000',
    'NaN',
    '+2%0',
  ])('%j is refused with what to write', (text) => {
    const parsed = parsePriceText(text);
    expect(parsed.ok ? '' : parsed.error).toMatch(/^(?:write a |a price must be above)/);
  });

  it('never throws, and what is read is written as it was meant', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[+-]?[0-9.]{1,8}%?$/)), (text) => {
        const parsed = parsePriceText(text);
        if (!parsed.ok) return;
        const { value } = parsed;
        const again = value.kind === 'price' ? plain(value.price) : distanceText(value);
        expect(parsePriceText(again)).toEqual(parsed);
      }),
    );
  });
});
