/** Looks into the tree of the file without expecting it to be right: what is not there is empty. */
import type { Tree } from './walk.ts';

const NOTHING: Readonly<Record<string, Tree>> = {};

/** The entries of a map by their keys. */
export function mapAt(
  tree: Tree | undefined,
  ...keys: readonly string[]
): Readonly<Record<string, Tree>> {
  const found = at(tree, keys);
  return typeof found === 'object' && !isList(found) ? found : NOTHING;
}

/** The text at the end of the keys. */
export function textAt(tree: Tree | undefined, ...keys: readonly string[]): string | undefined {
  const found = at(tree, keys);
  return typeof found === 'string' ? found : undefined;
}

/** The texts of a list with their indexes; items that are no text are left out. */
export function textsAt(
  tree: Tree | undefined,
  ...keys: readonly string[]
): readonly { readonly index: number; readonly text: string }[] {
  const found = at(tree, keys);
  if (found === undefined || !isList(found)) return [];
  return found.flatMap((text, index) => (typeof text === 'string' ? [{ index, text }] : []));
}

/** Whether the map has the key at all. */
export function has(tree: Tree | undefined, key: string): boolean {
  return Object.hasOwn(mapAt(tree), key);
}

function at(tree: Tree | undefined, keys: readonly string[]): Tree | undefined {
  let found = tree;
  for (const key of keys) {
    if (found === undefined || typeof found === 'string' || isList(found)) return undefined;
    found = Object.hasOwn(found, key) ? found[key] : undefined;
  }
  return found;
}

function isList(tree: Tree): tree is readonly Tree[] {
  return Array.isArray(tree);
}
