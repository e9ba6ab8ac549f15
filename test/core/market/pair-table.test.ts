import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairTable, type PairTable } from '../../../functions/core/market/pair-table.ts';
import { PAIRS, pairOf, TABLE } from '../market-fixture.ts';

const MAPPING = {
  'BINANCE:BTCUSDT': 'BTC/USD',
  'my:Bitcoin': 'XBT/EUR',
  'KRAKEN:ETHUSD': 'SOL/USD',
};

const USDT = '; that chart counts in USDT, so a price in its messages is not one in USD';

const nameOf = (symbol: string, table: PairTable = TABLE): string | undefined => {
  const resolved = table.resolve(symbol, {});
  return resolved.ok ? resolved.value.pair.name : undefined;
};

describe('a symbol', () => {
  it.each([
    ['KRAKEN:XBTUSD', 'BTC/USD', "KRAKEN:XBTUSD is Kraken's short name of BTC/USD"],
    ['KRAKEN:BTCUSD', 'BTC/USD', 'KRAKEN:BTCUSD is BTC and USD, the assets of BTC/USD'],
    ['XBTUSD', 'BTC/USD', "XBTUSD is Kraken's short name of BTC/USD"],
    ['btcusd', 'BTC/USD', 'btcusd is BTC and USD, the assets of BTC/USD'],
    ['BTC/USD', 'BTC/USD', 'BTC/USD is the name of BTC/USD'],
    ['XBT/USD', 'BTC/USD', "XBT/USD is Kraken's name of BTC/USD"],
    ['BTC-USD', 'BTC/USD', 'BTC-USD is the name of BTC/USD'],
    ['XBT_USD', 'BTC/USD', "XBT_USD is Kraken's name of BTC/USD"],
    ['XXBTZUSD', 'BTC/USD', "XXBTZUSD is Kraken's id of BTC/USD"],
    ['kraken:XXBTZUSD', 'BTC/USD', "kraken:XXBTZUSD is Kraken's id of BTC/USD"],
    ['KRAKEN:BTCUSDT', 'BTC/USDT', 'KRAKEN:BTCUSDT is BTC and USDT, the assets of BTC/USDT'],
    ['KRAKEN:ETHBTC', 'ETH/BTC', 'KRAKEN:ETHBTC is ETH and BTC, the assets of ETH/BTC'],
    ['KRAKEN:ETHXBT', 'ETH/BTC', "KRAKEN:ETHXBT is Kraken's short name of ETH/BTC"],
    ['ETH/XBT', 'ETH/BTC', "ETH/XBT is Kraken's name of ETH/BTC"],
    ['KRAKEN:DOGEUSD', 'DOGE/USD', 'KRAKEN:DOGEUSD is DOGE and USD, the assets of DOGE/USD'],
    ['KRAKEN:XDGUSD', 'DOGE/USD', "KRAKEN:XDGUSD is Kraken's id of DOGE/USD"],
    ['DOGE-USD', 'DOGE/USD', 'DOGE-USD is the name of DOGE/USD'],
    ['XDG/USD', 'DOGE/USD', "XDG/USD is Kraken's name of DOGE/USD"],
    ['XTZUSD', 'XTZ/USD', "XTZUSD is Kraken's id of XTZ/USD"],
    [
      'KRAKEN_DL:XBTUSD',
      'BTC/USD',
      "KRAKEN_DL:XBTUSD is Kraken's short name of BTC/USD, on a delayed chart",
    ],
    [
      'KRAKEN_DLY:XBTUSD',
      'BTC/USD',
      "KRAKEN_DLY:XBTUSD is Kraken's short name of BTC/USD, on a delayed chart",
    ],
  ])('%s means %s and says why', (symbol, name, reason) => {
    expect(TABLE.resolve(symbol, {})).toMatchObject({
      ok: true,
      value: { pair: { name }, reason, mapped: false },
    });
  });

  it.each([
    // Letters are never stripped by rule: none of these is a pair here.
    ...['TZUSD', 'TZ/USD', 'XXTZZUSD', 'XBTZUSD', 'ZUSD', 'BTCZUSD', 'XBTCUSD', 'XUSDTZUSD'],
    ...[
      '',
      ':',
      'KRAKEN:',
      ':XBTUSD',
      'KRAKEN::XBTUSD',
      'KRAKEN:KRAKEN:XBTUSD',
      'XBTUSD ',
      'XBT//USD',
    ],
    ...['USDBTC', 'USD/BTC', 'BTC', 'constructor', '__proto__', 'KRAKEN:toString', 'BTC:USD'],
  ])('%j means nothing', (symbol) => {
    const resolved = TABLE.resolve(symbol, {});
    expect(resolved).toMatchObject({ ok: false });
  });

  it('that is far from every pair says what a pair looks like', () => {
    expect(TABLE.resolve('GOLD', {})).toMatchObject({
      error: { code: 'unknown-pair', sentence: expect.stringContaining('BTC/USD') as string },
    });
  });

  it.each([
    ['BTCUSX', 'BTC/USD or BTC/USDT'],
    ['KRAKEN:SLUSD', 'SOL/USD'],
    ['BTC', 'BTC/USD or BTC/EUR'],
    ['ETHEUR', 'BTC/EUR or ETH/BTC or ETH/USD'],
  ])('%s is unknown, and near %s', (symbol, near) => {
    const resolved = TABLE.resolve(symbol, {});
    const sentence = resolved.ok ? '' : resolved.error.sentence;
    expect(sentence).toContain(`Kraken lists no pair ${symbol}: did you mean ${near}`);
    expect(sentence.split(' or ').length).toBeLessThanOrEqual(3);
  });

  it.each([
    ...['XBTUSD.P', 'KRAKEN:XBTUSD.P', 'KRAKEN:XBTUSD.PM', 'kraken:xbtusd.pm', 'PF_XBTUSD'],
    ...['KRAKEN:PI_XBTUSD', 'FI_XBTUSD_261225', 'FF_XBTUSD_261225', 'BTC1!'],
  ])('%s is a futures contract, which is said', (symbol) => {
    expect(TABLE.resolve(symbol, {})).toMatchObject({
      error: { code: 'not-supported', sentence: expect.stringContaining('futures') as string },
    });
  });
});

