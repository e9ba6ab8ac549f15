/** A real signal on a running local stack, as the command line tells of it, and a halt that cancels. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { localClient } from '../../../infra/local/cloud/local-account.ts';
import { readEnvironment } from '../../../operator/cli/environment-file.ts';
import { get, post, startStack, type StackProcess } from '../../infra/local/stack-process.ts';
import { runHarpoon } from './cli-world.ts';

const PATIENCE = { timeout: 15_000, interval: 50 };

const directory = mkdtempSync(join(tmpdir(), 'harpoon-life-'));
let stack: StackProcess;
beforeAll(async () => {
  stack = await startStack(directory);
});
afterAll(async () => {
  await stack.kill();
  rmSync(directory, { recursive: true, force: true });
});

const harpoon = (...args: readonly string[]) =>
  runHarpoon([...args, '--on', 'local', '--dir', directory], directory, {});

/** Everything in the table but the lanes, which a look takes and gives back. */
async function written(): Promise<readonly string[]> {
  const found = readEnvironment(directory);
  if (typeof found === 'string') throw new Error(found);
  const client = new DynamoDBClient(
    localClient(found.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? ''),
  );
  const { Items = [] } = await client.send(new ScanCommand({ TableName: found.table }));
  client.destroy();
  return Items.filter(({ pk }) => !/^(KEY#|ALERT|MARKET)/.test(pk?.S ?? ''))
    .map((item) => JSON.stringify(item))
    .sort();
}

interface Exchange {
  readonly orders: readonly Readonly<Record<string, string>>[];
}

it('previews the very order that is then placed, and leaves nothing behind', async () => {
  const message = { ...stack.message, id: 'life-0', time: new Date().toISOString() };
  writeFileSync(join(directory, 'message.json'), JSON.stringify(message));
  const before = await written();
  const { code, out, err } = await harpoon('preview', 'btc-trend', 'message.json', '--json');
  expect([code, err]).toEqual([0, '']);
  expect(await written()).toEqual(before);
  const state = async () => (await get<Exchange>(`${stack.krakenUrl}/control/state`)).orders;
  expect(await state()).toEqual([]);

  const { accounts } = JSON.parse(out) as {
    accounts: readonly { wouldGoOut: boolean; order: Readonly<Record<string, string>> }[];
  };
  expect(accounts).toMatchObject([{ wouldGoOut: true }]);
  const { cl_ord_id, volume, type, ordertype } = accounts[0]?.order ?? {};
  expect(await post(stack.hookUrl, message)).toMatchObject({ status: 200 });
  await vi.waitFor(async () => {
    expect(await state()).toMatchObject([
      { clOrdId: cl_ord_id, volume, side: type, type: ordertype },
    ]);
  }, PATIENCE);
  const again = await harpoon('preview', 'btc-trend', 'message.json');
  expect([again.code, again.out]).toEqual([1, expect.stringContaining('(duplicate)')]);
}, 60_000);

it('tells the story of an order that rests, shows it open, and cancels it', async () => {
  const signal = { ...stack.message, id: 'life-1', type: 'limit', price: '59500' };
  const answer = await post(stack.hookUrl, { ...signal, time: new Date().toISOString() });
  expect(answer).toMatchObject({ status: 200 });
  await vi.waitFor(async () => {
    const { out } = await harpoon('orders', '--state', 'placed');
    expect(out).toContain('placed');
  }, PATIENCE);

  const { code, out } = await harpoon('why', 'life-1');
  expect(code).toBe(0);
  expect(out).toMatch(/on \S+: placed, at Kraken/);
  expect(out).toMatch(/Order +pair XBTUSD, side buy, type limit, .*price 59500/);
  expect(out).toContain('This record');
  expect(out).toContain('is whole and unchanged');
  expect(out).not.toContain(String(stack.message['secret']));
  const [, txid = ''] = /Kraken order id +(O\S+)/.exec(out) ?? [];
  expect((await harpoon('why', txid)).out).toContain('life-1');

  expect((await harpoon('halt', '--cancel', '--why', 'a drill')).code).toBe(0);
  const first = await harpoon('resume');
  expect(first.out).toContain('why    a drill');
  await vi.waitFor(async () => {
    const { orders } = await get<{ orders: readonly { status: string }[] }>(
      `${stack.krakenUrl}/control/state`,
    );
    expect(orders.map(({ status }) => status)).toEqual(['closed', 'canceled']);
  }, PATIENCE);
}, 60_000);
