import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultSpec } from '../../../../infra/local/kraken/faults.ts';
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import {
  ask,
  call,
  KEY,
  SECRET,
  send,
  signedCall,
  START_MS,
  testClock,
  type RawAnswer,
} from './raw-client.ts';

let kraken: RunningKraken;
let clock: ReturnType<typeof testClock>;

beforeEach(async () => {
  clock = testClock();
  const accounts = [{ key: KEY, secret: SECRET, balances: { USD: '100000' } }];
  kraken = await startKraken({ port: 0, clock, accounts });
});
afterEach(() => kraken.close());

const MARKET = { pair: 'XBTUSD', type: 'buy', ordertype: 'market', volume: '0.1' };
const placed = (): number => kraken.control.state().counters.ordersPlaced;

function addOrder(timeoutMs = 10_000): Promise<RawAnswer> {
  const signed = signedCall('AddOrder', MARKET);
  return send(`${kraken.url}/0/private/AddOrder`, { ...signed, timeoutMs });
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const ANSWERED: readonly (readonly [FaultSpec, number, string | RegExp, 0 | 1])[] = [
  [{ method: 'AddOrder', kind: 'html-502-before' }, 502, /^<!DOCTYPE html>/, 0],
  [{ method: 'AddOrder', kind: 'html-502-after' }, 502, /^<!DOCTYPE html>/, 1],
  [{ method: 'AddOrder', kind: 'html-502-after', status: 520 }, 520, /520/, 1],
  [{ method: 'AddOrder', kind: 'html-502-before', status: 504 }, 504, /504/, 0],
  [{ method: 'AddOrder', kind: 'html-200' }, 200, /^<!DOCTYPE html>/, 0],
  [{ method: 'AddOrder', kind: 'html-200', placed: true }, 200, /^<!DOCTYPE html>/, 1],
  [{ method: 'AddOrder', kind: 'cut-json-before' }, 200, /^\{"error":\[\],"result"/, 0],
  [{ method: 'AddOrder', kind: 'cut-json-after' }, 200, /^\{"error":\[\],"result"/, 1],
  [{ method: 'AddOrder', kind: 'misdirected-421' }, 421, '', 0],
  [{ method: 'AddOrder', kind: 'redirect-307' }, 307, '', 0],
  [
    { method: 'AddOrder', kind: 'error', error: 'EService:Busy' },
    200,
    '{"error":["EService:Busy"]}',
    0,
  ],
  [
    { method: 'AddOrder', kind: 'error', error: 'EGeneral:Internal error', placed: true },
    200,
    '{"error":["EGeneral:Internal error"]}',
    1,
  ],
  [{ method: 'AddOrder', kind: 'slow', delayMs: 20 }, 200, /"txid":\["O/, 1],
  [{ method: '*', kind: 'slow-before', delayMs: 20 }, 200, /"txid":\["O/, 1],
];

describe('faults that answer', () => {
  it.each(ANSWERED)('%j', async (fault, status, body, orders) => {
    kraken.control.addFault(fault);
    const answer = await addOrder();
    expect(answer.status).toBe(status);
    if (typeof body === 'string') expect(answer.body).toBe(body);
    else expect(answer.body).toMatch(body);
    expect(placed()).toBe(orders);
    const isWhole = ['error', 'slow', 'slow-before'].includes(fault.kind);
    expect(isJson(answer.body)).toBe(isWhole);
    expect((await addOrder()).status).toBe(200);
    expect(placed()).toBe(orders + 1);
  });

  it('a redirect points at the same address', async () => {
    kraken.control.addFault({ method: 'AddOrder', kind: 'redirect-307' });
    expect((await addOrder()).headers.location).toBe('/0/private/AddOrder');
  });
});

describe('faults that do not answer', () => {
  it.each([
    ['timeout-before', 0],
    ['timeout-after', 1],
  ] as const)('%s holds the connection; orders placed: %i', async (kind, orders) => {
    kraken.control.addFault({ method: 'AddOrder', kind });
    await expect(addOrder(50)).rejects.toThrow('timed out');
    expect(placed()).toBe(orders);
  });

  it.each([
    ['timeout-before', 0],
    ['timeout-after', 1],
    ['reset-before', 0],
    ['reset-after', 1],
  ] as const)('%s ends in a broken connection; orders placed: %i', async (kind, orders) => {
    kraken.control.addFault({ method: 'AddOrder', kind, holdMs: 20 });
    await expect(addOrder()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(placed()).toBe(orders);
  });
});

describe('the list of faults', () => {
  it('counts down, lets calls pass first, and touches its own method alone', async () => {
    const fault = { method: 'AddOrder', kind: 'error', error: 'EService:Busy' } as const;
    kraken.control.addFault({ ...fault, times: 2, skip: 1 });
    expect((await call(kraken.url, 'Balance')).error).toEqual([]);
    const errors: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) errors.push((await call(kraken.url, 'AddOrder', MARKET)).error[0]);
    expect(errors).toEqual([undefined, 'EService:Busy', 'EService:Busy', undefined]);
    expect(kraken.control.faults()).toMatchObject([{ times: 2, remaining: 0, fired: 2 }]);
    kraken.control.clearFaults();
    expect(kraken.control.faults()).toEqual([]);
  });

  it('reaches public endpoints too', async () => {
    kraken.control.addFault({ method: 'Ticker', kind: 'error', error: 'EService:Unavailable' });
    expect((await ask(kraken.url, 'Ticker')).error).toEqual(['EService:Unavailable']);
    expect((await ask(kraken.url, 'Ticker')).error).toEqual([]);
  });

  it('can let an order appear late, after a first look-up', async () => {
    kraken.control.addFault({ method: 'AddOrder', kind: 'reset-after', lateMs: 4_000 });
    await expect(addOrder()).rejects.toThrow();
    const look = async (): Promise<unknown> =>
      (await call(kraken.url, 'ClosedOrders')).result?.['count'];
    expect(await look()).toBe(0);
    clock.advance(4_000);
    expect(await look()).toBe(1);
  });

  it('can let a later call overtake an earlier one, which its nonce then betrays', async () => {
    kraken.control.addFault({ method: 'AddOrder', kind: 'slow-before', delayMs: 50 });
    const slow = addOrder();
    while (kraken.control.faults()[0]?.fired !== 1) await new Promise((go) => setImmediate(go));
    expect((await addOrder()).body).toContain('txid');
    expect((await slow).body).toBe('{"error":["EAPI:Invalid nonce"]}');
    expect(placed()).toBe(1);
  });
});

describe('connections', () => {
  it('are kept alive between calls', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<unknown>();
    agent.on('free', (socket) => sockets.add(socket));
    for (let i = 0; i < 3; i++) await send(`${kraken.url}/0/public/Time`, { agent });
    agent.destroy();
    expect(sockets.size).toBe(1);
  });

  it('can be TLS', async () => {
    const file = (name: string): string =>
      fs.readFileSync(new URL(`../../../adapters/kraken/tls/${name}`, import.meta.url), 'utf8');
    const tls = { key: file('key.pem'), cert: file('cert.pem') };
    const secure = await startKraken({ port: 0, clock, tls });
    expect(secure.url).toMatch(/^https:/);
    const answer = await new Promise<string>((resolve, reject) => {
      const sent = https.get(`${secure.url}/0/public/Time`, { ca: tls.cert }, (response) => {
        response.setEncoding('utf8').on('data', resolve);
      });
      sent.on('error', reject);
    });
    await secure.close();
    expect(JSON.parse(answer)).toMatchObject({ result: { unixtime: START_MS / 1000 } });
  });

  it('beyond the limit in flight are throttled', async () => {
    const narrow = await startKraken({ port: 0, clock, maxInFlight: 1 });
    narrow.control.addFault({ method: 'Time', kind: 'timeout-before' });
    const held = send(`${narrow.url}/0/public/Time`, { timeoutMs: 5_000 }).catch(() => 'cut');
    while (narrow.control.faults()[0]?.fired !== 1) await new Promise((go) => setImmediate(go));
    const { error } = await ask(narrow.url, 'Time');
    await narrow.close();
    expect(error[0]).toMatch(/^EService: Throttled: \d+$/);
    expect(await held).toBe('cut');
  });

  it('that send too much or something unreadable get an answer', async () => {
    const long = { verb: 'POST', body: 'x'.repeat(70_000) };
    expect((await send(`${kraken.url}/0/private/Balance`, long)).status).toBe(413);
    const headers = { 'content-type': 'application/json' };
    const broken = { verb: 'POST', body: '{"nonce":', headers };
    const answer = await send(`${kraken.url}/0/private/Balance`, broken);
    expect(answer.body).toBe('{"error":["EAPI:Bad request"]}');
    expect((await send(`${kraken.url}/1/public/Time`)).status).toBe(404);
  });
});
