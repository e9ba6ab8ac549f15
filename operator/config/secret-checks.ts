/**
 * Every secret has one use. The function that faces the internet may read the secrets of sources;
 * if one of them were an account's, it could read a Kraken key. Two accounts with one key pair
 * would be two sets of rails for the same money.
 */
import type { Finding, Path } from './fault.ts';
import { pathText } from './fault.ts';
import { mapAt, textAt } from './tree.ts';
import type { Tree } from './walk.ts';

/** Name of a source's secret when the file does not say. */
export function defaultSecret(source: string): string {
  return `harpoon/sources/${source}`;
}

interface Use {
  readonly secret: string;
  /** Every name in Secrets Manager that the use takes. */
  readonly names: readonly string[];
  readonly path: Path;
}

/** A finding for every use of a secret but its first. */
export function secretFindings(tree: Tree): readonly Finding[] {
  const first = new Map<string, Path>();
  return uses(tree).flatMap(({ names, path }) => {
    const earlier = names.map((name) => first.get(name)).find((taken) => taken !== undefined);
    if (earlier !== undefined) {
      return [
        {
          path,
          problem: `is the secret of ${pathText(earlier)} too`,
          remedy: 'Give each account, source and channel a secret of its own.',
        },
      ];
    }
    for (const name of names) first.set(name, path);
    return [];
  });
}

function uses(tree: Tree): readonly Use[] {
  const found: Use[] = [];
  for (const [name, account] of Object.entries(mapAt(tree, 'accounts'))) {
    const secret = textAt(account, 'secret');
    if (secret === undefined) continue;
    // An account's key pairs are two secrets under its name.
    const names = [secret, `${secret}/trade`, `${secret}/query`];
    found.push({ secret, names, path: ['accounts', name, 'secret'] });
  }
  for (const [name, source] of Object.entries(mapAt(tree, 'sources'))) {
    const secret = textAt(source, 'secret') ?? defaultSecret(name);
    found.push({ secret, names: [secret], path: ['sources', name, 'secret'] });
  }
  for (const [name, channel] of Object.entries(mapAt(tree, 'channels'))) {
    const secret = textAt(channel, 'slack');
    if (secret === undefined) continue;
    found.push({ secret, names: [secret], path: ['channels', name, 'slack'] });
  }
  return found.filter(({ secret }) => secret !== '');
}
