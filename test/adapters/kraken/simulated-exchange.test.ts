/** The client against the embedded exchange, beyond what the contract of exchanges asks for. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { krakenExchange } from '../../../functions/adapters/kraken/exchange.ts';
import { krakenMarketData } from '../../../functions/adapters/kraken/market-data.ts';
import { SpotPrivate } from '../../../functions/adapters/kraken/spot-private.ts';
import { Transport } from '../../../functions/adapters/kraken/transport.ts';
import type { Attempt, Order } from '../../../functions/core/order.ts';
import type { Clock } from '../../../functions/core/ports.ts';
import { Secret } from '../../../functions/core/secret.ts';
import { startKraken, type RunningKraken } from '../../../infra/local/kraken/server.ts';

const KEY = { key: 'harpoon-test', secret: Buffer.alloc(64, 3).toString('base64') };
const ids = {
  resting: '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d11',
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

function attempt(order: Partial<Order>): Attempt {
  const nowMs = clock.nowMs();
  return {
    token: 'token',
    nonce: nextNonce(),
    deadlineMs: nowMs + 10_000,
    preparedAtMs: nowMs,
    order: { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.01', ...order },
    keyId: 'key',
    fence: 1,
    validate: false,
  };
}

const limit = { type: 'limit', price: '40000.0' } as const;

test('a resting order can be cancelled, and is found as cancelled', async () => {
  const { exchange, spot } = client();
  expect((await exchange.place(attempt(limit), { clientOrderId: ids.resting })).kind).toBe(
    'placed',
  );
  expect(await spot.cancelOrder({ clientOrderId: ids.resting })).toBe(1);
  expect((await exchange.find({ clientOrderId: ids.resting }, clock.nowMs()))[0]?.status).toBe(
    'canceled',
  );
});

test('one order is cancelled by its id, and of one that is gone Kraken says so', async () => {
  const { exchange } = client();
  const placed = await exchange.place(attempt(limit), {
    clientOrderId: '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d16',
  });
  if (placed.kind !== 'placed') throw new Error(placed.kind);
  expect(await exchange.cancel(placed.exchangeOrderId)).toBe(1);
  expect(await exchange.cancel(placed.exchangeOrderId)).toBe(0);
  expect(await exchange.openOrders()).toEqual([]);
});

test('every open order can be cancelled at once, again and again', async () => {
  const { exchange } = client();
  const id = '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d1';
  for (const last of ['4', '5']) {
    expect((await exchange.place(attempt(limit), { clientOrderId: `${id}${last}` })).kind).toBe(
      'placed',
    );
  }
  expect(await exchange.cancelAll()).toBe(2);
  expect(await exchange.openOrders()).toEqual([]);
  expect(await exchange.cancelAll()).toBe(0);
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
  const outcome = await exchange.place(attempt({}), { clientOrderId: ids.refused });
  expect(outcome).toMatchObject({ kind: 'refused', trips: true });
});
