import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Order } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { leverageOf, sameOrder } from '../../../functions/core/reconcile/same-order.ts';
import { pairNamed } from '../market-fixture.ts';

const PAIR = pairNamed('BTC/USD');
const STOP: Order = {
  ...{ pair: 'XBTUSD', side: 'sell', type: 'stop-loss-limit', volume: '0.5' },
  ...{ price: '49000', price2: '48900' },
};
const TRAIL: Order = { ...STOP, type: 'trailing-stop-limit', price: '+1%', price2: '-20' };

function found(order: Order, change: Partial<FoundOrder> = {}): FoundOrder {
  const isDistance = order.price?.startsWith('+') === true;
  return {
    ...{ exchangeOrderId: 'O', pair: order.pair, side: order.side, type: order.type },
    ...{ volume: decimal(order.volume), openedAtMs: 0, status: 'open', filled: decimal('0') },
    ...(isDistance || order.price === undefined ? {} : { price: decimal(order.price) }),
    ...(isDistance ? { distance: order.price } : {}),
    ...(order.price2 === undefined ? {} : { price2: order.price2 }),
    ...change,
  };
}

function without(order: FoundOrder, ...names: (keyof FoundOrder)[]): FoundOrder {
  const left = Object.entries(order).filter(([name]) => !names.includes(name as keyof FoundOrder));
  return Object.fromEntries(left) as unknown as FoundOrder;
}

describe('is the order that was sent', () => {
  it.each<[string, Order, FoundOrder]>([
    ['as Kraken writes its prices', STOP, found(STOP, { price2: '48900.0' })],
    ['without a second price shown', STOP, without(found(STOP), 'price2')],
    [
      'with its limit in place of the trigger',
      STOP,
      without(found(STOP, { price: decimal('48900') }), 'price2'),
    ],
    ['once it became a limit', STOP, found(STOP, { type: 'limit', price: decimal('48900') })],
    [
      'once it became a market order',
      { ...STOP, type: 'stop-loss' },
      without(found(STOP, { type: 'market' }), 'price', 'price2'),
    ],
    ['by a distance', TRAIL, found(TRAIL, { distance: '+1.0000%', price2: '-20.0' })],
    [
      'once its distance became a price',
      TRAIL,
      without(found(TRAIL, { type: 'limit', price: decimal('50123.4') }), 'distance', 'price2'),
    ],
    [
      'by the index, fallen back to last',
      { ...STOP, trigger: 'index' },
      found(STOP, { trigger: 'last' }),
    ],
    ['with its leverage', { ...STOP, leverage: '2' }, found(STOP, { leverage: decimal('2') })],
    [
      'with its flags and the default ones',
      { ...STOP, postOnly: true },
      found(STOP, { flags: ['fciq', 'post'] }),
    ],
    ['with the default flag alone', STOP, found(STOP, { flags: ['fcib'] })],
    ['until its end', { ...STOP, expireAtMs: 60_000 }, found(STOP, { expireAtMs: 60_123 })],
    [
      'with a volume in the quote, in whatever unit',
      { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '500', volumeInQuote: true },
      found({ ...STOP, side: 'buy', type: 'market', volume: '0.00999' }, { flags: ['viqc'] }),
    ],
  ])('%s', (_, order, seen) => {
    const shown = order.type === 'market' ? without(seen, 'price', 'price2') : seen;
    expect(sameOrder(order, shown, PAIR)).toEqual({ ok: true, value: true });
  });
});

describe('is another order', () => {
  it.each<[string, Order, FoundOrder, string]>([
    [
      'type',
      STOP,
      found(STOP, { type: 'take-profit-limit' }),
      'its type is take-profit-limit, and stop-loss-limit was sent',
    ],
    ['type that it does not become', STOP, found(STOP, { type: 'market' }), 'its type is market'],
    [
      'type that a market order never becomes',
      { ...STOP, type: 'limit' },
      found(STOP, { type: 'market' }),
      'its type is market',
    ],
    [
      'trigger price',
      STOP,
      found(STOP, { price: decimal('49000.1') }),
      'its price is 49000.1, and 49000 was sent',
    ],
    ['no price', STOP, without(found(STOP), 'price'), 'its price is none'],
    ['second price', STOP, found(STOP, { price2: '48900.1' }), 'its second price is 48900.1'],
    [
      'second price where none was sent',
      { ...STOP, type: 'limit' },
      found({ ...STOP, type: 'limit' }, { price2: '1' }),
      'its second price is 1',
    ],
    [
      'limit after its trigger',
      STOP,
      found(STOP, { type: 'limit', price: decimal('1') }),
      'its price is 1, and 49000 and 48900 was sent',
    ],
    ['distance', TRAIL, found(TRAIL, { distance: '+1.0001%' }), 'its price is +1.0001%'],
    [
      'distance in another unit',
      TRAIL,
      found(TRAIL, { distance: '+1' }),
      'its price is +1, and +1% was sent',
    ],
    ['distance the other way', TRAIL, found(TRAIL, { price2: '+20' }), 'its second price is +20'],
    [
      'price for a distance',
      TRAIL,
      without(found(TRAIL, { price: decimal('1') }), 'distance'),
      'its price is 1',
    ],
    ['volume', STOP, found(STOP, { volume: decimal('0.4') }), 'its volume is 0.4'],
    [
      'volume after its trigger',
      STOP,
      found(STOP, { type: 'limit', volume: decimal('0.4') }),
      'its volume is 0.4',
    ],
    [
      'leverage',
      STOP,
      found(STOP, { leverage: decimal('2') }),
      'its leverage is 2, and none was sent',
    ],
    [
      'other leverage',
      { ...STOP, leverage: '3' },
      found(STOP, { leverage: decimal('2') }),
      'its leverage is 2, and 3 was sent',
    ],
    [
      'attached close',
      STOP,
      found(STOP, { closes: 'close position @ stop loss 1' }),
      'its attached close is',
    ],
    ['post-only', STOP, found(STOP, { flags: ['post'] }), 'its flag post is on, and off was sent'],
    [
      'post-only missing',
      { ...STOP, postOnly: true },
      found(STOP, { flags: ['fciq'] }),
      'its flag post is off',
    ],
    ['quote volume', STOP, found(STOP, { flags: ['viqc'] }), 'its flag viqc is on'],
    [
      'trigger source',
      STOP,
      found(STOP, { trigger: 'index' }),
      'its trigger is index, and last was sent',
    ],
    [
      'end',
      STOP,
      found(STOP, { expireAtMs: 60_000 }),
      'its end is 1970-01-01T00:01:00.000Z, and none was sent',
    ],
    [
      'other end',
      { ...STOP, expireAtMs: 60_000 },
      found(STOP, { expireAtMs: 61_000 }),
      'its end is',
    ],
    ['start', STOP, found(STOP, { startAtMs: 60_000 }), 'its start is'],
  ])('by its %s', (_, order, seen, words) => {
    const same = sameOrder(order, seen, PAIR);
    expect(same.ok ? '' : same.error).toContain(words);
  });
});

it.each([
  ['5:1', '5'],
  ['2', '2'],
  ['none', undefined],
  ['', undefined],
  ['0', undefined],
])('leverage %j is %s', (text, value) => {
  expect(leverageOf(text)?.toFixed()).toBe(value);
});
