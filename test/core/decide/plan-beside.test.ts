/** Orders with leverage beside the stops of the position that they meet, as a table. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type Book } from '../../../functions/core/book.ts';
import type { Size } from '../../../functions/core/config.ts';
import { leavesAll, meetsStops, planBeside } from '../../../functions/core/decide/plan-beside.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { pairNamed } from '../market-fixture.ts';
import { TREND } from '../order-fixture.ts';

const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
const SIGNAL: Signal = {
  ...{ id: 's', source: 'trend', sentAtMs: 1_000, symbol: 'BTC/USD', type: 'market' },
  ...{ action: 'buy', leverage: '5', size: { unit: 'base', amount: '0.4' }, reduceOnly: true },
};
const SIGNAL_SIZE: Size = { kind: 'signal' };
const STOP = { type: 'stop-loss', price: '48000' } as const;

interface Given {
  readonly holds: string;
  readonly stops?: string;
  readonly margin?: string | undefined;
  readonly size?: Size;
  readonly more?: Partial<Signal>;
}

/** What is planned, in words. */
function words({ holds, stops, margin = '5', size = SIGNAL_SIZE, more = {} }: Given): string {
  const spot = margin === 'none' ? {} : { leverage: margin };
  const book: Book = { ...emptyBook(REF), quantity: holds, ...spot };
  const at = { pair: pairNamed('BTC/USD'), book, source: { ...TREND, size } };
  const signal = { ...SIGNAL, ...more };
  const planned = planBeside({
    ...{ ...at, signal, balances: new Map(), nowMs: 1_000, sinceMs: 0 },
    ...(stops === undefined ? {} : { stops: decimal(stops) }),
  });
  if (!planned.ok) return planned.error.sentence;
  if (planned.value.kind !== 'order') return planned.value.kind;
  const { room, leaves, steps, signal: said, source } = planned.value;
  expect([said, source]).toEqual([signal, at.source]);
  return [
    'as it is said',
    ...(room === undefined ? [] : [`stops give ${plain(room.frees)}`]),
    ...(leaves === true ? ['leaves'] : []),
    ...(leavesAll(signal, at) ? ['all stops go'] : []),
    ...steps.map(({ step, value }) => `${step} ${value}`),
  ].join(', ');
}

const GIVES = (frees: string, holds = '-1') =>
  `as it is said, stops give ${frees}, the book holds ${holds} BTC, taken from its stops ${frees} BTC`;

