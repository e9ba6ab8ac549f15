import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetName } from '../../../functions/core/market/asset-name.ts';
import { foreignQuote, quoteWarning } from '../../../functions/core/market/chart-quote.ts';

describe('a chart that trades as a pair', () => {
  it.each([
    ['BINANCE:BTCUSDT', 'BTC/USD', 'USDT'],
    ['BINANCE:BTCUSDT.P', 'BTC/USD', 'USDT'],
    ['COINBASE:BTCUSD', 'BTC/EUR', 'USD'],
    ['binance:ethbtc', 'ETH/USD', 'BTC'],
    ['KRAKEN:XBTEUR', 'BTC/USD', 'EUR'],
    ['BITSTAMP:ETHXBT', 'ETH/USD', 'BTC'],
    ['OKX:BTC-USDC', 'BTC/USD', 'USDC'],
  ])('%s for %s counts in %s', (symbol, pair, currency) => {
    expect(foreignQuote(symbol, pair)).toBe(currency);
    expect(quoteWarning(symbol, pair)).toContain(`counts in ${currency}`);
  });

  it.each([
    ['COINBASE:BTCUSD', 'BTC/USD', 'the same currency'],
    ['BITSTAMP:ETHXBT', 'ETH/BTC', 'the same under another name'],
    ['CRYPTOCAP:BTC.D', 'BTC/USD', 'no currency behind the base'],
    ['CME:BTC1!', 'BTC/USD', 'a contract'],
    ['my:Bitcoin', 'BTC/USD', 'a name that says nothing'],
    ['BINANCE:ETHUSDT', 'BTC/USD', 'another base'],
  ])('%s for %s is not warned of: %s', (symbol, pair) => {
    expect(foreignQuote(symbol, pair)).toBeUndefined();
    expect(quoteWarning(symbol, pair)).toBeUndefined();
  });

  it('never differs from itself, whatever it is called', () => {
    const asset = fc.stringMatching(/^[A-Z]{3,5}$/).map(assetName);
    fc.assert(
      fc.property(asset, asset, (base, quote) => {
        expect(foreignQuote(`X:${base}${quote}`, `${base}/${quote}`)).toBeUndefined();
      }),
    );
  });
});
