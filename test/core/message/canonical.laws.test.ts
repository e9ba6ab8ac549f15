import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  JSON_DEPTH_MAX,
  readJson,
  type Json,
} from '../../../functions/core/message/json.ts';
import { canonicalBody, type JsonObject } from '../../../functions/core/message/message.ts';

/** Few and short, so that two that are drawn are often alike. */
const text = fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'A', '"', '\\', ',', '{', 'é') });
const number = fc.constantFrom('1', '1.0', '1e0', '-0', '0', '12345678901234567890.5');

/** A value as the reader would give it, no deeper than it reads. */
function json(levels: number): fc.Arbitrary<Json> {
  const flat: fc.Arbitrary<Json> = fc.oneof(
    text.map((value): Json => ({ kind: 'string', value })),
    number.map((digits): Json => ({ kind: 'number', text: digits })),
    fc.boolean().map((value): Json => ({ kind: 'boolean', value })),
    fc.constant<Json>({ kind: 'null' }),
  );
  if (levels === 0) return flat;
  const items = fc.array(json(levels - 1), { maxLength: 3 });
  return fc.oneof(
    flat,
    object(levels),
    items.map((all): Json => ({ kind: 'array', items: all })),
  );
}

function object(levels: number): fc.Arbitrary<JsonObject> {
  const member = fc.tuple(text, json(levels - 1));
  return fc
    .uniqueArray(member, { maxLength: 3, selector: ([key]) => key })
    .map((members) => ({ kind: 'object', members: new Map(members) }));
}

/** How somebody else might write it: other blanks, another order, other escapes. */
function written(value: Json, draw: () => number): string {
  const blank = (): string => ['', ' ', '\n', '\t\r\n '][draw() % 4] ?? '';
  const quoted = (string: string): string => {
    const units = [...JSON.stringify(string).slice(1, -1)].map((unit) =>
      /[a-zA-Zé]/.test(unit) && draw() % 3 === 0
        ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
        : unit,
    );
    // A letter behind a backslash is part of an escape and stays.
    const isPlain = !string.includes('\\') && !string.includes('"');
    return `"${isPlain ? units.join('') : JSON.stringify(string).slice(1, -1)}"`;
  };
  const whole = (): string => {
    switch (value.kind) {
      case 'object': {
        const members = [...value.members].map(
          ([key, member]) => `${blank()}${quoted(key)}${blank()}:${written(member, draw)}`,
        );
        if (draw() % 2 === 0) members.reverse();
        return `{${members.join(',')}${blank()}}`;
      }
      case 'array':
        return `[${value.items.map((item) => written(item, draw)).join(',')}${blank()}]`;
      case 'string':
        return quoted(value.value);
      case 'number':
        return value.text;
      case 'boolean':
        return String(value.value);
      case 'null':
        return 'null';
    }
  };
  return `${blank()}${whole()}${blank()}`;
}

const any = json(JSON_DEPTH_MAX);
const draws = fc.infiniteStream(fc.nat());

describe('the canonical text of a message', () => {
  it('is the same however the message is written', () => {
    fc.assert(
      fc.property(any, draws, (value, stream) => {
        const draw = (): number => stream.next().value as number;
        const read = readJson(written(value, draw));
        expect(read.ok && canonicalJson(read.value)).toBe(canonicalJson(value));
      }),
    );
  });

  it('is another for every other message', () => {
    fc.assert(
      fc.property(any, any, (one, other) => {
        const isSame = canonicalJson(one) === canonicalJson(other);
        expect(isSame).toBe(isDeepStrictEqual(one, other));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is its own canonical text', () => {
    fc.assert(
      fc.property(any, (value) => {
        const canonical = canonicalJson(value);
        const read = readJson(canonical);
        expect(read.ok && canonicalJson(read.value)).toBe(canonical);
      }),
    );
  });

  it('holds everything of a message but its secret', () => {
    const name = fc.constantFrom('secret', 'Secret', 'passphrase', 'pass_phrase', 'PASSWORD');
    const secret = fc.uuid();
    fc.assert(
      fc.property(object(2), object(2), name, secret, (one, other, key, hidden) => {
        const withSecret = (root: JsonObject): JsonObject => ({
          kind: 'object',
          members: new Map<string, Json>([
            [key, { kind: 'string', value: hidden }],
            ...root.members,
          ]),
        });
        expect(canonicalBody(withSecret(one))).toBe(canonicalBody(one));
        expect(canonicalBody(withSecret(one))).not.toContain(hidden);
        const isSame = canonicalBody(withSecret(one)) === canonicalBody(other);
        expect(isSame).toBe(isDeepStrictEqual(one, other));
      }),
    );
  });
});
