/** What an order is called by, and which side it is on. */
import { expect, it } from 'vitest';
import type { OrderRow } from '../../functions/core/order.ts';
import { actionWords, sideOf } from '../../functions/core/order-words.ts';

type Words = Pick<OrderRow, 'signal' | 'attempt'>;
const SIGNAL = {
  id: 'a',
  source: 'trend',
  sentAtMs: 0,
  symbol: 'BTC/USD',
  type: 'market',
} as const;
const order = { pair: 'XBTUSD', side: 'sell', type: 'market', volume: '1' } as const;
const attempt = { order } as OrderRow['attempt'] & object;
const less = { ...SIGNAL, action: 'buy', target: { position: 'long', size: '0.5' } } as const;

it.each<[string, Words, string, string]>([
  ['a message that buys', { signal: { ...SIGNAL, action: 'buy' } }, 'buy', 'buy'],
  ['a target before its order', { signal: less }, 'buy', 'long 0.5'],
  ['a smaller target, which sells', { signal: less, attempt }, 'sell', 'sell'],
])('%s', (_what, row, side, words) => {
  expect([sideOf(row), actionWords(row)]).toEqual([side, words]);
});
