/**
 * What the schema cannot see in sources: accounts and channels that do not exist, and sizes and
 * symbols that the rails of their accounts would refuse every time.
 */
import { parseMoney } from '../../functions/core/money.ts';
import { isAbove } from './account-checks.ts';
import type { Finding } from './fault.ts';
import { likelyPair } from '../../functions/core/market/pair-name.ts';
import { suggestion } from '../../functions/core/suggest.ts';
import { targetFindings } from './target-checks.ts';
import { mapFindings } from './map-checks.ts';
import { mapAt, textAt, textsAt } from './tree.ts';
import type { Tree } from './walk.ts';

/** Findings about all sources. */
export function sourceFindings(tree: Tree): readonly Finding[] {
  return Object.entries(mapAt(tree, 'sources')).flatMap(([name, source]) => [
    ...unknownNames(tree, { name, source, key: 'accounts', among: 'accounts' }),
    ...unknownNames(tree, { name, source, key: 'notify', among: 'channels' }),
    ...sizeFindings(tree, name, source),
    ...symbolFindings(tree, name, source),
    ...mapFindings(name, source),
    ...targetFindings(name, source),
  ]);
}

function unknownNames(
  tree: Tree,
  reference: {
    readonly name: string;
    readonly source: Tree;
    readonly key: 'accounts' | 'notify';
    readonly among: 'accounts' | 'channels';
  },
): readonly Finding[] {
  const { name, source, key, among } = reference;
  const known = mapAt(tree, among);
  return textsAt(source, key)
    .filter(({ text }) => text !== '' && !Object.hasOwn(known, text))
    .map(({ text, index }) => ({
      path: ['sources', name, key, index],
      problem: `names ${text}, which is not one of the ${among} of this file`,
      remedy: suggestion(text, Object.keys(known)),
    }));
}

/** A fixed size above an account's maxOrder would be refused every time. */
function sizeFindings(tree: Tree, name: string, source: Tree): readonly Finding[] {
  const size = parseMoney(textAt(source, 'size', 'quote') ?? '');
  if (!size.ok) return [];
  return textsAt(source, 'accounts').flatMap(({ text: account }) => {
    const limit = parseMoney(textAt(tree, 'accounts', account, 'rails', 'maxOrder') ?? '');
    if (!limit.ok || !isAbove(size.value, limit.value)) return [];
    return [
      {
        path: ['sources', name, 'size', 'quote'],
        problem: `is above maxOrder of account ${account}, which would refuse every signal`,
        remedy: `Write at most ${textAt(tree, 'accounts', account, 'rails', 'maxOrder') ?? ''}.`,
      },
    ];
  });
}

/** A chart mapped to a pair that no account of the source may trade would be refused every time. */
function symbolFindings(tree: Tree, name: string, source: Tree): readonly Finding[] {
  const accounts = textsAt(source, 'accounts').map(({ text }) => text);
  const allowed = accounts.map((account) => textsAt(tree, 'accounts', account, 'rails', 'pairs'));
  // No rails allow every pair; rails without pairs are a fault of their own.
  if (allowed.length === 0 || allowed.some((pairs) => pairs.length === 0)) return [];
  const pairs = new Set(allowed.flat().map(({ text }) => likelyPair(text) ?? text));
  return Object.entries(mapAt(source, 'symbols'))
    .filter(([, pair]) => typeof pair === 'string' && pair.includes('/') && !pairs.has(pair))
    .map(([symbol, pair]) => ({
      path: ['sources', name, 'symbols', symbol],
      problem: `means ${typeof pair === 'string' ? pair : ''}, which no account of this source may trade`,
      remedy: `Add it to accounts.${accounts[0] ?? ''}.rails.pairs, or take the symbol out.`,
    }));
}
