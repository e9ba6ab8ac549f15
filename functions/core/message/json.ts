/**
 * A strict JSON reader for untrusted text. It accepts RFC 8259 with restrictions that keep a
 * message from meaning two things: no key twice, no key that reaches an object's prototype, no
 * lone surrogate, at most four levels deep. Numbers stay the text that was sent, so that no digit
 * is lost. It runs in linear time, and a fault says where it is and what to write instead.
 */
import { remedyFor, type Expected } from './json-remedy.ts';
import { err, ok, type Result } from '../result.ts';

/** A value as it was written. */
export type Json =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Json> }
  | { readonly kind: 'array'; readonly items: readonly Json[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

/** Why a text is not read. Line and column count from 1, the column in UTF-16 units. */
export interface JsonFault {
  /** `restriction`: it is JSON by the standard, but of a kind that is not accepted here. */
  readonly kind: 'syntax' | 'restriction';
  readonly line: number;
  readonly column: number;
  /** What is wrong and what to write instead. Quotes at most one character of the text. */
  readonly remedy: string;
}

/** Objects and arrays within each other; a flat message has depth 1. */
export const JSON_DEPTH_MAX = 4;

const RESERVED_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const BLANK = /[ \t\r\n]*/y;
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const HEX4 = /^[0-9a-fA-F]{4}$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const WORDS: readonly (readonly [string, Json])[] = [
  ['true', { kind: 'boolean', value: true }],
  ['false', { kind: 'boolean', value: false }],
  ['null', { kind: 'null' }],
];
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Reads one JSON value. */
export function readJson(text: string): Result<Json, JsonFault> {
  try {
    return ok(new Reader(text).document());
  } catch (stop) {
    if (!(stop instanceof Stop)) throw stop;
    const before = text.slice(0, stop.at).split('\n');
    const column = (before.at(-1) ?? '').length + 1;
    return err({ kind: stop.kind, line: before.length, column, remedy: stop.message });
  }
}

/** One text for one value: members sorted by key, no blanks, numbers as they were sent. */
export function canonicalJson(json: Json): string {
  switch (json.kind) {
    case 'object': {
      const keys = [...json.members.keys()].sort();
      const members = keys.map((key) => {
        const member = json.members.get(key);
        return `${JSON.stringify(key)}:${member === undefined ? 'null' : canonicalJson(member)}`;
      });
      return `{${members.join(',')}}`;
    }
    case 'array':
      return `[${json.items.map(canonicalJson).join(',')}]`;
    case 'string':
      return JSON.stringify(json.value);
    case 'number':
      return json.text;
    case 'boolean':
      return String(json.value);
    case 'null':
      return 'null';
  }
}

/** Leaves the recursion of the reader; never leaves this module. */
class Stop extends Error {
  readonly kind: JsonFault['kind'];
  readonly at: number;

  constructor(kind: JsonFault['kind'], at: number, remedy: string) {
    super(remedy);
    this.kind = kind;
    this.at = at;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value(0);
    this.#blank();
    if (this.#at < this.#text.length) this.#fail('end');
    return value;
  }

  #value(depth: number): Json {
    this.#blank();
    const start = this.#at;
    const character = this.#text[start];
    if (character === '{' || character === '[') {
      if (depth >= JSON_DEPTH_MAX) {
        this.#restrict(start, `more than ${JSON_DEPTH_MAX} levels deep: write a flat message`);
      }
      this.#at += 1;
      return character === '{' ? this.#object(depth + 1) : this.#array(depth + 1);
    }
    if (character === '"') return { kind: 'string', value: this.#string() };
    const number = this.#match(NUMBER);
    if (number !== '') return { kind: 'number', text: number };
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, start)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#fail(depth === 0 ? 'message' : 'value');
  }

  #object(depth: number): Json {
    const members = new Map<string, Json>();
    if (this.#accept('}')) return { kind: 'object', members };
    do {
      this.#blank();
      const start = this.#at;
      if (this.#text[start] !== '"') this.#fail('key');
      const key = this.#string();
      if (members.has(key)) this.#restrict(start, 'this key was there before: write it once');
      if (RESERVED_KEYS.has(key)) this.#restrict(start, 'this key is reserved: leave it out');
      if (!this.#accept(':')) this.#fail('colon');
      members.set(key, this.#value(depth));
    } while (this.#accept(','));
    if (!this.#accept('}')) this.#fail('member-end');
    return { kind: 'object', members };
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    if (this.#accept(']')) return { kind: 'array', items };
    do {
      items.push(this.#value(depth));
    } while (this.#accept(','));
    if (!this.#accept(']')) this.#fail('item-end');
    return { kind: 'array', items };
  }

  /** Reads a string; the reader stands on its opening quote. */
  #string(): string {
    const start = this.#at;
    const parts: string[] = [];
    this.#at += 1;
    for (;;) {
      parts.push(this.#match(PLAIN_CHARACTERS));
      const character = this.#text[this.#at];
      if (character === '"') break;
      if (character !== '\\') this.#fail('text');
      parts.push(this.#escape());
    }
    this.#at += 1;
    const value = parts.join('');
    if (LONE_SURROGATE.test(value)) this.#restrict(start, 'this text is not well-formed Unicode');
    return value;
  }

  #escape(): string {
    const code = this.#text[this.#at + 1] ?? '';
    const simple = Object.hasOwn(ESCAPES, code) ? ESCAPES[code] : undefined;
    if (simple !== undefined) {
      this.#at += 2;
      return simple;
    }
    const hex = this.#text.slice(this.#at + 2, this.#at + 6);
    if (code !== 'u' || !HEX4.test(hex)) this.#fail('escape');
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #accept(character: string): boolean {
    this.#blank();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #blank(): void {
    this.#match(BLANK);
  }

  /** Takes what the sticky pattern matches here; empty when it does not match. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #fail(expected: Expected): never {
    throw new Stop('syntax', this.#at, remedyFor(this.#text, this.#at, expected));
  }

  #restrict(at: number, remedy: string): never {
    throw new Stop('restriction', at, remedy);
  }
}
