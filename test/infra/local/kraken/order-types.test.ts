/** Orders that wait, show a part, start later or end: held, triggered, filled and reported. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import { call, KEY, SECRET, START_MS, testClock, txidOf } from './raw-client.ts';

let kraken: RunningKraken;
let clock: ReturnType<typeof testClock>;

beforeEach(async () => {
  clock = testClock();
  const balances = { USD: '100000', XBT: '2' };
  kraken = await startKraken({
    port: 0,
    clock,
    accounts: [{ key: KEY, secret: SECRET, balances }],
  });
  moves('50000');
});
afterEach(() => kraken.close());

type Params = Readonly<Record<string, string>>;

function moves(last: string): void {
  kraken.control.setPrice('BTC/USD', last);
}

async function place(type: string, ordertype: string, params: Params): Promise<string> {
  const order = { pair: 'XBTUSD', type, ordertype, volume: '0.1', ...params };
  return txidOf(await call(kraken.url, 'AddOrder', order));
}

async function order(txid: string): Promise<Record<string, unknown>> {
  const { result } = await call(kraken.url, 'QueryOrders', { txid });
  return result?.[txid] as Record<string, unknown>;
}

async function held(asset: string): Promise<string | undefined> {
  const { result } = await call(kraken.url, 'BalanceEx');
  return (result?.[asset] as { hold_trade: string } | undefined)?.hold_trade;
}

describe('a trigger', () => {
  it.each([
    ['a stop-loss sale', 'sell', 'stop-loss', '49000', '49000.1', '49000'],
    ['a stop-loss buy', 'buy', 'stop-loss', '51000', '50999.9', '51000'],
    ['a take-profit sale', 'sell', 'take-profit', '51000', '50999.9', '51000'],
    ['a take-profit buy', 'buy', 'take-profit', '49000', '49000.1', '49000'],
  ])(
    'of %s waits for its price, then takes what there is',
    async (_, side, type, price, near, at) => {
      const txid = await place(side, type, { price });
      moves(near);
      expect(await order(txid)).toMatchObject({ status: 'open', vol_exec: '0.00000000' });
      moves(at);
      expect(await order(txid)).toMatchObject({ status: 'closed', vol_exec: '0.10000000' });
    },
  );

  it.each([
    // After the fall to 48,990 the market bids less than the limit, so the order rests there.
    ['a stop-loss', 'stop-loss-limit', '49000', '48995', '48990', '48996'],
    ['a take-profit', 'take-profit-limit', '51000', '51200', '51000', '51201'],
  ])('of %s with a limit makes it a limit order', async (_, type, price, price2, at, then) => {
    const txid = await place('sell', type, { price, price2 });
    moves(at);
    expect(await order(txid)).toMatchObject({
      status: 'open',
      limitprice: `${price2}.00000`,
      stopprice: `${price}.00000`,
    });
    moves(then);
    expect(await order(txid)).toMatchObject({ status: 'closed', price: `${price2}.00000` });
  });

  it('that is passed already fires at once', async () => {
    const txid = await place('sell', 'stop-loss', { price: '50000' });
    expect(await order(txid)).toMatchObject({ status: 'closed' });
  });

  it('that fires while less is there than wanted cancels the rest', async () => {
    const txid = await place('sell', 'stop-loss', { price: '49000' });
    const quote = { bid: '48990', ask: '49010', last: '49000', liquidity: '0.04' };
    kraken.control.setQuote('BTC/USD', quote);
    expect(await order(txid)).toMatchObject({ status: 'canceled', vol_exec: '0.04000000' });
  });
});

describe('a trailing stop', () => {
  it.each([
    ['a sale by an amount', 'sell', '+500', ['50400', '50100'], '49900.1', '49900'],
    ['a sale by percent', 'sell', '+1%', ['51000', '50600'], '50490.1', '50490'],
    ['a buy by an amount', 'buy', '+500', ['49600', '49900'], '50099.9', '50100'],
    ['a buy by percent', 'buy', '+1%', ['49000', '49400'], '49489.9', '49490'],
  ])('follows the market: %s', async (_, side, price, path, near, at) => {
    const txid = await place(side, 'trailing-stop', { price });
    for (const last of [...path, near]) moves(last);
    expect(await order(txid)).toMatchObject({ status: 'open' });
    moves(at);
    expect(await order(txid)).toMatchObject({ status: 'closed', vol_exec: '0.10000000' });
  });

  it('with a limit becomes a limit order at a distance from its trigger', async () => {
    const params = { price: '+1000', price2: '-100' };
    const txid = await place('sell', 'trailing-stop-limit', params);
    moves('52000');
    // The fall goes through the limit, 50,900, at once.
    moves('50800');
    expect(await order(txid)).toMatchObject({ status: 'open', limitprice: '50900.00000' });
    moves('51000');
    expect(await order(txid)).toMatchObject({ status: 'closed', price: '50900.00000' });
  });
});

describe('what a look-up shows', () => {
  it.each<[string, string, Params, Params, string]>([
    [
      'stop-loss',
      'sell',
      { price: '49000', trigger: 'index' },
      { price: '49000.0', price2: '0' },
      'sell 0.10000000 XBTUSD @ stop loss 49000.0',
    ],
    [
      'take-profit-limit',
      'sell',
      { price: '51000', price2: '50900.5' },
      { price: '51000.0', price2: '50900.5' },
      'sell 0.10000000 XBTUSD @ take profit 51000.0 -> limit 50900.5',
    ],
    [
      'trailing-stop',
      'sell',
      { price: '+1%' },
      { price: '+1.0000%', price2: '0' },
      'sell 0.10000000 XBTUSD @ trailing stop +1.0000%',
    ],
    [
      'trailing-stop-limit',
      'buy',
      { price: '+50', price2: '+0.5%' },
      { price: '+50.0', price2: '+0.5000%' },
      'buy 0.10000000 XBTUSD @ trailing stop +50.0 -> limit +0.5000%',
    ],
    [
      'iceberg',
      'buy',
      { price: '49000', displayvol: '0.01' },
      { price: '49000.0', price2: '0' },
      'buy 0.10000000 XBTUSD @ iceberg 49000.0',
    ],
  ])('%s', async (ordertype, type, params, prices, text) => {
    const txid = await place(type, ordertype, params);
    expect(await order(txid)).toMatchObject({
      status: 'open',
      descr: { ordertype, type, ...prices, leverage: 'none', close: '', order: text },
      ...(params['trigger'] === undefined ? {} : { trigger: params['trigger'] }),
    });
    expect(Object.keys((await call(kraken.url, 'OpenOrders')).result?.['open'] as object)).toEqual([
      txid,
    ]);
  });
});

describe('funds', () => {
  it.each<[string, string, string, Params, string]>([
    [
      'a stop buy, at its trigger with the fee of a taker',
      'buy',
      'stop-loss',
      { price: '51000' },
      '5113.2600',
    ],
    [
      'a stop buy with a limit, at the limit',
      'buy',
      'stop-loss-limit',
      { price: '51000', price2: '51100' },
      '5123.2860',
    ],
    ['a trailing buy, at its first trigger', 'buy', 'trailing-stop', { price: '+2%' }, '5113.2600'],
    ['an iceberg, whole', 'buy', 'iceberg', { price: '49000', displayvol: '0.01' }, '4907.8400'],
  ])('are held by %s', async (_, side, type, params, usd) => {
    await place(side, type, params);
    expect(await held('ZUSD')).toBe(usd);
  });

  it('are given back by a cancel of an order that waits', async () => {
    const txid = await place('sell', 'stop-loss', { price: '49000' });
    expect(await held('XXBT')).toBe('0.1000000000');
    expect((await call(kraken.url, 'CancelOrder', { txid })).error).toEqual([]);
    expect(await held('XXBT')).toBe('0.0000000000');
    moves('48000');
    expect(await order(txid)).toMatchObject({ status: 'canceled', vol_exec: '0.00000000' });
  });
});

describe('times', () => {
  it('an order is pending until its start, and then takes or rests', async () => {
    const starttm = String(START_MS / 1_000 + 60);
    const txid = await place('buy', 'limit', { price: '51000', starttm });
    expect(await order(txid)).toMatchObject({ status: 'pending', starttm: Number(starttm) });
    clock.advance(59_999);
    expect(await order(txid)).toMatchObject({ status: 'pending', vol_exec: '0.00000000' });
    clock.advance(1);
    expect(await order(txid)).toMatchObject({ status: 'closed', vol_exec: '0.10000000' });
  });

  it('an order that is pending can be cancelled, and does not start while nothing trades', async () => {
    const first = await place('sell', 'market', { starttm: '+60' });
    const second = await place('buy', 'market', { starttm: '+60' });
    expect((await call(kraken.url, 'CancelOrder', { txid: first })).error).toEqual([]);
    kraken.control.setMode('cancel_only');
    clock.advance(60_000);
    expect(await order(second)).toMatchObject({ status: 'pending' });
    kraken.control.setMode('online');
    expect(await order(second)).toMatchObject({ status: 'closed' });
    expect(await order(first)).toMatchObject({ status: 'canceled' });
  });

  it.each([
    ['would take: is canceled', '48000', 'canceled'],
    ['would rest: rests', '49500', 'open'],
  ])('an order that may only rest, at whose start it %s', async (_, price, status) => {
    const params = { price: '49000', oflags: 'post', starttm: '+60' };
    const txid = await place('buy', 'limit', params);
    moves(price);
    clock.advance(60_000);
    expect(await order(txid)).toMatchObject({ status, vol_exec: '0.00000000' });
  });

  it('a stop that never fired ends at its time', async () => {
    const params = { price: '49000', timeinforce: 'GTD', expiretm: '+60' };
    const txid = await place('sell', 'stop-loss', params);
    clock.advance(60_000);
    expect(await order(txid)).toMatchObject({ status: 'expired', vol_exec: '0.00000000' });
  });
});

it('what waits is there after a restart, and still fires', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'harpoon-kraken-'));
  const accounts = [{ key: KEY, secret: SECRET, balances: { USD: '100000', XBT: '2' } }];
  try {
    const before = await startKraken({ port: 0, clock, directory, accounts });
    before.control.setPrice('BTC/USD', '50000');
    const params = { pair: 'XBTUSD', type: 'sell', ordertype: 'trailing-stop', volume: '0.1' };
    const answer = await call(before.url, 'AddOrder', { ...params, price: '+500' });
    before.control.setPrice('BTC/USD', '52000');
    await before.close();
    const after = await startKraken({ port: 0, clock, directory, accounts });
    after.control.setPrice('BTC/USD', '51500');
    const orders = after.control.state().orders;
    await after.close();
    expect(orders).toMatchObject([{ txid: txidOf(answer), status: 'closed', executed: '0.1' }]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
