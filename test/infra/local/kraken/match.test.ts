import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decimal, plain, ZERO } from '../../../../functions/core/decimal.ts';
import { addOrder } from '../../../../infra/local/kraken/add-order.ts';
import { cancelAll } from '../../../../infra/local/kraken/account-calls.ts';
import { openMarkets, putKey, quote } from '../../../../infra/local/kraken/commands.ts';
import { balanceOf } from '../../../../infra/local/kraken/events.ts';
import { availableOf } from '../../../../infra/local/kraken/funds.ts';
import { listedPair } from '../../../../infra/local/kraken/names.ts';
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import { emptyState } from '../../../../infra/local/kraken/state.ts';
import { beginTurn, DEFAULT_RULES } from '../../../../infra/local/kraken/turn.ts';
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
  kraken.control.setQuote('BTC/USD', { bid: '50000', ask: '50010', last: '50005' });
});
afterEach(() => kraken.close());

async function place(params: Record<string, string>): Promise<string> {
  return txidOf(await call(kraken.url, 'AddOrder', { pair: 'XBTUSD', ...params }));
}

async function order(txid: string): Promise<Record<string, unknown>> {
  const { result } = await call(kraken.url, 'QueryOrders', { txid, trades: 'true' });
  return result?.[txid] as Record<string, unknown>;
}

async function balances(): Promise<Record<string, { balance: string; hold_trade: string }>> {
  const { result } = await call(kraken.url, 'BalanceEx');
  return result as Record<string, { balance: string; hold_trade: string }>;
}

describe('market orders', () => {
  it('buy at the ask, and pay the taker fee in the quote', async () => {
    const txid = await place({ type: 'buy', ordertype: 'market', volume: '0.1' });
    expect(await order(txid)).toMatchObject({
      status: 'closed',
      reason: null,
      vol_exec: '0.10000000',
      price: '50010.00000',
      cost: '5001.00000',
      fee: '13.00260',
      oflags: 'fciq',
    });
    const { ZUSD, XXBT } = await balances();
    expect(ZUSD).toEqual({ balance: '94985.9974', hold_trade: '0.0000' });
    expect(XXBT).toEqual({ balance: '2.1000000000', hold_trade: '0.0000000000' });
  });

  it('sell at the bid, and by default pay the fee in the base while there is enough of it', async () => {
    await place({ type: 'sell', ordertype: 'market', volume: '1' });
    expect((await balances())['XXBT']?.balance).toBe('0.9974000000');
    expect((await balances())['ZUSD']?.balance).toBe('150000.0000');
    await place({ type: 'sell', ordertype: 'market', volume: '0.9974' });
    expect((await balances())['XXBT']?.balance).toBe('0.0000000000');
    expect((await balances())['ZUSD']?.balance).toBe('199740.3380');
  });

  it.each([
    ['buy', 'fciq', '2.1000000000', '94985.9974'],
    ['buy', 'fcib', '2.0997400000', '94999.0000'],
    ['sell', 'fciq', '1.9000000000', '104987.0000'],
    ['sell', 'fcib', '1.8997400000', '105000.0000'],
  ])('%s with %s leave %s XBT and %s USD', async (type, oflags, xbt, usd) => {
    await place({ type, ordertype: 'market', volume: '0.1', oflags });
    const after = await balances();
    expect([after['XXBT']?.balance, after['ZUSD']?.balance]).toEqual([xbt, usd]);
  });

  it('with viqc spend an amount of the quote', async () => {
    const txid = await place({ type: 'buy', ordertype: 'market', volume: '100', oflags: 'viqc' });
    expect(await order(txid)).toMatchObject({ vol_exec: '0.00199960', cost: '99.99999' });
  });

  it('take what there is and cancel the rest', async () => {
    const setting = { bid: '50000', ask: '50010', last: '50005', liquidity: '0.04' };
    kraken.control.setQuote('BTC/USD', setting);
    const txid = await place({ type: 'buy', ordertype: 'market', volume: '0.1' });
    expect(await order(txid)).toMatchObject({ status: 'canceled', vol_exec: '0.04000000' });
    const next = await place({ type: 'buy', ordertype: 'market', volume: '0.1' });
    expect(await order(next)).toMatchObject({ status: 'canceled', vol_exec: '0.00000000' });
  });
});

