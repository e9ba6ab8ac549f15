import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../../../infra/local/kraken/faults.ts';
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import { ask, call, KEY, SECRET, send, testClock, txidOf } from './raw-client.ts';

let kraken: RunningKraken;

beforeEach(async () => {
  kraken = await startKraken({ port: 0, clock: testClock(), wander: { seed: 'calm' } });
});
afterEach(() => kraken.close());

async function control(
  verb: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly json: Record<string, unknown> }> {
  const headers = { 'content-type': 'application/json' };
  const text = body === undefined ? '' : JSON.stringify(body);
  const answer = await send(`${kraken.url}/control${path}`, { verb, headers, body: text });
  return { status: answer.status, json: JSON.parse(answer.body) as Record<string, unknown> };
}

it('the controls work over HTTP from key to trade, and never show a secret', async () => {
  const balances = { USD: '1000' };
  await control('POST', '/keys', { key: KEY, secret: SECRET, account: 'main', balances });
  await control('POST', '/price', { pair: 'BTC/USD', price: '50000' });
  await control('POST', '/balance', { key: KEY, asset: 'BTC', amount: '0.5' });
  const params = { pair: 'XBTUSD', type: 'buy', ordertype: 'market', volume: '0.01' };
  const txid = txidOf(await call(kraken.url, 'AddOrder', params));
  const { json } = await control('GET', '/state');
  expect(json).toMatchObject({
    mode: 'online',
    counters: { ordersPlaced: 1, fills: 1, noncesRefused: 0 },
    keys: [{ key: KEY, account: 'main', nonceWindow: '0' }],
    orders: [{ txid, status: 'closed', account: 'main' }],
    balances: { main: { XXBT: { total: '0.51', held: '0' } } },
  });
  expect(JSON.stringify(json)).not.toContain(SECRET);
});

it('modes, pair states, delays and quotes can be set', async () => {
  await control('POST', '/mode', { mode: 'cancel_only' });
  expect((await ask(kraken.url, 'SystemStatus')).result).toMatchObject({ status: 'cancel_only' });
  await control('POST', '/pair-status', { pair: 'ETHUSD', status: 'post_only' });
  const pair = (await ask(kraken.url, 'AssetPairs?pair=ETHUSD')).result?.['XETHZUSD'];
  expect(pair).toMatchObject({ status: 'post_only' });
  await control('POST', '/pair-status', { pair: 'ETHUSD', status: null });
  const silent = (await ask(kraken.url, 'AssetPairs?pair=ETHUSD')).result?.['XETHZUSD'];
  expect(silent).not.toHaveProperty('status');
  await control('POST', '/engine-delay', { ms: 10 });
  await control('POST', '/read-lag', { ms: 20 });
  expect((await control('GET', '/state')).json['delays']).toEqual({ engineMs: 10, readLagMs: 20 });
  await control('POST', '/price', { pair: 'SOLUSD', bid: '150.01', ask: '150.05', last: '150.02' });
  const ticker = (await ask(kraken.url, 'Ticker?pair=SOLUSD')).result?.['SOLUSD'];
  expect(ticker).toMatchObject({ a: ['150.05000', '1', '1.000'], b: ['150.01000', '1', '1.000'] });
});

it('faults can be added, listed and cleared', async () => {
  const added = await control('POST', '/faults', {
    method: 'AddOrder',
    kind: 'reset-after',
    times: 3,
  });
  expect(added.json).toMatchObject({ kind: 'reset-after', remaining: 3, fired: 0 });
  expect((await control('GET', '/faults')).json).toHaveLength(1);
  await control('DELETE', '/faults');
  expect((await control('GET', '/faults')).json).toEqual([]);
});

it('GET /control explains itself, with every kind of fault', async () => {
  const { headers, body } = await send(`${kraken.url}/control`);
  expect(headers['content-type']).toContain('text/plain');
  for (const kind of Object.keys(FAULT_KINDS)) expect(body).toContain(kind);
});

describe('bad input gets a sentence and changes nothing', () => {
  it.each([
    ['/price', { pair: 'NOPE', price: '1' }, /no pair is called NOPE; there are BTC\/USD/],
    ['/price', { pair: 'BTC/USD', price: 'high' }, /price: write a plain decimal number/],
    ['/price', { pair: 'BTC/USD', price: 50000 }, /Expected string/],
    ['/price', { pair: 'BTC/USD', bid: '2', ask: '1', last: '1' }, /bid must not be above the ask/],
    ['/balance', { key: 'nobody', asset: 'USD', amount: '1' }, /no such key/],
    ['/balance', { key: KEY, asset: 'GOLD', amount: '1' }, /no asset is called GOLD/],
    ['/balance', { key: KEY, asset: 'USD', amount: '-1' }, /must not be below zero/],
    ['/keys', { key: 'k', secret: '??' }, /secret must be base64/],
    ['/mode', { mode: 'sleepy' }, /mode/],
    ['/faults', { method: 'AddOrder', kind: 'gremlins' }, /kind/],
    ['/faults', { method: 'AddOrder', kind: 'slow', wait: 3 }, /wait/],
  ])('%s %j', async (path, body, sentence) => {
    const before = kraken.control.state();
    const { status, json } = await control('POST', path, body);
    expect(status).toBe(400);
    expect(json['error']).toMatch(sentence);
    expect(kraken.control.state()).toEqual(before);
  });

  it('an unknown control, a body that is not declared as JSON, a foreign host name', async () => {
    expect((await control('POST', '/magic', {})).status).toBe(404);
    const form = { verb: 'POST', body: 'mode=online', headers: { 'content-type': 'text/plain' } };
    expect((await send(`${kraken.url}/control/mode`, form)).status).toBe(415);
    const headers = { host: 'evil.example' };
    expect((await send(`${kraken.url}/control/state`, { headers })).status).toBe(403);
  });
});

describe('the random walk', () => {
  const last = (): readonly string[] => kraken.control.state().markets.map((market) => market.last);

  it('is the same for the same seed, and gentle', async () => {
    const other = await startKraken({ port: 0, clock: testClock(), wander: { seed: 'calm' } });
    const before = last();
    for (let i = 0; i < 20; i++) {
      kraken.control.tick();
      other.control.tick();
    }
    expect(last()).toEqual(other.control.state().markets.map((market) => market.last));
    await other.close();
    expect(last()).not.toEqual(before);
    const [was, is] = [Number(before[0]), Number(last()[0])];
    expect(Math.abs(is / was - 1)).toBeLessThan(0.02);
  });

  it('stands still unless it was chosen', async () => {
    const still = await startKraken({ port: 0 });
    expect(() => still.control.tick()).toThrow(/wander/);
    await still.close();
  });
});