describe('a chart of another exchange', () => {
  it.each([
    ['BINANCE:BTCUSDT', 'BINANCE:BTCUSDT: BTC/USDT'],
    ['coinbase:btcusd', 'COINBASE:BTCUSD: BTC/USD'],
    ['BYBIT:BTCUSDT.P', 'BYBIT:BTCUSDT.P: the pair on Kraken that you mean'],
    ['INDEX:ZZZ', 'INDEX:ZZZ: the pair on Kraken that you mean'],
    ['KRAKENX:XBTUSD', 'KRAKENX:XBTUSD: BTC/USD'],
  ])('%s is refused with the line %s', (symbol, line) => {
    expect(TABLE.resolve(symbol, {})).toMatchObject({
      error: { code: 'foreign-chart', sentence: expect.stringContaining(`"${line}"`) as string },
    });
  });

  it.each([
    ['BINANCE:BTCUSDT', 'BTC/USD', USDT],
    ['binance:btcusdt', 'BTC/USD', USDT],
    ['MY:BITCOIN', 'BTC/EUR', ''],
    ['KRAKEN:ETHUSD', 'SOL/USD', ''],
  ])('%s trades as %s when harpoon.yaml says so, which goes first', (symbol, name, warning) => {
    const reason = `harpoon.yaml maps ${symbol} to ${name}${warning}`;
    expect(TABLE.resolve(symbol, MAPPING)).toMatchObject({
      value: { pair: { name }, reason, mapped: true },
    });
  });

  it('mapped to what Kraken does not list is refused by the name of the line', () => {
    expect(TABLE.resolve('A:B', { 'A:B': 'FOO/USD' })).toMatchObject({
      error: {
        code: 'unknown-pair',
        sentence: expect.stringContaining('A:B to FOO/USD') as string,
      },
    });
  });
});