describe('limit orders', () => {
  it('that cross fill at the better price of the market, as takers', async () => {
    const txid = await place({ type: 'buy', ordertype: 'limit', volume: '0.1', price: '51000' });
    expect(await order(txid)).toMatchObject({
      status: 'closed',
      price: '50010.00000',
      fee: '13.00260',
    });
  });

  it('that rest hold their cost, and fill at their limit with the maker fee', async () => {
    const txid = await place({ type: 'buy', ordertype: 'limit', volume: '0.1', price: '49000' });
    expect((await balances())['ZUSD']).toEqual({ balance: '100000.0000', hold_trade: '4907.8400' });
    kraken.control.setPrice('XBTUSD', '48000');
    expect(await order(txid)).toMatchObject({
      status: 'closed',
      price: '49000.00000',
      fee: '7.84000',
    });
    expect((await balances())['ZUSD']).toEqual({ balance: '95092.1600', hold_trade: '0.0000' });
    const { result } = await call(kraken.url, 'TradesHistory');
    expect(Object.values(result?.['trades'] as object)[0]).toMatchObject({ maker: true });
  });

  it('give their hold back when they are cancelled', async () => {
    const txid = await place({ type: 'sell', ordertype: 'limit', volume: '0.5', price: '60000' });
    expect((await balances())['XXBT']?.hold_trade).toBe('0.5000000000');
    expect(await call(kraken.url, 'CancelOrder', { txid })).toEqual({
      error: [],
      result: { count: 1 },
    });
    expect((await balances())['XXBT']?.hold_trade).toBe('0.0000000000');
    expect(await order(txid)).toMatchObject({ status: 'canceled', reason: 'User requested' });
  });

  it('cannot spend what another order holds', async () => {
    await place({ type: 'buy', ordertype: 'limit', volume: '1.9', price: '50000' });
    const params = { pair: 'XBTUSD', type: 'buy', ordertype: 'market', volume: '0.1' };
    expect((await call(kraken.url, 'AddOrder', params)).error).toEqual([
      'EOrder:Insufficient funds',
    ]);
  });

  it.each([
    ['IOC', 'canceled', '0.04000000'],
    ['FOK', 'canceled', '0.00000000'],
    ['GTC', 'open', '0.04000000'],
  ])(
    '%s, when less is there than wanted, end %s with %s',
    async (timeinforce, status, executed) => {
      kraken.control.setQuote('XBTUSD', {
        bid: '50000',
        ask: '50010',
        last: '50005',
        liquidity: '0.04',
      });
      const limit = { ordertype: 'limit', price: '50010', timeinforce };
      const txid = await place({ type: 'buy', volume: '0.1', ...limit });
      expect(await order(txid)).toMatchObject({ status, vol_exec: executed });
    },
  );

  it('fill bit by bit, the better price first', async () => {
    const worse = await place({ type: 'buy', ordertype: 'limit', volume: '0.1', price: '49000' });
    const better = await place({ type: 'buy', ordertype: 'limit', volume: '0.1', price: '49100' });
    const setting = { bid: '48000', ask: '48010', last: '48000', liquidity: '0.15' };
    kraken.control.setQuote('BTC/USD', setting);
    expect(await order(better)).toMatchObject({ status: 'closed', vol_exec: '0.10000000' });
    expect(await order(worse)).toMatchObject({ status: 'open', vol_exec: '0.05000000' });
    expect((await balances())['ZUSD']?.hold_trade).toBe('2453.9200');
    kraken.control.setQuote('BTC/USD', setting);
    expect(await order(worse)).toMatchObject({ status: 'closed', vol_exec: '0.10000000' });
  });

  it('never cost more than was held for them, in however many fills', async () => {
    // The cost, 637.00637, and its fee are held to the last digit of this balance; each fill's fee
    // (0.078400784) has more digits than a fee can have.
    kraken.control.setBalance({ key: KEY, asset: 'USD', amount: '638.02559' });
    const limit = { type: 'buy', ordertype: 'limit', volume: '0.01300013', price: '49000' };
    const txid = await place(limit);
    for (let i = 0; i < 13; i++) {
      const liquidity = '0.00100001';
      const setting = { bid: '48000', ask: '48000.1', last: '48000', liquidity };
      kraken.control.setQuote('BTC/USD', setting);
    }
    expect(await order(txid)).toMatchObject({ status: 'closed', vol_exec: '0.01300013' });
  });

  it('are cancelled rather than filled into debt when their funds were taken away', async () => {
    const txid = await place({ type: 'buy', ordertype: 'limit', volume: '1', price: '49000' });
    kraken.control.setBalance({ key: KEY, asset: 'USD', amount: '10' });
    kraken.control.setPrice('BTC/USD', '48000');
    expect(await order(txid)).toMatchObject({ status: 'canceled', reason: 'Insufficient funds' });
  });
});

