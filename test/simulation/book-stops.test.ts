import { expect, it } from 'vitest';
import type { BookEntry } from '../../functions/core/book.ts';
import { decimal, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { BTC_USD } from '../fakes/exchange.ts';
import type { FakeStore } from '../fakes/store.ts';
import { coveredAtRest } from './book-stops.ts';
import type { Monitor } from './monitor.ts';

const REF = { source: 'trend', account: 'main', on: 'kraken', pair: 'BTC/USD' } as const;
const LONG = [
  { orderKey: 'entry', volume: '0.01', quantity: '0.01' },
] as unknown as readonly BookEntry[];
const ENTRY = { attempt: { order: { close: {} } }, signal: {} } as unknown as OrderRow;
const TOLD = { account: 'main', state: 'expired', signal: { source: 'trend', covers: 'entry' } };
const least = BTC_USD.orderMin;
const dust = least.div('2');
const held = decimal('0.01');

const TOO_MUCH = 'stops at rest close no more than there is';
const NONE = 'what had a stop has one again';

it.each<[title: string, sells: Decimal, buys: Decimal, rows: readonly unknown[], broken: string[]]>(
  [
    ['its stop', held, ZERO, [], []],
    [
      'a stop that is too large by dust, and one of dust of the other side',
      held.plus(dust),
      dust,
      [],
      [],
    ],
    ['a stop that is too large by the smallest order', held.plus(least), ZERO, [], [TOO_MUCH]],
    ['a stop of the other side', held, least, [], [TOO_MUCH]],
    ['no stop', ZERO, ZERO, [], [NONE]],
    ['no stop, of which somebody was told', ZERO, ZERO, [TOLD], []],
  ],
)('a position at rest beside %s', (_title, sells, buys, rows, broken) => {
  const told: string[] = [];
  const monitor = {
    broken: (promise: string) => told.push(promise),
    seen: new Set<string>(),
  } as unknown as Monitor;
  const store = { row: () => ENTRY, rows: () => rows } as unknown as FakeStore;
  const stopsOf = (side?: 'buy' | 'sell'): Decimal =>
    side === undefined ? sells.plus(buys) : side === 'sell' ? sells : buys;
  coveredAtRest(monitor, store, { ref: REF, entries: LONG, stopsOf });
  expect(told).toEqual(broken);
});
