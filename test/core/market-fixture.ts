/** A small market for decisions: pairs with old and new names, odd ticks, and live prices. */
import type { Account, Rails, Source } from '../../functions/core/config.ts';
import type { DecisionInput } from '../../functions/core/decide/decide-order.ts';
import { decimal } from '../../functions/core/decimal.ts';
import type { Balances } from '../../functions/core/decide/equity.ts';
import { pairTable } from '../../functions/core/market/pair-table.ts';
import type { Pair, Ticker } from '../../functions/core/market/pair.ts';
import type { Signal } from '../../functions/core/signal.ts';

interface PairText {
  readonly id: string;
  readonly altname: string;
  readonly wsname: string;
  readonly name: string;
  readonly tick?: string;
  readonly lot?: number;
  readonly min?: string;
  readonly costMin?: string;
}

/** A pair from its names; the rest is like BTC/USD unless it is given. */
export function pairOf(text: PairText): Pair {
  const [base = '', quote = ''] = text.name.split('/');
  const tick = text.tick ?? '0.1';
  return {
    ...{ name: text.name, id: text.id, altname: text.altname, wsname: text.wsname, base, quote },
    ...{ baseId: base, quoteId: quote, priceDecimals: (tick.split('.')[1] ?? '').length },
    ...{ lotDecimals: text.lot ?? 8, costDecimals: 5, tickSize: decimal(tick) },
    ...{ orderMin: decimal(text.min ?? '0.0001'), costMin: decimal(text.costMin ?? '0.5') },
    status: 'online',
  };
}

const same = (name: string): PairText => {
  const altname = name.replace('/', '');
  return { name, id: altname, altname, wsname: name };
};

/** Every pair of this market. */
export const PAIRS: readonly Pair[] = [
  pairOf({ id: 'XXBTZUSD', altname: 'XBTUSD', wsname: 'XBT/USD', name: 'BTC/USD' }),
  pairOf({ id: 'XXBTZEUR', altname: 'XBTEUR', wsname: 'XBT/EUR', name: 'BTC/EUR' }),
  pairOf({ id: 'XBTUSDT', altname: 'XBTUSDT', wsname: 'XBT/USDT', name: 'BTC/USDT' }),
  pairOf({
    ...{ id: 'XETHXXBT', altname: 'ETHXBT', wsname: 'ETH/XBT', name: 'ETH/BTC' },
    ...{ tick: '0.00001', min: '0.01', costMin: '0.00002' },
  }),
  pairOf({ id: 'XETHZUSD', altname: 'ETHUSD', wsname: 'ETH/USD', name: 'ETH/USD', tick: '0.01' }),
  pairOf({
    ...{ id: 'XDGUSD', altname: 'XDGUSD', wsname: 'XDG/USD', name: 'DOGE/USD' },
    ...{ tick: '0.0000001', min: '50' },
  }),
  pairOf({ ...same('XTZ/USD'), tick: '0.0001', min: '5' }),
  pairOf({ ...same('SOL/USD'), tick: '0.01', min: '0.02' }),
  pairOf({ ...same('SOL/EUR'), tick: '0.01', min: '0.02' }),
  pairOf({ ...same('ODD/USD'), tick: '0.25', lot: 2, min: '0.015', costMin: '7' }),
  pairOf({
    id: 'ZEURZUSD',
    altname: 'EURUSD',
    wsname: 'EUR/USD',
    name: 'EUR/USD',
    tick: '0.00001',
  }),
  pairOf({ ...same('USDT/USD'), id: 'USDTZUSD', tick: '0.0001', min: '5' }),
];

/** The table of these pairs. */
export const TABLE = pairTable(PAIRS);

/** A pair by its canonical name. */
export function pairNamed(name: string): Pair {
  const pair = TABLE.byName(name);
  if (pair === undefined) throw new Error(`no pair ${name} in the fixture`);
  return pair;
}

/** A ticker from bid, ask and last. */
export function tickerOf(bid: string, ask: string, last: string): Ticker {
  return { bid: decimal(bid), ask: decimal(ask), last: decimal(last) };
}

/** Live prices of all pairs; XTZ/USD has a wide spread. */
export const TICKERS: ReadonlyMap<string, Ticker> = new Map([
  ['BTC/USD', tickerOf('49999.9', '50000.1', '50000')],
  ['BTC/EUR', tickerOf('44999', '45001', '45000')],
  ['BTC/USDT', tickerOf('50040', '50060', '50050')],
  ['ETH/BTC', tickerOf('0.03999', '0.04001', '0.04')],
  ['ETH/USD', tickerOf('1999.5', '2000.5', '2000')],
  ['DOGE/USD', tickerOf('0.0999', '0.1001', '0.1')],
  ['XTZ/USD', tickerOf('0.9', '1.1', '1')],
  ['SOL/USD', tickerOf('99.9', '100.1', '100')],
  ['SOL/EUR', tickerOf('89.9', '90.1', '90')],
  ['ODD/USD', tickerOf('9.75', '10.25', '10')],
  ['EUR/USD', tickerOf('1.1', '1.12', '1.11')],
  ['USDT/USD', tickerOf('0.998', '0.999', '0.9985')],
]);

/** Balances of which everything is free. */
export function balancesOf(amounts: Readonly<Record<string, string>>): Balances {
  return new Map(
    Object.entries(amounts).map(([asset, amount]) => {
      return [asset, { total: decimal(amount), available: decimal(amount) }];
    }),
  );
}

/** A source that buys for 500 USD. */
export const SOURCE: Source = {
  ...{ auth: 'tradingview', secret: 'harpoon/sources/trend', accounts: ['main'] },
  ...{ size: { kind: 'quote', amount: '500', currency: 'USD' }, maxAgeMs: 60_000 },
  ...{ symbols: { 'BINANCE:BTCUSDT': 'BTC/USD' }, onUnplaced: 'notify', notify: [] },
};

/** A market buy of BTC/USD. */
export const BUY: Signal = {
  ...{ id: 'a', source: 'trend', sentAtMs: 0, symbol: 'KRAKEN:BTCUSD' },
  ...{ action: 'buy', type: 'market' },
};

/** What a case changes; `rails: null` is an account without rails. */
export interface Given {
  readonly signal?: Partial<Signal>;
  readonly size?: Source['size'];
  readonly rails?: Partial<Rails> | null;
  readonly balances?: Readonly<Record<string, string>>;
  readonly input?: Partial<DecisionInput>;
}

/** Everything that a decision looks at: 10,000 USD, 0.1 BTC, and the pair as the only rail. */
export function decisionInput(given: Given = {}): DecisionInput {
  const bare: Account = { exchange: 'kraken-spot', mode: 'live', secret: 'harpoon/main' };
  const rails = { pairs: PAIRS.map(({ name }) => name), ...given.rails };
  return {
    signal: { ...BUY, ...given.signal },
    accountName: 'main',
    account: given.rails === null ? bare : { ...bare, rails },
    source: given.size === undefined ? SOURCE : { ...SOURCE, size: given.size },
    pairs: TABLE,
    tickers: TICKERS,
    balances: balancesOf(given.balances ?? { USD: '10000', BTC: '0.1' }),
    mode: 'online',
    nowMs: 0,
    ...given.input,
  };
}
