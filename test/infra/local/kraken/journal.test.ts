import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spawn } from 'node:child_process';
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import { call, KEY, SECRET, send, testClock, txidOf } from './raw-client.ts';
import { TYPESCRIPT } from '../../../typescript.ts';

const clock = testClock();
const balances = { USD: '100000', XBT: '2' };
const LIMIT = { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.1', price: '50000' };
const MARKET = { pair: 'XBTUSD', type: 'buy', ordertype: 'market', volume: '0.1' };

let root: string;
let started: RunningKraken[];

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'kraken-journal-'));
  started = [];
});
afterEach(async () => {
  for (const kraken of started) await kraken.close();
  fs.rmSync(root, { recursive: true, force: true });
});

async function start(name: string, linesPerSnapshot = 20_000): Promise<RunningKraken> {
  const directory = path.join(root, name);
  const accounts = [{ key: KEY, secret: SECRET, balances }];
  const kraken = await startKraken({ port: 0, clock, directory, accounts, linesPerSnapshot });
  started.push(kraken);
  return kraken;
}

/** What kill -9 leaves: the files as they are, while the first instance still runs. */
function copyOf(name: string): string {
  fs.cpSync(path.join(root, name), path.join(root, `${name}-copy`), { recursive: true });
  return `${name}-copy`;
}

async function trade(kraken: RunningKraken): Promise<void> {
  txidOf(await call(kraken.url, 'AddOrder', MARKET));
  txidOf(await call(kraken.url, 'AddOrder', { ...LIMIT, cl_ord_id: 'rests' }));
  const { error } = await call(kraken.url, 'AddOrder', { ...LIMIT, price: '49000' });
  expect(error).toEqual([]);
  kraken.control.setPrice('ETH/USD', '3100');
  kraken.control.setMode('post_only');
  kraken.control.setPairStatus('ETH/EUR', 'limit_only');
  kraken.control.setBalance({ key: KEY, asset: 'DOGE', amount: '42' });
}

describe('an abrupt stop', () => {
  it.each([20_000, 7, 1])('forgets nothing (a snapshot every %i lines)', async (lines) => {
    const first = await start('a', lines);
    await trade(first);
    const second = await start(copyOf('a'), lines);
    expect(second.control.state()).toEqual(first.control.state());
    second.control.setMode('online');
    second.control.setPrice('BTC/USD', '48000');
    expect(second.control.state().orders.map(({ status }) => status)).toEqual([
      'closed',
      'closed',
      'closed',
    ]);
  });

  it('refuses a nonce that was used before it', async () => {
    const first = await start('a');
    expect((await call(first.url, 'Balance', {}, { nonce: '900' })).error).toEqual([]);
    const second = await start(copyOf('a'));
    const replay = await call(second.url, 'Balance', {}, { nonce: '900' });
    expect(replay.error).toEqual(['EAPI:Invalid nonce']);
  });

  it('never repeats the id of an order', async () => {
    const first = await start('a');
    const before = txidOf(await call(first.url, 'AddOrder', LIMIT));
    const second = await start(copyOf('a'));
    expect(txidOf(await call(second.url, 'AddOrder', LIMIT))).not.toBe(before);
  });

  it('in the middle of a line loses that line alone, which was never answered', async () => {
    const first = await start('a');
    await trade(first);
    const copy = copyOf('a');
    const file = path.join(root, copy, 'journal.jsonl');
    fs.appendFileSync(file, '{"line":999,"events":[{"kind":"opened","ord');
    const second = await start(copy);
    expect(second.control.state()).toEqual(first.control.state());
    second.control.setPrice('BTC/USD', '61000');
    const third = await start(copyOf(copy));
    expect(third.control.state()).toEqual(second.control.state());
  });

  it('between a snapshot and the emptying of the journal counts nothing twice', async () => {
    // The same steps with and without snapshots: the journal of the one, the snapshot of the other.
    const [kept, emptied] = [await start('kept'), await start('emptied', 1)];
    for (const kraken of [kept, emptied]) {
      await trade(kraken);
      kraken.control.setMode('online');
      txidOf(await call(kraken.url, 'AddOrder', MARKET));
    }
    const both = copyOf('emptied');
    const journal = path.join(root, both, 'journal.jsonl');
    expect(fs.readFileSync(journal, 'utf8')).toBe('');
    fs.copyFileSync(path.join(root, 'kept', 'journal.jsonl'), journal);
    const after = await start(both);
    expect(after.control.state()).toEqual(emptied.control.state());
  });
});

it('a journal damaged in its middle is not started from', async () => {
  const first = await start('a');
  await trade(first);
  const copy = copyOf('a');
  const file = path.join(root, copy, 'journal.jsonl');
  const rows = fs.readFileSync(file, 'utf8').split('\n');
  fs.writeFileSync(file, [...rows.slice(0, 2), 'rubbish', ...rows.slice(3)].join('\n'));
  await expect(start(copy)).rejects.toThrow(/line 3 is damaged/);
  fs.writeFileSync(file, [...rows.slice(0, 2), ...rows.slice(3)].join('\n'));
  await expect(start(copy)).rejects.toThrow(/misses a line/);
});

it('the files are readable by their owner alone, for they hold secrets', async () => {
  await start('a', 1);
  for (const name of ['journal.jsonl', 'snapshot.json']) {
    expect(fs.statSync(path.join(root, 'a', name)).mode & 0o777).toBe(0o600);
  }
});

it('kill -9 of the process right after an answer loses neither order nor nonce', async () => {
  const directory = path.join(root, 'killed');
  const server = new URL('../../../../infra/local/kraken/server.ts', import.meta.url).href;
  const accounts = JSON.stringify([{ key: KEY, secret: SECRET, balances }]);
  const script = `
    const { startKraken } = await import(${JSON.stringify(server)});
    const kraken = await startKraken({ port: 0, directory: ${JSON.stringify(directory)}, accounts: ${accounts} });
    console.log(kraken.url);
  `;
  const child = spawn(
    process.execPath,
    ['--import', TYPESCRIPT, '--input-type=module', '-e', script],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the exchange ended with ${String(code)}`)));
  });
  const txid = txidOf(await call(url, 'AddOrder', { ...MARKET, cl_ord_id: 'one' }, { nonce: '5' }));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  await expect(send(`${url}/0/public/Time`)).rejects.toThrow();
  const again = await startKraken({ port: 0, directory });
  started.push(again);
  const { result } = await call(again.url, 'QueryOrders', { txid }, { nonce: '6' });
  expect(result?.[txid]).toMatchObject({ status: 'closed', cl_ord_id: 'one' });
  const replay = await call(again.url, 'Balance', {}, { nonce: '5' });
  expect(replay.error).toEqual(['EAPI:Invalid nonce']);
});
