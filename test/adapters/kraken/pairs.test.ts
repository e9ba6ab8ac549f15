import { describe, expect, test } from 'vitest';
import { bySpelling, readPairs } from '../../../functions/adapters/kraken/pairs.ts';
import { plain } from '../../../functions/core/decimal.ts';

const ASSETS = {
  XXBT: { altname: 'XBT' },
  XXDG: { altname: 'XDG' },
  XTZ: { altname: 'XTZ' },
  XXRP: { altname: 'XRP' },
  SOL: { altname: 'SOL' },
  ZUSD: { altname: 'USD' },
  ZEUR: { altname: 'EUR' },
};

function row(altname: string, wsname: string | undefined, base: string, quote: string) {
  const names = { altname, base, quote, ...(wsname === undefined ? {} : { wsname }) };
  return {
    ...names,
    pair_decimals: 1,
    lot_decimals: 8,
    cost_decimals: 5,
    tick_size: '0.1',
    ordermin: '0.0001',
    costmin: '0.5',
    status: 'online',
  };
}

const ROWS = {
  XXBTZUSD: row('XBTUSD', 'XBT/USD', 'XXBT', 'ZUSD'),
  XDGUSD: row('XDGUSD', 'XDG/USD', 'XXDG', 'ZUSD'),
  XTZUSD: row('XTZUSD', 'XTZ/USD', 'XTZ', 'ZUSD'),
  XXRPXXBT: row('XRPXBT', 'XRP/XBT', 'XXRP', 'XXBT'),
  SOLEUR: row('SOLEUR', 'SOL/EUR', 'SOL', 'ZEUR'),
};

describe('the table of pairs', () => {
  test('names pairs as people do, without touching other letters', () => {
    const names = readPairs(ROWS, ASSETS).map(({ id, name }) => [id, name]);
    expect(names).toEqual([
      ['XXBTZUSD', 'BTC/USD'],
      ['XDGUSD', 'DOGE/USD'],
      ['XTZUSD', 'XTZ/USD'],
      ['XXRPXXBT', 'XRP/BTC'],
      ['SOLEUR', 'SOL/EUR'],
    ]);
  });

  test('keeps Kraken’s names, decimals and minimums', () => {
    const [pair] = readPairs(ROWS, ASSETS);
    expect(pair).toMatchObject({
      altname: 'XBTUSD',
      wsname: 'XBT/USD',
      base: 'BTC',
      quote: 'USD',
      baseId: 'XXBT',
      quoteId: 'ZUSD',
      priceDecimals: 1,
      lotDecimals: 8,
      costDecimals: 5,
      status: 'online',
    });
    expect(pair && [pair.tickSize, pair.orderMin, pair.costMin].map(plain)).toEqual([
      '0.1',
      '0.0001',
      '0.5',
    ]);
  });

  test('takes the pair’s own name for an asset that is not listed', () => {
    expect(readPairs({ A: row('XBTUSD', 'XBT/USD', 'QQ', 'RR') }, {})[0]?.name).toBe('BTC/USD');
    expect(readPairs({ A: row('QQRR', undefined, 'QQ', 'RR') }, {})[0]).toMatchObject({
      name: 'QQ/RR',
      wsname: 'QQ/RR',
    });
  });

  test.each<[unknown, readonly number[] | undefined]>([
    [
      [2, 3, 10],
      [2, 3, 10],
    ],
    [
      ['2', '3'],
      [2, 3],
    ],
    [[], undefined],
    [undefined, undefined],
    // Not as documented: the pair still trades, without leverage.
    [['two'], undefined],
    ['5', undefined],
  ])('reads the leverage %j as %j', (leverage, levels) => {
    const both = { leverage_buy: leverage, leverage_sell: leverage };
    const [pair] = readPairs({ A: { ...row('A', 'A/B', 'A', 'B'), ...both } }, {});
    expect(pair).toBeDefined();
    expect([pair?.leverageBuy, pair?.leverageSell]).toEqual([levels, levels]);
  });

  test.each([undefined, 'delisted'])('does not know what the status %s allows', (status) => {
    const pairs = readPairs({ A: { ...row('A', 'A/B', 'A', 'B'), status } }, {});
    expect(pairs[0]?.status).toBe('unknown');
  });

  test('takes the step from the decimals of the price when there is no tick size', () => {
    const changed = { ...row('A', 'A/B', 'A', 'B'), tick_size: undefined, pair_decimals: 5 };
    const [pair] = readPairs({ A: changed }, {});
    expect(pair && plain(pair.tickSize)).toBe('0.00001');
  });

  test.each([
    ['no decimals', { pair_decimals: undefined }],
    ['a step that is a number', { tick_size: 0.1 }],
    ['a minimum that is no amount', { ordermin: 'some' }],
    ['no altname', { altname: 7 }],
  ])('leaves out a row with %s and keeps the others', (_, change) => {
    const rows = { ...ROWS, BAD: { ...row('BAD', 'B/AD', 'B', 'AD'), ...change } };
    expect(readPairs(rows, ASSETS)).toHaveLength(Object.keys(ROWS).length);
  });

  test('leaves out both of two pairs with one name', () => {
    const rows = { ...ROWS, OTHER: row('OTHER', 'BTC/USD', 'XXBT', 'ZUSD') };
    const names = readPairs(rows, ASSETS).map(({ name }) => name);
    expect(names).not.toContain('BTC/USD');
    expect(names).toHaveLength(Object.keys(ROWS).length - 1);
  });
});

test.each(['XXBTZUSD', 'XBTUSD', 'XBT/USD', 'BTC/USD'])('%s finds the pair', (spelling) => {
  expect(bySpelling(readPairs(ROWS, ASSETS))(spelling)?.name).toBe('BTC/USD');
});
