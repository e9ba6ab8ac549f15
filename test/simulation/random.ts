/**
 * Seeded randomness of integers only: sfc32, Chris Doty-Humphrey's small fast counting generator
 * (PractRand, http://pracrand.sourceforge.net/RNG_engines.txt). Each purpose has its own stream,
 * named by a label, so that taking one kind of fault away leaves the draws of the others alone.
 */

/** One stream of a seed. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: number, label: string) {
    this.#a = hash32(label, 0x811c9dc5 ^ seed);
    this.#b = seed | 0;
    this.#c = hash32(label, 0x9e3779b9);
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** An unsigned integer of 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** The next integer of 32 bits as a signed one, in the same order. */
  signed(): number {
    return (this.next() ^ 0x80000000) | 0;
  }

  /** An integer from `min` to `max`, both possible. Unsigned throughout: no float is divided. */
  between(min: number, max: number): number {
    return min + (this.next() % ((max - min + 1) >>> 0));
  }

  /** True so many times in a million. */
  chance(perMillion: number): boolean {
    return perMillion > 0 && this.next() % 1_000_000 < perMillion;
  }

  /** One of the list. */
  pick<T>(list: readonly T[]): T {
    const one = list[this.next() % list.length];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  }

  /** A UUID of version 4. */
  uuid(): string {
    const variant = '89ab'[this.between(0, 3)] ?? '8';
    const eight = (): string => hex8(this.next());
    const four = (): string => hex4(this.next() >>> 16);
    const three = (): string => hex4(this.next() >>> 20).slice(1);
    return `${eight()}-${four()}-4${three()}-${variant}${three()}-${eight()}${four()}`;
  }
}

/** Numbers of 16 bits in hex: every process has an id, and writing it digit by digit is slow. */
const HEX4 = Array.from({ length: 0x1_0000 }, (_, n) => n.toString(16).padStart(4, '0'));

function hex4(bits16: number): string {
  return HEX4[bits16] ?? '';
}

function hex8(bits32: number): string {
  return hex4(bits32 >>> 16) + hex4(bits32 & 0xffff);
}

/** FNV-1a over the UTF-16 units of a text, continued from `from`. */
export function hash32(text: string, from: number): number {
  let hash = from | 0;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}

/** Two hashes of a text at once, continued from what they were: 64 bits to tell runs apart. */
export class Fingerprint {
  #a = 0x811c9dc5 | 0;
  #b = 0x1b873593;

  add(text: string): void {
    let a = this.#a;
    let b = this.#b;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b + unit, 0x85ebca6b) ^ (b >>> 13);
    }
    this.#a = a;
    this.#b = b;
  }

  addNumber(value: number): void {
    this.#a = Math.imul(this.#a ^ value, 0x01000193);
    this.#b = Math.imul(this.#b + Math.floor(value / 0x100000000), 0x85ebca6b) ^ (this.#b >>> 13);
  }

  toString(): string {
    return [this.#a, this.#b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
