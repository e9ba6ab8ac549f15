/**
 * Kraken's own codes for assets, so that a fault can say the name that people use. Source: the
 * legacy codes in https://docs.kraken.com/api/docs/rest-api/get-asset-info; a leading X or Z is no
 * rule (XTZ, ZEC), hence a table.
 */
import { assetName } from './asset-name.ts';

const NAMES: ReadonlyMap<string, string> = new Map([
  ['XXBT', 'BTC'],
  ['XXDG', 'DOGE'],
  ['XETH', 'ETH'],
  ['XETC', 'ETC'],
  ['XLTC', 'LTC'],
  ['XXLM', 'XLM'],
  ['XXMR', 'XMR'],
  ['XXRP', 'XRP'],
  ['XZEC', 'ZEC'],
  ['ZAUD', 'AUD'],
  ['ZCAD', 'CAD'],
  ['ZEUR', 'EUR'],
  ['ZGBP', 'GBP'],
  ['ZJPY', 'JPY'],
  ['ZUSD', 'USD'],
]);

/** Quote currencies of Kraken, longest spelling first, to part `BTCUSD` and `XXBTZUSD`. */
const QUOTES = [
  ...['ZAUD', 'ZCAD', 'ZEUR', 'ZGBP', 'ZJPY', 'ZUSD', 'USDT', 'USDC', 'XXBT', 'XETH'],
  ...['AUD', 'CAD', 'CHF', 'EUR', 'GBP', 'JPY', 'USD', 'XBT', 'BTC', 'ETH'],
];

/** The name that people use for an asset: `BTC` for `XBT`; the same text when it has no other. */
export function peoplesName(asset: string): string {
  return NAMES.get(asset) ?? assetName(asset);
}

/** The pair that a text probably means, `BTC/USD` for `xbtusd`; undefined when nothing is likely. */
export function likelyPair(text: string): string | undefined {
  const upper = text.toUpperCase();
  const [base, quote, ...rest] = upper.split(/[-_:/ ]/);
  if (base !== undefined && quote !== undefined && rest.length === 0) {
    return pairOf(base, quote);
  }
  for (const end of QUOTES) {
    if (upper.endsWith(end)) return pairOf(upper.slice(0, -end.length), end);
  }
  return undefined;
}

function pairOf(base: string, quote: string): string | undefined {
  const pair = `${peoplesName(base)}/${peoplesName(quote)}`;
  return PAIR.test(pair) ? pair : undefined;
}

/** Base and quote in capitals; a few bases end in a small x (tokenised stocks). */
export const PAIR = /^[A-Z0-9]{1,15}x?\/[A-Z][A-Z0-9]{1,9}$/;
