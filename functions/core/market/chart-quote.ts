/**
 * Of a chart that harpoon.yaml lets trade as another pair: whether it counts in another currency.
 * Then the prices in its messages are not prices of the pair, and a person should know.
 */
import { assetName } from './asset-name.ts';

/** Assets that Kraken's own symbols name otherwise. */
const KRAKENS = ['XBT', 'XDG'] as const;

/** What charts call a currency: a few capital letters. */
const CURRENCY = /^[A-Z]{3,5}$/;

/** Perpetuals on TradingView: `BTCUSDT.P`. */
const FUTURES_END = /\.PM?$/;

/**
 * The currency of a chart where it is another one than the pair's, `USDT` of `BINANCE:BTCUSDT` for
 * `BTC/USD`; undefined where it is the same, or where the symbol does not begin with the pair's base.
 */
export function foreignQuote(symbol: string, pairName: string): string | undefined {
  const [base = '', quote = ''] = pairName.split('/');
  const ticker = symbol.slice(symbol.indexOf(':') + 1).toUpperCase();
  const written = ticker.replace(FUTURES_END, '').replaceAll(/[-_/]/g, '');
  const start = [base, ...KRAKENS.filter((name) => assetName(name) === base)].find((name) =>
    written.startsWith(name),
  );
  if (start === undefined) return undefined;
  const rest = assetName(written.slice(start.length));
  return CURRENCY.test(rest) && rest !== quote ? rest : undefined;
}

/** What a person should know of such a chart. */
export function quoteWarning(symbol: string, pairName: string): string | undefined {
  const currency = foreignQuote(symbol, pairName);
  if (currency === undefined) return undefined;
  return `that chart counts in ${currency}, so a price in its messages is not one in ${pairName.split('/')[1]}`;
}
