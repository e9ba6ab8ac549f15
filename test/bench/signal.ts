/** One signal from end to end on the local stack: until it is answered, and until it is placed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalStack } from '../../infra/local/stack.ts';
import { compileConfig } from '../../operator/config/compile.ts';
import { median } from './bundles.ts';
import type { Figure } from './sign.ts';

const WARM_UP = 20;
const SIGNALS = 100;

const CONFIG = `
accounts:
  main: { exchange: kraken-spot, mode: paper }
sources:
  bench: { auth: tradingview, accounts: [main], size: { base: 0.0002 }, maxAge: 60s }
channels:
  ops: { slack: harpoon/slack }
`;

/** Answer and placement of single signals, one after the other. */
export async function benchSignal(): Promise<readonly Figure[]> {
  const compiled = compileConfig(CONFIG);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  const directory = mkdtempSync(join(tmpdir(), 'harpoon-bench-'));
  const stack = await startLocalStack({
    config: compiled.config,
    directory,
    port: 0,
    krakenPort: 0,
  });
  try {
    const answered: number[] = [];
    const placed: number[] = [];
    const secrets = stack.sources.get('bench');
    if (secrets === undefined) throw new Error('the source has secrets');
    const url = `${stack.gatewayUrl}/hook/bench/${secrets.token}`;
    for (let at = 0; at < WARM_UP + SIGNALS; at += 1) {
      const startMs = performance.now();
      const body = {
        secret: secrets.secrets[0]?.value,
        id: `bench-${at}`,
        time: new Date().toISOString(),
        symbol: 'KRAKEN:XBTUSD',
        action: at % 2 === 0 ? 'buy' : 'sell',
      };
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      if (answer.status !== 200) throw new Error(await answer.text());
      const answeredMs = performance.now() - startMs;
      await ordersPlaced(stack.krakenUrl, at + 1);
      if (at < WARM_UP) continue;
      answered.push(answeredMs);
      placed.push(performance.now() - startMs);
    }
    const figure = (name: string, values: readonly number[], budget: number): Figure => {
      return { name, value: median(values), unit: 'ms', budget };
    };
    return [
      figure('signal answered, local stack (p50)', answered, 25),
      figure('signal to order at the exchange, local stack (p50)', placed, 100),
    ];
  } finally {
    await stack.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function ordersPlaced(krakenUrl: string, count: number): Promise<void> {
  for (;;) {
    const state = (await (await fetch(`${krakenUrl}/control/state`)).json()) as {
      counters: { ordersPlaced: number };
    };
    if (state.counters.ordersPlaced >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
