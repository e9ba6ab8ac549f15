/** What the schema cannot see in the settings of paper accounts. Looks at the tree, as the others. */
import { peoplesName } from '../../functions/core/market/pair-name.ts';
import { nearest } from '../../functions/core/suggest.ts';
import type { Finding, Said } from './fault.ts';
import { ASSET } from './paper-schema.ts';
import { has, mapAt, textAt, textsAt } from './tree.ts';
import type { Tree } from './walk.ts';

/** Findings about the paper settings of one account. */
export function paperFindings(name: string, account: Tree): readonly Finding[] {
  if (!has(account, 'paper')) return [];
  const mode = textAt(account, 'mode');
  if (mode === 'validate' || mode === 'live') {
    return [
      {
        path: ['accounts', name, 'paper'],
        problem: `is for paper accounts, and account ${name} is ${mode}`,
        remedy: 'Take it out, or write mode: paper.',
      },
    ];
  }
  const traded = textsAt(account, 'rails', 'pairs').flatMap(({ text }) => text.split('/'));
  return Object.keys(mapAt(account, 'paper', 'funds')).flatMap((asset) => {
    // The schema says what is wrong with a key that is no name at all.
    if (!ASSET.test(asset)) return [];
    const said = assetFault(asset, { account: name, traded: [...new Set(traded)] });
    return said === undefined
      ? []
      : [{ path: ['accounts', name, 'paper', 'funds', asset], ...said }];
  });
}

/** An asset that no pair of the rails has could never be traded: most likely it is misspelt. */
function assetFault(
  asset: string,
  { account, traded }: { readonly account: string; readonly traded: readonly string[] },
): Said | undefined {
  const usual = peoplesName(asset);
  if (usual !== asset) return { problem: "is Kraken's own code", remedy: `Write ${usual}.` };
  if (traded.length === 0 || traded.includes(asset)) return undefined;
  const near = nearest(asset, traded);
  const add = `Add a pair with ${asset} to accounts.${account}.rails.pairs, or take the asset out.`;
  return {
    problem: `is in none of the pairs that account ${account} may trade`,
    remedy: near === undefined ? add : `Did you mean ${near}?`,
  };
}
