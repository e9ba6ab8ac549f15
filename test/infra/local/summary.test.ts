/** The daily summary as a person meets it on the local stack: in Slack and by e-mail, once a day. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { get, post, startStack, type StackProcess } from './stack-process.ts';

const DAY_MS = 86_400_000;
const directory = mkdtempSync(join(tmpdir(), 'harpoon-summary-'));
const clockFile = join(directory, 'clock');
let stack: StackProcess;

beforeAll(async () => {
  writeFileSync(clockFile, '0');
  stack = await startStack(join(directory, 'stack'), { clockFile });
}, 60_000);
afterAll(async () => {
  await stack.kill();
  rmSync(directory, { recursive: true, force: true });
});

interface Told {
  readonly id: string;
  readonly title: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}

const summaries = async (): Promise<readonly Told[]> => {
  const all = await get<readonly Told[]>(`${stack.gatewayUrl}/local/notices`);
  return all.filter(({ id }) => id.startsWith('summary:')).sort((a, b) => (a.id < b.id ? -1 : 1));
};
const minute = () => post(`${stack.gatewayUrl}/local/reconcile`, {});
const rows = () => get<readonly { readonly state: string }[]>(`${stack.gatewayUrl}/local/orders`);

it('is there from the first day on, once, whatever is run', async () => {
  await minute();
  await minute();
  const [summary, ...more] = await summaries();
  expect(more).toEqual([]);
  expect(summary?.title).toContain('no signals, 0 placed');
  await vi.waitFor(
    async () => {
      const mailbox = JSON.stringify(await get(`${stack.gatewayUrl}/local/mailbox.json`));
      for (const kind of ['slack', 'mail']) expect(mailbox).toContain(`"kind":"${kind}"`);
      expect(mailbox).toContain(`Notification ${summary?.id}`);
    },
    { timeout: 20_000, interval: 100 },
  );
}, 60_000);

it('tells the next day what was bought and what it cost, as Kraken has it', async () => {
  await post(stack.hookUrl, stack.message);
  await vi.waitFor(
    async () => expect((await rows()).map(({ state }) => state)).toEqual(['placed']),
    {
      timeout: 20_000,
      interval: 100,
    },
  );
  writeFileSync(clockFile, String(DAY_MS));
  await minute();
  await minute();
  const [, second, ...more] = await summaries();
  expect(more).toEqual([]);
  expect(second?.title).toContain('1 signal, 1 placed');
  const facts = Object.fromEntries((second?.facts ?? []).map(({ label, value }) => [label, value]));
  expect(facts['Record']).toBe('checked 1 order against Kraken, no differences');
  expect(facts['Bought']).toMatch(/^[0-9.]+ USD$/);
  expect(facts['Fees']).toMatch(/^[0-9.]+ USD$/);
}, 60_000);
