import { describe, expect, it } from 'vitest';
import { likelyPair, PAIR, peoplesName } from '../../../functions/core/market/pair-name.ts';

describe('the pair that a text probably means', () => {
  it.each([
    ['BTC/USD', 'BTC/USD'],
    ['xbtusd', 'BTC/USD'],
    ['XXBTZUSD', 'BTC/USD'],
    ['eth-eur', 'ETH/EUR'],
    ['sol_usdt', 'SOL/USDT'],
    ['XDG:USD', 'DOGE/USD'],
    ['btc usd', 'BTC/USD'],
    ['ETHXBT', 'ETH/BTC'],
  ])('by %s is %s', (text, pair) => {
    expect(likelyPair(text)).toBe(pair);
  });

  it.each(['', 'USD', 'moon', 'a/b/usd', 'BTC/', '/USD', 'BTC/$'])('by %j is none', (text) => {
    expect(likelyPair(text)).toBeUndefined();
  });
});

it.each([
  ['XXBT', 'BTC'],
  ['ZEUR', 'EUR'],
  ['XBT', 'BTC'],
  ['SOL', 'SOL'],
])('%s is called %s', (asset, name) => {
  expect(peoplesName(asset)).toBe(name);
});

it.each([
  ['BTC/USD', true],
  ['TSLAx/USD', true],
  ['1INCH/USD', true],
  ['BTCUSD', false],
  ['btc/usd', false],
  ['BTC/1USD', false],
  ['BTC/U', false],
  ['BTC/USD ', false],
  [' BTC/USD', false],
])('%j is a pair: %s', (text, is) => {
  expect(PAIR.test(text)).toBe(is);
});
