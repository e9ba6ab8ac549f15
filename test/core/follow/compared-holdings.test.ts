/** What an account holds or has open, against what the books of its strategies own together. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import type { OpenLot } from '../../../functions/core/open-lots.ts';
import { PAIRS } from '../market-fixture.ts';
import { claimOf, madeUpBooks, type GivenBook } from './made-up-books.ts';

const BTC: GivenBook = { quantity: '0.01', cost: '500' };
const ETH: GivenBook = { pair: 'ETH/USD', source: 'other', quantity: '1', cost: '2000' };
const SHORT: GivenBook = { quantity: '-0.01', cost: '500', leverage: '3' };

const lot = (volume: string, side: 'buy' | 'sell'): OpenLot => {
  return { pair: 'XBTUSD', side, volume: decimal(volume), cost: decimal('1'), openedAtMs: 1 };
};

describe('what the account holds', () => {
  it.each<[string, Record<string, string>, readonly string[]]>([
    ['is all there', { BTC: '0.01', ETH: '1' }, []],
    [
      'lacks one asset of two',
      { BTC: '0.01', ETH: '0.4' },
      ['Account main holds 0.4 ETH, and its strategies own 1'],
    ],
    [
      'lacks both',
      {},
      [
        'Account main holds 0 BTC, and its strategies own 0.01',
        'Account main holds 0 ETH, and its strategies own 1',
      ],
    ],
  ])('and %s', async (_what, held, expected) => {
    const { watch, told, warned } = madeUpBooks({ books: [BTC, ETH], held: { main: held } });
    await watch();
    expect([told(), warned()]).toEqual([expected, []]);
  });

  it.each<[string, string, string, boolean]>([
    ['the first', '0.001', '0.0001', false],
    ['the last', '0.0001', '0.001', false],
    ['neither', '0.0001', '0.0002', true],
  ])('lacks less than an order of %s of two pairs', async (_which, usd, eur, isTold) => {
    const books = [BTC, { ...BTC, pair: 'BTC/EUR', source: 'other' }];
    const { watch, told, deps } = madeUpBooks({ books, held: { main: { BTC: '0.0195' } } });
    const least: Readonly<Record<string, string>> = { 'BTC/USD': usd, 'BTC/EUR': eur };
    const pairs = PAIRS.map((pair) => {
      return { ...pair, orderMin: decimal(least[pair.name] ?? pair.orderMin.toFixed()) };
    });
    Object.assign(deps, { market: { ...deps.market, pairs: async () => pairs } });
    await watch();
    expect(told()).toHaveLength(isTold ? 1 : 0);
  });

  it('is not told of a pair that Kraken does not list any more by that pair’s smallest order', async () => {
    const books = [BTC, { ...BTC, pair: 'BTC/GONE', source: 'other' }];
    const { watch, told, warned } = madeUpBooks({ books, held: { main: { BTC: '0.01' } } });
    await watch();
    expect(told()).toEqual(['Account main holds 0.01 BTC, and its strategies own 0.02']);
    expect(warned()).toEqual([]);
  });
});

describe('what is open on margin', () => {
  it.each<[string, readonly OpenLot[], readonly string[]]>([
    ['is all that books own', [lot('0.01', 'sell')], []],
    [
      'is less',
      [lot('0.004', 'sell')],
      ['Account main has -0.004 BTC open on margin in BTC/USD, and its strategies own -0.01'],
    ],
    [
      'is nothing',
      [],
      ['Account main has 0 BTC open on margin in BTC/USD, and its strategies own -0.01'],
    ],
  ])('%s', async (_what, lots, expected) => {
    const { watch, told, exchange, warned } = madeUpBooks({ books: [SHORT] });
    exchange.lots = [...lots];
    await watch();
    expect([told(), warned()]).toEqual([expected, []]);
  });

  it('is no shortage a moment after the book moved, as reads may lag', async () => {
    const { clock } = madeUpBooks({});
    const books = [{ ...SHORT, movedAtMs: clock.nowMs() - 1_000 }];
    const { watch, told } = madeUpBooks({ books });
    await watch();
    expect(told()).toEqual([]);
  });

  it('and cannot be read says nothing, of shortages or of drifts, and is logged once', async () => {
    const claim = claimOf({ position: 'flat', leverage: '3' });
    const { watch, told, exchange, warned } = madeUpBooks({ books: [{ ...SHORT, claim }] });
    Object.defineProperty(exchange, 'lots', {
      get: () => {
        throw new Error('no margin today');
      },
    });
    await watch();
    expect(told()).toEqual([]);
    expect(warned()).toEqual([expect.stringContaining('"event":"margin-not-compared"')]);
    expect(warned()[0]).toContain('"account":"main","error":"Error: no margin today"');
  });

  it('stands in what is told of a drift', async () => {
    const claim = claimOf({ position: 'short', size: '0.02', leverage: '3' });
    const { watch, notices, exchange } = madeUpBooks({ books: [{ ...SHORT, claim }] });
    exchange.lots = [lot('0.01', 'sell')];
    await watch();
    expect(notices()).toHaveLength(1);
    expect(notices()[0]?.facts).toContainEqual({
      ...{ label: 'The account holds', value: '-0.01 BTC on margin' },
    });
  });

  it('is asked for only where a strategy is on margin', async () => {
    const { watch, told, exchange, warned } = madeUpBooks({ books: [BTC] });
    Object.defineProperty(exchange, 'lots', {
      get: () => {
        throw new Error('asked');
      },
    });
    await watch();
    expect([told(), warned()]).toEqual([[], []]);
  });
});
