/** The price feed against the embedded exchange, over real HTTP. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { krakenPriceFeed } from '../../../functions/adapters/kraken/price-feed.ts';
import { checkPrices } from '../../../functions/core/alerts/check-prices.ts';
import { alertMemory } from '../../../functions/core/alerts/memory.ts';
import { plain, type Decimal } from '../../../functions/core/decimal.ts';
import { ExchangeError } from '../../../functions/core/exchange-error.ts';
import { startKraken, type RunningKraken } from '../../../infra/local/kraken/server.ts';
import { crossing, MINUTE, NOON, ruleOf } from '../../core/alerts/rule-fixture.ts';
import { fakeAlertStore } from '../../fakes/alert-store.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeLog } from '../../fakes/log.ts';
import { pairNamed } from '../../fakes/price-feed.ts';
import { krakenSays, loopback } from './loopback.ts';

const clock = fakeClock(NOON);
let kraken: RunningKraken;
let feed: ReturnType<typeof krakenPriceFeed>;

beforeAll(async () => {
  kraken = await startKraken({ port: 0, clock });
  feed = krakenPriceFeed({ url: kraken.url, clock });
  kraken.control.setPrice('BTC/USD', '61000');
});

afterAll(async () => {
  feed.close();
  await kraken.close();
});

const texts = (row: object) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : plain(value as Decimal),
    ]),
  );

test('quotes, candles and mode are what the exchange says', async () => {
  clock.advance(MINUTE);
  kraken.control.setPrice('BTC/USD', '62000');
  const pairs = (await feed.pairs()).filter(({ name }) => name === 'BTC/USD' || name === 'ETH/USD');
  const quotes = await feed.quotes(pairs);
  expect([...quotes.keys()].sort()).toEqual(['BTC/USD', 'ETH/USD']);
  const quote = quotes.get('BTC/USD');
  expect(quote?.ask.gte(quote.bid)).toBe(true);
  expect(texts(quote ?? {})).toMatchObject({ last: '62000', dayHigh: '62000', high24h: '62000' });
  const [btc] = pairs;
  const candles = btc === undefined ? [] : await feed.candles(btc, 1);
  expect(candles.slice(-2).map(({ atMs, close }) => [atMs, plain(close)])).toEqual([
    [NOON, '61000'],
    [NOON + MINUTE, '62000'],
  ]);
  expect(await feed.mode()).toBe('online');
});

test('beyond a hundred pairs the whole ticker is asked for, in one call', async () => {
  const paths: string[] = [];
  const row = {
    a: ['2', '1', '1'],
    b: ['1', '1', '1'],
    c: ['1.5', '1'],
    v: ['3', '4'],
    t: [5, 6],
    l: ['0.5', '0.4'],
    h: ['2.5', '2.6'],
  };
  const server = await loopback({
    onRequest: (socket) => {
      paths.push(server.requests.at(-1)?.head.split(' ')[1] ?? '');
      socket.write(krakenSays({ C7USD: row, OTHER: row }));
    },
  });
  const own = krakenPriceFeed({ url: server.url, clock });
  const pairs = Array.from({ length: 101 }, (_, at) => pairNamed(`C${at}/USD`));
  const quotes = await own.quotes(pairs);
  own.close();
  await server.close();
  expect(paths).toEqual(['/0/public/Ticker']);
  expect([...quotes].map(([name, quote]) => [name, texts(quote)])).toEqual([
    [
      'C7/USD',
      {
        ask: '2',
        bid: '1',
        last: '1.5',
        volume24h: '4',
        dayTrades: 5,
        dayLow: '0.5',
        low24h: '0.4',
        dayHigh: '2.5',
        high24h: '2.6',
      },
    ],
  ]);
});

test('a pair that Kraken does not know is an ExchangeError', async () => {
  await expect(feed.candles(pairNamed('NO/SUCH'), 1)).rejects.toBeInstanceOf(ExchangeError);
});

test('a crossing between two polls is found in the exchange’s own candles', async () => {
  const store = fakeAlertStore();
  const deps = {
    ...{ clock, feed, store, log: fakeLog(), memory: alertMemory() },
    config: { alerts: [ruleOf([crossing('70000')])] },
  };
  await checkPrices(deps);
  clock.advance(20_000);
  kraken.control.setPrice('BTC/USD', '70000');
  clock.advance(10_000);
  kraken.control.setPrice('BTC/USD', '62500');
  clock.advance(35_000);
  expect(await checkPrices(deps)).toMatchObject({ fired: 1, whole: true, candleCalls: 1 });
  expect(store.notices.map(({ title }) => title)).toEqual(['BTC/USD crossed above 70000']);
  clock.advance(MINUTE);
  expect(await checkPrices(deps)).toMatchObject({ fired: 0, whole: true });
});
