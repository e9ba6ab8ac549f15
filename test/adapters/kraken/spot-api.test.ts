/** Endpoints that the ports do not need yet, or need only in part. */
import { afterEach, expect, test } from 'vitest';
import { readPairs } from '../../../functions/adapters/kraken/pairs.ts';
import { SpotPrivate } from '../../../functions/adapters/kraken/spot-private.ts';
import { SpotPublic } from '../../../functions/adapters/kraken/spot-public.ts';
import { Transport } from '../../../functions/adapters/kraken/transport.ts';
import { plain } from '../../../functions/core/decimal.ts';
import { Secret } from '../../../functions/core/secret.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { http, krakenSays, loopback } from './loopback.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function spot(answer: string) {
  const server = await loopback({ onRequest: (socket) => socket.write(answer) });
  const transport = new Transport({ url: server.url, nowMs: () => fakeClock().nowMs() });
  closers.push(
    () => transport.close(),
    () => server.close(),
  );
  const key = { key: new Secret('public'), secret: new Secret('AQEBAQ==') };
  return {
    asked: () => server.requests.map(({ head, body }) => `${head.split(' ')[1]} ${body}`),
    open: new SpotPublic(transport),
    mine: new SpotPrivate({ transport, key, nextNonce: () => '7' }),
  };
}

test('one order is cancelled by either of its ids', async () => {
  const { mine, asked } = await spot(krakenSays({ count: 1, pending: false }));
  expect(await mine.cancelOrder({ exchangeOrderId: 'OUF4EM' })).toBe(1);
  expect(await mine.cancelOrder({ clientOrderId: 'ours' })).toBe(1);
  expect(asked()).toEqual([
    '/0/private/CancelOrder nonce=7&txid=OUF4EM',
    '/0/private/CancelOrder nonce=7&cl_ord_id=ours',
  ]);
});

test('to cancel an order that is gone is an error with Kraken’s words', async () => {
  const { mine } = await spot(http('200 OK', '{"error":["EOrder:Unknown order"]}'));
  await expect(mine.cancelOrder({ exchangeOrderId: 'OUF4EM' })).rejects.toMatchObject({
    errors: ['EOrder:Unknown order'],
  });
});

test('all orders are cancelled and counted', async () => {
  const { mine, asked } = await spot(krakenSays({ count: 12 }));
  expect(await mine.cancelAll()).toBe(12);
  expect(asked()).toEqual(['/0/private/CancelAll nonce=7']);
});

test('plain balances are exact', async () => {
  const { mine } = await spot(krakenSays({ XXBT: '1011.1908877900', 'ETH2.S': '198.39708000' }));
  const balances = Object.entries(await mine.balance()).map(([id, amount]) => [id, plain(amount)]);
  expect(balances).toEqual([
    ['XXBT', '1011.19088779'],
    ['ETH2.S', '198.39708'],
  ]);
});

test('candles are read exactly, under whatever name Kraken answers', async () => {
  const [pair] = readPairs(
    {
      XXBTZUSD: {
        altname: 'XBTUSD',
        wsname: 'XBT/USD',
        base: 'XXBT',
        quote: 'ZUSD',
        pair_decimals: 1,
        lot_decimals: 8,
        cost_decimals: 5,
      },
    },
    {},
  );
  if (pair === undefined) throw new Error('the pair is readable');
  const row = [1688671200, '30306.1', '30306.2', '30305.7', '30305.8', '30306.1', '3.39243896', 23];
  const { open, asked } = await spot(krakenSays({ XXBTZUSD: [row], last: 1688672160 }));
  const [candle, ...more] = await open.candles(pair, 15);
  expect(more).toEqual([]);
  expect(candle?.atMs).toBe(1_688_671_200_000);
  const { open: o, high, low, close, volume } = candle ?? {};
  expect([o, high, low, close, volume].map((it) => it && plain(it))).toEqual([
    '30306.1',
    '30306.2',
    '30305.7',
    '30305.8',
    '3.39243896',
  ]);
  expect(asked()).toEqual(['/0/public/OHLC?pair=XBTUSD&interval=15 ']);
});

test('the order book is read exactly, best first, as many levels as are asked for', async () => {
  const [pair] = readPairs({ A: { ...ROW } }, {});
  if (pair === undefined) throw new Error('the pair is readable');
  const asks = [
    ['30384.10000', '2.059', 1688671659],
    ['30387.90000', '1.500', 1688671380],
  ];
  const { open, asked } = await spot(krakenSays({ A: { asks, bids: [] } }));
  const depth = await open.depth(pair, 500);
  expect(depth.asks.map(({ price, volume }) => [plain(price), plain(volume)])).toEqual([
    ['30384.1', '2.059'],
    ['30387.9', '1.5'],
  ]);
  expect(depth.bids).toEqual([]);
  expect(asked()).toEqual([`/0/public/Depth?pair=${pair.altname}&count=500 `]);
});

test('an answer about another pair is no candle of ours', async () => {
  const { open } = await spot(krakenSays({ XETHZUSD: [], last: 1 }));
  const [pair] = readPairs({ A: { ...ROW } }, {});
  if (pair === undefined) throw new Error('the pair is readable');
  await expect(open.candles(pair, 1)).rejects.toThrow('OHLC of A/B');
  await expect(open.depth(pair, 1)).rejects.toThrow('Depth of A/B');
});

const ROW = {
  altname: 'AB',
  wsname: 'A/B',
  base: 'A',
  quote: 'B',
  pair_decimals: 1,
  lot_decimals: 8,
  cost_decimals: 5,
};
