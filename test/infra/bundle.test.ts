/** The bundles as Lambda gets them: small, whole, the same every time, and free of what is not ours. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleAll, bundleFunction, FUNCTION_NAMES, type Bundle } from '../../infra/bundle.ts';
import { NODE } from './lambda-process.ts';
import { CONFIG } from './synth.ts';

const run = promisify(execFile);
const temporary = (): string => mkdtempSync(join(tmpdir(), 'harpoon-bundle-'));

/**
 * Kilobytes of index.mjs that a function may have; what it costs at cold start grows with it. What
 * made them larger last: reconcile-orders, for which nobody waits, looks for orders that a person
 * called absent, shares what halts sell and compares margin; execute-order lets stops give way on
 * margin and settles positions; every notice of an order shows its take-profits. A look at an order,
 * which both make, knows which orders of its owners the sale of a halt waits for.
 */
const BUDGET_KB = {
  ...{ 'receive-signal': 392, 'execute-order': 509, 'reconcile-orders': 460 },
  ...{ 'check-prices': 400, 'deliver-notifications': 4_500 },
};

let bundles: Readonly<Record<(typeof FUNCTION_NAMES)[number], Bundle>>;

beforeAll(async () => {
  bundles = await bundleAll(temporary(), CONFIG);
});

describe.each(FUNCTION_NAMES)('the bundle of %s', (name) => {
  it('is within its budget', () => {
    expect(bundles[name].bytes / 1000).toBeLessThanOrEqual(BUDGET_KB[name]);
    const parts = [...bundles[name].parts.values()].reduce((sum, bytes) => sum + bytes, 0);
    expect(parts).toBeLessThanOrEqual(bundles[name].bytes);
  });

  it('carries the configuration that it was made with', () => {
    const file = join(bundles[name].directory, 'config.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(CONFIG);
  });

  it('has no way to get credentials but the environment that Lambda sets', () => {
    const packages = [...bundles[name].parts.keys()];
    expect(packages.filter((part) => /credential-provider|token-providers/.test(part))).toEqual([]);
    expect(packages).toContain('@smithy/core');
  });

  it('loads from a folder of its own and exports the handler', async () => {
    const module = JSON.stringify(join(bundles[name].directory, 'index.mjs'));
    const script = `const { handler } = await import(${module}); console.log(typeof handler);`;
    const { stdout } = await run(NODE, ['--input-type=module', '-e', script], {
      cwd: temporary(),
      env: {
        AWS_REGION: 'eu-west-2',
        HARPOON_TABLE: 'harpoon',
        HARPOON_QUEUE_URL: 'http://127.0.0.1:9/111122223333/harpoon-orders.fifo',
      },
    });
    expect(stdout).toBe('function\n');
  });
});

describe('bundling', () => {
  it('gives the same bytes twice', async () => {
    const again = await bundleAll(temporary(), CONFIG);
    for (const name of FUNCTION_NAMES) {
      const files = readdirSync(bundles[name].directory).filter((file) => !file.endsWith('.map'));
      expect(files).toEqual(expect.arrayContaining(['config.json', 'index.mjs']));
      for (const file of files) {
        const [first, second] = [bundles[name], again[name]].map(({ directory }) =>
          readFileSync(join(directory, file)),
        );
        expect(first?.equals(second ?? Buffer.alloc(0)), file).toBe(true);
      }
    }
  });

  it('leaves the last good bundle where it is when the source does not compile', async () => {
    const source = join(temporary(), 'handler.ts');
    const outDirectory = join(temporary(), 'out');
    writeFileSync(source, 'export const handler = () => 1;');
    await bundleFunction({ entry: source, outDirectory, config: CONFIG });
    const good = readFileSync(join(outDirectory, 'index.mjs'), 'utf8');
    writeFileSync(source, "import './missing.ts';");
    await expect(bundleFunction({ entry: source, outDirectory, config: CONFIG })).rejects.toThrow(
      /missing\.ts/,
    );
    expect(readFileSync(join(outDirectory, 'index.mjs'), 'utf8')).toBe(good);
  });
});

describe('the credentials of a bundle', () => {
  it('say what is missing instead of looking elsewhere', async () => {
    const source = join(temporary(), 'handler.ts');
    const outDirectory = join(temporary(), 'out');
    const stand = JSON.stringify(
      new URL('../../infra/lambda-credentials.ts', import.meta.url).pathname,
    );
    writeFileSync(source, `export { defaultProvider as handler } from ${stand};`);
    await bundleFunction({ entry: source, outDirectory, config: CONFIG });
    const module = JSON.stringify(join(outDirectory, 'index.mjs'));
    const script = `const { handler } = await import(${module});
      console.log(await handler()().then(JSON.stringify, (error) => error.message));`;
    const ask = async (env: Record<string, string>): Promise<string> =>
      (await run(NODE, ['--input-type=module', '-e', script], { env })).stdout.trim();
    const key = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'made-up' };
    expect(await ask({ AWS_ACCESS_KEY_ID: 'AKIA' })).toContain('one is not');
    expect(await ask(key)).toBe('{"accessKeyId":"AKIA","secretAccessKey":"made-up"}');
    expect(await ask({ ...key, AWS_SESSION_TOKEN: 't' })).toContain('"sessionToken":"t"');
  });
});
