/** The embedded Kraken as one account on margin sees it: 10,000 USD, the market at 50,000. */
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import type { Rules } from '../../../../infra/local/kraken/turn.ts';
import { call, KEY, SECRET, testClock, txidOf } from './raw-client.ts';

/** An entry of QueryOrders, OpenPositions or TradesHistory. */
export type Entry = Readonly<Record<string, unknown>>;

/** The account; `close` ends the exchange. */
export type MarginAccount = Awaited<ReturnType<typeof marginAccount>>;

/** Starts an exchange with it. */
export async function marginAccount(
  options: {
    readonly rules?: Partial<Rules>;
    readonly directory?: string;
    readonly balances?: Readonly<Record<string, string>>;
  } = {},
) {
  const { balances = { USD: '10000' }, ...rest } = options;
  const clock = testClock();
  const accounts = [{ key: KEY, secret: SECRET, balances }];
  const kraken: RunningKraken = await startKraken({ port: 0, clock, accounts, ...rest });
  const moves = (price: string): void => {
    kraken.control.setQuote('BTC/USD', { bid: price, ask: price, last: price });
  };
  moves('50000');
  const ask = (method: string, params: Record<string, string> = {}) =>
    call(kraken.url, method, params);
  const add = (type: string, volume: string, more: Record<string, string> = {}) => {
    const order = { pair: 'XBTUSD', type, ordertype: 'market', volume, leverage: '5', ...more };
    return ask('AddOrder', order);
  };
  return {
    ...{ kraken, clock, moves, ask, add, close: () => kraken.close() },
    /** Places an order and returns its id. */
    place: async (...order: Parameters<typeof add>) => txidOf(await add(...order)),
    order: async (txid: string): Promise<Entry> =>
      (await ask('QueryOrders', { txid })).result?.[txid] as Entry,
    positions: async (params: Record<string, string> = {}): Promise<readonly Entry[]> =>
      Object.values((await ask('OpenPositions', params)).result ?? {}) as Entry[],
    /** What is open, `sell 0.10000000 of 0.20000000`. */
    lots: async (): Promise<readonly string[]> => {
      const { result = {} } = await ask('OpenPositions');
      return (Object.values(result) as Record<string, string>[]).map(
        ({ type, vol = '', vol_closed = '' }) => `${type} ${vol} less ${vol_closed}`,
      );
    },
    balances: async (): Promise<Readonly<Record<string, string>>> =>
      ((await ask('Balance')).result ?? {}) as Record<string, string>,
    trade: async (): Promise<Readonly<Record<string, string>>> =>
      ((await ask('TradeBalance')).result ?? {}) as Record<string, string>,
    trades: async (): Promise<readonly Entry[]> =>
      Object.values((await ask('TradesHistory')).result?.['trades'] as object) as Entry[],
  };
}
