import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import { ask, call, KEY, SECRET, START_MS, testClock, txidOf } from './raw-client.ts';

let kraken: RunningKraken;
let clock: ReturnType<typeof testClock>;

beforeEach(async () => {
  clock = testClock();
  const balances = { USD: '1000000', XBT: '10' };
  kraken = await startKraken({
    port: 0,
    clock,
    accounts: [{ key: KEY, secret: SECRET, balances }],
  });
});
afterEach(() => kraken.close());

const RESTING = { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.1', price: '100' };
const MARKET = { pair: 'XBTUSD', type: 'buy', ordertype: 'market', volume: '0.001' };

async function place(params: Record<string, string>): Promise<string> {
  return txidOf(await call(kraken.url, 'AddOrder', params));
}

async function keysOf(method: string, list: string, params = {}): Promise<string[]> {
  const { result } = await call(kraken.url, method, params);
  return Object.keys((list === '' ? result : result?.[list]) as object);
}

describe('names', () => {
  it.each([
    ['XXBTZUSD', 'XXBTZUSD'],
    ['XBTUSD', 'XXBTZUSD'],
    ['XBT/USD', 'XBT/USD'],
    ['BTC/USD', 'BTC/USD'],
    ['XDGUSD', 'XDGUSD'],
    ['DOGE/USD', 'DOGE/USD'],
    ['ETHEUR', 'XETHZEUR'],
    ['XTZUSD', 'XTZUSD'],
    ['SOL/USD', 'SOL/USD'],
  ])('a ticker asked as %s comes under %s', async (asked, key) => {
    expect(Object.keys((await ask(kraken.url, `Ticker?pair=${asked}`)).result ?? {})).toEqual([
      key,
    ]);
  });

  it('lists every pair under its id when none is asked, and several when several are', async () => {
    const all = Object.keys((await ask(kraken.url, 'Ticker')).result ?? {});
    expect(all).toEqual(Object.keys((await ask(kraken.url, 'AssetPairs')).result ?? {}));
    expect(all).toContain('USDTZUSD');
    const two = await ask(kraken.url, 'Ticker?pair=XBTUSD,ETH%2FUSD');
    expect(Object.keys(two.result ?? {})).toEqual(['XXBTZUSD', 'ETH/USD']);
  });

  it('refuses a pair that does not exist', async () => {
    expect(await ask(kraken.url, 'Ticker?pair=XBTUSD,NOPE')).toEqual({
      error: ['EQuery:Unknown asset pair'],
    });
  });

  it('leaves the status out of some rows, and makes one tick coarser than the price decimals', async () => {
    const rows = (await ask(kraken.url, 'AssetPairs')).result as Record<
      string,
      Record<string, unknown>
    >;
    expect(rows['XTZUSD']).not.toHaveProperty('status');
    expect(rows['XTZUSD']).toMatchObject({ pair_decimals: 4, tick_size: '0.001' });
    expect(rows['XXBTZUSD']?.['status']).toBe('online');
    const fees = await ask(kraken.url, 'AssetPairs?pair=XBTUSD&info=margin');
    expect(fees.result).toEqual({ XXBTZUSD: { margin_call: 80, margin_stop: 40 } });
  });
});

describe('OHLC', () => {
  const rowsOf = async (query: string): Promise<readonly (string | number)[][]> => {
    const { result } = await ask(kraken.url, `OHLC?pair=XBTUSD&${query}`);
    return result?.['XXBTZUSD'] as (string | number)[][];
  };

  it('keeps candles of the price path, the last one still running', async () => {
    for (const price of ['60010', '59990', '60005']) kraken.control.setPrice('XBTUSD', price);
    clock.advance(120_000);
    kraken.control.setPrice('XBTUSD', '60100');
    const { result } = await ask(kraken.url, 'OHLC?pair=XBTUSD');
    const start = START_MS / 1000;
    expect(result).toEqual({
      XXBTZUSD: [
        [start, '60000.0', '60010.0', '59990.0', '60005.0', '60001.2', '0.00400000', 4],
        [start + 60, '60005.0', '60005.0', '60005.0', '60005.0', '0.0', '0.00000000', 0],
        [start + 120, '60100.0', '60100.0', '60100.0', '60100.0', '60100.0', '0.00100000', 1],
      ],
      last: start + 60,
    });
    expect(await rowsOf(`since=${start + 60}`)).toHaveLength(1);
    expect((await rowsOf('interval=5'))[0]).toEqual([
      start,
      '60000.0',
      '60100.0',
      '59990.0',
      '60100.0',
      '60021.0',
      '0.00500000',
      5,
    ]);
  });

  it('never answers more than 720 rows', async () => {
    clock.advance(2_000 * 60_000);
    const rows = await rowsOf('since=0');
    expect(rows).toHaveLength(720);
    expect(rows.at(-1)?.[0]).toBe(clock.nowMs() / 1000);
    expect(rows[0]?.[4]).toBe('60000.0');
  });

  it('refuses an interval that is not offered', async () => {
    const { error } = await ask(kraken.url, 'OHLC?pair=XBTUSD&interval=7');
    expect(error).toEqual(['EGeneral:Invalid arguments:interval']);
  });
});

describe('ticker figures', () => {
  it('start the day at 00:00 UTC and look back 24 hours', async () => {
    kraken.control.setPrice('XBTUSD', '70000');
    clock.advance(13 * 3_600_000);
    kraken.control.setPrice('XBTUSD', '50000');
    clock.advance(12 * 3_600_000);
    kraken.control.setPrice('XBTUSD', '55000');
    const row = (await ask(kraken.url, 'Ticker?pair=XBTUSD')).result?.['XXBTZUSD'];
    expect(row).toMatchObject({
      c: ['55000.00000', '0.00100000'],
      h: ['55000.00000', '55000.00000'],
      l: ['55000.00000', '50000.00000'],
      t: [1, 2],
      o: '55000.00000',
    });
  });
});

describe('Depth and Trades', () => {
  it('show the quote first and the price path', async () => {
    kraken.control.setPrice('XBTUSD', '60010');
    const book = (await ask(kraken.url, 'Depth?pair=XBTUSD&count=2')).result?.['XXBTZUSD'];
    const atS = START_MS / 1000;
    expect(book).toEqual({
      asks: [
        ['60010.10000', '1.000', atS],
        ['60010.20000', '2.000', atS],
      ],
      bids: [
        ['60009.90000', '1.000', atS],
        ['60009.80000', '2.000', atS],
      ],
    });
    const trades = (await ask(kraken.url, 'Trades?pair=XBTUSD&count=1')).result;
    expect(trades?.['XXBTZUSD']).toEqual([['60010.00000', '0.00100000', atS, 'b', 'm', '', 2]]);
    expect(trades?.['last']).toBe(`${START_MS}000000`);
  });
});

describe('account reads', () => {
  it('page through closed orders, 50 at a time, newest first', async () => {
    const placed: string[] = [];
    for (let i = 0; i < 53; i++) placed.unshift(await place(MARKET));
    expect(await keysOf('ClosedOrders', 'closed')).toEqual(placed.slice(0, 50));
    expect(await keysOf('ClosedOrders', 'closed', { ofs: '50' })).toEqual(placed.slice(50));
    expect((await call(kraken.url, 'ClosedOrders')).result?.['count']).toBe(53);
    const bare = await call(kraken.url, 'ClosedOrders', { without_count: 'true' });
    expect(bare.result).not.toHaveProperty('count');
    expect(await keysOf('TradesHistory', 'trades', { ofs: '50' })).toHaveLength(3);
  });

  it('filter by time (start exclusive, end inclusive), by either end of an order’s life, and by id', async () => {
    const txid = await place(RESTING);
    clock.advance(10_000);
    await call(kraken.url, 'CancelOrder', { txid });
    const opened = START_MS / 1000;
    const closed = opened + 10;
    const found = (params: Record<string, string>): Promise<string[]> =>
      keysOf('ClosedOrders', 'closed', params);
    expect(await found({ start: String(opened), closetime: 'open' })).toEqual([]);
    expect(await found({ start: String(opened), closetime: 'close' })).toEqual([txid]);
    expect(await found({ start: String(opened) })).toEqual([txid]);
    expect(await found({ end: String(closed), closetime: 'close' })).toEqual([txid]);
    expect(await found({ end: String(closed - 1), closetime: 'close' })).toEqual([]);
    expect(await found({ start: txid, closetime: 'open' })).toEqual([]);
    const bad = await call(kraken.url, 'ClosedOrders', { start: 'yesterday' });
    expect(bad.error).toEqual(['EGeneral:Invalid arguments:start']);
  });

  it('filter by cl_ord_id and userref', async () => {
    const mine = await place({ ...RESTING, cl_ord_id: 'mine' });
    const grouped = await place({ ...RESTING, userref: '5' });
    expect(await keysOf('OpenOrders', 'open', { cl_ord_id: 'mine' })).toEqual([mine]);
    expect(await keysOf('OpenOrders', 'open', { cl_ord_id: 'other' })).toEqual([]);
    expect(await keysOf('OpenOrders', 'open', { userref: '5' })).toEqual([grouped]);
    expect(await keysOf('QueryOrders', '', { txid: mine, cl_ord_id: 'other' })).toEqual([]);
  });

  it('query by txid: none, too many, malformed and foreign ids', async () => {
    const txid = await place(RESTING);
    kraken.control.addKey({ key: 'stranger', secret: SECRET });
    const invalid = ['EGeneral:Invalid arguments:txid'];
    expect((await call(kraken.url, 'QueryOrders')).error).toEqual(invalid);
    const many = Array.from({ length: 51 }, () => txid).join(',');
    expect((await call(kraken.url, 'QueryOrders', { txid: many })).error).toEqual(invalid);
    expect((await call(kraken.url, 'QueryOrders', { txid: 'x' })).error).toEqual([
      'EOrder:Invalid order',
    ]);
    expect(await call(kraken.url, 'QueryOrders', { txid }, { key: 'stranger' })).toEqual({
      error: [],
      result: {},
    });
  });

  it('show nothing of an order before the read lag is over', async () => {
    kraken.control.setReadLag(3_000);
    const open = await place(RESTING);
    const closed = await place(MARKET);
    const seen = async (): Promise<string[]> => [
      ...(await keysOf('OpenOrders', 'open')),
      ...(await keysOf('ClosedOrders', 'closed')),
      ...(await keysOf('QueryOrders', '', { txid: `${open},${closed}` })),
      ...(await keysOf('TradesHistory', 'trades')),
    ];
    clock.advance(2_999);
    expect(await seen()).toEqual([]);
    clock.advance(1);
    expect(await seen()).toHaveLength(5);
  });

  it('show a late order only once it reached the engine', async () => {
    kraken.control.setEngineDelay(5_000);
    const txid = await place(MARKET);
    expect(await keysOf('ClosedOrders', 'closed')).toEqual([]);
    clock.advance(5_000);
    expect(await keysOf('ClosedOrders', 'closed')).toEqual([txid]);
  });

  it('are silently empty for a key with a query window', async () => {
    await place(RESTING);
    const past = { key: 'past', secret: SECRET, account: KEY, queryTo: START_MS / 1000 - 1 };
    kraken.control.addKey(past);
    const answer = await call(kraken.url, 'OpenOrders', {}, { key: 'past' });
    expect(answer).toEqual({ error: [], result: { open: {} } });
  });

  it('are the same for two keys of one account', async () => {
    const txid = await place(RESTING);
    kraken.control.addKey({ key: 'second', secret: SECRET, account: KEY });
    const { result } = await call(kraken.url, 'OpenOrders', {}, { key: 'second' });
    expect(Object.keys(result?.['open'] as object)).toEqual([txid]);
  });
});

describe('rate limits, when chosen', () => {
  it('count calls of a key, orders of a pair, and public calls', async () => {
    const limits = { tier: 'starter', historyCost: 2, publicPerSecond: 1 } as const;
    const limited = await startKraken({
      port: 0,
      clock,
      rules: { limits },
      accounts: [{ key: KEY, secret: SECRET, balances: { USD: '100000' } }],
    });
    const { url } = limited;
    const tooMany = async (method: string, params = {}): Promise<number> => {
      for (let n = 1; n < 100; n++) {
        if ((await call(url, method, params)).error.length > 0) return n;
      }
      return Number.POSITIVE_INFINITY;
    };
    expect(await tooMany('TradesHistory')).toBe(8);
    expect((await call(url, 'Balance')).error).toEqual(['EAPI:Rate limit exceeded']);
    clock.advance(10_000);
    expect((await call(url, 'Balance')).error).toEqual([]);
    expect(await tooMany('AddOrder', RESTING)).toBe(61);
    const { error } = await call(url, 'AddOrder', RESTING);
    expect(error).toEqual(['EOrder:Rate limit exceeded']);
    clock.advance(60_000);
    expect((await call(url, 'AddOrder', RESTING)).error).toEqual(['EOrder:Orders limit exceeded']);
    expect((await ask(url, 'Time')).error).toEqual([]);
    expect((await ask(url, 'Time')).error).toEqual(['EGeneral:Too many requests']);
    await limited.close();
  });
});
