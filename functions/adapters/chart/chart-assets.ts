/**
 * The files that drawing needs beside its code. A bundle has them in its own folder (infra/bundle.ts
 * puts them there); run from source they are where npm installed them.
 *
 * Licences: the fonts are DejaVu 2.37, unchanged, under the Bitstream Vera licence, whose text is in
 * dejavu-fonts-ttf/LICENSE and is put beside every bundle that has the fonts; resvg is MPL-2.0,
 * unchanged; ECharts is Apache-2.0.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Where npm has each file, and its name in a bundle. */
export const CHART_ASSETS = {
  resvg: { source: '@resvg/resvg-wasm/index_bg.wasm', name: 'resvg.wasm' },
  regular: {
    source: 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf',
    name: 'DejaVuSansCondensed.ttf',
  },
  bold: {
    source: 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf',
    name: 'DejaVuSansCondensed-Bold.ttf',
  },
} as const;

/** Reads a file. Throws when it is in neither place. */
export async function readAsset(asset: keyof typeof CHART_ASSETS): Promise<Uint8Array> {
  const { source, name } = CHART_ASSETS[asset];
  const beside = fileURLToPath(new URL(`./${name}`, import.meta.url));
  const file = existsSync(beside) ? beside : createRequire(import.meta.url).resolve(source);
  return readFile(file);
}
