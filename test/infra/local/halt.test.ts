/** A halt by message, through the real handlers of the local stack: gateway, queue and worker. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { get, post, startStack, type StackProcess } from './stack-process.ts';

interface ExchangeState {
  readonly orders: readonly { readonly status: string; readonly type: string }[];
}

const directory = mkdtempSync(join(tmpdir(), 'harpoon-halt-'));
let stack: StackProcess;
beforeAll(async () => {
  stack = await startStack(directory);
});
afterAll(async () => {
  await stack.kill();
  rmSync(directory, { recursive: true, force: true });
});

const statuses = async (): Promise<readonly string[]> => {
  const { orders } = await get<ExchangeState>(`${stack.krakenUrl}/control/state`);
  return orders.map(({ status }) => status);
};

it('cancels what rests at the exchange and stops what comes', async () => {
  const signal = (changed: Readonly<Record<string, string>>) =>
    post(stack.hookUrl, { ...stack.message, time: new Date().toISOString(), ...changed });
  const rests = await signal({ id: 'rests', type: 'limit', price: '59500' });
  expect(rests).toMatchObject({ status: 200, body: { status: 'accepted' } });
  await vi.waitFor(async () => expect(await statuses()).toEqual(['open']), {
    ...{ timeout: 10_000, interval: 20 },
  });

  const { secret = '' } = stack.message;
  const halt = await post(stack.hookUrl, { secret, action: 'halt', cancel: 'true' });
  expect(halt).toMatchObject({ status: 200, body: { status: 'halted' } });
  await vi.waitFor(async () => expect(await statuses()).toEqual(['canceled']), {
    ...{ timeout: 10_000, interval: 20 },
  });

  const late = await signal({ id: 'late' });
  expect(late).toMatchObject({ status: 200, body: { status: 'halted' } });
  expect(await statuses()).toEqual(['canceled']);
});
