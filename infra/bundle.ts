/**
 * Makes of a handler one file that Lambda loads: index.mjs, and beside it config.json, the
 * configuration that was reviewed together with this code; a function that draws charts also gets
 * the renderer and the fonts. The same source and configuration give the same bytes, so that a
 * deployment changes only the functions whose behaviour changes.
 *
 * `npm run bundle -- [directory]` bundles all functions and prints their sizes.
 */
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { CHART_ASSETS } from '../functions/adapters/chart/chart-assets.ts';
import type { Config } from '../functions/core/config.ts';

/** The functions, by the name of their folder. */
export const FUNCTION_NAMES = [
  ...(['receive-signal', 'execute-order', 'reconcile-orders'] as const),
  ...(['check-prices', 'deliver-notifications'] as const),
] as const;

/** Name of a function: of its folder, its bundle and, after `harpoon-`, of the Lambda function. */
export type FunctionName = (typeof FUNCTION_NAMES)[number];

const ROOT = resolve(fileURLToPath(new URL('..', import.meta.url)));

/** What to bundle. */
export interface BundleRequest {
  /** File that exports `handler`. */
  readonly entry: string;
  /** Folder that is emptied and filled; it is what Lambda gets, source map aside. */
  readonly outDirectory: string;
  readonly config: Config;
}

/** A finished bundle. */
export interface Bundle {
  readonly directory: string;
  /** Size of index.mjs. */
  readonly bytes: number;
  /** Bytes that each npm package (and our own code, as `harpoon`) has in it, largest first. */
  readonly parts: ReadonlyMap<string, number>;
}

/** Source maps help to read a stack trace afterwards; Lambda must neither load nor carry them. */
export const NOT_DEPLOYED = ['*.map'];

/** Entry file of a function. */
export function entryOf(name: FunctionName): string {
  return join(ROOT, 'functions', name, 'handler.ts');
}

/** Bundles one function. Throws what esbuild finds wrong. */
export async function bundleFunction(request: BundleRequest): Promise<Bundle> {
  const { entry, outDirectory, config } = request;
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    outfile: join(outDirectory, 'index.mjs'),
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    // ES modules first: esbuild drops what is not used, 190 kB and 10 ms for the AWS SDK.
    mainFields: ['module', 'main'],
    // Nothing is external: loading the SDK from the bundle is faster than from the runtime's copy,
    // and the version that runs is the version that was tested.
    alias: { '@aws-sdk/credential-provider-node': join(ROOT, 'infra/lambda-credentials.ts') },
    // CommonJS packages inside an ES module still ask for `require`.
    banner: {
      js: "import{createRequire as harpoonRequire}from'node:module';const require=harpoonRequire(import.meta.url);",
    },
    // The licences travel with the code, in a file of their own that is not parsed at cold start.
    legalComments: 'external',
    // Written beside the bundle without a link to it: see NOT_DEPLOYED.
    sourcemap: 'external',
    metafile: true,
    logLevel: 'silent',
    // Written below, so that a failed build leaves the last good bundle where it is.
    write: false,
  });
  await rm(outDirectory, { recursive: true, force: true });
  await mkdir(outDirectory, { recursive: true });
  for (const { path, contents } of outputFiles) await writeFile(path, contents);
  await writeFile(join(outDirectory, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  if (draws(metafile)) await copyChartAssets(outDirectory);
  return { directory: outDirectory, ...sizeOf(metafile) };
}

/** Whether the code of a bundle draws charts. */
function draws({ inputs }: Metafile): boolean {
  return Object.keys(inputs).some((file) => file.endsWith('adapters/chart/chart-assets.ts'));
}

/** Puts the files beside index.mjs that drawing reads, with the licence of the fonts. */
async function copyChartAssets(outDirectory: string): Promise<void> {
  const { resolve: find } = createRequire(import.meta.url);
  const licence = { source: 'dejavu-fonts-ttf/LICENSE', name: 'DejaVu-LICENSE.txt' };
  for (const { source, name } of [...Object.values(CHART_ASSETS), licence]) {
    await copyFile(find(source), join(outDirectory, name));
  }
}

/** Bundles all functions, each into a folder of its name. */
export async function bundleAll(
  directory: string,
  config: Config,
): Promise<Readonly<Record<FunctionName, Bundle>>> {
  const bundled = FUNCTION_NAMES.map(async (name) => {
    const outDirectory = join(directory, name);
    return [name, await bundleFunction({ entry: entryOf(name), outDirectory, config })] as const;
  });
  return Object.fromEntries(await Promise.all(bundled)) as Record<FunctionName, Bundle>;
}

function sizeOf(metafile: Metafile): Pick<Bundle, 'bytes' | 'parts'> {
  const output = Object.entries(metafile.outputs).find(([file]) => file.endsWith('index.mjs'))?.[1];
  if (output === undefined) throw new Error('esbuild wrote no index.mjs');
  const parts = new Map<string, number>();
  for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? 'harpoon';
    parts.set(name, (parts.get(name) ?? 0) + bytesInOutput);
  }
  return { bytes: output.bytes, parts: new Map([...parts].sort(([, a], [, b]) => b - a)) };
}

/** The sizes as a person reads them. */
function report(name: string, { bytes, parts }: Bundle): string {
  const largest = [...parts].slice(0, 5).map(([part, size]) => `${part} ${kilobytes(size)}`);
  return `${name.padEnd(18)} ${kilobytes(bytes).padStart(7)}   ${largest.join(', ')}`;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

if (process.argv[1] !== undefined && basename(process.argv[1]) === 'bundle.ts') {
  const { readConfiguration } = await import('./configuration.ts');
  const bundles = await bundleAll(resolve(process.argv[2] ?? 'dist'), readConfiguration());
  for (const name of FUNCTION_NAMES) console.log(report(name, bundles[name]));
}
