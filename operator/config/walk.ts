/**
 * Turns parsed YAML into a tree of plain text and remembers where every key stands. What could
 * hide a value from the reader of the file is a finding: anchors and aliases, keys that are not
 * text, keys written twice, names that JavaScript gives a meaning of its own.
 */
import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { Finding, Path, Said } from './fault.ts';

/** The file as text, lists and maps. */
export type Tree = string | readonly Tree[] | { readonly [key: string]: Tree };

/** Levels of the tree; the configuration needs 5. */
const DEEPEST = 16;

/** Objects answer to these names without having such a key. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

const ALIAS: Said = {
  problem: 'uses a YAML anchor or alias',
  remedy: 'Write the values out, so that every limit stands where it counts.',
};

/** One walk through one file. */
export class Walk {
  readonly findings: Finding[] = [];
  /** Whether a finding leaves it open what the file means. */
  unreadable = false;
  readonly #offsets = new Map<string, number>();

  /** Offset of the key or item, or of its nearest parent that is in the file. */
  offset(path: Path): number {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = this.#offsets.get(JSON.stringify(path.slice(0, length)));
      if (offset !== undefined) return offset;
    }
    return 0;
  }

  /** The tree below a node. */
  read(node: unknown, path: Path): Tree {
    if (isAlias(node) || hasAnchor(node)) return this.#refuse(path, ALIAS);
    if (path.length > DEEPEST) {
      return this.#refuse(path, { problem: 'nests too deeply', remedy: 'Take it out.' });
    }
    if (isMap(node)) return this.#readMap(node, path);
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        this.#remember([...path, index], item);
        return this.read(item, [...path, index]);
      });
    }
    // A key without a value is an empty text. The failsafe schema makes text of every scalar.
    return isScalar(node) && typeof node.value === 'string' ? node.value : '';
  }

  #readMap(map: YAMLMap, path: Path): Tree {
    const tree = Object.create(null) as Record<string, Tree>;
    for (const pair of map.items as readonly Pair[]) {
      const key = pair.key;
      if (!isScalar(key) || typeof key.value !== 'string' || hasAnchor(key)) {
        this.#refuse(path, {
          problem: 'has a key that is not plain text',
          remedy: 'Write each key as a word followed by ": ".',
        });
        continue;
      }
      const below = [...path, key.value];
      if (RESERVED.has(key.value)) {
        const said = { problem: 'is a reserved word', remedy: 'Choose another name.' };
        this.findings.push({ path: below, ...said, offset: offsetOf(key) });
      } else if (key.value in tree) {
        const said = { problem: 'is written twice', remedy: 'Keep one of the two.' };
        this.findings.push({ path: below, ...said, offset: offsetOf(key) });
      } else {
        this.#remember(below, key);
        tree[key.value] = this.read(pair.value, below);
      }
    }
    return tree;
  }

  #remember(path: Path, node: unknown): void {
    this.#offsets.set(JSON.stringify(path), offsetOf(node));
  }

  #refuse(path: Path, said: Said): Tree {
    this.unreadable = true;
    this.findings.push({ path, ...said });
    return '';
  }
}

function hasAnchor(node: unknown): boolean {
  return (isScalar(node) || isCollection(node)) && node.anchor !== undefined;
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
