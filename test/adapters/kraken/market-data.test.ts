import { afterEach, expect, test } from 'vitest';
import { krakenMarketData, PAIRS_FOR_MS } from '../../../functions/adapters/kraken/market-data.ts';
import { plain } from '../../../functions/core/decimal.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { http, krakenSays, loopback } from './loopback.ts';

const row = (altname: string, wsname: string, base: string) => ({
  altname,
  wsname,
  base,
  quote: 'ZUSD',
  pair_decimals: 1,
  lot_decimals: 8,
  cost_decimals: 5,
});
const ANSWERS: Record<string, unknown> = {
  AssetPairs: {
    XXBTZUSD: row('XBTUSD', 'XBT/USD', 'XXBT'),
    SOLUSD: row('SOLUSD', 'SOL/USD', 'SOL'),
  },
  Assets: { XXBT: { altname: 'XBT' }, SOL: { altname: 'SOL' }, ZUSD: { altname: 'USD' } },
};
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function market(answer: (name: string) => string = (name) => krakenSays(ANSWERS[name])) {
  const paths: string[] = [];
  const server = await loopback({
    onRequest: (socket) => {
      const path = server.requests.at(-1)?.head.split(' ')[1] ?? '';
      paths.push(path);
      socket.write(answer(/\/0\/public\/(\w+)/.exec(path)?.[1] ?? ''));
    },
  });
  const clock = fakeClock();
  const data = krakenMarketData({ url: server.url, clock });
  closers.push(
    () => data.close(),
    () => server.close(),
  );
  return { data, paths, clock };
}

test('the table of pairs is asked for once a day, however many want it', async () => {
  const { data, paths, clock } = await market();
  const tables = await Promise.all([data.pairs(), data.pairs(), data.pairs()]);
  expect(tables[0]?.map(({ name }) => name)).toEqual(['BTC/USD', 'SOL/USD']);
  expect(new Set(tables).size).toBe(1);
  clock.advance(PAIRS_FOR_MS - 1);
  await data.pairs();
  expect(paths.sort()).toEqual(['/0/public/AssetPairs', '/0/public/Assets']);
  clock.advance(1);
  await data.pairs();
  expect(paths).toHaveLength(4);
});

test('a failure to read the pairs is not kept', async () => {
  let down = true;
  const { data } = await market((name) =>
    down ? http('502 Bad Gateway', '') : krakenSays(ANSWERS[name]),
  );
  await expect(data.pairs()).rejects.toThrow('HTTP 502');
  down = false;
  expect(await data.pairs()).toHaveLength(2);
});

test('tickers of several pairs come in one call, under whatever name Kraken answers', async () => {
  const ticker = (price: string) => ({
    a: [price, '1', '1.000'],
    b: ['30300.00000', '1', '1.000'],
    c: ['30303.20000', '0.00067643'],
    t: [1, 2],
    o: '30502.80000',
  });
  const { data, paths } = await market((name) =>
    name === 'Ticker'
      ? krakenSays({ XXBTZUSD: ticker('30300.10000'), 'SOL/USD': ticker('2'), OTHER: 'noise' })
      : krakenSays(ANSWERS[name]),
  );
  const tickers = await data.tickers(await data.pairs());
  expect(paths.at(-1)).toBe('/0/public/Ticker?pair=XBTUSD%2CSOLUSD');
  expect([...tickers.keys()]).toEqual(['BTC/USD', 'SOL/USD']);
  const { ask, bid, last } = tickers.get('BTC/USD') ?? {};
  expect([ask, bid, last].map((price) => price && plain(price))).toEqual([
    '30300.1',
    '30300',
    '30303.2',
  ]);
});

test('tickers of no pairs ask nothing, because Kraken would answer with all', async () => {
  const { data, paths } = await market();
  expect(await data.tickers([])).toEqual(new Map());
  expect(paths).toEqual([]);
});

test.each(['online', 'maintenance', 'cancel_only', 'post_only'])(
  'the mode is %s',
  async (status) => {
    const { data } = await market(() => krakenSays({ status }));
    expect(await data.mode()).toBe(status);
  },
);

test('a mode that is not documented is an error', async () => {
  const { data } = await market(() => krakenSays({ status: 'half_open' }));
  await expect(data.mode()).rejects.toThrow('SystemStatus was answered in an unknown shape');
});

test.each([
  ['a clock ahead of ours', 3, 400, 3_000 - 400],
  ['a clock behind ours', -3, 400, -3_000 + 999],
  ['whole seconds', 0, 0, 0],
  ['a slow answer', 4, 4_500, 0],
])('the skew is the least that the answer allows: %s', async (_name, ahead, tookMs, skewMs) => {
  const start = fakeClock().nowMs();
  const { data, clock } = await market(() => {
    clock.advance(tookMs);
    return krakenSays({ unixtime: Math.floor(start / 1_000) + ahead });
  });
  expect(await data.skewMs()).toBe(skewMs);
});
