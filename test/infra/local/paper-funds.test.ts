/** What a paper account begins with on the local stack, where the embedded exchange keeps it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { get, startStack, type StackProcess } from './stack-process.ts';

const CONFIG = `accounts:
  rich: { mode: paper, paper: { funds: { USD: 5000, BTC: 0.1, NOSUCHCOIN: 7 } } }
  plain: { mode: paper }
  euro: { mode: paper, rails: { pairs: [BTC/EUR, ETH/EUR, ETH/BTC, NOSUCHCOIN/CHF] } }
sources:
  trend: { auth: tradingview, accounts: [rich, plain], size: { quote: 100 USD } }
`;

const directory = mkdtempSync(join(tmpdir(), 'harpoon-funds-'));
let stack: StackProcess;

beforeAll(async () => {
  const config = join(directory, 'harpoon.yaml');
  writeFileSync(config, CONFIG);
  stack = await startStack(join(directory, 'stack'), { config });
}, 60_000);
afterAll(async () => {
  await stack.kill();
  rmSync(directory, { recursive: true, force: true });
});

it('is what its settings say of the assets that are listed there, or 10,000 of what the rails trade against', async () => {
  const { balances } = await get<{
    readonly balances: Record<string, Record<string, { readonly total: string }>>;
  }>(`${stack.krakenUrl}/control/state`);
  const totals = Object.values(balances).map((assets) =>
    Object.entries(assets).map(([asset, { total }]) => `${Number(total)} ${asset}`),
  );
  const euro = ['10000 ZEUR', '10000 XXBT'];
  expect(totals).toEqual([['5000 ZUSD', '0.1 XXBT'], ['10000 ZUSD'], euro]);
});