describe('one spelling of two pairs', () => {
  const first = pairOf({ id: 'AAA', altname: 'BBB', wsname: 'C/CC', name: 'D/DD' });

  it.each([
    ['AAA', 'an altname', { id: 'X1', altname: 'AAA', wsname: 'X/1', name: 'Y/1' }],
    ['BBB', 'a wsname', { id: 'X2', altname: 'X2', wsname: 'BBB', name: 'Y/2' }],
    ['C/CC', 'a name', { id: 'X3', altname: 'X3', wsname: 'X/3', name: 'C/CC' }],
    ['D/DD', 'a mix of names', { id: 'X4', altname: 'X4', wsname: 'D/Q', name: 'P/DD' }],
  ])('%s belongs to the more official one, not to %s', (spelling, _what, names) => {
    const second = pairOf(names);
    expect(nameOf(spelling, pairTable([first, second]))).toBe('D/DD');
    expect(nameOf(spelling, pairTable([second, first]))).toBe('D/DD');
    expect(pairTable([second, first]).byAnyName(spelling)?.name).toBe('D/DD');
  });

  it('means neither when both are equally official', () => {
    const one = pairOf({ id: 'X5', altname: 'X5', wsname: 'AB/CDE', name: 'AB/CDE' });
    const two = pairOf({ id: 'X6', altname: 'X6', wsname: 'ABC/DE', name: 'ABC/DE' });
    const table = pairTable([one, two]);
    expect(table.byAnyName('ABCDE')).toBeUndefined();
    expect(table.resolve('KRAKEN:ABCDE', {})).toMatchObject({
      error: {
        code: 'unknown-pair',
        sentence: expect.stringContaining('AB/CDE or ABC/DE') as string,
      },
    });
    expect(nameOf('AB-CDE', table)).toBe('AB/CDE');
  });

  it('is told apart by its case where that helps', () => {
    const stock = pairOf({
      id: 'ABCxUSD',
      altname: 'ABCxUSD',
      wsname: 'ABCx/USD',
      name: 'ABCx/USD',
    });
    const coin = pairOf({
      id: 'ABCXUSD',
      altname: 'ABCXUSD',
      wsname: 'ABCX/USD',
      name: 'ABCX/USD',
    });
    const table = pairTable([stock, coin]);
    expect([nameOf('ABCxUSD', table), nameOf('ABCXUSD', table)]).toEqual(['ABCx/USD', 'ABCX/USD']);
    expect(nameOf('abcxusd', table)).toBeUndefined();
  });
});

describe('the table', () => {
  it('finds every pair by each of its spellings, in any case', () => {
    for (const pair of PAIRS) {
      expect(TABLE.byName(pair.name)).toBe(pair);
      const joined = `${pair.base}${pair.quote}`;
      for (const spelling of [pair.id, pair.altname, pair.wsname, pair.name, joined]) {
        expect(TABLE.byAnyName(spelling)).toBe(pair);
        expect(TABLE.byAnyName(spelling.toLowerCase())).toBe(pair);
        expect(nameOf(`KRAKEN:${spelling}`)).toBe(pair.name);
      }
    }
  });

  it('is built once for a list', () => {
    expect(pairTable(PAIRS)).toBe(TABLE);
  });

  it('knows no canonical name by another spelling', () => {
    expect(TABLE.byName('XBT/USD')).toBeUndefined();
  });

  it('answers whatever is asked, and only with one of its pairs', () => {
    const symbol = fc.oneof(
      fc.string({ maxLength: 64 }),
      fc.string({ maxLength: 12, unit: fc.constantFrom(...'KRAEN:_BTCXUSDZ/-.P!0') }),
    );
    fc.assert(
      fc.property(symbol, (text) => {
        const resolved = TABLE.resolve(text, MAPPING);
        if (resolved.ok) expect(PAIRS).toContain(resolved.value.pair);
        else expect(resolved.error.sentence.length).toBeGreaterThan(20);
      }),
    );
  });
});