describe('an order with leverage', () => {
  it.each<[string, Given, string]>([
    ['with nothing open', { holds: '0', stops: '1' }, 'as it is said'],
    ['on the side of the position', { holds: '1', stops: '1' }, 'as it is said'],
    [
      'beside coins that are held',
      { holds: '1', stops: '1', margin: 'none', more: { action: 'sell' } },
      'as it is said',
    ],
    ['against a short without a stop', { holds: '-1' }, 'as it is said'],
    ['out of a part', { holds: '-1', stops: '1' }, GIVES('0.4')],
    [
      'out of a part of a long',
      { holds: '1', stops: '1', more: { action: 'sell' } },
      GIVES('0.4', '1'),
    ],
    [
      'out of a part that no stop is for',
      { holds: '-1', stops: '0.6' },
      'as it is said, the book holds -1 BTC, taken from its stops 0 BTC',
    ],
    ['out of a part that some of its stop is for', { holds: '-1', stops: '0.7' }, GIVES('0.1')],
    [
      'by the size of harpoon.yaml',
      { holds: '-1', stops: '1', size: { kind: 'base', amount: '0.5' } },
      GIVES('0.5'),
    ],
    [
      'out of all of it',
      { holds: '-0.4', stops: '0.4' },
      'as it is said, stops give 0.4, leaves, all stops go, the book holds -0.4 BTC, taken from its stops 0.4 BTC',
    ],
    [
      'out of all but dust',
      { holds: '-0.40005', stops: '0.4' },
      'as it is said, stops give 0.39995, leaves, all stops go, the book holds -0.40005 BTC, taken from its stops 0.39995 BTC',
    ],
    [
      'out of all but dust, once no stop rests',
      { holds: '-0.40005' },
      'as it is said, leaves, all stops go',
    ],
    [
      'out of all but the smallest order',
      { holds: '-0.4001', stops: '0.4' },
      'as it is said, stops give 0.3999, the book holds -0.4001 BTC, taken from its stops 0.3999 BTC',
    ],
    [
      'out of no more of its stop than it trades',
      {
        ...{ holds: '-1', stops: '1' },
        more: { size: { unit: 'base', amount: '0.123456789' } },
      },
      GIVES('0.12345678'),
    ],
    [
      'out of as much of its stop as Kraken trades at least',
      { holds: '-1', stops: '1', more: { size: { unit: 'base', amount: '0.00009' } } },
      GIVES('0.0001'),
    ],
    [
      'with a stop of its own beside dust',
      { holds: '-0.00009', more: { stop: STOP, reduceOnly: false } },
      'as it is said, all stops go',
    ],
    [
      'through zero',
      { holds: '-0.3', stops: '0.3', more: { reduceOnly: false } },
      'as it is said, stops give 0.3, all stops go, the book holds -0.3 BTC, taken from its stops 0.3 BTC',
    ],
  ])('goes out %s', (_what, given, expected) => {
    expect(words(given)).toBe(expected);
  });

  it.each<[string, Given, RegExp]>([
    [
      'brings a stop',
      { holds: '-1', more: { stop: STOP } },
      /^the book holds -1 BTC on margin, which this order would leave first, and its stop .* enter\.$/,
    ],
    [
      'brings a take-profit',
      { holds: '-1', more: { takeProfits: [{ price: '1', share: '50' }] } },
      /would be for all of the order/,
    ],
    [
      'brings a stop beside no less than the smallest order',
      { holds: '-0.0001', more: { stop: STOP } },
      /leave first/,
    ],
    [
      'starts later',
      { holds: '-1', stops: '0.7', more: { startAtMs: 2_000 } },
      /^a stop of the position rests for 0\.7 BTC, .* send a market order without "start" and with/,
    ],
    [
      'waits for its price',
      { holds: '-1', stops: '0.7', more: { type: 'limit', price: '1' } },
      /^a stop of the position rests for 0\.7 BTC, and on margin it would open a position the other way/,
    ],
    [
      'is sized in money',
      { holds: '-1', stops: '1', more: { size: { unit: 'quote', amount: '9', currency: 'USD' } } },
      /and with its size in BTC/,
    ],
    [
      'is sized by harpoon.yaml in money',
      { holds: '-1', stops: '1', size: { kind: 'quote', amount: '9', currency: 'USD' } },
      /or cancel the stop first\.$/,
    ],
  ])('is refused that meets a position and %s', (_what, given, expected) => {
    expect(words(given)).toMatch(expected);
  });

  it('that waits for its price or its time cancels nothing', () => {
    const book: Book = { ...emptyBook(REF), quantity: '-0.4', leverage: '5' };
    const at = { pair: pairNamed('BTC/USD'), book, source: { ...TREND, size: SIGNAL_SIZE } };
    expect(leavesAll({ ...SIGNAL, type: 'limit' }, at)).toBe(false);
    expect(leavesAll({ ...SIGNAL, startAtMs: 2_000 }, at)).toBe(false);
    expect(leavesAll(SIGNAL, at)).toBe(true);
  });

  it.each<[string, Partial<Signal>, boolean]>([
    ['is one', {}, true],
    ['without leverage is none', { leverage: undefined } as never, false],
    ['that settles is none', { type: 'settle-position' }, false],
    ['of a target is none', { target: { position: 'flat' } }, false],
    ['for a take-profit is none', { takes: { orderKey: 'k', number: 1, price: '1' } }, false],
    ['that covers is none', { covers: { orderKey: 'k', since: 1, of: [] } }, false],
  ])('%s', (_what, more, expected) => {
    expect(meetsStops({ ...SIGNAL, ...more })).toBe(expected);
  });
});