describe('cancels', () => {
  it('of a gone order and of an id never issued are told apart', async () => {
    const txid = await place({ type: 'buy', ordertype: 'market', volume: '0.1' });
    const gone = await call(kraken.url, 'CancelOrder', { txid });
    expect(gone.error).toEqual(['EOrder:Unknown order']);
    const never = await call(kraken.url, 'CancelOrder', { txid: 'OAAAAA-AAAAA-AAAAAA' });
    expect(never.error).toEqual(['EOrder:Invalid order']);
  });

  it('by userref take every order of it, and CancelAll takes the rest', async () => {
    const resting = { type: 'buy', ordertype: 'limit', volume: '0.1', price: '100' };
    for (const userref of ['7', '7', '8']) await place({ ...resting, userref });
    expect((await call(kraken.url, 'CancelOrder', { txid: '7' })).result).toEqual({ count: 2 });
    expect((await call(kraken.url, 'CancelAll')).result).toEqual({ count: 1 });
    expect((await call(kraken.url, 'OpenOrders')).result).toEqual({ open: {} });
  });
});

/** One step of a made-up trading day. */
const step = fc.record({
  act: fc.constantFrom('order', 'order', 'order', 'price', 'cancel'),
  pair: fc.constantFrom('XXBTZUSD', 'XETHXXBT', 'XTZUSD', 'PEPEUSD'),
  type: fc.constantFrom('buy', 'sell'),
  ordertype: fc.constantFrom('market', 'limit'),
  oflags: fc.constantFrom('', 'fcib', 'fciq', 'post'),
  timeinforce: fc.constantFrom('', 'IOC', 'FOK'),
  /** Volume in smallest lots above the minimum, price in ticks around the start. */
  lots: fc.integer({ min: 0, max: 1_000_000_000 }),
  ticks: fc.integer({ min: -2_000, max: 2_000 }),
  liquidity: fc.option(fc.integer({ min: 0, max: 100 })),
});

describe('the law of conservation', () => {
  it('lets each asset change by trades and fees alone, and no balance or free amount go below zero', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const state = emptyState();
        const delays = { engineMs: 0, readLagMs: 0 };
        const { turn } = beginTurn({ state, nowMs: START_MS, rules: DEFAULT_RULES, delays });
        openMarkets(turn);
        const first = { USD: '50000', XBT: '1', ETH: '20', XTZ: '9000', PEPE: '900000000' };
        putKey(turn, { key: KEY, secret: SECRET, balances: first });
        const key = state.keys.get(KEY);
        if (key === undefined) throw new Error('the key is there');
        const before = new Map(state.accounts.get(KEY)?.balances);
        for (const it of steps) {
          const pair = listedPair(it.pair);
          const moved = decimal(pair.startPrice).plus(pair.tickSize.times(String(it.ticks)));
          const price = moved.gt(pair.tickSize.times('2')) ? moved : pair.tickSize.times('3');
          if (it.act === 'cancel') cancelAll(turn, key, () => undefined);
          if (it.act === 'price') {
            const liquidity =
              it.liquidity === null ? null : plain(pair.orderMin.times(String(it.liquidity)));
            const [bid, ask] = [plain(price.minus(pair.tickSize)), plain(price)];
            quote(turn, pair, { bid, ask, last: ask, liquidity });
          }
          if (it.act !== 'order') continue;
          const lot = decimal('1').div(decimal('10').pow(pair.lotDecimals));
          const volume = plain(pair.orderMin.plus(lot.times(String(it.lots))));
          const { type, ordertype, oflags, timeinforce } = it;
          const text = { type, ordertype, oflags, timeinforce, volume, price: plain(price) };
          addOrder(turn, KEY, new Map(Object.entries({ ...text, pair: pair.altname })));
          for (const asset of before.keys()) {
            expect(balanceOf(state, KEY, asset).gte('0')).toBe(true);
            expect(availableOf(state, KEY, asset).gte('0')).toBe(true);
          }
        }
        const expected = new Map([...before].map(([asset, text]) => [asset, decimal(text)]));
        const add = (asset: string, amount: string, sign: '1' | '-1'): unknown =>
          expected.set(asset, (expected.get(asset) ?? ZERO).plus(decimal(amount).times(sign)));
        for (const trade of state.trades.values()) {
          const order = state.orders.get(trade.txid);
          const pair = listedPair(order?.pair ?? '');
          add(pair.base, trade.volume, order?.side === 'buy' ? '1' : '-1');
          add(pair.quote, trade.cost, order?.side === 'buy' ? '-1' : '1');
          add(trade.feeAsset, trade.feeAmount, '-1');
        }
        const texts = (rows: Iterable<readonly [string, { toFixed(): string }]>): string[] =>
          [...rows].map(([asset, amount]) => `${asset} ${amount.toFixed()}`).sort();
        const held = [...(state.accounts.get(KEY)?.balances ?? [])];
        expect(texts(held.map(([asset, text]) => [asset, decimal(text)]))).toEqual(texts(expected));
      }),
      { numRuns: 200 },
    );
  });
});
