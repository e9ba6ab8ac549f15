/** The local stack in the process of the tests of one file, and the command line against it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { startLocalStack, type LocalStack } from '../../../infra/local/stack.ts';
import { compileConfig } from '../../../operator/config/compile.ts';
import { post } from '../../infra/local/stack-process.ts';
import { runHere, type Run } from './cli-world.ts';
import { tableAt } from './stories.ts';

/** How long the stack may take to carry out what it was sent. */
export const PATIENCE = { timeout: 20_000, interval: 200 };

/** What the tests of one file have of their stack, from the first test to the last. */
export interface StackHere {
  readonly table: () => Table;
  readonly harpoon: (...args: readonly string[]) => Promise<Run>;
  /** Sends a message about BTC/USD to a source as TradingView would; it must be accepted. */
  readonly send: (source: string, message: Readonly<Record<string, string>>) => Promise<void>;
}

/** Starts the stack of a configuration before the first test of the file, and ends it after the last. */
export function stackHere(yaml: string): StackHere {
  const folder = mkdtempSync(join(tmpdir(), 'harpoon-stack-'));
  let stack: LocalStack;
  let table: Table;
  beforeAll(async () => {
    const compiled = compileConfig(yaml);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
    const directory = join(folder, '.harpoon');
    const ports = { port: 0, krakenPort: 0, everyMs: 500 };
    stack = await startLocalStack({ config: compiled.config, directory, ...ports });
    table = tableAt(stack.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '');
  }, 60_000);
  afterAll(async () => {
    table.client.destroy();
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    table: () => table,
    harpoon: (...args) => runHere([...args, '--on', 'local'], folder),
    async send(source, message) {
      const { token = '', secrets = [] } = stack.sources.get(source) ?? {};
      const url = `${stack.gatewayUrl}/hook/${source}/${token}`;
      const said = { secret: secrets[0]?.value, time: new Date().toISOString(), ...message };
      const answer = await post(url, { ...said, symbol: 'KRAKEN:BTCUSD' });
      expect(answer).toMatchObject({ status: 200 });
    },
  };
}
