/** A client written by others, with its own signing, trades against the exchange. */
import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import { KEY, SECRET } from './raw-client.ts';

interface ForeignClient {
  api(
    method: string,
    params?: Record<string, unknown>,
  ): Promise<{ error: string[]; result: Record<string, unknown> }>;
}
type ForeignConstructor = new (key: string, secret: string, options: object) => ForeignClient;

const KrakenClient = createRequire(import.meta.url)('kraken-api') as ForeignConstructor;

let kraken: RunningKraken;
let client: ForeignClient;

beforeEach(async () => {
  const accounts = [{ key: KEY, secret: SECRET, balances: { USD: '10000' } }];
  kraken = await startKraken({ port: 0, accounts });
  client = new KrakenClient(KEY, SECRET, { url: kraken.url });
});
afterEach(() => kraken.close());

it('kraken-api reads the ticker, places, finds and cancels an order', async () => {
  const ticker = (await client.api('Ticker', { pair: 'XXBTZUSD' })).result['XXBTZUSD'];
  expect(ticker).toMatchObject({ a: ['60000.10000', '1', '1.000'] });
  const order = { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.1', price: '50000' };
  const placed = await client.api('AddOrder', order);
  const [txid] = placed.result['txid'] as [string];
  expect(placed.result['descr']).toEqual({ order: 'buy 0.10000000 XBTUSD @ limit 50000.0' });
  const found = (await client.api('QueryOrders', { txid })).result[txid];
  expect(found).toMatchObject({ status: 'open', vol: '0.10000000' });
  expect((await client.api('CancelOrder', { txid })).result).toEqual({ count: 1 });
  expect((await client.api('OpenOrders')).result).toEqual({ open: {} });
});

it('kraken-api sees a refusal as an error', async () => {
  const stranger = new KrakenClient(KEY, Buffer.alloc(8).toString('base64'), { url: kraken.url });
  await expect(stranger.api('Balance')).rejects.toThrow('API:Invalid signature');
  const order = { pair: 'XBTUSD', type: 'buy', ordertype: 'market', volume: '1' };
  await expect(client.api('AddOrder', order)).rejects.toThrow('Order:Insufficient funds');
});
