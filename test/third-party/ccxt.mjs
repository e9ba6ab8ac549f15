// Trades against the simulated exchange with ccxt and its own signing.
//
//   node test/third-party/ccxt.mjs <simulator-url> <key> <secret> <path of the ccxt package or its kraken.js>
//
// ccxt is no dependency of this project (it is large): install it somewhere else and give its path.
// Ends with 0 when every step worked, with 1 and the failed step otherwise.
import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import * as path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [url, apiKey, secret, where] = process.argv.slice(2);
if (url === undefined || apiKey === undefined || secret === undefined || where === undefined) {
  console.error('usage: node ccxt.mjs <simulator-url> <key> <secret> <path of the ccxt package>');
  process.exit(1);
}

/** A folder means the package in it, a file is taken as it is (also ccxt's `js/src/kraken.js`). */
function moduleFile(file) {
  if (!fs.statSync(file).isDirectory()) return file;
  const { exports } = JSON.parse(fs.readFileSync(path.join(file, 'package.json'), 'utf8'));
  return path.join(file, exports['.'].import.default);
}

const ccxt = await import(pathToFileURL(moduleFile(path.resolve(where))).href);
const Kraken = ccxt.kraken ?? ccxt.default.kraken ?? ccxt.default;
const kraken = new Kraken({ apiKey, secret, enableRateLimit: false });
kraken.urls.api = { ...kraken.urls.api, public: url, private: url };

const steps = {
  'loads the markets': async () => {
    const markets = await kraken.loadMarkets();
    assert.equal(markets['BTC/USD'].id, 'XXBTZUSD');
    assert.equal(markets['DOGE/USD'].id, 'XDGUSD');
    assert.equal(markets['BTC/USD'].precision.price, 0.1);
  },
  'reads the ticker': async () => {
    const ticker = await kraken.fetchTicker('BTC/USD');
    assert.ok(ticker.bid > 0 && ticker.ask > ticker.bid);
  },
  'reads candles, the book and trades': async () => {
    assert.ok((await kraken.fetchOHLCV('BTC/USD', '1m')).length > 0);
    assert.ok((await kraken.fetchOrderBook('BTC/USD')).asks.length > 0);
    assert.ok((await kraken.fetchTrades('BTC/USD')).length > 0);
  },
  'places, finds and cancels a limit order': async () => {
    const { bid } = await kraken.fetchTicker('BTC/USD');
    const placed = await kraken.createOrder('BTC/USD', 'limit', 'buy', 0.001, bid / 2);
    const found = await kraken.fetchOrder(placed.id, 'BTC/USD');
    assert.equal(found.status, 'open');
    assert.equal(found.amount, 0.001);
    assert.ok((await kraken.fetchOpenOrders('BTC/USD')).some(({ id }) => id === placed.id));
    await kraken.cancelOrder(placed.id, 'BTC/USD');
    assert.equal((await kraken.fetchOrder(placed.id, 'BTC/USD')).status, 'canceled');
  },
  'buys at the market, and sees the fill': async () => {
    const before = await kraken.fetchBalance();
    const placed = await kraken.createOrder('BTC/USD', 'market', 'buy', 0.001);
    const found = await kraken.fetchOrder(placed.id, 'BTC/USD');
    assert.equal(found.status, 'closed');
    assert.equal(found.filled, 0.001);
    const trades = await kraken.fetchMyTrades('BTC/USD');
    assert.ok(trades.some(({ order }) => order === placed.id));
    const after = await kraken.fetchBalance();
    assert.ok(after.BTC.total > (before.BTC?.total ?? 0));
  },
  'names a refusal by its own class': async () => {
    const beyond = kraken.createOrder('BTC/USD', 'market', 'buy', 100_000);
    await assert.rejects(beyond, { name: 'InsufficientFunds' });
  },
};

let failed = false;
for (const [step, run] of Object.entries(steps)) {
  try {
    await run();
    console.log(`ok    ${step}`);
  } catch (error) {
    failed = true;
    console.log(`FAIL  ${step}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exit(failed ? 1 : 0);
