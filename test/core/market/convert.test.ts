import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversionPairs, convert, type Side } from '../../../functions/core/market/convert.ts';
import { decimal, plain, roundDown } from '../../../functions/core/decimal.ts';
import { PAIRS, TABLE, TICKERS, tickerOf } from '../market-fixture.ts';

const market = { pairs: TABLE, tickers: TICKERS };

function worth(amount: string, from: string, to: string, side: Side, tickers = TICKERS) {
  const value = convert(decimal(amount), { from, to }, { pairs: TABLE, tickers, side });
  return value === undefined ? undefined : plain(roundDown(value, 8));
}

describe('an amount in another currency', () => {
  it.each<[string, string, string, string, string]>([
    // At the bid of a pair when low, at its ask when high.
    ['2', 'BTC', 'USD', '99999.8', '100000.2'],
    // The other way round, divided by the ask when low.
    ['50000.1', 'USD', 'BTC', '1', '1.000004'],
    ['100', 'EUR', 'USD', '110', '112'],
    ['112', 'USD', 'EUR', '100', '101.81818181'],
    // Over USD: DOGE -> USD -> EUR.
    ['1121.12', 'DOGE', 'EUR', '99.9999', '102.02192'],
    // USDT is not USD.
    ['100', 'USDT', 'USD', '99.8', '99.9'],
    ['100', 'USD', 'USDT', '100.1001001', '100.2004008'],
    ['7', 'USD', 'USD', '7', '7'],
    ['7', 'FOO', 'FOO', '7', '7'],
  ])('%s %s in %s is at least %s and at most %s', (amount, from, to, low, high) => {
    expect([worth(amount, from, to, 'low'), worth(amount, from, to, 'high')]).toEqual([low, high]);
  });

  it.each([
    ['a currency that Kraken does not list', 'FOO', 'USD'],
    ['another spelling of a currency', 'XBT', 'USD'],
    ['a way that ends in between', 'XTZ', 'FOO'],
  ])('cannot be told for %s', (_what, from, to) => {
    expect(conversionPairs({ from, to }, TABLE)).toBeUndefined();
    expect(worth('1', from, to, 'low')).toBeUndefined();
  });

  it('cannot be told without a live price, though there is a way', () => {
    const without = new Map([...TICKERS].filter(([name]) => name !== 'BTC/USD'));
    expect(conversionPairs({ from: 'BTC', to: 'USD' }, TABLE)).toHaveLength(1);
    expect(worth('1', 'BTC', 'USD', 'low', without)).toBeUndefined();
  });

  it('is nothing where nobody bids, and never a division by zero', () => {
    const empty = new Map(TICKERS).set('BTC/USD', tickerOf('0', '0', '50000'));
    expect(worth('1', 'BTC', 'USD', 'low', empty)).toBe('0');
    expect(worth('1', 'BTC', 'USD', 'high', empty)).toBeUndefined();
    expect(worth('1', 'USD', 'BTC', 'low', empty)).toBeUndefined();
    expect(worth('1', 'USD', 'BTC', 'high', empty)).toBeUndefined();
  });

  it.each([
    ['BTC', 'USD', ['BTC/USD']],
    ['USD', 'BTC', ['BTC/USD']],
    ['DOGE', 'EUR', ['DOGE/USD', 'EUR/USD']],
    ['SOL', 'EUR', ['SOL/EUR']],
    ['USD', 'USD', []],
  ])('from %s to %s needs the tickers of %j', (from, to, names) => {
    expect(conversionPairs({ from, to }, TABLE)?.map(({ name }) => name)).toEqual(names);
  });
});

describe('both sides of the spread', () => {
  const assets = [...new Set(PAIRS.flatMap(({ base, quote }) => [base, quote]))];
  const asset = fc.constantFrom(...assets);
  const amounts = fc.bigInt({ min: 1n, max: 10n ** 20n }).map((number) => decimal(`${number}e-10`));

  it('low is never above high', () => {
    fc.assert(
      fc.property(amounts, asset, asset, (amount, from, to) => {
        const low = convert(amount, { from, to }, { ...market, side: 'low' });
        const high = convert(amount, { from, to }, { ...market, side: 'high' });
        if (low === undefined || high === undefined) expect(low).toBe(high);
        else expect(low.lte(high)).toBe(true);
      }),
    );
  });

  it('nothing is won by going there and back, and nothing is undervalued', () => {
    fc.assert(
      fc.property(amounts, fc.constantFrom('BTC', 'EUR', 'DOGE'), (amount, from) => {
        const there = { from, to: 'USD' };
        const back = { from: 'USD', to: from };
        const low = convert(amount, there, { ...market, side: 'low' }) ?? decimal('0');
        const lowest = convert(low, back, { ...market, side: 'low' });
        expect(lowest?.lte(amount)).toBe(true);
        const high = convert(amount, back, { ...market, side: 'high' }) ?? decimal('0');
        const bid = TICKERS.get(`${from}/USD`)?.bid ?? decimal('0');
        expect(high.times(bid).gte(amount)).toBe(true);
      }),
    );
  });
});
