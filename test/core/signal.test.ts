import { expect, it } from 'vitest';
import { isReducing, type Signal, type Stand, type Target } from '../../functions/core/signal.ts';
import { BUY } from './market-fixture.ts';

const long = (size: string): Stand => ({ position: 'long', size });
const was = (position: Stand['position'], size: string, prev: Stand): Target => ({
  ...{ position, size, prev },
});
const turned: Target = { position: 'short', prev: { position: 'long' } };

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
  ['a target that is flat', { target: { position: 'flat' } }, true],
  ['a target below what it was', { target: was('long', '2', long('3')) }, true],
  ['a target above what it was', { target: was('long', '3', long('2')) }, false],
  ['a target as it was', { target: was('long', '2', long('2')) }, false],
  ['a target that turns around', { target: was('short', '1', long('2')) }, true],
  ['one that turns around, of unknown sizes', { target: turned }, true],
  ['the entry behind that exit', { target: turned, leg: { of: 'x' } }, false],
  ['a target that opens', { target: was('short', '1', { position: 'flat' }) }, false],
  ['a target from nowhere', { target: { position: 'short', size: '1' } }, false],
])('%s reduces: %s', (_name, signal, reduces) => {
  expect(isReducing({ ...BUY, ...signal })).toBe(reduces);
});
