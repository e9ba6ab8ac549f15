import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExactJson } from '../../../functions/adapters/kraken/exact-json.ts';

/** What a value becomes: its numbers are the text that they were written with. */
function exact(value: unknown): unknown {
  if (typeof value === 'number') return JSON.stringify(value);
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exact(inner)]));
}

describe('numbers of a JSON text', () => {
  test.each([
    ['{"balance":25435.2100000000000000001}', { balance: '25435.2100000000000000001' }],
    ['[1e-05,-0,0.10,1E+2]', ['1e-05', '-0', '0.10', '1E+2']],
    ['12345678901234567890', '12345678901234567890'],
    ['{"a":"1.5","b 2":" [3, 4]"}', { a: '1.5', 'b 2': ' [3, 4]' }],
    [String.raw`{"a\"1":2,"b\\":3,"c\\\"4":"5\\"}`, { 'a"1': '2', 'b\\': '3', 'c\\"4': '5\\' }],
    [' { "a" : [ 1 , true , null ] } ', { a: ['1', true, null] }],
    ['"u1234"', 'u1234'],
  ])('in %s become text', (text, value) => {
    expect(parseExactJson(text)).toEqual(value);
  });

  test('become text and nothing else changes, for every JSON value', () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (text, indent) => {
        const value: unknown = JSON.parse(text);
        const written = indent ? JSON.stringify(value, null, 2) : JSON.stringify(value);
        expect(JSON.stringify(parseExactJson(written))).toBe(JSON.stringify(exact(value)));
      }),
    );
  });
});

test('what is not JSON is refused, also where quoted numbers would make it so', () => {
  for (const text of ['', '01', '1.', '[1 2]', '{"a":1', '{1:2}', '"open', '+1', 'NaN', '1_0']) {
    expect(() => parseExactJson(text), text).toThrow(SyntaxError);
  }
});

test('a text of many quotes and backslashes is read in one pass', () => {
  const value = { a: '\\"'.repeat(200_000), b: 7 };
  expect(parseExactJson(JSON.stringify(value))).toEqual({ ...value, b: '7' });
});
