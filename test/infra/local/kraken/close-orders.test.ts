import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import type { Rules } from '../../../../infra/local/kraken/turn.ts';
import { call, KEY, SECRET, testClock, txidOf } from './raw-client.ts';

const INVALID = 'EGeneral:Invalid arguments';
const MARKET = { pair: 'XBTUSD', type: 'buy', ordertype: 'market', volume: '0.1' };
const LIMIT = { ...MARKET, ordertype: 'limit', price: '49000' };
const STOP = { 'close[ordertype]': 'stop-loss', 'close[price]': '48000' };

let kraken: RunningKraken;
let clock: ReturnType<typeof testClock>;

async function start(rules: Partial<Rules> = {}): Promise<RunningKraken> {
  const balances = { USD: '100000', XBT: '2' };
  const accounts = [{ key: KEY, secret: SECRET, balances }];
  const started = await startKraken({ port: 0, clock, rules, accounts });
  started.control.setQuote('BTC/USD', { bid: '50000', ask: '50010', last: '50005' });
  return started;
}
beforeEach(async () => {
  clock = testClock();
  kraken = await start();
});
afterEach(() => kraken.close());

const place = async (params: Record<string, string>): Promise<string> =>
  txidOf(await call(kraken.url, 'AddOrder', params));
const errorOf = async (params: Record<string, string>, url = kraken.url): Promise<unknown> =>
  (await call(url, 'AddOrder', params)).error;

type Shown = Readonly<Record<string, unknown>>;
async function listed(
  name: 'OpenOrders' | 'ClosedOrders',
  params = {},
): Promise<[string, Shown][]> {
  const { result } = await call(kraken.url, name, params);
  const orders = result?.[name === 'OpenOrders' ? 'open' : 'closed'] as Record<string, Shown>;
  return Object.entries(orders);
}

