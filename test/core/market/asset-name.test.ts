import { expect, test } from 'vitest';
import { assetName } from '../../../functions/core/market/asset-name.ts';

test.each([
  ['XBT', 'BTC'],
  ['XDG', 'DOGE'],
  ['USD', 'USD'],
  ['XTZ', 'XTZ'],
  ['XRP', 'XRP'],
  ['ZEC', 'ZEC'],
  ['XAUT', 'XAUT'],
  ['constructor', 'constructor'],
])('%s is called %s', (altname, name) => {
  expect(assetName(altname)).toBe(name);
});
