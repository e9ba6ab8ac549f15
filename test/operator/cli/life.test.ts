/** A real signal on a running local stack, as the command line tells of it, and a halt that cancels. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
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
    expect(orders.map(({ status }) => status)).toEqual(['canceled']);
  }, PATIENCE);
}, 60_000);
