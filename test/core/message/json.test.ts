import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, JSON_DEPTH_MAX, readJson } from '../../../functions/core/message/json.ts';

function faultOf(text: string) {
  const read = readJson(text);
  if (read.ok) throw new Error(`read: ${text}`);
  return read.error;
}

describe('the JSON reader', () => {
  it('keeps numbers as the text that was sent', () => {
    const digits = '12345678901234567890.123456789012345678';
    expect(readJson(digits)).toEqual({ ok: true, value: { kind: 'number', text: digits } });
    expect(readJson('1e309')).toEqual({ ok: true, value: { kind: 'number', text: '1e309' } });
  });

  it.each([
    ['{"a":1,"a":1}', 8, 'write it once'],
    ['{"\\u0061":1,"a":1}', 13, 'write it once'],
    ['{"__proto__":{}}', 2, 'reserved'],
    ['{"a":{"constructor":1}}', 7, 'reserved'],
    ['{"prototype":1}', 2, 'reserved'],
    ['{"a":"\\ud800"}', 6, 'Unicode'],
    ['[[[[[]]]]]', 5, 'levels deep'],
  ])('refuses JSON that could mean two things: %s', (text, column, remedy) => {
    const fault = faultOf(text);
    expect(fault).toMatchObject({ kind: 'restriction', line: 1, column });
    expect(fault.remedy).toContain(remedy);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  it.each([
    ['', 1, 1, 'empty'],
    [' \n ', 2, 2, 'empty'],
    ['BUY BTC', 1, 1, 'not JSON'],
    ['\ufeff{"a":1}', 1, 1, 'byte order mark'],
    ['{\u201caction\u201d:"buy"}', 1, 2, 'typographic quote'],
    ["{'action':'buy'}", 1, 2, 'single quote'],
    ['{"action":\'buy\'}', 1, 11, 'single quote'],
    ['{"a":1,}', 1, 8, 'comma before the closing'],
    ['{"a":1,\n "b":2,\n}', 3, 1, 'comma before the closing'],
    ['{"a":}', 1, 6, 'missing value'],
    ['{"a":1, // no\n"b":2}', 1, 9, 'comment'],
    ['{"a":1 /* no */}', 1, 8, 'comment'],
    ['{"a":NaN}', 1, 6, 'NaN'],
    ['{"a":-Infinity}', 1, 6, 'NaN or Infinity'],
    ['{"a":True}', 1, 6, 'small letters'],
    ['{"a":{{close}}}', 1, 7, 'placeholder {{close}} was not replaced'],
    ['{"key": "k"\n "msg": Long {{ticker}}"}', 2, 2, '{{ticker}}'],
    ['{"a":1\n"b":2}', 2, 1, 'comma is missing'],
    ['{"a":"say "hi""}', 1, 12, 'quote inside a text'],
    ['{"a"="b"}', 1, 5, 'write a colon'],
    ['{a:1}', 1, 2, 'key in double quotes'],
    ['{"a":"x\ny"}', 1, 8, 'line break'],
    ['{"a":"x', 1, 8, 'not closed'],
    ['{"a":"\\x"}', 1, 7, 'unknown escape'],
    ['{"a":"\\x0041"}', 1, 7, 'unknown escape'],
    ['{"a":"\\u00g1"}', 1, 7, 'unknown escape'],
    ['{"a":"\\', 1, 7, 'unknown escape'],
    ['{"a":', 1, 6, 'ends too early'],
    ['{"a":Infinity}', 1, 6, 'NaN or Infinity'],
    ['{"a":+Infinity}', 1, 6, 'NaN or Infinity'],
    ['{"a":None}', 1, 6, 'small letters'],
    ['{"a":xNone}', 1, 6, 'without double quotes'],
    ['{"a":xNaN}', 1, 6, 'without double quotes'],
    ['{"a":$x}', 1, 6, 'expected a value'],
    ['{"a":$5}', 1, 6, 'expected a value'],
    ['{"a":#x}', 1, 6, 'comment'],
    ['{"a":$#}', 1, 6, 'expected a value'],
    ['{"a" "b"}', 1, 6, 'expected a colon'],
    ['{"a" ]', 1, 6, 'expected a colon'],
    ['{"a":1]', 1, 7, 'comma or }'],
    ['{"a":1=2}', 1, 7, 'comma or }'],
    ['{"a":1 "b":2}', 1, 8, 'comma is missing before'],
    ['{$a:1}', 1, 2, 'expected a key in double quotes (found "$")'],
    ['{[1]}', 1, 2, 'expected a key'],
    ['[1}', 1, 3, 'expected a comma or ]'],
    ['{"a":1', 1, 7, 'closing brace is missing'],
    ['{"a":XBTUSD}', 1, 6, 'without double quotes'],
    ['{"a":+1}', 1, 6, 'number such as 0.5'],
    ['{"a":.5}', 1, 6, 'number such as 0.5'],
    ['{"a":1,5}', 1, 8, 'point'],
    ['{"a":01}', 1, 7, 'comma or }'],
    ['{"a":1} x', 1, 9, 'nothing more'],
    ['[1 2]', 1, 4, 'comma or ]'],
  ])('says where %j is wrong and what to write', (text, line, column, remedy) => {
    const fault = faultOf(text);
    expect(fault).toMatchObject({ kind: 'syntax', line, column });
    expect(fault.remedy).toContain(remedy);
    expect(fault.remedy).toMatch(/^[\x20-\x7e]*$/);
  });

  it('reads four levels, whichever they are', () => {
    for (const text of ['[[[[]]]]', '{"a":{"a":{"a":{}}}}', '[{"a":[{}]}]', '[[],[],[[[]]]]']) {
      expect(readJson(text).ok).toBe(true);
    }
    for (const text of ['{"a":{"a":{"a":{"a":{}}}}}', '[{"a":[{"a":[]}]}]', '[[],[[[[]]]]]']) {
      expect(faultOf(text).remedy).toContain('levels deep');
    }
  });

  it('names the character that it found, whole', () => {
    expect(faultOf('{"a":1} x').remedy).toContain('(found "x")');
    expect(faultOf('{"a":1} \u{1f40b}y').remedy).toMatch(/\(found "\?\?"\)$/);
  });

  it('quotes at most one character of the text, because a word could be a secret', () => {
    expect(faultOf('hunter2-is-my-password\nlong BTCUSD').remedy).not.toContain('hunter2');
    expect(faultOf('{"secret":hunter2}').remedy).not.toContain('unter2');
  });

  it('writes one canonical text whatever the order and the blanks', () => {
    const texts = [
      '{"b":[1.0,true],"a":{"y":null,"x":"\\u0041"}}',
      '{ "a":{"x":"A","y":null}, "b":[1.0,true] }',
    ];
    const canonical = texts.map((text) => {
      const read = readJson(text);
      return read.ok ? canonicalJson(read.value) : '';
    });
    expect(canonical).toEqual(Array(2).fill('{"a":{"x":"A","y":null},"b":[1.0,true]}'));
  });

  it('reads back what JSON.stringify writes, within its restrictions', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: JSON_DEPTH_MAX - 1, noUnicodeString: false }),
        (value) => {
          const text = JSON.stringify(value);
          const read = readJson(text);
          if (read.ok) expect(JSON.parse(canonicalJson(read.value))).toEqual(JSON.parse(text));
          else expect(read.error.kind).toBe('restriction');
        },
      ),
    );
  });

  it('agrees with JSON.parse on what is JSON, on texts damaged at one place', () => {
    const damaged = fc
      .tuple(
        fc.jsonValue({ maxDepth: 3 }),
        fc.nat(),
        fc.nat(2),
        fc.constantFrom(...'{}[]",:0-.eE\\tfn u\u0000\u2003'),
      )
      .map(([value, place, cut, insert]) => {
        const text = JSON.stringify(value);
        const at = place % (text.length + 1);
        return text.slice(0, at) + insert + text.slice(at + cut);
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string({ unit: 'binary' })), (text) => {
        const read = readJson(text);
        if (read.ok) expect(isJson(text)).toBe(true);
        else if (read.error.kind === 'syntax') expect(isJson(text)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
