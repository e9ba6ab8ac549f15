/** docs/replay.md says the truth: its commands are run on a real `npm start`, and print what it shows. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { isFinal, type OrderState } from '../../functions/core/order-state.ts';
import { get, startStack, type StackProcess } from '../infra/local/stack-process.ts';
import { runHere } from '../operator/cli/cli-world.ts';
import { steady } from '../operator/cli/docs-examples.ts';
import { TYPESCRIPT } from '../typescript.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs', 'replay.md'), 'utf8');
const REPLAY = join(ROOT, 'infra', 'local', 'replay.ts');
const run = promisify(execFile);

/** Every command of the page with the lines that are shown below it. */
const STEPS = [...PAGE.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...shown] = part.trimEnd().split('\n');
      return { command, shown };
    }),
);

const directory = mkdtempSync(join(tmpdir(), 'harpoon-replay-docs-'));
let stack: StackProcess;
beforeAll(async () => {
  stack = await startStack(directory, { config: 'docs/replay/harpoon.yaml' });
}, 120_000);
afterAll(async () => {
  await stack.kill();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a command as it stands, but for the ports and the directory of this stack. */
async function printed(command: string): Promise<string> {
  const args = command.split(' ');
  const at = ['--dir', directory];
  if (command.startsWith('npm run replay -- ')) {
    return (await run('node', ['--import', TYPESCRIPT, REPLAY, ...args.slice(4), ...at])).stdout;
  }
  if (command.startsWith('npx harpoon ')) {
    return (await runHere([...args.slice(2), '--on', 'local', ...at], directory)).out;
  }
  const here = command
    .replace('http://127.0.0.1:8787', stack.gatewayUrl)
    .replace('http://127.0.0.1:8788', stack.krakenUrl);
  return (await run('sh', ['-c', here])).stdout;
}

/** Nothing is under way, so that what comes next does not depend on who is quicker. */
const settled = () =>
  vi.waitFor(
    async () => {
      const rows = await get<readonly { readonly state: OrderState }[]>(
        `${stack.gatewayUrl}/local/orders`,
      );
      expect(rows.filter(({ state }) => !isFinal(state))).toEqual([]);
    },
    { timeout: 20_000, interval: 50 },
  );

/** A line without what differs from run to run. */
const likeness = (line: string): string =>
  steady(line)
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}\b/g, 'ID')
    .replaceAll(/\bO[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{6}\b/g, 'KRAKEN-ID');

it.each(STEPS)('$command', { timeout: 120_000 }, async ({ command, shown }) => {
  const said = (await printed(command)).split('\n').map(likeness);
  await settled();
  let from = 0;
  for (const line of shown.map(likeness).filter((text) => text !== '')) {
    const at = said.indexOf(line, from);
    if (at < 0) expect(said.slice(from).join('\n')).toBe(line);
    from = at + 1;
  }
});
