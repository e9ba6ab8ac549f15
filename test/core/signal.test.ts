import { expect, it } from 'vitest';
import { isReducing, type Signal } from '../../functions/core/signal.ts';
import { BUY } from './market-fixture.ts';

it.each<[string, Partial<Signal>, boolean]>([
  ['a sale that says reduceOnly', { action: 'sell', reduceOnly: true }, true],
  ['a sale after which the strategy is flat', { action: 'sell', marketPosition: 'flat' }, true],
  ['a sale after which it is still long', { action: 'sell', marketPosition: 'long' }, true],
  ['a sale that says nothing', { action: 'sell' }, false],
  ['a sale that says reduceOnly: false', { action: 'sell', reduceOnly: false }, false],
  ['a sale after which it is short', { action: 'sell', marketPosition: 'short' }, false],
  ['a buy', {}, false],
  ['a buy that claims to reduce', { reduceOnly: true }, false],
  ['a buy that claims to end flat', { marketPosition: 'flat' }, false],
])('%s reduces: %s', (_name, signal, reduces) => {
  expect(isReducing({ ...BUY, ...signal })).toBe(reduces);
});
