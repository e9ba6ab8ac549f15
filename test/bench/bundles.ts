/**
 * Size and load time of the bundles as Lambda gets them: each is imported in fresh processes,
 * interleaved with an empty module, and the difference of the medians is told.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleFunction, entryOf, FUNCTION_NAMES } from '../../infra/bundle.ts';
import { loadConfig } from '../../operator/config/load.ts';
import type { Figure } from './sign.ts';

const ROUNDS = 15;

/** Budgets: kB of index.mjs, and milliseconds above an empty module. */
const BUDGETS: Readonly<Record<string, { readonly kB: number; readonly ms: number }>> = {
  'receive-signal': { kB: 400, ms: 45 },
  'execute-order': { kB: 509, ms: 50 },
  'reconcile-orders': { kB: 460, ms: 50 },
  'check-prices': { kB: 400, ms: 50 },
  'deliver-notifications': { kB: 1_300, ms: 120 },
};

/** What a bundle reads when it is loaded; nothing is called. */
const ENVIRONMENT = {
  HARPOON_TABLE: 'harpoon',
  HARPOON_QUEUE_URL: 'http://127.0.0.1:1/000000000000/harpoon-orders.fifo',
  AWS_REGION: 'eu-west-2',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
};

const LOAD = `const at = performance.now();
await import(process.argv[1]);
console.log(performance.now() - at);`;

/** Size and cold import of every bundle. */
export async function benchBundles(): Promise<readonly Figure[]> {
  const compiled = loadConfig('harpoon.yaml');
  if (!compiled.ok) throw new Error('harpoon.yaml has faults');
  const folder = mkdtempSync(join(tmpdir(), 'harpoon-bench-'));
  try {
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, 'export {};\n');
    const files = new Map([['empty', empty]]);
    const figures: Figure[] = [];
    for (const name of FUNCTION_NAMES) {
      const outDirectory = join(folder, name);
      const { bytes } = await bundleFunction({
        entry: entryOf(name),
        outDirectory,
        config: compiled.config,
      });
      files.set(name, join(outDirectory, 'index.mjs'));
      const budget = BUDGETS[name]?.kB ?? 0;
      figures.push({ name: `${name}: size`, value: bytes / 1_000, unit: 'kB', budget });
    }
    const times = new Map([...files.keys()].map((name) => [name, [] as number[]]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, file] of files) times.get(name)?.push(load(file));
    }
    const floor = median(times.get('empty') ?? []);
    for (const name of FUNCTION_NAMES) {
      const value = median(times.get(name) ?? []) - floor;
      const budget = BUDGETS[name]?.ms ?? 0;
      figures.push({
        name: `${name}: cold import above an empty module`,
        value,
        unit: 'ms',
        budget,
      });
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function load(file: string): number {
  const args = ['--input-type=module', '-e', LOAD, pathToFileURL(file).href];
  const env = { PATH: process.env['PATH'] ?? '', ...ENVIRONMENT };
  return Number(execFileSync(process.execPath, args, { env, encoding: 'utf8', stdio: 'pipe' }));
}

/** Middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