describe('an attached close', () => {
  it('opens when its order fills, in the other direction, with its parent and its userref', async () => {
    const parent = await place({ ...MARKET, ...STOP, userref: '77' });
    const [[txid, close] = ['', {}], ...more] = await listed('OpenOrders');
    expect(more).toEqual([]);
    expect(txid).not.toBe(parent);
    expect(close).toMatchObject({
      ...{ refid: parent, userref: 77, cl_ord_id: null, status: 'open', vol: '0.10000000' },
      descr: {
        ...{ pair: 'XBTUSD', type: 'sell', ordertype: 'stop-loss', price: '48000.0', close: '' },
        order: 'sell 0.10000000 XBTUSD @ stop loss 48000.0',
      },
    });
  });

  it('is described in the answer and in look-ups of its parent, also before it opens', async () => {
    const params = { ...LIMIT, 'close[ordertype]': 'stop-loss-limit', 'close[price]': '22000' };
    const answer = await call(kraken.url, 'AddOrder', { ...params, 'close[price2]': '21000' });
    const text = 'close position @ stop loss 22000.0 -> limit 21000.0';
    expect(answer.result).toMatchObject({ descr: { close: text } });
    expect(await listed('OpenOrders')).toMatchObject([
      [txidOf(answer), { refid: null, descr: { close: text } }],
    ]);
  });

  it('is checked by validate, and then not placed', async () => {
    const answer = await call(kraken.url, 'AddOrder', { ...MARKET, ...STOP, validate: 'true' });
    expect(answer.result).toEqual({
      descr: {
        order: 'buy 0.10000000 XBTUSD @ market',
        close: 'close position @ stop loss 48000.0',
      },
    });
    expect(await listed('OpenOrders')).toEqual([]);
  });

  it('opens for each fill with the filled volume, and these sum up to it', async () => {
    const quote = { bid: '48990', ask: '49000', last: '48995' };
    const parent = await place({ ...LIMIT, ...STOP, volume: '0.25' });
    for (const liquidity of ['0.1', '0.1', '0.1']) {
      kraken.control.setQuote('BTC/USD', { ...quote, liquidity });
    }
    const open = await listed('OpenOrders');
    const volumes = open.map(([, { vol, refid }]) => [vol, refid]);
    expect(volumes.sort()).toEqual([
      ...[['0.05000000', parent]],
      ...[
        ['0.10000000', parent],
        ['0.10000000', parent],
      ],
    ]);
    expect(await listed('ClosedOrders')).toMatchObject([[parent, { vol_exec: '0.25000000' }]]);
  });

  it('is on its own: its parent is cancelled without it, and it is found by the userref', async () => {
    const parent = await place({ ...LIMIT, ...STOP, volume: '0.25', userref: '9' });
    const quote = { bid: '48990', ask: '49000', last: '48995', liquidity: '0.1' };
    kraken.control.setQuote('BTC/USD', quote);
    expect((await call(kraken.url, 'CancelOrder', { txid: parent })).result?.count).toBe(1);
    const open = await listed('OpenOrders', { userref: '9' });
    expect(open).toMatchObject([[expect.any(String), { refid: parent, status: 'open' }]]);
    expect(await listed('OpenOrders', { userref: '8' })).toEqual([]);
    expect((await listed('ClosedOrders', { userref: '9' })).map(([id]) => id)).toEqual([parent]);
  });

  it('sells what its parent bought although nothing else is there', async () => {
    await place({ ...MARKET, type: 'sell', volume: '1.99' });
    await place({ ...MARKET, ...STOP });
    kraken.control.setQuote('BTC/USD', { bid: '47000', ask: '47010', last: '47005' });
    expect(await listed('OpenOrders')).toEqual([]);
    const [[, close] = ['', {}]] = await listed('ClosedOrders');
    expect(close).toMatchObject({ status: 'closed', vol_exec: '0.10000000', oflags: 'fcib' });
  });

  it('sells less where the fee was taken out of what was bought', async () => {
    await place({ ...MARKET, ...STOP, oflags: 'fcib' });
    expect(await listed('OpenOrders')).toMatchObject([[expect.any(String), { vol: '0.09974000' }]]);
  });

  it('fires at once where the market is beyond it already', async () => {
    await place({ ...MARKET, ...STOP, 'close[price]': '50005' });
    expect(await listed('OpenOrders')).toEqual([]);
    expect(await listed('ClosedOrders')).toHaveLength(2);
  });

  it('follows the market where it trails', async () => {
    const trail = { 'close[ordertype]': 'trailing-stop', 'close[price]': '+2%' };
    await place({ ...MARKET, ...trail });
    expect(await listed('OpenOrders')).toMatchObject([
      [expect.any(String), { descr: { ordertype: 'trailing-stop', price: '+2.0000%' } }],
    ]);
    kraken.control.setQuote('BTC/USD', { bid: '60000', ask: '60010', last: '60005' });
    kraken.control.setQuote('BTC/USD', { bid: '58800', ask: '58810', last: '58805' });
    expect(await listed('OpenOrders')).toHaveLength(1);
    kraken.control.setQuote('BTC/USD', { bid: '58790', ask: '58800', last: '58795' });
    expect(await listed('OpenOrders')).toEqual([]);
  });

  it('is refused together with a client order id, unless the rule says otherwise', async () => {
    const both = { ...MARKET, ...STOP, cl_ord_id: 'mine' };
    expect(await errorOf(both)).toEqual([`${INVALID}:cl_ord_id and close`]);
    const other = await start({ closeWithClOrdId: 'accepted' });
    expect(await errorOf(both, other.url)).toEqual([]);
    await other.close();
  });

  it.each<[string, Record<string, string>, string]>([
    ['no type', { 'close[price]': '48000' }, `${INVALID}:close[ordertype]`],
    ['an iceberg', { ...STOP, 'close[ordertype]': 'iceberg' }, `${INVALID}:close[ordertype]`],
    ['a market order', { ...STOP, 'close[ordertype]': 'market' }, `${INVALID}:close[ordertype]`],
    ['no price', { 'close[ordertype]': 'stop-loss' }, `${INVALID}:close[price]`],
    ['no limit', { ...STOP, 'close[ordertype]': 'stop-loss-limit' }, `${INVALID}:close[price2]`],
    ['a price off the tick', { ...STOP, 'close[price]': '48000.05' }, 'EOrder:Invalid price:'],
  ])('is refused with %s', async (_name, close, error) => {
    expect(await errorOf({ ...MARKET, ...close })).toEqual([expect.stringContaining(error)]);
  });
});
