/** The client against the embedded exchange: two readings of Kraken's rules that must agree. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { krakenExchange } from '../../../functions/adapters/kraken/exchange.ts';
import { krakenMarketData } from '../../../functions/adapters/kraken/market-data.ts';
import { SpotPrivate } from '../../../functions/adapters/kraken/spot-private.ts';
import { Transport } from '../../../functions/adapters/kraken/transport.ts';
import { plain } from '../../../functions/core/decimal.ts';
import type { Attempt, Order } from '../../../functions/core/order.ts';
import type { Clock } from '../../../functions/core/ports.ts';
import { Secret } from '../../../functions/core/secret.ts';
import { startKraken, type RunningKraken } from '../../../infra/local/kraken/server.ts';

const KEY = { key: 'harpoon-test', secret: Buffer.alloc(64, 3).toString('base64') };
const ids = {
  resting: '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d11',
  filled: '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d12',
  refused: '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d13',
};
const clock: Clock = { nowMs: () => Date.now(), sleep: async () => undefined };
let kraken: RunningKraken;
let transport: Transport;
let nonce = 1_700_000_000_000_000;
const nextNonce = () => String((nonce += 1));

beforeAll(async () => {
  kraken = await startKraken({
    port: 0,
    accounts: [{ ...KEY, balances: { USD: '10000', BTC: '1' } }],
  });
  kraken.control.setPrice('BTC/USD', '50000');
  transport = new Transport({ url: kraken.url, nowMs: () => clock.nowMs() });
});

afterAll(async () => {
  transport.close();
  await kraken.close();
});

function client() {
  const market = krakenMarketData({ url: kraken.url, clock, transport });
  const key = { key: new Secret(KEY.key), secret: new Secret(KEY.secret) };
  const pairs = () => market.pairs();
  const exchange = krakenExchange({ url: kraken.url, key, nextNonce, clock, pairs, transport });
  return { market, exchange, spot: new SpotPrivate({ transport, key, nextNonce }) };
}

function attempt(order: Partial<Order>, validate = false): Attempt {
  const nowMs = clock.nowMs();
  return {
    token: 'token',
    nonce: nextNonce(),
    deadlineMs: nowMs + 10_000,
    preparedAtMs: nowMs,
    order: { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.01', ...order },
    keyId: 'key',
    fence: 1,
    validate,
  };
}

const limit = { type: 'limit', price: '40000.0' } as const;

test('the market is read as it was set', async () => {
  const { market } = client();
  const pairs = await market.pairs();
  const btc = pairs.filter(({ name }) => name === 'BTC/USD');
  const ticker = (await market.tickers(btc)).get('BTC/USD');
  expect(ticker && plain(ticker.last)).toBe('50000');
  expect(await market.mode()).toBe('online');
  expect(Math.abs(await market.skewMs())).toBeLessThan(2_000);
});

test('the key may trade and sees all times', async () => {
  const { exchange } = client();
  const info = await exchange.keyInfo();
  expect(info.permissions).toContain('modify-trades');
  expect(info).toMatchObject({ nonceWindow: '0', seesAllTimes: true });
});

test('an order that is checked only is not there afterwards', async () => {
  const { exchange } = client();
  expect((await exchange.place(attempt(limit, true), ids.refused)).kind).toBe('validated');
  expect(await exchange.find(ids.refused, clock.nowMs())).toEqual([]);
});

test('a resting order is found by our id, holds funds, and can be cancelled', async () => {
  const { exchange, spot } = client();
  exchange.warm();
  const outcome = await exchange.place(attempt(limit), ids.resting);
  expect(outcome.kind).toBe('placed');
  const [order, ...more] = await exchange.find(ids.resting, clock.nowMs());
  expect(more).toEqual([]);
  expect(order).toMatchObject({
    exchangeOrderId: outcome.kind === 'placed' ? outcome.exchangeOrderId : '',
    clientOrderId: ids.resting,
    pair: 'XBTUSD',
    side: 'buy',
    type: 'limit',
    status: 'open',
  });
  expect(order && [order.volume, order.price, order.filled].map((it) => it && plain(it))).toEqual([
    '0.01',
    '40000',
    '0',
  ]);
  const usd = (await exchange.balances()).get('USD');
  expect(usd && plain(usd.total)).toBe('10000');
  expect(usd?.available.lt('9601')).toBe(true);

  // Its id is not free while it rests, and that says that an order of ours is there.
  expect((await exchange.place(attempt(limit), ids.resting)).kind).toBe('unknown');

  expect(await spot.cancelOrder({ clientOrderId: ids.resting })).toBe(1);
  expect((await exchange.find(ids.resting, clock.nowMs()))[0]?.status).toBe('canceled');
});

test('a filled order is found by our id, by its own id and behind its trade', async () => {
  const { exchange } = client();
  const before = (await exchange.balances()).get('BTC');
  const outcome = await exchange.place(attempt({}), ids.filled);
  const txid = outcome.kind === 'placed' ? outcome.exchangeOrderId : '';
  const found = await exchange.find(ids.filled, clock.nowMs());
  expect(found).toMatchObject([{ exchangeOrderId: txid, status: 'closed', type: 'market' }]);
  expect(found[0] && plain(found[0].filled)).toBe('0.01');
  expect(await exchange.orders([txid])).toEqual(found);
  expect(await exchange.tradedOrders(clock.nowMs() - 60_000, clock.nowMs())).toContain(txid);
  const after = (await exchange.balances()).get('BTC');
  expect(before && after && plain(after.total.minus(before.total))).toBe('0.01');
});

test.each<[string, Partial<Order>, string]>([
  ['more than there is', { volume: '100' }, 'refused'],
  ['too little', { volume: '0.00000001' }, 'refused'],
  ['a pair that is not listed', { pair: 'NOSUCHPAIR' }, 'refused'],
  ['a price off the tick', { ...limit, price: '40000.05' }, 'refused'],
])('an order for %s is refused for good', async (_, order, kind) => {
  const { exchange } = client();
  expect(await exchange.place(attempt(order), ids.refused)).toMatchObject({ kind, trips: false });
});

test('an order with a nonce that was used is not placed, and its outcome counts as unknown', async () => {
  const { exchange } = client();
  const late = { ...attempt({}), nonce: '1' };
  expect((await exchange.place(late, ids.refused)).kind).toBe('unknown');
});

test('a wrong private key refuses the order and stops trading', async () => {
  const { market } = client();
  const exchange = krakenExchange({
    url: kraken.url,
    key: { key: new Secret(KEY.key), secret: new Secret('AQEBAQ==') },
    nextNonce,
    clock,
    pairs: () => market.pairs(),
    transport,
  });
  const outcome = await exchange.place(attempt({}), ids.refused);
  expect(outcome).toMatchObject({ kind: 'refused', trips: true });
});
