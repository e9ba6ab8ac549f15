/** What Harpoon asks for by itself while a position is open: take-profits, and stops for what has none. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type Book } from '../../../functions/core/book.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import {
  planCover,
  planTake,
  takesAll,
  type OwnInput,
} from '../../../functions/core/decide/plan-own.ts';
import type { Planned } from '../../../functions/core/decide/plan-change.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { pairNamed } from '../market-fixture.ts';
import { TREND } from '../order-fixture.ts';
import { REF } from '../follow/stop-entry.ts';

interface Given {
  readonly holds: string;
  readonly cost?: string;
  readonly wants: string;
  readonly stops?: string;
  readonly others?: string;
  readonly last?: string;
  readonly margin?: string;
  readonly more?: Partial<Signal>;
}

function inputOf(given: Given): OwnInput {
  const { holds, cost = '0', wants, stops = '0', others = '0', last, margin, more } = given;
  const book: Book = {
    ...{ ...emptyBook(REF), quantity: holds, cost, since: 7, profits: ['entry'] },
    ...(margin === undefined ? {} : { leverage: margin }),
  };
  const price = last === undefined ? undefined : decimal(last);
  return {
    ...{ pair: pairNamed('BTC/USD'), book, source: TREND, nowMs: 1_000_000, sinceMs: 0 },
    balances: new Map([['BTC', { total: decimal('9'), available: decimal('9') }]]),
    stops: decimal(stops),
    otherStops: decimal(others),
    ...(price === undefined ? {} : { ticker: { bid: price, ask: price, last: price } }),
    signal: {
      ...{
        id: 'x',
        source: 'trend',
        sentAtMs: 0,
        symbol: 'BTC/USD',
        action: 'sell',
        type: 'market',
      },
      ...{ reduceOnly: true, size: { unit: 'base', amount: wants }, ...more },
    },
  };
}

function words(planned: Planned): string {
  if (!planned.ok) return planned.error.code;
  if (planned.value.kind !== 'order') return `${planned.value.kind}: ${planned.value.why}`;
  const { signal, room } = planned.value;
  const { action, size, type, price, price2, leverage, reduceOnly } = signal;
  return [
    `${action} ${size?.amount ?? ''} ${type}`,
    ...[price, price2].filter((one) => one !== undefined),
    ...(leverage === undefined ? [] : [`leverage ${leverage}`]),
    ...(reduceOnly === true ? [] : ['may open']),
    ...(room === undefined ? [] : [`stops give ${plain(room.frees)}`]),
    ...(room?.moves === undefined ? [] : [`stops at ${plain(room.moves.trigger)}`]),
  ].join(', ');
}

describe('a take-profit', () => {
  const TAKES = { orderKey: 'entry', number: 1, price: '50500' } as const;
  const taking = ({ more, margin, last = margin ? '50000' : '51000', ...given }: Given) => {
    const all = { ...given, ...(margin ? { margin } : {}), last, more: { takes: TAKES, ...more } };
    return inputOf(all);
  };
  const take = (given: Given) => words(planTake(taking(given)));
  const evenly = { more: { takes: { ...TAKES, evenAt: '50000.07' } } } as const;

  it.each<[string, Given, string]>([
    ['a share', { holds: '1', wants: '0.4', stops: '1' }, 'sell 0.4 market, stops give 0.4'],
    ['where no stop rests', { holds: '1', wants: '0.4' }, 'sell 0.4 market'],
    ['at most what is held', { holds: '0.3', wants: '0.4' }, 'sell 0.3 market'],
    ['the dust with it', { holds: '1', wants: '0.99995' }, 'sell 1 market'],
    ['the smallest order stays', { holds: '1', wants: '0.9999' }, 'sell 0.9999 market'],
    [
      'of a short by buying',
      { holds: '-1', wants: '0.4', margin: '3' },
      'buy 0.4 market, leverage 3',
    ],
    [
      'and moves the stop to the average price, on the tick',
      { holds: '1', wants: '0.4', stops: '1', ...evenly },
      'sell 0.4 market, stops give 0.4, stops at 50000',
    ],
    [
      'of a short too',
      { holds: '-1', wants: '0.4', last: '49000', margin: '3', ...evenly },
      'buy 0.4 market, leverage 3, stops give 0, stops at 50000.1',
    ],
    [
      'and no stop to where it would fire at once',
      { holds: '1', wants: '0.4', more: { takes: { ...TAKES, evenAt: '51000' } } },
      'sell 0.4 market',
    ],
    [
      'of a short neither',
      { holds: '-1', wants: '0.4', margin: '3', more: { takes: { ...TAKES, evenAt: '50000' } } },
      'buy 0.4 market, leverage 3',
    ],
  ])('sells %s', (_what, given, expected) => {
    expect(take(given)).toBe(expected);
  });

  it.each(['0', '0.00009', '-0.5'])('of a book of %s sells nothing', (holds) => {
    expect(take({ holds, wants: '0.4' })).toMatch(/^unneeded: .* was left; the book holds /);
  });

  it('sells nothing of a later position', () => {
    const later = { ...TAKES, orderKey: 'another' };
    expect(take({ holds: '1', wants: '0.4', more: { takes: later } })).toMatch(/was left/);
  });

  it.each<[string, Given]>([
    ['fell again', { holds: '1', wants: '0.4', last: '50499.9' }],
    ['rose again, of a short', { holds: '-1', wants: '0.4', margin: '3', last: '50500.1' }],
  ])(
    'that waited until the market %s sells nothing, unless stops gave way for it',
    (_what, given) => {
      expect(take(given)).toMatch(/^unneeded: the market has left 50500 again/);
      expect(words(planTake({ ...taking(given), isUnderway: true }))).toMatch(/ 0.4 market/);
    },
  );

  it('waits for a price', () => {
    const { ticker: _none, ...input } = taking({ holds: '1', wants: '0.4' });
    expect(words(planTake(input))).toMatch(/^waits: Kraken shows no price of BTC/);
    expect(words(planTake({ ...input, isUnderway: true }))).toBe('sell 0.4 market');
  });

  it.each([
    ['1', '0.4', false],
    ['1', '0.9999', false],
    ['1', '0.99991', true],
    ['0.3', '0.4', true],
    ['-1', '1', true],
  ])('of a book of %s that sells %s takes all: %s', (holds, wants, expected) => {
    const margin = holds.startsWith('-') ? { margin: '3' } : {};
    const { signal, ...at } = taking({ holds, wants, ...margin });
    expect(takesAll(signal, at)).toBe(expected);
  });
});

describe('the stop for what is left', () => {
  const cover = ({ more, ...given }: Given) => {
    const stop = {
      type: 'stop-loss',
      price: '48000',
      covers: { orderKey: 'k', since: 7, of: ['entry'] },
    } as const;
    return words(planCover(inputOf({ last: '50000', ...given, more: { ...stop, ...more } })));
  };
  const SHORT = { margin: '3', more: { price: '52000', action: 'buy' } } as const;

  it.each<[string, Given, string]>([
    ['what has none', { holds: '1', wants: '1', stops: '0.4' }, 'sell 0.6 stop-loss, 48000'],
    ['no more than had one', { holds: '1', wants: '0.5' }, 'sell 0.5 stop-loss, 48000'],
    [
      'that alone, beside what never had one',
      { holds: '2', wants: '1', stops: '0.4' },
      'sell 0.6 stop-loss, 48000',
    ],
    [
      'that alone, beside what was bought later with a stop of its own',
      { holds: '1.5', wants: '1', others: '0.5' },
      'sell 1 stop-loss, 48000',
    ],
    [
      'no more than later stops leave',
      { holds: '1', wants: '1', others: '0.7', stops: '0.1' },
      'sell 0.2 stop-loss, 48000',
    ],
    [
      'a short',
      { holds: '-1', wants: '1', stops: '0.4', ...SHORT },
      'buy 0.6 stop-loss, 52000, leverage 3',
    ],
    [
      'with its limit',
      { holds: '1', wants: '1', more: { type: 'stop-loss-limit', price2: '47900' } },
      'sell 1 stop-loss-limit, 48000, 47900',
    ],
    ['at once past the stop', { holds: '1', wants: '1', last: '47999' }, 'sell 1 market'],
    ['at once at the stop', { holds: '1', wants: '1', last: '48000' }, 'sell 1 market'],
    [
      'no worse than its limit, past the stop',
      { holds: '1', wants: '1', last: '40000', more: { type: 'stop-loss-limit', price2: '47900' } },
      'sell 1 limit, 47900',
    ],
    [
      'a short at once past it',
      { holds: '-1', wants: '1', ...SHORT, last: '52000' },
      'buy 1 market, leverage 3',
    ],
    [
      'from the market on where it trails',
      { holds: '1', wants: '1', more: { type: 'trailing-stop', price: '+2%' } },
      'sell 1 trailing-stop, +2%',
    ],
  ])('guards %s', (_what, given, expected) => {
    expect(cover(given)).toBe(expected);
  });

  it.each<[string, Given]>([
    ['all is sold', { holds: '0', wants: '1' }],
    ['stops rest for all', { holds: '1', wants: '1', stops: '1' }],
    ['only dust has none', { holds: '1', wants: '1', stops: '0.99995' }],
    [
      'another position is held',
      { holds: '1', wants: '1', more: { covers: { orderKey: 'k', since: 6, of: ['entry'] } } },
    ],
  ])('is not needed where %s', (_what, given) => {
    expect(cover(given)).toMatch(/^unneeded: the (book holds|position that had the stop was left)/);
  });

  it('waits for a price', () => {
    const { ticker: _none, ...input } = inputOf({
      holds: '1',
      wants: '1',
      more: { covers: { orderKey: 'k', since: 7, of: ['entry'] } },
    });
    expect(words(planCover(input))).toMatch(/^waits: Kraken shows no price of BTC/);
  });
});
